//! Our commas and quotes for a program that takes semicolons for the separator, as Excel does in most of Europe: there
//! the name of a customer may be cut in two, and what follows the cut is a cell of its own.

use std::fs;

use super::super::documents::installed;
use super::super::support::{QUICK, Shop, skip};
use super::outputs::in_libre_office;

/// Names that are whole for a program that reads commas.
const NAMES: [&str; 8] = [
    ";=1+1;",
    "x;=2+2;y",
    ";+3+3;",
    ";-4+4;",
    ";@SUM(5);",
    ";\"=6+6;",
    ";=HYPERLINK(A1);",
    ";;=8+8;;",
];

#[test]
fn no_cell_is_a_formula_for_a_program_that_cuts_at_semicolons() {
    let Some(office) = installed(&["soffice", "libreoffice"]) else {
        return skip(
            "other separators in a spreadsheet program",
            "no LibreOffice",
        );
    };
    let shop = Shop::new();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["客户编号", "客户名称", "手机", "车牌号", "进厂日期", "来源"])
        .unwrap();
    for (i, name) in NAMES.iter().enumerate() {
        let (no, plate) = (format!("C{i}"), format!("粤A1000{i}"));
        let phone = format!("1380000000{i}");
        writer
            .write_record([&*no, name, &phone, &plate, "2025-03-01", name])
            .unwrap();
    }
    shop.import("orders.csv", writer.into_inner().unwrap(), "")
        .succeeds();
    let all = format!("{QUICK}[lists]\nholdout_share = 0.0\ncapacity_per_caller = 0\n");
    shop.file("all.toml", all);
    for line in [
        "score --config all.toml",
        "list --config all.toml --for 2026-01-05 --format csv --lang en --out made",
        "register --config all.toml --format csv --lang en --out made",
        "export customers --reveal --out made/customers.csv",
        "export orders --reveal --out made/orders.csv",
    ] {
        shop.retain(line).succeeds();
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(shop.path("made")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("x;'=2+2;y") {
            // The same without what disarms it: else this test would see nothing.
            let name = path.file_stem().unwrap().to_string_lossy();
            files.push(shop.file(&format!("bare/{name}-bare.csv"), text.replace('\'', "")));
            files.push(path);
        }
    }
    // Customers and orders, the list, and the register of customer files at least.
    assert!(files.len() >= 8, "{files:?}");
    let Some(opened) = in_libre_office(&shop, &office, ';', &files) else {
        return skip(
            "other separators in a spreadsheet program",
            "LibreOffice did not end",
        );
    };
    for (file, said) in files.iter().zip(opened) {
        let formulas: Vec<_> = said.iter().filter(|s| s.starts_with("FORMULA")).collect();
        let is_bare = file.to_string_lossy().ends_with("-bare.csv");
        assert_eq!(
            !formulas.is_empty(),
            is_bare,
            "{}: {formulas:?}",
            file.display()
        );
    }
}
