//! Names on paper that are written from right to left, are pictures, or never end.

use std::path::PathBuf;

use super::super::support::{QUICK, Shop, skip};
use super::outputs::{printed, squeezed};

const ARABIC: &str = "محمد بن سلمان";
const HEBREW: &str = "דוד כהן";
const PICTURES: &str = "👩‍👩‍👧🚗先生";

/// A shop whose customers and advisers are called so, with its list, cards and reports on paper.
fn papers(names: &[String], settings: &str) -> (Shop, Vec<PathBuf>) {
    let shop = Shop::new();
    let mut rows =
        "客户编号,客户名称,手机,车牌号,进厂日期,结算日期,维修类型,实收金额,服务顾问\n".to_owned();
    for (i, name) in names.iter().enumerate() {
        for month in 1..7 {
            rows += &format!(
                "C{i},{name},1380000000{i},粤A1000{i},2025-0{month}-01,2025-0{month}-01,保养,500,{name}\n"
            );
        }
    }
    shop.import("o.csv", rows, "").succeeds();
    shop.file(
        "s.toml",
        format!("{QUICK}[lists]\nholdout_share = 0.0\ncapacity_per_caller = 0\n{settings}"),
    );
    shop.retain("score --config s.toml").succeeds();
    for line in [
        "list --for 2026-01-05",
        "register",
        "report month --month 2025-06",
        "report year --year 2025",
    ] {
        shop.retain(&format!(
            "{line} --out made --format pdf --config s.toml --lang en"
        ))
        .succeeds();
    }
    let mut made: Vec<PathBuf> = std::fs::read_dir(shop.path("made"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    made.sort();
    (shop, made)
}

fn strange() -> Vec<String> {
    let mut names = [ARABIC, HEBREW, PICTURES].map(str::to_owned).to_vec();
    names.extend(["长".repeat(10_000), "אבג".repeat(3_333)]);
    names
}

#[test]
fn a_name_that_never_ends_takes_no_more_pages_than_a_short_one() {
    if !cfg!(feature = "pdf") {
        return;
    }
    let short: Vec<String> = (0..5).map(|i| format!("王{i}")).collect();
    let (_plain, plain) = papers(&short, "");
    let (_shop, made) = papers(&strange(), "");
    assert_eq!((plain.len(), made.len()), (4, 4));
    for (plain, path) in plain.iter().zip(&made) {
        let (Some((_, few)), Some((text, pages))) = (printed(plain), printed(path)) else {
            return skip("long names on paper", "no pdftotext");
        };
        assert!(pages <= few + 2, "{}: {pages} for {few}", path.display());
        // As much as there is room for, and the rest of the paper is there.
        assert!(text.contains(&"长".repeat(10)), "{}", path.display());
    }
}

#[test]
fn characters_that_the_font_lacks_are_boxes_and_the_paper_says_which() {
    if !cfg!(feature = "pdf") {
        return;
    }
    let (_shop, made) = papers(&strange(), "");
    let mut boxes = 0;
    for path in &made {
        let Some((text, _)) = printed(path) else {
            return skip("lacking characters on paper", "no pdftotext");
        };
        // Of each alphabet, and of the pictures.
        for code in ["U+0645", "U+05D3", "U+1F697"] {
            assert!(
                text.contains(code),
                "{}: {code} is not named",
                path.display()
            );
        }
        assert!(text.contains("先生"), "{}", path.display());
        boxes += text.matches("□□□□").count();
    }
    assert!(boxes > 0);
}

#[test]
fn names_from_right_to_left_are_printed_with_a_font_that_has_them() {
    let name = "names from right to left on paper";
    let font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    if !cfg!(feature = "pdf") {
        return;
    }
    if !PathBuf::from(font).is_file() {
        return skip(name, "no font of their alphabets (DejaVu Sans)");
    }
    let (_shop, made) = papers(&strange(), &format!("[report]\nfont_path = '{font}'\n"));
    for path in &made {
        let Some((text, _)) = printed(path) else {
            return skip(name, "no pdftotext");
        };
        // In the order in which they are read, whichever mark of direction stands between.
        for wanted in ["محمد", "سلمان", "דוד", "כהן"] {
            assert!(
                text.contains(&squeezed(wanted)),
                "{}: {wanted}",
                path.display()
            );
        }
        assert!(!text.contains("U+0645"), "{}", path.display());
    }
}
