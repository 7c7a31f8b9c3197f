//! Which column of a returned list is which, whatever its place: by the headers of the list in either language and by
//! what people write who make a column themselves.

use crate::columns::fold;
use crate::follow_up::workbook::TASK_COLUMN;
use crate::i18n;
use crate::types::Lang;

/// The column of a list as CSV that says for which day it was made; a workbook says it once.
pub const DAY_COLUMN: &str = "calling_day";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Which task the row is.
    Task,
    /// The day that the list was made for.
    ListDay,
    /// First level of what came of it.
    Result,
    /// Second level.
    Outcome,
    /// A day that was agreed.
    Promise,
    /// What was said.
    Note,
    /// The customer refuses marketing.
    OptOut,
    /// Why the customer went elsewhere.
    LostReason,
    /// How the customer was reached.
    Channel,
    /// When.
    ContactedOn,
    /// Who called.
    Staff,
    /// The number is somebody else's.
    WrongNumber,
    /// The customer has the vehicle no more.
    CarSold,
    /// Plate and model.
    Car,
    /// Number dialled.
    Phone,
}

/// Ids of the list's own headers (`list-col-…`) and other names, by field.
const NAMES: &[(Field, &[&str], &[&str])] = &[
    (Field::Task, &[], &[TASK_COLUMN, "任务号", "任务编号"]),
    (Field::ListDay, &[], &[DAY_COLUMN, "名单日期"]),
    (Field::Result, &["result"], &["结果", "回访结果", "result"]),
    (
        Field::Outcome,
        &["outcome"],
        &["细分", "结果细分", "outcome"],
    ),
    (
        Field::Promise,
        &["promise", "promised", "next", "next_contact"],
        &["约定日期", "下次联系", "promised date", "next contact"],
    ),
    (
        Field::Note,
        &["note"],
        &["备注", "记录", "谈话要点", "note", "notes"],
    ),
    (
        Field::OptOut,
        &["opt_out"],
        &["拒绝营销", "opt out", "no marketing"],
    ),
    (
        Field::LostReason,
        &["lost_reason"],
        &["流失原因", "lost reason"],
    ),
    (
        Field::Channel,
        &["channel"],
        &["渠道", "联系方式", "channel"],
    ),
    (
        Field::ContactedOn,
        &["contacted_on", "called_on", "contact_on"],
        &[
            "联系日期",
            "回访日期",
            "联系时间",
            "called on",
            "contacted on",
        ],
    ),
    (
        Field::Staff,
        &["staff", "called_by", "caller"],
        &["回访人", "回访员", "联系人", "called by", "staff"],
    ),
    (
        Field::WrongNumber,
        &["wrong_number"],
        &["号码错误", "错号", "电话错误", "wrong number"],
    ),
    (
        Field::CarSold,
        &["car_sold"],
        &["车已卖", "车辆已售", "已卖车", "car sold"],
    ),
    (Field::Car, &["car", "plate"], &["车牌", "车牌号", "plate"]),
    (Field::Phone, &["phone"], &["电话", "手机", "phone"]),
];

/// The fields that staff fill in; a table without any is none that was sent out.
pub const FILLED_IN: &[Field] = &[
    Field::Result,
    Field::Outcome,
    Field::Promise,
    Field::Note,
    Field::OptOut,
    Field::LostReason,
    Field::WrongNumber,
    Field::CarSold,
];

/// The field that a header names, if any.
#[must_use]
pub fn field(header: &str) -> Option<Field> {
    let header = fold(header.trim_end_matches(['▾', ' ', '\u{a0}']));
    if header.is_empty() {
        return None;
    }
    NAMES
        .iter()
        .find(|(_, ids, names)| {
            names.iter().any(|n| fold(n) == header)
                || ids.iter().any(|id| {
                    [Lang::Zh, Lang::En].iter().any(|lang| {
                        i18n::find(*lang, &format!("list-col-{id}"), &[])
                            .is_some_and(|label| fold(&label) == header)
                    })
                })
        })
        .map(|(field, ..)| *field)
}

/// The columns of a header row: position and header of each known field, the first of each.
#[must_use]
pub fn columns(cells: &[String]) -> Vec<(Field, usize, String)> {
    let mut found: Vec<(Field, usize, String)> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if let Some(field) = field(cell)
            && !found.iter().any(|(f, ..)| *f == field)
        {
            let header = cell.trim_end_matches(['▾', ' ']).to_owned();
            found.push((field, at, header));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_own_headers_are_known_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            for (id, wanted) in [
                ("result", Field::Result),
                ("outcome", Field::Outcome),
                ("promise", Field::Promise),
                ("note", Field::Note),
                ("opt_out", Field::OptOut),
                ("car", Field::Car),
                ("phone", Field::Phone),
            ] {
                let label = i18n::text(lang, &format!("list-col-{id}"), &[]);
                assert_eq!(field(&format!("{label} ▾")), Some(wanted), "{label}");
            }
        }
        assert_eq!(field("TASK_ID"), Some(Field::Task));
        assert_eq!(field("为什么今天"), None);
        assert_eq!(field(" "), None);
    }

    #[test]
    fn of_two_columns_with_one_name_the_first_counts() {
        let cells: Vec<String> = ["备注", "", "task_id", "备注"].map(str::to_owned).into();
        let found = columns(&cells);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], (Field::Note, 0, "备注".to_owned()));
    }
}
