//! Customers that look like one person: proposed with the evidence, decided by somebody, taken back; never merged by
//! themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::support::{QUICK, Shop, assert_same_contents, difference, generated};

const HEADER: &str =
    "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n";

/// 王伟 twice under two numbers, each with a car of its own; his car was brought once as 王先生; a family that shares a
/// phone; 李娜 with a car and, under another number, without one; people with numbers that are nobody's; a company.
const ORDERS: &str = "\
    1,C1,王伟,13612345671,粤A10001,LSVAA4187E2100001,2025-01-05,2025-01-05,保养,100\n\
    2,C1,王伟,13612345671,粤A10001,LSVAA4187E2100001,2025-06-05,2025-06-05,保养,110\n\
    3,C2,王 伟,13612345671,粤A10002,LSVAA4187E2100002,2025-02-05,2025-02-05,保养,200\n\
    4,C2,王 伟,13612345671,粤A10002,LSVAA4187E2100002,2025-08-05,2025-08-05,保养,210\n\
    5,C3,王先生,13612345671,粤A10003,LSVAA4187E2100003,2025-03-05,2025-03-05,维修,300\n\
    6,C4,王芳,13612345671,粤A10004,LSVAA4187E2100004,2025-03-06,2025-03-06,维修,310\n\
    7,C5,李娜,13612345672,粤A10005,LSVAA4187E2100005,2025-04-05,2025-04-05,保养,400\n\
    8,C6,李娜,13612345672,,,2025-05-05,2025-05-05,精品,50\n\
    9,C7,散客,13612345673,粤A10007,,2025-04-06,2025-04-06,维修,10\n\
    10,C8,散客,13612345673,粤A10008,,2025-04-07,2025-04-07,维修,10\n\
    11,C9,赵磊,13800000000,粤A10009,,2025-04-08,2025-04-08,维修,10\n\
    12,C10,赵磊,13800000000,粤A10010,,2025-04-09,2025-04-09,维修,10\n\
    13,C11,陈静,13612345674,粤A10011,,2025-04-10,2025-04-10,维修,10\n\
    14,C12,陈静贸易有限公司,13612345674,粤A10012,,2025-04-11,2025-04-11,维修,10\n\
    15,C13,孙强,,粤A10013,LSVAA4187E2100013,2025-04-12,2025-04-12,维修,10\n\
    16,C14,孙强,,粤A10013,LSVAA4187E2100013,2025-07-12,2025-07-12,维修,10\n\
    17,C15,周敏,13612345675,粤A10015,,2025-12-20,2025-12-20,保养,500\n";

fn shop() -> Shop {
    let shop = Shop::new();
    shop.import("orders.csv", [HEADER, ORDERS].concat(), "")
        .succeeds();
    shop
}

fn listed(shop: &Shop) -> Value {
    shop.retain("merge list --reveal --json").succeeds().json()
}

/// Open proposals: the kept number, the merged one, evidence and what it is.
fn proposals(found: &Value) -> BTreeMap<(String, String), (u64, String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    found["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            let pair = (
                text(&p["keeps"]["customer_no"]),
                text(&p["merges"]["customer_no"]),
            );
            let why: Vec<String> = p["why"].as_array().unwrap().iter().map(text).collect();
            let evidence = p["evidence"].as_u64().unwrap();
            (pair, (evidence, why.join(" "), text(&p["id"])))
        })
        .collect()
}

/// The id of the proposal about two numbers, whichever is kept.
#[track_caller]
fn id(shop: &Shop, one: &str, other: &str) -> String {
    let found = proposals(&listed(shop));
    let pair = |a: &str, b: &str| found.get(&(a.to_owned(), b.to_owned())).cloned();
    let (_, _, id) = pair(one, other)
        .or_else(|| pair(other, one))
        .unwrap_or_else(|| panic!("{one} and {other} are not among {found:?}"));
    id
}

/// How many customers the scores know, and units of the person with that number.
fn scored(shop: &Shop, number: &str) -> (String, String) {
    shop.score_quickly("");
    (
        shop.one("select count(*) from customer_scores"),
        shop.one(&format!(
            "select vehicles from customer_scores s join customers_merged c on c.person_id = s.customer_id \
             where c.customer_no = '{number}' or s.customer_id in (select person_id from customers_merged m \
                 join customers k on k.customer_id = m.customer_id where k.customer_no = '{number}') limit 1"
        )),
    )
}

