//! The follow-up desk: registers, tasks in other hands, campaigns planned and measured, run as a user runs them.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::support::{Shop, ask, department};

/// Rows of a CSV, header to cell.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(path).unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    csv::Reader::from_reader(text)
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn callers(path: &Path) -> BTreeSet<String> {
    rows(path)
        .into_iter()
        .map(|r| r["Caller"].clone())
        .collect()
}

/// Two callers of the department.
fn two_callers() -> (String, String) {
    let names = ask(
        department(),
        "select owner, count(*) n from customers where owner is not null group by 1 order by n desc, 1 limit 2",
    );
    let name = |at: usize| names[at].split('|').next().unwrap().to_owned();
    (name(0), name(1))
}

#[test]
fn registers_hold_every_contact_letter_and_vehicle_once() {
    let shop = Shop::copy_of(department());
    let said = shop
        .retain("register --out reg --json --lang en")
        .succeeds()
        .json();
    let count = |sql: &str| shop.one(sql).parse::<u64>().unwrap();
    let contacts =
        count("select count(*) from follow_ups where coalesce(channel, 'phone') <> 'letter'")
            + count("select count(*) from complaints");
    let letters = count("select count(*) from follow_ups where channel = 'letter'")
        + count("select count(*) from campaign_members where letter_on is not null");
    let files = count("select count(*) from vehicles")
        + count(
            "select count(*) from customers where customer_id not in (select customer_id from vehicles where customer_id is not null)",
        );
    assert!(
        contacts > 500 && letters > 20 && files > 400,
        "{contacts} {letters} {files}"
    );
    let written = |at: usize| {
        (
            said["registers"][at]["register"].clone(),
            said["registers"][at]["rows"].as_u64().unwrap(),
        )
    };
    assert_eq!(written(0), ("files".into(), files));
    assert_eq!(written(1), ("call_records".into(), contacts));
    assert_eq!(written(2), ("calls".into(), contacts));
    assert_eq!(written(3), ("letters".into(), letters));
    // Nearly all know whose they are; no contact is told twice.
    assert_eq!(
        shop.one("select count(*) - count(distinct row_key) from register_calls"),
        "0"
    );
    let named = count("select count(*) from register_calls where customer_id is not null");
    assert!(named * 100 >= contacts * 95, "{named} of {contacts}");
    // The workbook holds what was said, and no text became a formula.
    let path = shop.path(said["files"][0].as_str().unwrap());
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let sheets = book.sheet_names();
    assert_eq!(sheets.len(), 4);
    for (sheet, wanted) in sheets.iter().zip([files, contacts, contacts, letters]) {
        let range = book.worksheet_range(sheet).unwrap();
        assert_eq!(range.rows().count() as u64, wanted + 3, "{sheet}");
        assert!(range.rows().flatten().all(|c| !matches!(c, Data::Error(_))));
        assert!(book.worksheet_formula(sheet).unwrap().is_empty());
    }
    // Two runs give the same bytes.
    let before = fs::read(&path).unwrap();
    shop.retain("register --out reg --lang en").succeeds();
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_month_and_a_customer_cut_the_registers_down() {
    let shop = Shop::copy_of(department());
    shop.retain("register --out reg --format csv --month 2025-11 --lang en")
        .succeeds();
    let calls = rows(&shop.path("reg/calls-2025-11.csv"));
    assert!(!calls.is_empty());
    assert!(calls.iter().all(|c| c["Date"].starts_with("2025-11")));
    let plate = shop.one(
        "select plate from register_calls where plate is not null group by 1 order by count(*) desc, 1 limit 1",
    );
    shop.retain(&format!(
        "register {plate} --out card --format csv --lang en"
    ))
    .succeeds();
    let files = rows(&shop.path(&format!("card/files-{plate}.csv")));
    assert!(files.iter().any(|f| f["Plate"] == plate));
    let all = shop.one(&format!(
        "select count(*) from register_calls where plate = '{plate}'"
    ));
    let mine = rows(&shop.path(&format!("card/calls-{plate}.csv")))
        .iter()
        .filter(|c| c["Plate"] == plate)
        .count();
    assert_eq!(mine.to_string(), all);
    let nobody = shop
        .retain("register 粤Z99999 --out card --lang en")
        .ends_with(2);
    assert!(nobody.stderr.contains("→"), "{}", nobody.stderr);
    // Whoever writes names in full is noted, without a name.
    let audit = fs::read_to_string(shop.db.with_extension("duckdb.audit")).unwrap();
    assert!(audit.contains("\"register\"") && !audit.contains(&plate));
}

#[test]
fn tasks_change_hands_for_a_time_and_come_back() {
    let shop = Shop::copy_of(department());
    let (from, to) = two_callers();
    let list = |day: &str| {
        shop.retain(&format!(
            "list --out lists --for {day} --format csv --per-caller 0 --lang en"
        ))
        .succeeds();
        callers(&shop.path(&format!("lists/{day}.csv")))
    };
    assert!(list("2026-01-05").is_superset(&[from.clone(), to.clone()].into()));
    let owned = |name: &str| {
        shop.one(&format!(
            "select count(*) from follow_up_tasks where owner_id = '{name}' and state in ('open', 'overdue', 'escalated') and not holdout"
        ))
    };
    let before = (owned(&from), owned(&to));
    let reassign = |flags: &str| {
        shop.retain(&format!(
            "task reassign {from} {to} --json --lang en {flags}"
        ))
    };
    let dry = reassign("--dry-run").succeeds().json();
    assert_eq!(dry["tasks"].to_string(), before.0);
    assert_eq!((owned(&from), owned(&to)), before);
    assert_eq!(shop.one("select count(*) from task_reassignments"), "0");
    let made = reassign("--until 2026-01-20").succeeds().json();
    assert_eq!(made["tasks"].to_string(), before.0);
    assert_eq!(owned(&from), "0");
    // Lists to come follow it until its last day.
    assert!(!list("2026-01-06").contains(&from));
    assert!(list("2026-01-21").contains(&from));
    let back = reassign("--undo").succeeds().json();
    assert_eq!(back["undone"], true);
    assert_eq!(shop.one("select count(*) from task_reassignments"), "0");
    assert!(list("2026-01-07").contains(&from));
    reassign("--undo").ends_with(2);
}

#[test]
fn what_was_handed_on_twice_goes_back_step_by_step() {
    let shop = Shop::copy_of(department());
    shop.retain("list --out lists --for 2026-01-05 --lang en")
        .succeeds();
    let owners = || {
        shop.ask("select owner_id, count(*) from follow_up_tasks where state <> 'suppressed' group by 1 order by 1")
    };
    let before = owners();
    let names = shop.ask(
        "select owner_id from follow_up_tasks where state = 'open' group by 1 order by count(*) desc, 1 limit 3",
    );
    let hand = |from: &str, to: &str, flags: &str| {
        shop.retain(&format!("task reassign {from} {to} --lang en {flags}"))
            .succeeds();
    };
    let (a, b, c) = (&names[0], &names[1], &names[2]);
    hand(a, b, "");
    hand(b, c, "");
    assert!(owners().len() < before.len());
    hand(b, c, "--undo");
    hand(a, b, "--undo");
    assert_eq!(owners(), before);
}

#[test]
fn one_list_may_change_hands_alone() {
    let shop = Shop::copy_of(department());
    let (from, to) = two_callers();
    shop.retain("list --out lists --for 2026-01-05 --per-caller 0 --format csv --lang en")
        .succeeds();
    let lists = "select list || '|' || count(*) from follow_up_tasks where owner_id = '{}' and state = 'open' group by list order by 1";
    let before = shop.ask(&lists.replace("{}", &from));
    let list = before[0].split('|').next().unwrap().to_owned();
    shop.retain(&format!(
        "task reassign {from} {to} --list {list} --lang en"
    ))
    .succeeds();
    assert_eq!(shop.ask(&lists.replace("{}", &from)), before[1..]);
    let unknown = shop
        .retain(&format!(
            "task reassign {from} {to} --list nonsense --lang en"
        ))
        .ends_with(2);
    assert!(
        unknown.stderr.contains("loyal_slipping"),
        "{}",
        unknown.stderr
    );
    let nobody = shop
        .retain(&format!("task reassign {from} Nobody --lang en"))
        .ends_with(2);
    assert!(nobody.stderr.contains(&to), "{}", nobody.stderr);
    shop.retain(&format!("task reassign {from} {from}"))
        .ends_with(2);
    shop.retain(&format!(
        "task reassign {from} {to} --from-day 2026-02-01 --until 2026-01-01"
    ))
    .ends_with(2);
}

#[test]
fn a_campaign_is_planned_imported_called_and_measured() {
    let shop = Shop::copy_of(department());
    let said = shop
        .retain("campaign plan Spring --start 2026-02-20 --where visits_24m>=2 --most 40 --out plan --json --lang en")
        .succeeds()
        .json();
    let chosen: u64 = said["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m[1].as_u64().unwrap())
        .sum();
    assert_eq!(chosen, 40);
    assert_eq!(said["members"][0][0], "loyal");
    // Loyal customers stand first.
    let members = rows(&shop.path("plan/campaign_members.csv"));
    let tier = |plate: &str| {
        shop.one(&format!(
            "select loyalty_tier from vehicle_scores where plate = '{plate}'"
        ))
    };
    assert_eq!(tier(&members[0]["车牌号"]), "loyal");
    // Nobody who refused is a member.
    let refused: BTreeSet<String> = shop
        .ask("select customer_no from customers where consent_marketing = 'no'")
        .into_iter()
        .collect();
    assert!(!refused.is_empty());
    assert!(members.iter().all(|m| !refused.contains(&m["客户编号"])));
    let imported = shop
        .retain("import plan/campaigns.csv plan/campaign_members.csv --json --lang en")
        .succeeds()
        .json();
    assert_eq!(imported["files"][0]["rejected"], 0, "{imported}");
    shop.retain("list --out lists --for 2026-02-03 --per-caller 0 --format csv --lang en")
        .succeeds();
    let invited = shop.one(
        "select count(*) from follow_up_tasks where list = 'event_notice' and reference = 'Spring'",
    );
    assert!(invited.parse::<u64>().unwrap() > 0, "{invited}");
    // What is not over is not measured; what is over has its members and others alike.
    let result = shop
        .retain("campaign result --json --lang en")
        .succeeds()
        .json();
    assert_eq!(result["waiting"].as_u64().unwrap(), 1 + shop.one("select count(*) from campaigns where coalesce(end_on, start_on) + 30 > date '2025-12-31' and name <> 'Spring'").parse::<u64>().unwrap());
    let over = result["campaigns"].as_array().unwrap();
    assert!(over.len() > 3);
    for c in over {
        let n = |key: &str| c[key].as_u64().unwrap();
        assert_eq!(n("compared") + n("not_compared"), n("members"), "{c}");
        if let (Some(low), Some(high)) = (
            c["return_difference"]["low"].as_f64(),
            c["return_difference"]["high"].as_f64(),
        ) {
            assert!(-1.0 <= low && low < high && high <= 1.0);
        }
    }
    assert_eq!(
        shop.one("select count(*) from campaign_results"),
        over.len().to_string()
    );
    // Members and those who came, counted anew.
    let name = over.last().unwrap()["campaign"]
        .as_str()
        .unwrap()
        .to_owned();
    let by_hand = shop.one(&format!(
        "select count(distinct coalesce(v.customer_id, m.customer_key, k.unit_id))
         from campaign_members m
         left join unit_keys k on k.key = coalesce(m.vin_key, m.plate_key) and k.valid_to is null
         left join vehicles v on v.unit_id = k.unit_id where m.campaign = '{name}'"
    ));
    assert_eq!(over.last().unwrap()["members"].to_string(), by_hand);
    for (wrong, status) in [
        (
            "campaign plan Old --start 2025-01-01 --where visits>=1 --out plan",
            2,
        ),
        (
            "campaign plan None --start 2026-03-01 --where district=Moon --out plan",
            2,
        ),
        (
            "campaign plan Bad --start 2026-03-01 --where phone=1 --out plan",
            2,
        ),
        ("campaign result Nothing", 2),
    ] {
        let ended = shop.retain(wrong).ends_with(status);
        assert!(ended.stderr.contains('→'), "{}", ended.stderr);
    }
}

#[test]
fn call_sheets_and_cards_are_printed_where_the_program_can() {
    let shop = Shop::copy_of(department());
    if !cfg!(feature = "pdf") {
        // Refused before anything is made or opened.
        let refused = shop
            .retain("list --out lists --for 2026-01-05 --format pdf --lang en")
            .ends_with(2);
        assert!(refused.stderr.contains("PDF"), "{}", refused.stderr);
        assert_eq!(shop.one("select count(*) from follow_up_tasks"), "0");
        return;
    }
    shop.retain("list --out lists --for 2026-01-05 --format pdf --lang en")
        .succeeds();
    let plate =
        shop.one("select plate from vehicles where plate is not null order by plate limit 1");
    shop.retain(&format!(
        "register {plate} --out cards --format pdf --lang zh"
    ))
    .succeeds();
    let Some(words) = text_of(&shop.path("lists/2026-01-05.pdf")) else {
        return super::support::skip("the text of a PDF", "pdftotext is missing");
    };
    // Phones in full, as the list is made for calling; a box to tick on every row.
    let phones = shop.ask(
        "select distinct c.phone_primary from follow_up_tasks t inner join customers c using (customer_id)
         where t.state = 'open' and not t.holdout and c.phone_primary is not null",
    );
    assert!(phones.len() > 20);
    assert!(phones.iter().all(|p| words.contains(p.as_str())));
    assert!(words.contains("Agreed on"));
    let card = text_of(&shop.path(&format!("cards/cards-{plate}.pdf"))).unwrap_or_default();
    assert!(card.contains(&plate), "{card}");
}

/// The text of a PDF; `None` without the tool.
fn text_of(path: &Path) -> Option<String> {
    let out = std::process::Command::new("pdftotext")
        .args(["-layout", path.to_str()?, "-"])
        .output()
        .ok()?;
    assert!(out.status.success(), "{out:?}");
    Some(String::from_utf8_lossy(&out.stdout).into_owned())
}
