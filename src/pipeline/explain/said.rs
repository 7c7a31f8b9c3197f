//! Sentences of an explanation: a message of the catalogue with its values, as data and as text.

use std::collections::BTreeMap;

use crate::i18n::{self, Currency};
use crate::types::Lang;

/// One sentence.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Said {
    /// Message key.
    pub key: String,
    /// Its values, as they are to be read; words of tables as in the tables.
    pub values: BTreeMap<String, String>,
    /// The sentence in the language asked for.
    pub text: String,
}

/// One step of the path.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Step {
    /// `orders`, `visits`, `features`, `rhythm`, `loyalty`, `tier`, `state`, `probability`, `outlook`, `segment`,
    /// `priority`.
    pub step: &'static str,
    /// What is to be said.
    pub said: Vec<Said>,
}

/// Says things in a language.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) lang: Lang,
    /// What money is called; every sentence may name it.
    pub(super) currency: &'a Currency,
}

impl Words<'_> {
    /// A sentence. A value that is a word of a table (`class` = `maint`) is read as the catalogue has it (`class-maint`).
    pub(super) fn say(self, key: &str, values: &[(&str, String)]) -> Said {
        let currency = [("currency", self.currency.word(self.lang))];
        let words: Vec<(&str, String)> = values
            .iter()
            .map(|(name, value)| {
                let word = i18n::find(self.lang, &format!("{name}-{value}"), &currency);
                (*name, word.unwrap_or_else(|| value.clone()))
            })
            .collect();
        let named = words.iter().map(|(n, v)| (*n, v.as_str()));
        let args: Vec<(&str, &str)> = named.chain(currency).collect();
        Said {
            key: key.to_owned(),
            values: values
                .iter()
                .map(|(n, v)| ((*n).to_owned(), v.clone()))
                .collect(),
            text: i18n::text(self.lang, key, &args),
        }
    }
}

/// A figure with so many decimals; a dash where it is unknown.
pub(super) fn figure(value: Option<f64>, decimals: usize) -> String {
    value
        .filter(|v| v.is_finite())
        .map_or_else(|| "-".to_owned(), |v| i18n::number(v, decimals))
}

/// A day; a dash where it is unknown.
pub(super) fn day(date: Option<chrono::NaiveDate>) -> String {
    date.map_or_else(|| "-".to_owned(), |d| d.to_string())
}

/// A share as percent.
pub(super) fn percent(share: f64) -> String {
    i18n::number(share * 100.0, 1)
}
