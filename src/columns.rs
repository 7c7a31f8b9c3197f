//! The dictionary: which kinds of file there are, which columns each may have, by which headers they are
//! known in Chinese and English, and how a value is read. Import and generate share it.

mod kinds;
pub mod privacy;
mod synonyms;
mod units;

pub use kinds::KINDS;
pub(crate) use synonyms::flag;
pub use synonyms::{CUSTOMER_KINDS, FUELS, JOB_CLASSES, Synonyms};
pub use units::{Unit, unit, unit_of, without_note};

use std::collections::HashMap;
use std::sync::LazyLock;

/// How the text of a cell becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Text as it stands, trimmed.
    Text,
    /// Store name.
    Store,
    /// Customer number; becomes a key.
    CustomerNo,
    /// Phone; the key where there is no number.
    Phone,
    /// Plate; normalised, becomes a key.
    Plate,
    /// Vehicle identification number; normalised, becomes a key.
    Vin,
    /// Date with or without time of day.
    Timestamp,
    /// Date.
    Date,
    /// Month, kept as its first day.
    Month,
    /// Whole number, not negative.
    Count,
    /// Odometer or distance in km, not negative.
    Km,
    /// Money, DECIMAL(14,2).
    Money,
    /// DECIMAL(12,3).
    Quantity,
    /// DECIMAL(8,2).
    Small,
    /// Large figures of a plan, DECIMAL(18,4).
    Figure,
    /// Yes or no.
    Flag,
    /// One of a list of words.
    Word(&'static Synonyms),
}

/// One column that a kind of file may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Canonical name, which is also the name in the table where the value is kept.
    pub name: &'static str,
    /// The canonical Chinese header.
    pub zh: &'static str,
    /// Further headers, Chinese and English, compared without case, spaces and underscores.
    pub aliases: &'static [&'static str],
    /// How its cells are read.
    pub value: ValueType,
    /// Dates that cannot lie after the day of import.
    pub past_only: bool,
}

impl Column {
    /// A column whose dates may lie in the future.
    const fn new(
        name: &'static str,
        zh: &'static str,
        aliases: &'static [&'static str],
        value: ValueType,
    ) -> Self {
        Self {
            name,
            zh,
            aliases,
            value,
            past_only: false,
        }
    }

    /// A column whose dates cannot lie after the day of import.
    const fn past(
        name: &'static str,
        zh: &'static str,
        aliases: &'static [&'static str],
        value: ValueType,
    ) -> Self {
        Self {
            name,
            zh,
            aliases,
            value,
            past_only: true,
        }
    }
}

/// One kind of file.
#[derive(Debug)]
pub struct Kind {
    /// Name, as in `--as`.
    pub name: &'static str,
    /// The table that its rows go to.
    pub table: &'static str,
    /// The column that identifies a row there.
    pub key_column: &'static str,
    /// What it may have, in the canonical order.
    pub columns: &'static [Column],
    /// Of each group at least one column must be there, and filled in each row.
    pub required: &'static [&'static [&'static str]],
    /// Columns that make the natural key, with the store; empty or blank: the whole content and its ordinal.
    pub natural_key: &'static [&'static str],
}

impl Kind {
    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|k| k.name == name)
    }

    /// The column of that canonical name, and its position.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<(usize, &'static Column)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, c)| c.name == name)
    }

    /// The position of the column that a header names.
    #[must_use]
    pub fn exactly_called(&self, header: &Header) -> Option<usize> {
        self.position_of(&header.whole)
    }

    /// The position of the column that a header names, or does but for what stands in brackets at its end.
    #[must_use]
    pub fn called(&self, header: &Header) -> Option<usize> {
        self.exactly_called(header)
            .or_else(|| self.position_of(header.without_note.as_ref()?))
    }

    fn position_of(&self, folded: &str) -> Option<usize> {
        let all = HEADERS.get(folded)?;
        all.iter()
            .find(|(kind, _)| *kind == self.name)
            .map(|(_, position)| *position)
    }
}

/// A header of a file, folded once for all comparisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    whole: String,
    without_note: Option<String>,
}

impl Header {
    /// Folds a header's text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self {
            whole: fold(text),
            without_note: without_note(text).map(|(name, _)| fold(&name)),
        }
    }
}

/// All headers of the dictionary, folded: the kinds that know each, and at which position.
static HEADERS: LazyLock<HashMap<String, Vec<(&'static str, usize)>>> = LazyLock::new(|| {
    let mut headers: HashMap<String, Vec<(&'static str, usize)>> = HashMap::new();
    for kind in KINDS {
        for (position, column) in kind.columns.iter().enumerate() {
            for name in [column.name, column.zh].iter().chain(column.aliases) {
                let known = headers.entry(fold(name)).or_default();
                if !known.contains(&(kind.name, position)) {
                    known.push((kind.name, position));
                }
            }
        }
    }
    headers
});

/// A header or word without what people vary: case, spaces, underscores, full width, brackets.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(
                    c,
                    '_' | '-' | '(' | ')' | '[' | ']' | '\u{feff}' | ':' | '*' | '.'
                )
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The half-width form of a full-width ASCII character.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_header_names_two_columns_of_one_kind() {
        for kind in KINDS {
            let mut seen = BTreeSet::new();
            for column in kind.columns {
                let mut own: BTreeSet<String> = [fold(column.name), fold(column.zh)].into();
                own.extend(column.aliases.iter().map(|a| fold(a)));
                for name in own {
                    assert!(
                        seen.insert(name.clone()),
                        "{}: header {name} names two columns",
                        kind.name
                    );
                }
            }
        }
    }

    #[test]
    fn required_and_key_columns_exist() {
        for kind in KINDS {
            for name in kind
                .required
                .iter()
                .copied()
                .flatten()
                .chain(kind.natural_key)
            {
                assert!(
                    kind.column(name).is_some(),
                    "{}: no column {name}",
                    kind.name
                );
            }
        }
    }

    #[test]
    fn words_have_one_meaning() {
        for kind in KINDS {
            for column in kind.columns {
                if let ValueType::Word(words) = column.value {
                    let mut seen = BTreeSet::new();
                    for (_, synonyms) in words.0 {
                        for word in *synonyms {
                            assert!(
                                seen.insert(fold(word)),
                                "{}.{}: {word} twice",
                                kind.name,
                                column.name
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn headers_fold_to_what_people_mean() {
        assert_eq!(fold(" RO_Number "), "ronumber");
        assert_eq!(fold("ＶＩＮ码"), "vin码");
    }
}
