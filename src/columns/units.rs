//! Units that stand in a header: 里程(公里), 应收金额(万元), mileage [mi].

use super::{fold, half_width};

/// What the figures of a column are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// As it is: 元, km, hours.
    #[default]
    One,
    /// 千元.
    Thousand,
    /// 万元, 万公里.
    TenThousand,
    /// 1.609344 km.
    Mile,
}

/// A header without what stands in brackets at its end, and that; `None` where nothing does.
#[must_use]
pub fn without_note(header: &str) -> Option<(String, String)> {
    let plain: String = header
        .trim()
        .chars()
        .map(|c| match half_width(c) {
            '【' | '[' | '〔' => '(',
            '】' | ']' | '〕' => ')',
            c => c,
        })
        .collect();
    let (name, note) = match plain.strip_suffix(')') {
        Some(open) => open.rsplit_once('(')?,
        // Without brackets only what is a unit and nothing else.
        None => {
            let (name, note) = plain.rsplit_once('/')?;
            (unit_of(note).is_some()).then_some((name, note))?
        }
    };
    (!name.trim().is_empty()).then(|| (name.trim().to_owned(), note.trim().to_owned()))
}

/// The unit that a header names.
#[must_use]
pub fn unit(header: &str) -> Unit {
    without_note(header)
        .and_then(|(_, note)| unit_of(&note))
        .unwrap_or_default()
}

/// The unit that a text is, and nothing else: 元, km, (万公里).
#[must_use]
pub fn unit_of(note: &str) -> Option<Unit> {
    let folded = fold(note);
    let note = folded
        .trim_start_matches("单位")
        .trim_start_matches("人民币");
    Some(match note {
        "元" | "rmb" | "cny" | "¥" | "公里" | "km" | "千米" | "里" | "小时" | "h" => {
            Unit::One
        }
        "千元" => Unit::Thousand,
        "万元" | "万" | "万公里" | "万km" | "万千米" => Unit::TenThousand,
        "mi" | "mile" | "miles" | "英里" => Unit::Mile,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_headers() {
        for (header, expected) in [
            ("里程(公里)", Unit::One),
            ("应收金额（万元）", Unit::TenThousand),
            ("行驶里程【万公里】", Unit::TenThousand),
            ("odometer (miles)", Unit::Mile),
            ("金额/千元", Unit::Thousand),
            ("金额(含税)", Unit::One),
            ("维修/保养", Unit::One),
        ] {
            assert_eq!(unit(header), expected, "{header}");
        }
        assert_eq!(
            without_note("金额 (含税)"),
            Some(("金额".to_owned(), "含税".to_owned()))
        );
        assert_eq!(without_note("维修/保养"), None);
        assert_eq!(without_note("(公里)"), None);
    }
}
