//! What the values of a column look like, whatever its header says.

use super::value::{self, DateOrder};
use crate::columns::Unit;

/// What most values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    /// Nothing in it.
    Empty,
    /// Number plates.
    Plates,
    /// Vehicle identification numbers.
    Vins,
    /// Mobile phones.
    Phones,
    /// Dates.
    Dates,
    /// Numbers.
    Numbers,
    /// Anything else.
    Texts,
}

impl Looks {
    /// Its name in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Plates => "plates",
            Self::Vins => "vins",
            Self::Phones => "phones",
            Self::Dates => "dates",
            Self::Numbers => "numbers",
            Self::Texts => "texts",
        }
    }
}

/// Counts what values are.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) filled: u64,
    kinds: [u64; 5],
}

/// Fewer values say nothing.
const LEAST: u64 = 5;

impl Evidence {
    pub(super) fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        let is = [
            is_plate(text),
            value::is_vin(text) && text.bytes().any(|b| b.is_ascii_digit()),
            is_mobile(text),
            text.len() >= 6 && value::timestamp(text, DateOrder::Mdy, 480).is_ok(),
            matches!(value::decimal(text, 2), Ok(Some(_)))
                || matches!(value::kilometres(text, Unit::One), Ok(Some(_))),
        ];
        for (count, is) in self.kinds.iter_mut().zip(is) {
            *count += u64::from(is);
        }
    }

    /// What nine in ten of the values are; the first kind that fits.
    pub(super) fn looks(&self) -> Looks {
        if self.filled == 0 {
            return Looks::Empty;
        }
        let kinds = [
            Looks::Plates,
            Looks::Vins,
            Looks::Phones,
            Looks::Dates,
            Looks::Numbers,
        ];
        kinds
            .into_iter()
            .zip(self.kinds)
            .find(|(_, count)| count * 10 >= self.filled * 9)
            .map_or(Looks::Texts, |(kind, _)| kind)
    }

    /// The same where there is enough to tell.
    pub(super) fn surely(&self) -> Option<Looks> {
        (self.filled >= LEAST).then(|| self.looks())
    }
}

/// Province, letter, five or six letters or figures; the last may be one of the special ones.
fn is_plate(text: &str) -> bool {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let Some(plate) = value::plate(text) else {
        return false;
    };
    let chars: Vec<char> = plate.chars().collect();
    matches!(chars.len(), 7 | 8)
        && PROVINCES.contains(chars[0])
        && chars[1].is_ascii_uppercase()
        && chars[2..chars.len() - 1]
            .iter()
            .all(char::is_ascii_alphanumeric)
        && (chars[chars.len() - 1].is_ascii_alphanumeric()
            || "挂学警港澳使领".contains(chars[chars.len() - 1]))
}

fn is_mobile(text: &str) -> bool {
    value::phones(text)
        .first()
        .is_some_and(|p| p.len() == 11 && p.starts_with('1') && !p.starts_with("10"))
}

/// True for what names a vehicle or reaches a person, however it is written.
pub(super) fn identifies(text: &str) -> bool {
    is_plate(text) || is_mobile(text) || value::vin(text).is_some_and(|v| value::is_vin(&v))
}

/// The evidence of each column of some rows.
pub(super) fn of_rows(rows: &[Vec<String>], width: usize) -> Vec<Evidence> {
    let mut all = vec![Evidence::default(); width];
    for row in rows {
        for (evidence, text) in all.iter_mut().zip(row) {
            evidence.add(text);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(values: &[&str]) -> Looks {
        let mut evidence = Evidence::default();
        values.iter().for_each(|v| evidence.add(v));
        evidence.looks()
    }

    #[test]
    fn columns_are_told_by_their_values() {
        assert_eq!(
            looks(&["粤B12345", "粤B·D12345", "京A1234学"]),
            Looks::Plates
        );
        assert_eq!(looks(&["LSVAA4187E2100001"]), Looks::Vins);
        assert_eq!(looks(&["13800138000", "138 0013 8001"]), Looks::Phones);
        assert_eq!(looks(&["2025-01-02", "2025年1月2日"]), Looks::Dates);
        assert_eq!(looks(&["¥1,200", "-3.5", "0"]), Looks::Numbers);
        assert_eq!(looks(&["保养", "1"]), Looks::Texts);
        assert_eq!(looks(&["", " "]), Looks::Empty);
    }
}