#[test]
fn who_looks_like_one_person_is_proposed_with_what_speaks_for_it_and_nobody_else() {
    let shop = shop();
    let found = listed(&shop);
    let pairs: BTreeSet<(BTreeSet<String>, u64, String)> = proposals(&found)
        .into_iter()
        .map(|((a, b), (evidence, why, _))| (BTreeSet::from([a, b]), evidence, why))
        .collect();
    let expected: BTreeSet<(BTreeSet<String>, u64, String)> = [
        ("C1", "C2", 3, "phone name"),
        ("C1", "C3", 2, "phone surname"),
        ("C2", "C3", 2, "phone surname"),
        ("C3", "C4", 2, "phone surname"),
        ("C1", "C4", 1, "phone given_differs"),
        ("C2", "C4", 1, "phone given_differs"),
        ("C5", "C6", 3, "phone name"),
        ("C13", "C14", 3, "vin name"),
    ]
    .map(|(a, b, evidence, why)| {
        let pair = BTreeSet::from([a.to_owned(), b.to_owned()]);
        (pair, evidence, why.to_owned())
    })
    .into();
    assert_eq!(pairs, expected);
    // Nothing was merged by itself, and the data-quality sheet says what is open.
    assert_eq!(shop.one("select count(*) from customer_merges"), "0");
    let quality = shop.retain("quality --json").succeeds().json();
    let faults = quality["faults"].as_array().unwrap();
    let open = faults.iter().find(|f| f["fault"] == "people-proposed");
    assert_eq!(open.unwrap()["records"], 8);
    // A phone of more customers than the settings say tells nothing.
    shop.file("few.toml", "[customers]\nmerge_shared_by_most = 3\n");
    let few = shop
        .retain("merge list --json --config few.toml")
        .succeeds()
        .json();
    assert_eq!(few["proposals"].as_array().unwrap().len(), 2);
}

