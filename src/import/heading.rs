//! Where in the first rows of a table its header is: below titles, in one line or in two.

use super::mapping::{Mapping, is_known, known_headers};
use crate::columns::{fold, unit_of};

/// Rows with anything in them among which the header is looked for.
pub(super) const ROWS: usize = 50;

/// The header of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heading {
    /// Names of the columns.
    pub(super) names: Vec<String>,
    /// Row, of those looked at, at which the records begin.
    pub(super) first: usize,
    /// Names that the dictionary knows.
    pub(super) known: usize,
}

/// Finds the header: the first of the rows that name most columns; where no row names any, what stands above the data.
/// A header of two lines (a group above, its parts below; merged cells) is read as one, a row of units below it is
/// part of it. Where the first row with several texts is data already, columns have names of positions. `None`
/// without rows.
pub(super) fn find(rows: &[Vec<String>], mapping: &Mapping) -> Option<Heading> {
    let known: Vec<usize> = rows.iter().map(|r| known_headers(r, mapping)).collect();
    let first_wide = rows.iter().position(|r| filled(r) > 1).unwrap_or(0);
    let best = (0..rows.len()).rev().max_by_key(|at| known[*at])?;
    // One name alone below a row of several texts is a word in the data.
    let is_named = known[best] > 1 || (known[best] == 1 && first_wide >= best);
    let mut found = if is_named {
        named(rows, best, known[best], mapping)
    } else {
        unnamed(rows, first_wide)
    };
    if let (Some(row), true) = (rows.get(found.first), found.first > 0)
        && is_row_of_units(row)
    {
        found.names = with_units(&found.names, row);
        found.first += 1;
    }
    Some(found)
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

/// The header at a row that names columns; of two lines where that names more.
fn named(rows: &[Vec<String>], at: usize, known: usize, mapping: &Mapping) -> Heading {
    let mut found = Heading {
        names: rows[at].clone(),
        first: at + 1,
        known,
    };
    for upper in [at.checked_sub(1), Some(at)].into_iter().flatten() {
        let Some(lower) = rows.get(upper + 1) else {
            continue;
        };
        let names = joined(&rows[upper], lower);
        let known = known_headers(&names, mapping);
        if known > found.known {
            found = Heading {
                names,
                first: upper + 2,
                known,
            };
        }
    }
    if let Some(lower) = rows.get(at + 1)
        && found.first == at + 1
        && are_one_header(&rows[at], lower)
    {
        let names = joined(&rows[at], lower);
        let known = known_headers(&names, mapping);
        if known >= found.known {
            found = Heading {
                names,
                first: at + 2,
                known,
            };
        }
    }
    found
}

/// The header of a table whose columns nobody knows.
fn unnamed(rows: &[Vec<String>], at: usize) -> Heading {
    let heading = |names: Vec<String>, first| Heading {
        names,
        first,
        known: 0,
    };
    let below = &rows[(at + 1).min(rows.len())..];
    if is_data(&rows[at], below) {
        let width = rows[at..].iter().map(Vec::len).max().unwrap_or(0);
        return heading(positions(width), at);
    }
    match below {
        [lower, data, ..] if are_one_header(&rows[at], lower) && filled(data) > 0 => {
            heading(joined(&rows[at], lower), at + 2)
        }
        // Texts above nothing but figures: a title of two cells, then the header.
        [lower, data @ ..]
            if data.len() >= FIGURES_BELOW
                && data
                    .iter()
                    .flatten()
                    .all(|c| c.trim().is_empty() || is_figure(c))
                && filled(lower) == lower.len()
                && lower.iter().all(|c| !is_figure(c))
                && rows[at].iter().any(|c| c.chars().count() > LONG_NAME) =>
        {
            heading(lower.clone(), at + 2)
        }
        _ => heading(rows[at].clone(), at + 1),
    }
}

/// Rows of figures that say that what stands above is a header.
const FIGURES_BELOW: usize = 5;
/// Characters of a text that is hardly the name of a column of figures.
const LONG_NAME: usize = 30;

/// Names of columns by their places.
pub(super) fn positions(width: usize) -> Vec<String> {
    (1..=width).map(|n| format!("#{n}")).collect()
}

/// True for a row that is a record like those below: it has figures where they have figures, and no text above any.
/// Years that rise from column to column are headers all the same.
fn is_data(row: &[String], below: &[Vec<String>]) -> bool {
    let (mut figures, mut texts) = (0, 0);
    for (at, cell) in row.iter().enumerate().filter(|(_, c)| !c.trim().is_empty()) {
        let cells = below
            .iter()
            .filter_map(|r| r.get(at))
            .filter(|c| !c.trim().is_empty());
        let (all, of_figures) =
            cells.fold((0, 0), |(n, f), c| (n + 1, f + usize::from(is_figure(c))));
        if all > 0 && of_figures * 5 >= all * 4 {
            if is_figure(cell) {
                figures += 1;
            } else {
                texts += 1;
            }
        }
    }
    let years: Vec<Option<u32>> = row
        .iter()
        .filter(|c| is_figure(c))
        .map(|c| c.trim().parse().ok().filter(|y| (1900..=2100).contains(y)))
        .collect();
    let are_years = years.len() > 1
        && years.iter().all(Option::is_some)
        && years.windows(2).all(|pair| pair[0] < pair[1])
        && row.iter().any(|c| !is_figure(c));
    figures > 0 && texts == 0 && !are_years
}

/// A number, an amount or a date in figures.
fn is_figure(text: &str) -> bool {
    let text = text
        .trim()
        .trim_start_matches(['£', '$', '€', '¥', '￥', '+', '-', '(']);
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(
                    b,
                    b'.' | b',' | b':' | b'/' | b'-' | b' ' | b'%' | b'e' | b'E' | b'+' | b')'
                )
        })
}

