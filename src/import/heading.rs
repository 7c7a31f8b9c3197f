//! Where in the first rows of a table its header is: below titles, in one line or in two.

use super::mapping::{Mapping, is_known, known_headers};

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

/// Finds the header: the first of the rows that name most columns; where no row names any, the first with more
/// than one text. A header of two lines (a group above, its parts below; merged cells) is read as one where that
/// names more. `None` without rows.
pub(super) fn find(rows: &[Vec<String>], mapping: &Mapping) -> Option<Heading> {
    let known: Vec<usize> = rows.iter().map(|r| known_headers(r, mapping)).collect();
    let wide = |row: &Vec<String>| row.iter().filter(|c| !c.trim().is_empty()).count() > 1;
    let first_wide = rows.iter().position(wide).unwrap_or(0);
    let best = (0..rows.len()).rev().max_by_key(|at| known[*at])?;
    // One name alone below a row of several texts is a word in the data.
    let at = if known[best] == 0 || (known[best] == 1 && first_wide < best) {
        first_wide
    } else {
        best
    };
    let mut found = Heading {
        names: rows[at].clone(),
        first: at + 1,
        known: known[at],
    };
    if found.known > 0 {
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
    }
    Some(found)
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
            let both = format!("{group}{below}");
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
    fn an_unknown_header_is_the_first_row_of_several_texts() {
        assert_eq!(found(&[&["Report"], &["a", "b"], &["1", "2"]]).1, 2);
        assert_eq!(found(&[&["only"]]).1, 1);
    }
}
