//! A file described on one page, columns told by their values, and a mapping file that can be used again.

use std::fs;

use super::support::{Shop, retain, shared_data, skip};

const UNKNOWN: &str = "某某店,,,,,\n单据流水,号码牌,来店日,联络方式,底盘,总价\n\
    1,粤B12345,2025年1月2日,13800138001,LSVAA4187E2100001,¥300\n2,粤B·12346,2025年1月3日,13800138002,LSVAA4187E2100002,400\n\
    3,粤B12347,2025年1月4日,13800138003,LSVAA4187E2100003,500\n4,粤B12348,2025年1月5日,13800138004,LSVAA4187E2100004,\n\
    5,粤B12349,2025年1月6日,13800138005,LSVAA4187E2100005,x\n";

#[test]
fn a_file_that_the_dictionary_does_not_know_is_described_mapped_and_imported() {
    let shop = Shop::new();
    let file = shop.file("odd.csv", UNKNOWN);
    let mapping = shop.path("odd.toml");
    let words = [
        "profile",
        "--json",
        "--as",
        "work_orders",
        "--write-mapping",
    ]
    .map(Into::into);
    let paths = [mapping.clone().into_os_string(), file.into_os_string()];
    let run = retain(words.into_iter().chain(paths)).succeeds();
    let profile = run.json()["files"][0].clone();
    assert_eq!(profile["rows"], 5, "{profile}");
    assert_eq!(profile["problem"][0], "no-date-column");
    let looks: Vec<_> = profile["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["looks"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        looks,
        ["numbers", "plates", "dates", "phones", "vins", "texts"]
    );
    assert!(!run.stdout.contains("13800138001"), "{}", run.stdout);
    // Nothing is guessed: what could be stands as a remark, and whoever knows takes it over.
    let text = fs::read_to_string(&mapping).unwrap();
    assert!(
        text.contains("# in_at | ") && text.contains("= \"来店日\""),
        "{text}"
    );
    let edited = text.replace("# in_at | ", "in_at = \"来店日\" # ");
    fs::write(&mapping, edited + "received = '总价'\nro_no = '单据流水'\n").unwrap();
    let run = shop
        .retain("import odd.csv --json --mapping odd.toml")
        .succeeds();
    let outcome = &run.json()["files"][0];
    assert_eq!(
        (outcome["loaded"].as_u64(), outcome["rejected"].as_u64()),
        (Some(4), Some(1)),
        "{outcome}"
    );
    // Plates and VINs are told by their values, and that is said.
    assert_eq!(
        outcome["by_values"].as_array().unwrap().len(),
        2,
        "{outcome}"
    );
    assert_eq!(
        shop.one("select plate from work_orders order by in_at limit 1"),
        "粤B12345"
    );
}

#[test]
fn a_mapping_written_by_a_rehearsal_imports_the_same_and_is_not_written_over() {
    let shop = Shop::new();
    shop.file(
        "orders.csv",
        "车牌号,进厂日期,实收金额,备注\n粤A10001,2025-01-02,300,x\n",
    );
    shop.retain("import orders.csv --dry-run --write-mapping m.toml")
        .succeeds();
    assert!(!shop.db.exists());
    let run = shop
        .retain("import orders.csv --dry-run --write-mapping m.toml")
        .ends_with(2);
    assert!(run.stderr.contains("m.toml"), "{}", run.stderr);
    shop.retain("import orders.csv --write-mapping n.toml")
        .ends_with(2);
    shop.retain("import orders.csv --mapping m.toml").succeeds();
    assert_eq!(shop.one("select received from orders"), "300.00");
}

#[test]
fn two_columns_of_plates_are_not_guessed_between() {
    let shop = Shop::new();
    let rows: String = (0..9)
        .map(|n| format!("粤B1234{n},粤C1234{n},2025-01-0{}\n", n + 1))
        .collect();
    let run = shop
        .import(
            "two.csv",
            format!("牌一,牌二,进厂日期\n{rows}"),
            "--as work_orders",
        )
        .ends_with(1);
    assert!(run.stderr.contains("no-key-column"), "{}", run.stderr);
    let one = format!("牌一,牌二,进厂日期\n{}", rows.replace("粤C", "C"));
    shop.import("one.csv", one, "--as work_orders").succeeds();
    assert_eq!(shop.one("select min(plate) from work_orders"), "粤B12340");
}

/// What a profile says of a workbook, but for its name and size; `None` where it was refused with a reason.
fn described(path: &std::path::Path) -> Option<serde_json::Value> {
    let words = ["profile", "--json"].map(Into::into);
    let run = retain(words.into_iter().chain([path.as_os_str().to_owned()]));
    let refused = run.status == 1 && run.stderr.contains("\"code\"");
    assert!(run.status == 0 || refused, "{}: {run:?}", path.display());
    let mut profile = (run.status == 0).then(|| run.json()["files"][0].clone())?;
    for name in ["file", "bytes", "problem"] {
        profile.as_object_mut().unwrap().remove(name);
    }
    Some(profile)
}

#[test]
fn workbooks_of_the_old_kind_say_what_their_twins_say() {
    let Some(data) = shared_data() else {
        return skip("workbooks", "no data beside the project");
    };
    let mut files: Vec<_> = fs::read_dir(data.join("readxl_sheets"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "xls" || e == "xlsx"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 76);
    let (mut refused, mut twins, mut unlike) = (Vec::new(), 0, Vec::new());
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(profile) = described(path) else {
            refused.push(name);
            continue;
        };
        let twin = path.with_file_name(name.replace("-xls.", "-xlsx.").replace(".xls", ".xlsx"));
        if name.ends_with(".xls") && twin.exists() {
            twins += 1;
            if described(&twin).as_ref() != Some(&profile) {
                unlike.push(name);
            }
        }
    }
    assert!(twins >= 25, "{twins}");
    assert_eq!(unlike, Vec::<String>::new(), "refused: {refused:?}");
    assert!(refused.len() <= 6, "{refused:?}");
}