#[test]
fn names_and_phones_are_masked_unless_they_are_asked_for_which_is_noted() {
    let shop = shop();
    let told = shop.retain("merge list").succeeds().stdout;
    let masked = shop.retain("merge list --json --out alike.csv").succeeds();
    let csv = fs::read_to_string(shop.path("alike.csv")).unwrap();
    for text in [&told, &masked.stdout, &csv] {
        assert!(
            text.contains("王**") && text.contains("136****5671"),
            "{text}"
        );
        for secret in ["王伟", "13612345671", "LSVAA4187E2100013"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert_eq!(csv.lines().count(), 9);
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(shop.path("alike.csv"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let audit = || fs::read_to_string(shop.path("shop.duckdb.audit")).unwrap_or_default();
    assert_eq!(audit(), "");
    shop.retain("merge list --reveal --out full.csv").succeeds();
    let full = fs::read_to_string(shop.path("full.csv")).unwrap();
    assert!(full.contains("王伟") && full.contains("13612345671"));
    let pair = id(&shop, "C1", "C2");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    shop.retain(&format!("merge undo {pair}")).succeeds();
    for command in ["merge-list", "merge-accept", "merge-undo"] {
        assert!(audit().contains(command), "{}", audit());
    }
    assert!(!audit().contains("王") && !audit().contains("136123"));
    shop.retain("audit verify").succeeds();
}

#[test]
fn a_decision_makes_one_customer_of_two_until_it_is_taken_back() {
    let shop = shop();
    let before_score = scored(&shop, "C1");
    assert_eq!(before_score.1, "1");
    let before = shop.contents();
    let customers: u32 = before_score.0.parse().unwrap();
    let pair = id(&shop, "C1", "C2");
    let said = shop
        .retain(&format!("merge accept {pair} --json"))
        .succeeds()
        .json();
    assert_eq!(said["accepted"][0], pair.as_str());
    let (after, vehicles) = scored(&shop, "C1");
    assert_eq!(after, (customers - 1).to_string());
    assert_eq!(vehicles, "2");
    // Found by either number; what explains it says that it is two files.
    for key in ["C1", "C2"] {
        let told = shop
            .retain(&format!("explain {key} --json"))
            .succeeds()
            .json();
        assert_eq!(told["units"].as_array().unwrap().len(), 2, "{key}");
        assert!(told.to_string().contains("2 customer files"), "{told}");
    }
    // The same decision once more changes nothing.
    let merged = shop.contents();
    let said = shop
        .retain(&format!("merge accept {pair} --json"))
        .succeeds()
        .json();
    assert_eq!(said["known"][0], pair.as_str());
    assert_same_contents(&merged, &shop.contents());
    // A later file that names both does not part them.
    let later = "21,C2,王 伟,13612345671,粤A10002,LSVAA4187E2100002,2025-12-05,2025-12-05,保养,220\n\
         22,C1,王伟,13612345671,粤A10001,LSVAA4187E2100001,2025-12-06,2025-12-06,保养,120\n";
    shop.import("later.csv", [HEADER, later].concat(), "")
        .succeeds();
    assert_eq!(scored(&shop, "C2"), (after.clone(), "2".to_owned()));
    shop.retain("undo-import").succeeds();
    assert_eq!(scored(&shop, "C2"), (after, "2".to_owned()));
    shop.retain(&format!("merge undo {pair}")).succeeds();
    scored(&shop, "C1");
    let mut undone = shop.contents();
    // The decision stays in the books, as one that holds no more.
    assert_eq!(undone["customer_merges"].len(), 1);
    undone.insert("customer_merges".to_owned(), Vec::new());
    let mut before = before;
    // Runs are numbered, and an import was taken back in between.
    before.remove("runs");
    undone.remove("runs");
    assert_same_contents(&before, &undone);
    // Decided anew, it holds anew.
    shop.retain(&format!("merge accept {pair}")).succeeds();
    assert_eq!(shop.one("select count(*) from customer_aliases"), "1");
}

#[test]
fn chains_come_to_one_customer_and_fall_apart_where_one_decision_goes() {
    let shop = shop();
    let persons = |shop: &Shop| {
        shop.one("select count(distinct person_id) from customers_merged where customer_no in ('C1', 'C2', 'C3', 'C4')")
    };
    let person_of = |shop: &Shop, number: &str| {
        shop.one(&format!(
            "select m.person_id from customers_merged m join customers c on c.customer_id = m.customer_id where c.customer_no = '{number}'"
        ))
    };
    let (a, b, c) = (
        id(&shop, "C1", "C2"),
        id(&shop, "C2", "C3"),
        id(&shop, "C1", "C3"),
    );
    shop.retain(&format!("merge accept {a} {b}")).succeeds();
    assert_eq!(person_of(&shop, "C1"), person_of(&shop, "C3"));
    // The third side of the triangle is no news.
    let said = shop
        .retain(&format!("merge accept {c} --json"))
        .succeeds()
        .json();
    assert_eq!(
        (
            said["accepted"].as_array().unwrap().len(),
            &said["known"][0]
        ),
        (0, &Value::from(c.as_str()))
    );
    shop.retain(&format!("merge undo {b}")).succeeds();
    assert_eq!(person_of(&shop, "C1"), person_of(&shop, "C2"));
    assert_ne!(person_of(&shop, "C1"), person_of(&shop, "C3"));
    assert_eq!(persons(&shop), "3");
    shop.retain(&format!("merge undo {a}")).succeeds();
    // What nobody looks at one by one brings no two different names together: 王伟 and 王芳 through 王先生.
    let said = shop
        .retain("merge accept --all --min-evidence 1 --json")
        .succeeds()
        .json();
    assert!(!said["left"].as_array().unwrap().is_empty(), "{said}");
    assert_eq!(person_of(&shop, "C1"), person_of(&shop, "C2"));
    assert_ne!(person_of(&shop, "C1"), person_of(&shop, "C4"));
}

#[test]
fn what_is_no_proposal_or_no_decision_is_named_and_nothing_changes() {
    let shop = shop();
    let pair = id(&shop, "C1", "C2");
    let before = shop.contents();
    for (line, says) in [
        (
            format!("merge accept {pair} 0000000000"),
            "retain merge list",
        ),
        (format!("merge undo {pair}"), "retain merge list"),
        ("merge accept".to_owned(), "ID"),
        (format!("merge accept {pair} --all"), "--all"),
        (
            format!("merge accept {pair} --min-evidence 2"),
            "--min-evidence",
        ),
        ("merge accept --all --min-evidence 5".to_owned(), "1..=4"),
    ] {
        let run = shop.retain(&line).ends_with(2);
        assert!(run.stderr.contains(says), "{line}: {}", run.stderr);
    }
    assert_same_contents(&before, &shop.contents());
}

#[test]
fn a_refusal_of_either_holds_for_both_at_once_and_each_has_its_own_again_afterwards() {
    let shop = shop();
    shop.import(
        "customers.csv",
        "客户编号,客户名称,手机,营销同意\nC1,王伟,13612345671,是\nC2,王伟,13612345671,否\n",
        "",
    )
    .succeeds();
    let consent = |shop: &Shop| {
        shop.ask(
            "select c.customer_no, m.consent_marketing from customers_merged m join customers c using (customer_id)
             where c.customer_no in ('C1', 'C2') order by 1",
        )
    };
    shop.score_quickly("");
    assert_eq!(consent(&shop), ["C1|yes", "C2|no"]);
    let pair = id(&shop, "C1", "C2");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    assert_eq!(consent(&shop), ["C1|no", "C2|no"]);
    // A refusal in a call about one holds for the other too, before anything is scored anew and after.
    let shop = self::shop();
    shop.import(
        "calls.csv",
        "客户编号,日期,渠道,结果,拒绝营销\nC2,2025-09-01,电话,成功,是\n",
        "--as follow_ups",
    )
    .succeeds();
    shop.score_quickly("");
    let withheld = |shop: &Shop| -> BTreeSet<String> {
        shop.retain("list --out lists --for 2026-01-05 --format csv")
            .succeeds();
        let csv = fs::read_to_string(shop.path("lists/2026-01-05.csv")).unwrap();
        ["粤A10001", "粤A10002"]
            .into_iter()
            .filter(|plate| !csv.contains(*plate))
            .map(str::to_owned)
            .collect()
    };
    let alone = withheld(&shop);
    assert!(
        alone.contains("粤A10002") && !alone.contains("粤A10001"),
        "{alone:?}"
    );
    let pair = id(&shop, "C1", "C2");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    assert_eq!(withheld(&shop).len(), 2);
    shop.score_quickly("");
    assert_eq!(withheld(&shop).len(), 2);
    shop.retain(&format!("merge undo {pair}")).succeeds();
    assert_eq!(withheld(&shop), alone);
    shop.score_quickly("");
    assert_eq!(withheld(&shop), alone);
}

#[test]
fn a_customer_without_a_vehicle_is_no_unit_beside_the_cars_of_the_same_person() {
    let shop = shop();
    let of = |shop: &Shop, number: &str| {
        shop.one(&format!(
            "select s.spend_12m from customer_scores s join customers c on c.customer_id = s.customer_id where c.customer_no = '{number}'"
        ))
    };
    shop.score_quickly("");
    assert_eq!(
        (of(&shop, "C5").as_str(), of(&shop, "C6").as_str()),
        ("400.0", "50.0")
    );
    let units: u32 = shop
        .one("select count(*) from vehicle_scores")
        .parse()
        .unwrap();
    let pair = id(&shop, "C5", "C6");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    shop.score_quickly("");
    assert_eq!(
        shop.one("select count(*) from vehicle_scores"),
        (units - 1).to_string()
    );
    let spend = shop.one(
        "select s.spend_12m from customer_scores s join customers_merged m on m.customer_id = s.customer_id where m.phone_primary = '13612345672'",
    );
    assert_eq!(spend, "450.0");
}

#[test]
fn erasing_one_takes_the_other_half_and_the_decision_and_subject_shows_all() {
    let shop = shop();
    let pair = id(&shop, "C1", "C2");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    shop.score_quickly("");
    let held = shop.retain("subject C2 --json").succeeds().json();
    assert_eq!(held["held"]["customers"].as_array().unwrap().len(), 2);
    assert_eq!(held["held"]["customer_merges"].as_array().unwrap().len(), 1);
    // One person under two numbers is one person.
    let erased = shop.retain("erase C2 --json").succeeds().json();
    assert_eq!(erased["customers"], 2);
    for (sql, left) in [
        (
            "select count(*) from customers where customer_no in ('C1', 'C2')",
            "0",
        ),
        ("select count(*) from customer_merges", "0"),
        ("select count(*) from customer_aliases", "0"),
        (
            "select count(*) from vehicles where plate in ('粤A10001', '粤A10002')",
            "0",
        ),
    ] {
        assert_eq!(shop.one(sql), left, "{sql}");
    }
    shop.import("orders.csv", [HEADER, ORDERS].concat(), "")
        .succeeds();
    assert_eq!(
        shop.one("select count(*) from customers where customer_no in ('C1', 'C2')"),
        "0"
    );
}

#[test]
fn a_backup_keeps_what_was_decided_and_the_file_opens_elsewhere() {
    let shop = shop();
    let pair = id(&shop, "C1", "C2");
    shop.retain(&format!("merge accept {pair}")).succeeds();
    let before = shop.contents();
    shop.retain("backup --out kept.duckdb").succeeds();
    shop.retain(&format!("merge undo {pair}")).succeeds();
    shop.retain("restore kept.duckdb").succeeds();
    assert_same_contents(&before, &shop.contents());
    shop.retain("compact").succeeds();
    shop.retain("doctor").succeeds();
    assert_eq!(
        shop.one("select count(*) from customers_merged where customer_id <> person_id"),
        "1"
    );
    let people = shop.retain("inventory --json").succeeds().json();
    assert_eq!(
        people["people"].to_string(),
        shop.one("select count(distinct person_id) from customers_merged")
    );
    shop.retain("export customer_merges").succeeds();
}

/// The generated department with one car of some customers under a second number of theirs: the files, and the numbers.
fn parted() -> (BTreeMap<String, String>, BTreeSet<String>) {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut files = BTreeMap::new();
    let mut second: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(generated()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    let orders = &files["work_orders.csv"];
    let header = cells(
        orders
            .lines()
            .next()
            .unwrap()
            .trim_start_matches('\u{feff}'),
    );
    let at = |header: &[String], name: &str| header.iter().position(|h| h == name);
    let (no, name, phone, plate, vin) = (
        at(&header, "客户编号").unwrap(),
        at(&header, "客户名称").unwrap(),
        at(&header, "手机").unwrap(),
        at(&header, "车牌号").unwrap(),
        at(&header, "VIN").unwrap(),
    );
    let told: BTreeMap<String, (String, String)> = {
        let text = &files["customers.csv"];
        let header = cells(text.lines().next().unwrap().trim_start_matches('\u{feff}'));
        let of = |name: &str| at(&header, name).unwrap();
        let (no, name, phone, kind) = (of("客户编号"), of("客户名称"), of("手机"), of("客户类型"));
        // Companies are no persons.
        let rows = text
            .lines()
            .skip(1)
            .map(cells)
            .filter(|r| r[kind] == "个人");
        rows.map(|r| (r[no].clone(), (r[name].clone(), r[phone].clone())))
            .collect()
    };
    let rows: Vec<Vec<String>> = orders.lines().skip(1).map(cells).collect();
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut plates: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        for key in [&row[plate], &row[vin]] {
            owners.entry(key).or_default().insert(&row[no]);
        }
        plates.entry(&row[no]).or_default().insert(&row[plate]);
    }
    for (number, theirs) in plates
        .iter()
        .filter(|(no, plates)| !no.is_empty() && plates.len() > 1)
    {
        let Some((told_name, told_phone)) = told.get(*number) else {
            continue;
        };
        let Some(last) = theirs
            .last()
            .filter(|p| !p.is_empty() && owners[*p].len() == 1)
        else {
            continue;
        };
        let of_car: Vec<&Vec<String>> = rows.iter().filter(|r| r[plate] == **last).collect();
        let vins: BTreeSet<&str> = of_car
            .iter()
            .map(|r| r[vin].as_str())
            .filter(|v| !v.is_empty())
            .collect();
        // Nobody else had the car, it had no other plate, and its orders say who he is as his file does.
        let apart = rows
            .iter()
            .all(|r| r[plate] == **last || !vins.contains(r[vin].as_str()));
        let agrees = |r: &&Vec<String>| (&r[name], &r[phone]) == (told_name, told_phone);
        if apart && of_car.iter().all(agrees) {
            let keys = vins
                .iter()
                .map(|v| (*v).to_owned())
                .chain([(*last).to_owned()]);
            second.insert((*number).to_owned(), keys.collect());
        }
    }
    for text in files.values_mut() {
        let header = cells(text.lines().next().unwrap().trim_start_matches('\u{feff}'));
        let Some(no) = at(&header, "客户编号") else {
            continue;
        };
        let keys: Vec<usize> = ["车牌号", "VIN"]
            .iter()
            .filter_map(|n| at(&header, n))
            .collect();
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                let mut row = cells(line);
                let cars = second.get(&row[no]);
                let is_second =
                    cars.is_some_and(|cars| keys.iter().any(|k| cars.contains(&row[*k])));
                if is_second {
                    row[no].push('b');
                }
                row.join(",")
            })
            .collect();
        *text = lines.join("\n") + "\n";
    }
    (files, second.into_keys().collect())
}

const FOUND: &[&str] = &[
    "visits",
    "vehicles",
    "vehicle_scores",
    "customer_scores",
    "score_history",
    "features_scored",
    "loyalty_components",
    "churn_inputs",
    "model_cards",
    "follow_up_tasks",
    "kpis",
];

#[test]
fn a_department_merged_is_the_department_that_was_never_parted_and_parted_again_as_before() {
    let (files, numbers) = parted();
    assert!(numbers.len() > 10, "{}", numbers.len());
    let import = |files: &BTreeMap<String, String>| {
        let shop = Shop::new();
        for (name, text) in files {
            shop.file(&format!("in/{name}"), text);
        }
        shop.file("quick.toml", QUICK);
        shop.retain("import in --config quick.toml").succeeds();
        shop
    };
    let whole: BTreeMap<String, String> = files
        .keys()
        .map(|name| {
            (
                name.clone(),
                fs::read_to_string(generated().join(name)).unwrap(),
            )
        })
        .collect();
    let run = |shop: &Shop| -> (BTreeMap<String, Vec<String>>, String) {
        shop.retain("score --as-of 2025-12-31").succeeds();
        shop.retain("list --out lists --for 2026-01-05 --format csv")
            .succeeds();
        shop.retain("report month --month 2025-12 --out reports")
            .succeeds();
        let mut contents = shop.contents();
        contents.retain(|table, _| FOUND.contains(&table.as_str()));
        (
            contents,
            fs::read_to_string(shop.path("lists/2026-01-05.csv")).unwrap(),
        )
    };
    let never = import(&whole);
    let parted = import(&files);
    let (before, list_before) = run(&parted);
    let found = proposals(&listed(&parted));
    let ids: Vec<String> = found
        .iter()
        .filter(|((kept, merged), _)| *merged == format!("{kept}b") && numbers.contains(kept))
        .map(|(_, (_, _, id))| id.clone())
        .collect();
    assert_eq!(
        ids.len(),
        numbers.len(),
        "every one of them is proposed: {numbers:?} {found:?}"
    );
    parted
        .retain(&format!("merge accept {}", ids.join(" ")))
        .succeeds();
    // Tasks of the first list are of the customers as they were then.
    let (merged, list) = {
        let fresh = import(&files);
        fresh
            .retain(&format!("merge accept {}", ids.join(" ")))
            .succeeds();
        run(&fresh)
    };
    let (expected, list_expected) = run(&never);
    assert_eq!(expected.len(), FOUND.len());
    for (table, rows) in &expected {
        assert!(!rows.is_empty(), "{table}");
        assert!(
            *rows == merged[table],
            "{table}: {}",
            difference(rows, &merged[table])
        );
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(
        list == list_expected,
        "{}",
        difference(&lines(&list_expected), &lines(&list))
    );
    assert_ne!(
        before["customer_scores"].len(),
        merged["customer_scores"].len()
    );
    run(&parted);
    parted
        .retain(&format!("merge undo {}", ids.join(" ")))
        .succeeds();
    let (after, list_after) = run(&parted);
    for (table, rows) in &before {
        assert!(
            *rows == after[table],
            "{table}: {}",
            difference(rows, &after[table])
        );
    }
    assert!(
        list_after == list_before,
        "{}",
        difference(&lines(&list_before), &lines(&list_after))
    );
}
