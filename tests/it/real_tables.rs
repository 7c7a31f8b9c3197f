//! Tables that real programs wrote, read as they stand: file by file the same as what others made of them by hand.
//! The page `docs/real-files.md` is what this finds; `RETAIN_WRITE_DOCS=1` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use retain::import::{FoundTable, Request, found_tables};
use retain::settings::Settings;

use super::support::{project_file, shared_data, skip};

/// Reads a file as it comes.
fn read(path: &Path) -> Result<Vec<FoundTable>, String> {
    let request = Request {
        path: path.to_owned(),
        ..Request::default()
    };
    found_tables(&request, &Settings::default()).map_err(|e| e.key.to_owned())
}

/// Cells without blanks around them, rows without blank cells at their ends; blank rows are none.
fn plain(rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    rows.map(|row| {
        let mut row: Vec<String> = row
            .iter()
            .map(|c| c.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        while row.last().is_some_and(String::is_empty) {
            row.pop();
        }
        row
    })
    .filter(|row| !row.is_empty())
    .collect()
}

/// A cleaned file: comma-separated UTF-8, read by a reader that is not ours. A header that its makers invented is none.
fn cleaned(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes.as_slice());
    let rows = reader.byte_records().map(|r| r.unwrap()).map(|r| {
        r.iter()
            .map(|c| {
                String::from_utf8_lossy(c)
                    .trim_start_matches('\u{feff}')
                    .to_owned()
            })
            .collect()
    });
    let mut rows = plain(rows);
    if rows.first().is_some_and(|r| r[0] == "col_0") {
        rows.remove(0);
    }
    rows
}

/// Our table with its header, where it has one.
fn whole(table: FoundTable) -> Vec<Vec<String>> {
    let header = Some(table.headers).filter(|h| h.first().is_none_or(|n| n != "#1"));
    plain(
        header
            .into_iter()
            .chain(table.rows.into_iter().map(|(_, row)| row)),
    )
}

/// What is unlike first: row, ours, theirs.
fn difference(ours: &[Vec<String>], theirs: &[Vec<String>]) -> Option<String> {
    let cut = |row: Option<&Vec<String>>| {
        let text = row.map_or_else(|| "nothing".to_owned(), |r| r.join(" · "));
        text.chars().take(60).collect::<String>().replace('|', "/")
    };
    (0..ours.len().max(theirs.len()))
        .find(|i| ours.get(*i) != theirs.get(*i))
        .map(|i| {
            format!(
                "row {} differs: `{}` for `{}`",
                i + 1,
                cut(ours.get(i)),
                cut(theirs.get(i))
            )
        })
}

#[test]
fn nine_in_ten_messy_files_of_portals_give_the_table_that_was_cleaned_by_hand() {
    let Some(data) = shared_data() else {
        return skip("portal files", "no data beside the project");
    };
    let folder = data.join("pollock_sample");
    let mut names: Vec<String> = fs::read_dir(folder.join("csv"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let (mut table, mut equal, mut unlike) = (String::new(), 0, Vec::new());
    for name in &names {
        let theirs = cleaned(&folder.join("clean").join(name));
        let (rows, found) = match read(&folder.join("csv").join(name)) {
            Ok(mut tables) => {
                let ours = whole(tables.remove(0));
                (ours.len(), difference(&ours, &theirs))
            }
            Err(key) => (0, Some(key)),
        };
        equal += usize::from(found.is_none());
        unlike.extend(found.iter().map(|f| format!("{name}: {f}")));
        // The page says where, not what: the files are not ours to publish.
        let said = match &found {
            None => "equal",
            Some(difference) => difference.split(':').next().unwrap(),
        };
        // Some names are long, and some name people.
        let name: String = name.chars().take(24).collect();
        writeln!(table, "| {name}… | {rows} | {said} |").unwrap();
    }
    let share = equal as f64 / names.len() as f64;
    let page = format!(
        "# Real files, read as they come\n\n\
         Files of data portals with their cleaned forms (the survey behind the Pollock benchmark for data loading, Vitagliano and others, 2023), \
         a sample of {} of them: titles, notes and totals around the table, headers of several lines, two delimiters, characters of Windows-1252 in UTF-8.\n\
         Equal means: every cell of header and rows the same as in the cleaned form, blanks around cells and blank cells at the end of rows aside; \
         headers that the cleaners invented (`col_0`) are ignored, totals are kept.\n\n\
         **{equal} of {} equal ({:.0} %).** Made by the test `real_tables`.\n\n| file | rows | table |\n| --- | --- | --- |\n{table}",
        names.len(),
        names.len(),
        share * 100.0
    );
    let path = project_file("docs/real-files.md");
    if std::env::var_os("RETAIN_WRITE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(share >= 0.9, "{unlike:#?}");
    let sum = |page: &str| {
        page.lines()
            .find(|l| l.starts_with("**"))
            .map(str::to_owned)
    };
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        sum(&kept),
        sum(&page),
        "RETAIN_WRITE_DOCS=1 writes the page anew"
    );
}
