//! Files that portals published, held against their cleaned form, one by one: `docs/import-pollock.md`.

use std::fs;
use std::path::Path;
use std::sync::mpsc::sync_channel;

use retain::import::{Mapping, Source};

use super::support::{project, shared_data, skip};

/// Rows as they are compared: cells trimmed, blank ones at the end cut off, so that every row counts as padded to
/// one width; rows without anything left out.
fn compared(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    rows.into_iter()
        .map(|row| {
            let mut row: Vec<String> = row
                .into_iter()
                .map(|c| c.trim().replace("\r\n", "\n"))
                .collect();
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
            row
        })
        .filter(|row| !row.is_empty())
        .collect()
}

/// The cleaned form is plain CSV in UTF-8; it is read here without the reader that is tested.
fn cleaned(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut at_start) = (false, true);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if at_start => quoted = true,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
        at_start = !quoted && matches!(c, ',' | '\n' | '\r');
    }
    row.push(cell);
    rows.push(row);
    rows
}

/// Header and records as an import sees them, sums and notes included.
fn imported(path: &Path) -> Result<Vec<Vec<String>>, String> {
    let source = Source::open(path, None, None).map_err(|e| e.key.to_owned())?;
    let (header, first) = source
        .header(Some(&Mapping::default()))
        .map_err(|e| e.key.to_owned())?;
    let (send, receive) = sync_channel(10_000);
    source
        .read_text(first, &send)
        .map_err(|e| e.key.to_owned())?;
    drop(send);
    let mut rows = vec![header];
    for records in receive {
        for record in 0..records.len() {
            let cells = (0..records.width(record))
                .map(|f| String::from_utf8_lossy(records.bytes(record, f)).into_owned());
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}

/// What differs first between two tables; nothing where they are equal.
fn difference(found: &[Vec<String>], expected: &[Vec<String>]) -> Option<String> {
    // A header that the cleaned form made up (col_0, col_1, …) is no part of the file.
    let invented = expected.first().is_some_and(|row| {
        row.iter()
            .enumerate()
            .all(|(i, c)| *c == format!("col_{i}"))
    });
    let expected = &expected[usize::from(invented)..];
    // Where it stands: how many rows from the top.
    let at = found.iter().zip(expected).position(|(a, b)| a != b);
    match at {
        Some(0) => Some("header".to_owned()),
        Some(row) => Some(format!("row {row}")),
        None if found.len() != expected.len() => {
            Some(format!("{} rows, not {}", found.len(), expected.len()))
        }
        None => None,
    }
}

#[test]
fn portal_files_equal_their_cleaned_form_as_the_page_says() {
    let Some(data) = shared_data() else {
        return skip("portal files", "no data beside the project");
    };
    let folder = data.join("pollock_sample");
    let mut names: Vec<String> = fs::read_dir(folder.join("clean"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut rows = Vec::new();
    let mut equal = 0;
    for name in &names {
        let expected = fs::read(folder.join("clean").join(name)).unwrap();
        let expected = compared(cleaned(&String::from_utf8_lossy(&expected)));
        let outcome = match imported(&folder.join("csv").join(name)) {
            Err(key) => format!("refused: {key}"),
            Ok(found) => match difference(&compared(found), &expected) {
                None => "equal".to_owned(),
                Some(what) => format!("differs: {what}"),
            },
        };
        equal += usize::from(outcome == "equal");
        rows.push(format!("| {name} | {} | {outcome} |\n", expected.len()));
    }
    let page = format!(
        "{HEAD}**{equal} of {} files are equal.**\n\n| file | rows, cleaned | outcome |\n| --- | ---: | --- |\n{}",
        names.len(),
        rows.concat()
    );
    let path = project().join("docs/import-pollock.md");
    if std::env::var_os("RETAIN_WRITE_PAGES").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page);
    assert!(equal * 100 >= names.len() * 90, "{page}");
}

const HEAD: &str = "\
# Files of public portals, read and held against their cleaned form

Tables that public bodies and researchers put on the web as CSV, from the sample of the Pollock benchmark
(Vitagliano et al., PVLDB 16(8), 2023, *Pollock: A Data Loading Benchmark*), each with a form that its authors cleaned by hand.
Every file is opened as `retain import` opens it, without a mapping or any other hint: encoding, delimiter, quotes and header are
found from its bytes. Header and records are compared with the cleaned table cell by cell: cells trimmed, rows padded to one width, blank rows
left out, headers that the cleaned form made up (`col_0` …) ignored, sums and notes kept.

This page is written by the test that compares: `RETAIN_WRITE_PAGES=1 cargo test --test it portals::`.

";