/// True where the upper row names groups of columns and the lower one their parts: no part stands under a name of its
/// own, and either some names have no parts or parts repeat from group to group.
fn are_one_header(upper: &[String], lower: &[String]) -> bool {
    let at = |row: &[String], i: usize| row.get(i).is_some_and(|c| !c.trim().is_empty());
    let width = upper.len().max(lower.len());
    let Some(first) = (0..width).find(|i| at(upper, *i)) else {
        return false;
    };
    let is_part = |i: usize| i > first && !at(upper, i) && at(lower, i);
    let parts = (0..width).filter(|i| is_part(*i)).count();
    let begins_group = |i: usize| at(upper, i) && is_part(i + 1);
    let texts: Vec<&str> = lower
        .iter()
        .map(|c| c.trim())
        .filter(|c| !c.is_empty())
        .collect();
    if parts == 0
        || texts.iter().any(|c| is_figure(c))
        || (0..width).any(|i| at(lower, i) && !is_part(i) && !begins_group(i))
    {
        return false;
    }
    let mut different = texts.clone();
    different.sort_unstable();
    different.dedup();
    different.len() < texts.len() || (0..width).any(|i| at(upper, i) && !at(lower, i))
}

/// Two lines as one: a name above stands for all columns up to the next one.
fn joined(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut group = "";
    (0..upper.len().max(lower.len()))
        .map(|at| {
            let above = upper.get(at).map_or("", |t| t.trim());
            let below = lower.get(at).map_or("", |t| t.trim());
            if !above.is_empty() {
                group = above;
            }
            let is_latin = group.ends_with(|c: char| c.is_ascii_alphanumeric())
                && below.starts_with(|c: char| c.is_ascii_alphanumeric());
            let both = format!("{group}{}{below}", if is_latin { " " } else { "" });
            if below.is_empty() {
                above.to_owned()
            } else if !is_known(&both) && is_known(below) {
                below.to_owned()
            } else {
                both
            }
        })
        .collect()
}

/// Words of a row that says how the columns are written, besides units.
const FORMS: &[&str] = &[
    "-",
    "—",
    "/",
    "日期",
    "时间",
    "文本",
    "数字",
    "数值",
    "字符",
    "yyyymmdd",
    "yyyy/mm/dd",
    "yyyymmddhhmm:ss",
    "text",
    "date",
    "number",
];

/// True for a row below the header that says what the columns are counted in, and nothing else.
fn is_row_of_units(row: &[String]) -> bool {
    let folded: Vec<String> = row
        .iter()
        .map(|c| fold(c))
        .filter(|c| !c.is_empty())
        .collect();
    folded.iter().any(|c| unit_of(c).is_some())
        && folded
            .iter()
            .all(|c| unit_of(c).is_some() || FORMS.contains(&c.as_str()))
}

