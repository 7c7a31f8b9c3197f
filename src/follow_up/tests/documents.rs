//! What is written of a list: the workbook, the text, the words.

use super::*;
use crate::i18n;

/// Names that a spreadsheet, a sheet name or a file could stumble over.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://x\",\"y\")",
    "+8613800001234",
    "-2+3",
    "@SUM(1)",
    "\tTAB",
    "＝1+1",
    "O'Brien & <b>",
    "http://example.org",
    "a\u{0}b\u{7}",
];

fn sample() -> CallList {
    let settings = Lists::default();
    let mut candidates = Vec::new();
    let mut details = Vec::new();
    for (unit, name) in (1u64..).zip(HOSTILE) {
        candidates.push(candidate(
            "warning",
            unit,
            Band::Warning,
            100.0 - unit as f64,
        ));
        let mut d = detail(unit, unit);
        d.customer_name = Some((*name).to_owned());
        d.plate = Some((*name).to_owned());
        d.contact_on = Some(day("2026-09-01"));
        d.contact_note = Some((*name).to_owned());
        d.owner = Some((*name).to_owned());
        details.push(d);
    }
    let mut unassigned = detail(50, 50);
    (
        unassigned.owner,
        unassigned.last_advisor,
        unassigned.phone_primary,
    ) = (None, None, None);
    candidates.push(candidate("maintenance_due", 50, Band::Due, 1.0));
    details.push(unassigned);
    let mut refused = detail(51, 51);
    refused.opted_out = true;
    candidates.push(candidate("lost", 51, Band::Lost, 1.0));
    details.push(refused);
    build(candidates, details, &context(&settings))
}

#[test]
fn the_workbook_reads_back_without_formulas_and_with_every_row() {
    let list = sample();
    for lang in [Lang::Zh, Lang::En] {
        let bytes = workbook(&list, lang).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let names = book.sheet_names();
        // Today, nine hostile names, one unassigned, the hidden options; the one who refused has no sheet.
        assert_eq!(names.len(), 1 + HOSTILE.len() + 1 + 1);
        let mut found = BTreeSet::new();
        for name in &names {
            assert!(name.encode_utf16().count() <= 31, "{name}");
            assert!(
                book.worksheet_formula(name)
                    .unwrap()
                    .used_cells()
                    .next()
                    .is_none(),
                "{name}"
            );
            let range = book.worksheet_range(name).unwrap();
            let header: Vec<String> = range
                .rows()
                .nth(2)
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect();
            let Some(task) = header.iter().position(|h| h == workbook::TASK_COLUMN) else {
                continue;
            };
            for row in range.rows().skip(3) {
                assert!(
                    matches!(&row[3], Data::String(_)),
                    "phone is text: {:?}",
                    row[3]
                );
                assert!(
                    matches!(&row[8], Data::DateTime(_)),
                    "due is a date: {:?}",
                    row[8]
                );
                assert!(matches!(&row[10], Data::String(_)), "the channel is set");
                assert!(row[11..17].iter().all(|c| *c == Data::Empty));
                found.insert(row[task].to_string());
            }
        }
        let wanted: BTreeSet<String> = list.rows.iter().map(|r| r.task_id.clone()).collect();
        assert_eq!(found, wanted);
        let options = book.worksheet_range(&names[names.len() - 1]).unwrap();
        assert_eq!(
            options.get_value((0, 0)).unwrap().to_string(),
            workbook::MARK
        );
    }
}

#[test]
fn the_same_list_gives_the_same_bytes() {
    let list = sample();
    let first = workbook(&list, Lang::Zh).unwrap();
    // Longer than the resolution of a ZIP entry's clock and of a document property.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(first == workbook(&list, Lang::Zh).unwrap());
}

#[test]
fn an_empty_day_still_gives_a_workbook() {
    let settings = Lists::default();
    let list = build(Vec::new(), Vec::new(), &context(&settings));
    let book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(&list, Lang::Zh).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["今日", "选项"]);
}

#[test]
fn the_csv_has_a_line_a_row_and_no_formula() {
    let list = sample();
    let zh = csv(&list, Lang::Zh);
    assert!(zh.starts_with("\u{feff}\"负责人\",\"序\","));
    assert_eq!(zh.matches("\r\n").count(), list.rows.len() + 1);
    assert!(!csv(&list, Lang::En).starts_with('\u{feff}'));
    for cell in ["=", "+", "-", "@", "＝"].map(|c| format!("\"{c}")) {
        assert!(
            !zh.contains(&format!(",{cell}")) && !zh.contains(&format!("\n{cell}")),
            "{cell}"
        );
    }
}

#[test]
fn every_reason_to_withhold_has_its_words() {
    for lang in [Lang::Zh, Lang::En] {
        for why in Withheld::ALL {
            assert!(i18n::has(lang, why.key()) && i18n::has(lang, &format!("{}-next", why.key())));
        }
    }
}

#[test]
fn the_call_sheet_has_every_row_once_with_room_to_write() {
    use crate::follow_up::paper::Part;
    let list = sample();
    for lang in [Lang::Zh, Lang::En] {
        let paper = call_sheet(&list, lang);
        let mut rows = 0;
        for sheet in &paper.sheets {
            assert_eq!(sheet.parts.len(), 1);
            let Part::Table(table) = &sheet.parts[0] else {
                panic!("no table");
            };
            for (i, row) in table.rows.iter().enumerate() {
                assert_eq!(row.len(), table.columns.len());
                // Numbered as on the caller's sheet of the workbook.
                assert_eq!(row[0], (i + 1).to_string());
                assert!(row[6].contains('□'), "{}", row[6]);
                assert!(row.iter().all(|c| !c.contains(['\u{0}', '\u{7}', '\t'])));
            }
            rows += table.rows.len();
        }
        assert_eq!(rows, list.rows.len());
        // Who refused is on no paper either.
        assert!(!format!("{paper:?}").contains("\"51\""));
    }
}

#[test]
fn without_calls_the_sheet_says_so() {
    let list = build(Vec::new(), Vec::new(), &context(&Lists::default()));
    let paper = call_sheet(&list, Lang::En);
    assert_eq!(paper.sheets.len(), 1);
    assert_eq!(
        paper.sheets[0].parts,
        [paper::Part::Note("No calls today".to_owned())]
    );
}
