//! Rows of a table that are no records: totals, headers that a printer repeated, notes below.

use super::value::Refusal;
use crate::columns::fold;

/// Words that a row of sums begins with, folded.
const TOTALS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "总合计",
    "本页合计",
    "本页小计",
    "本月合计",
    "合計",
    "總計",
    "小計",
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
];

/// True where a text alone says that its row is a sum.
pub(super) fn is_total(text: &str) -> bool {
    // Nearly every text is told by its length or its first byte, and a Chinese one by what all such words end in;
    // wide forms of letters and brackets begin with EF.
    let may_be = || match text.as_bytes().first() {
        Some(b'T' | b't' | b'G' | b'g' | b'S' | b's') => true,
        Some(0xe3..=0xef) => text.contains(['计', '計']) || text.as_bytes().contains(&0xef),
        _ => false,
    };
    text.len() <= 24 && may_be() && TOTALS.contains(&fold(text).as_str())
}

/// What a row is that could not be read as a record; `None` where it is a record with a fault.
pub(super) fn aside(fields: &[&str], headers: &[String]) -> Option<Refusal> {
    let filled: Vec<&str> = fields
        .iter()
        .map(|f| f.trim())
        .filter(|f| !f.is_empty())
        .collect();
    if filled.iter().any(|f| is_total(f)) || filled.first().is_some_and(|f| begins_total(f)) {
        return Some(Refusal::Total);
    }
    let same = fields
        .iter()
        .zip(headers)
        .filter(|(f, h)| !f.trim().is_empty() && fold(f) == fold(h))
        .count();
    if same > 1 && same * 2 > filled.len() {
        return Some(Refusal::HeaderAgain);
    }
    // A text alone, or one with what it announces: 制表人:张三.
    let announces = filled.first().is_some_and(|f| {
        f.ends_with([':', '：'])
            || f.contains(['：', ':']) && !f.starts_with(|c: char| c.is_ascii_digit())
    });
    let width = headers.len();
    (width > 2 && (filled.len() <= 1 || (announces && filled.len() * 2 <= width)))
        .then_some(Refusal::Note)
}

/// `合计:12 单`, `共 300 条`.
fn begins_total(text: &str) -> bool {
    let folded = fold(text);
    ["合计", "总计", "小计", "共计", "合計", "總計"]
        .iter()
        .any(|t| folded.starts_with(t))
        || (folded.starts_with('共') && folded.chars().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_headers_and_notes_are_no_records() {
        let headers = ["工单号", "车牌号", "进厂日期", "实收金额"].map(str::to_owned);
        for (row, expected) in [
            (vec!["合计", "", "", "300"], Some(Refusal::Total)),
            (vec!["", "小 计：", "", "300"], Some(Refusal::Total)),
            (vec!["共 12 条记录"], Some(Refusal::Total)),
            (
                vec!["工单号", "车牌号", "进厂日期", "实收金额"],
                Some(Refusal::HeaderAgain),
            ),
            (vec!["制表人：张三", "", "审核：", ""], Some(Refusal::Note)),
            (vec!["以上数据截至昨日"], Some(Refusal::Note)),
            (vec!["1", "", "2025-01-02", "300"], None),
            (vec!["1", "粤A1", "2025-13-02", "300"], None),
        ] {
            assert_eq!(aside(&row, &headers), expected, "{row:?}");
        }
    }
}