/// Names with their units in brackets, where they are units.
fn with_units(names: &[String], units: &[String]) -> Vec<String> {
    names
        .iter()
        .enumerate()
        .map(|(at, name)| match units.get(at) {
            Some(unit) if unit_of(unit).is_some() => {
                let unit = unit.trim().trim_matches(['(', ')', '（', '）', '[', ']']);
                format!("{name}({unit})")
            }
            _ => name.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(rows: &[&[&str]]) -> (Vec<String>, usize) {
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|r| r.iter().map(|c| (*c).to_owned()).collect())
            .collect();
        let heading = find(&rows, &Mapping::default()).unwrap();
        (heading.names, heading.first)
    }

    #[test]
    fn a_header_of_two_lines_is_one_header() {
        let (names, first) = found(&[
            &["维修工单"],
            &["工单号", "车牌号", "进厂日期", "下次保养", "", "金额", ""],
            &["", "", "", "日期", "里程", "工时费", "配件费"],
            &["1", "粤A10001", "2025-01-02", "", "", "1", "2"],
        ]);
        assert_eq!(first, 3);
        assert_eq!(
            names,
            [
                "工单号",
                "车牌号",
                "进厂日期",
                "下次保养日期",
                "下次保养里程",
                "工时费",
                "配件费"
            ]
        );
    }

    #[test]
    fn rows_of_data_are_no_second_line() {
        let (names, first) = found(&[
            &["车牌号", "进厂日期", "维修类型"],
            &["粤A10001", "2025-01-02", "保养"],
        ]);
        assert_eq!((names.len(), first), (3, 1));
        let (names, first) = found(&[
            &["车牌号", "进厂日期", "备注"],
            &["粤A10001", "2025-01-02", "车牌号"],
        ]);
        assert_eq!((names[0].as_str(), first), ("车牌号", 1));
    }

    #[test]
    fn a_row_of_units_below_the_header_is_part_of_it() {
        let (names, first) = found(&[
            &["车牌号", "进厂日期", "行驶里程", "实收金额"],
            &["", "yyyy-mm-dd", "（万公里）", "元"],
            &["粤A10001", "2025-01-02", "1.5", "300"],
        ]);
        assert_eq!(first, 2);
        assert_eq!(
            names,
            ["车牌号", "进厂日期", "行驶里程(万公里)", "实收金额(元)"]
        );
        // A record without anything but a word that is a unit too is a record.
        let (_, first) = found(&[&["车牌号", "进厂日期", "备注"], &["粤A10001", "", "元"]]);
        assert_eq!(first, 1);
    }

    #[test]
    fn a_table_that_begins_with_data_has_names_of_positions() {
        let (names, first) = found(&[
            &["1", "di4.wav", "0.95"],
            &["2", "di1.wav", "1.03"],
            &["3", "ma1.wav", "0.70"],
        ]);
        assert_eq!((names.join(","), first), ("#1,#2,#3".to_owned(), 0));
        // Years are names of columns.
        let (names, first) = found(&[&["Region", "2019", "2020"], &["North", "12", "13"]]);
        assert_eq!((names[1].as_str(), first), ("2019", 1));
        // A name above figures makes a header of the row.
        let (_, first) = found(&[&["2025", "amount"], &["1", "2"], &["3", "4"]]);
        assert_eq!(first, 1);
    }

    #[test]
    fn groups_and_their_parts_are_one_header_in_any_language() {
        let (names, first) = found(&[
            &["Dates", "Purpose", "Travel", "", "", "Total Cost"],
            &["", "", "Air", "Rail", "Taxi/Car", ""],
            &["04/04/2014", "meeting", "", "65.60", "", "65.60"],
        ]);
        assert_eq!(first, 2);
        assert_eq!(
            names,
            [
                "Dates",
                "Purpose",
                "Travel Air",
                "Travel Rail",
                "Travel Taxi/Car",
                "Total Cost"
            ]
        );
        let (names, _) = found(&[
            &["control", "", "fire", ""],
            &["X", "Y", "X", "Y"],
            &["1", "2", "3", "4"],
        ]);
        assert_eq!(names, ["control X", "control Y", "fire X", "fire Y"]);
        // A record that fills a column without a name is a record.
        let (_, first) = found(&[
            &["Name", "", "City", "Age"],
            &["Bob", "x", "Paris", ""],
            &["Al", "y", "Rome", "5"],
        ]);
        assert_eq!(first, 1);
    }

    #[test]
    fn a_title_of_two_cells_above_figures_is_no_header() {
        let mut rows: Vec<&[&str]> = vec![
            &[
                "Created as New Dataset",
                "Sample 012 By Analyst on Wednesday, January 20",
            ],
            &["cm-1", "A"],
        ];
        rows.extend([&["4000.00", "0.0066"] as &[&str]; 5]);
        assert_eq!(found(&rows).1, 2);
    }

    #[test]
    fn an_unknown_header_is_the_first_row_of_several_texts() {
        assert_eq!(found(&[&["Report"], &["a", "b"], &["1", "2"]]).1, 2);
        assert_eq!(found(&[&["only"]]).1, 1);
    }
}
