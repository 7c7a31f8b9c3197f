//! Three months with the program as people use it: lists out, filled in by staff that somebody played with a known
//! effect of calling, recorded, the next month scored; then what calling does is measured.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use super::recording::{lines, write};
use super::support::{Shop, csv_files, retain};

/// Of those reached, how many in a hundred come because of the call.
const COMES: u64 = 60;

/// A number between 0 and 99 that depends on a task alone.
fn lot(task: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ salt;
    for byte in task.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33 & 0xffff_ffff
}

#[test]
fn three_months_of_lists_and_what_came_back_measure_the_known_effect() {
    let shop = Shop::new();
    let out = shop.path("department");
    let words = "generate --vehicles 500 --seed 11 --from 2023-01-01 --to 2026-06-30 --lang zh --quiet --out";
    retain(words.split(' ').chain([out.to_str().unwrap()])).succeeds();
    shop.file(
        "play.toml",
        "[score]\nhistory_months = 1\n[lists]\nholdout_share = 0.4\nexpire_after_days = 20\n",
    );
    let run = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let mut command = super::support::command(words.iter().map(String::as_str).chain([
            "--db",
            shop.db.to_str().unwrap(),
            "--today",
            "2026-07-01",
        ]));
        command.current_dir(shop.path(""));
        super::support::run(&mut command)
    };
    let files: Vec<String> = csv_files(&out)
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    run(&format!(
        "import --config play.toml --quiet {}",
        files.join(" ")
    ))
    .succeeds();
    let mut reached: BTreeMap<String, String> = BTreeMap::new();
    let mut brought: BTreeMap<String, String> = BTreeMap::new();
    for (as_of, day) in [
        ("2025-12-31", "2026-01-05"),
        ("2026-01-31", "2026-02-02"),
        ("2026-02-28", "2026-03-02"),
    ] {
        run(&format!("score --config play.toml --as-of {as_of} --quiet")).succeeds();
        run(&format!(
            "list --config play.toml --lang en --for {day} --out lists --quiet"
        ))
        .succeeds();
        let mut rows: Vec<_> = lines(&shop.path(&format!("lists/{day}.xlsx")))
            .into_iter()
            .flat_map(|(_, l)| l)
            .collect();
        let mut extra = "车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n".to_owned();
        for row in &mut rows {
            let task = row["task_id"].clone();
            if lot(&task, 1) % 100 >= 70 {
                row.insert("Detail".to_owned(), "No answer".to_owned());
                continue;
            }
            row.insert("Result".to_owned(), "Success".to_owned());
            row.insert("Detail".to_owned(), "Will come, day open".to_owned());
            reached.insert(task.clone(), day.to_owned());
            if lot(&task, 2) % 100 < COMES {
                let car = shop.one(&format!(
                    "select v.plate, v.vin from follow_up_tasks t join vehicles v on v.unit_id = t.unit_id where task_id = '{task}'"
                ));
                let Some((plate, vin)) = car.split_once('|') else {
                    continue;
                };
                let came: chrono::NaiveDate = day.parse().unwrap();
                let came = came + chrono::Days::new(10 + lot(&task, 3) % 15);
                extra += &format!(
                    "{},{},{came},{came},保养,600\n",
                    plate.trim_matches('-'),
                    vin.trim_matches('-')
                );
                brought.insert(task, came.to_string());
            }
        }
        write(&shop.path("back.xlsx"), &rows, day);
        run("record back.xlsx --quiet").succeeds();
        shop.file(&format!("came-{day}.csv"), extra);
        run(&format!("import came-{day}.csv --config play.toml --quiet")).succeeds();
    }
    run("score --config play.toml --as-of 2026-06-30 --quiet").succeeds();
    let found = run("uplift --json").succeeds().json();
    let all = &found["effects"][0];
    let n = |key: &str| all[key].as_u64().unwrap();
    assert!(n("assigned") > 60 && n("held_out") > 30, "{found}");
    // What the measure counts is what was played.
    // Calls that are owed and letters know no lot.
    let first = "select task_id, unit_id, open_on from follow_up_tasks where not holdout
        and list not in ('unsolved', 'low_csi', 'promised', 'first_call', 'second_call', 'event_letter', 'file_incomplete')
        qualify row_number() over (partition by unit_id order by open_on, task_id) = 1";
    assert_eq!(
        n("assigned").to_string(),
        shop.one(&format!("select count(*) from ({first})"))
    );
    assert_eq!(
        shop.one("select assigned, held_out from uplift_results where scope = 'all'"),
        format!("{}|{}", n("assigned"), n("held_out"))
    );
    // What is true of this department: the share of those reached who came within the window because of a call, and
    // would not have come anyway. Only visits that were played pay 600.
    let days = |of: &BTreeMap<String, String>| {
        let rows: Vec<String> = of
            .iter()
            .map(|(task, day)| format!("('{task}', date '{day}')"))
            .collect();
        format!("(values {}) as x (task_id, day)", rows.join(", "))
    };
    let told = |of: &BTreeMap<String, String>| {
        format!(
            "exists (select 1 from {} join follow_up_tasks t on t.task_id = x.task_id
                 where t.unit_id = f.unit_id and x.day between f.open_on and f.open_on + 60)",
            days(of)
        )
    };
    let truth: f64 = shop
        .one(&format!(
            "with f as ({first}),
             told as (select {reached} as reached, {brought} as brought,
                 exists (select 1 from visits v where v.unit_id = f.unit_id and v.qualified and v.paid_amount <> 600
                     and v.first_in >= f.open_on and v.first_in < f.open_on + 61) as anyway
               from f)
             select avg((brought and not anyway)::integer) from told where reached",
            reached = told(&reached),
            brought = told(&brought),
        ))
        .parse()
        .unwrap();
    let call = &all["return_per_call"];
    let (low, high) = (
        call["low"].as_f64().unwrap(),
        call["high"].as_f64().unwrap(),
    );
    assert!(
        low <= truth && truth <= high,
        "{truth} is not within {low} and {high}: {found}"
    );
    assert!(low > 0.0, "an effect of {truth} does not show: {found}");
    let said = run("uplift --lang en").succeeds().stdout;
    assert!(
        said.contains("All lists") && said.contains("points of return"),
        "{said}"
    );
}
