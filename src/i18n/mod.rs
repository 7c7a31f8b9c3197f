//! Every word that a person reads, Chinese and English, from the Fluent catalogues beside this file.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

use crate::types::{Error, Lang, Reason};

mod money;
mod plural;

#[cfg(test)]
pub(crate) use money::SIGNS;
pub use money::{Currency, MOST_DIGITS};

static_loader! {
    static CATALOGUE = {
        locales: "./src/i18n/locales",
        fallback_language: "zh",
        // Isolation marks (U+2068, U+2069) would end up in Excel, PDF and terminals.
        customise: |bundle| {
            bundle.set_use_isolating(false);
            plural::teach(bundle);
        },
    };
}

const ZH: LanguageIdentifier = langid!("zh");
const EN: LanguageIdentifier = langid!("en");

/// Controls, line separators, marks that turn the reading direction, and what is no character at all: of no use to who
/// reads, of much in a forgery. Some of it XML forbids.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// The message `id` in `lang` with its named values filled in; the id itself where the catalogue lacks it.
#[must_use]
pub fn text(lang: Lang, id: &str, args: &[(&str, &str)]) -> String {
    find(lang, id, args).unwrap_or_else(|| id.to_owned())
}

/// The message `id`, or `None` where the catalogue lacks it or one of its values.
#[must_use]
pub fn find(lang: Lang, id: &str, args: &[(&str, &str)]) -> Option<String> {
    let map: HashMap<Cow<'static, str>, FluentValue<'_>> = args
        .iter()
        .map(|(name, value)| (Cow::Owned((*name).to_owned()), FluentValue::from(*value)))
        .collect();
    let language = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    CATALOGUE.try_lookup_with_args(language, id, &map)
}

/// The message `id` of a figure, said of a period of that length (`month` or `year`).
#[must_use]
pub fn of_period(lang: Lang, id: &str, length: &str) -> String {
    let span = text(lang, &format!("span-{length}"), &[]);
    text(lang, id, &[("span", &span), ("length", length)])
}

/// True where the catalogue has a message of that id that needs no values.
#[must_use]
pub fn has(lang: Lang, id: &str) -> bool {
    find(lang, id, &[]).is_some()
}

/// A reason as a sentence.
#[must_use]
pub fn reason(lang: Lang, reason: &Reason) -> String {
    let args: Vec<(&str, &str)> = reason
        .args
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    text(lang, &reason.key, &args)
}

/// Words or names in a row, with the mark that the language puts between them.
#[must_use]
pub fn listed(lang: Lang, words: &[impl AsRef<str>]) -> String {
    let mark = match lang {
        Lang::Zh => "，",
        Lang::En => ", ",
    };
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    words.join(mark)
}

/// An error as what happened and what to do next.
#[must_use]
pub fn error(lang: Lang, error: &Error) -> (String, Option<String>) {
    let said: Vec<(&str, String)> = error
        .args
        .iter()
        // Why a row was refused is kept as a code; people read words.
        .map(|(name, value)| {
            let words = (*name == "reason").then(|| find(lang, &format!("reject-{value}"), &[]));
            (*name, words.flatten().unwrap_or_else(|| value.clone()))
        })
        .collect();
    let args: Vec<(&str, &str)> = said.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let mut message = text(lang, &format!("error-{}", error.key), &args);
    if let Some(detail) = &error.detail {
        message = format!("{message} ({detail})");
    }
    (
        message,
        // The more is known, the more it says.
        ["-hint-more", "-hint"]
            .iter()
            .find_map(|end| find(lang, &format!("error-{}{end}", error.key), &args)),
    )
}

/// A number with thousands separators and a fixed count of decimals: `1,234.5`.
#[must_use]
pub fn number(value: f64, decimals: usize) -> String {
    let plain = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = plain
        .split_once('.')
        .map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::new();
    // A rounded zero has no sign.
    if value < 0.0 && plain.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('-');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A share as a percentage with one decimal: `12.3 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_separators_and_no_negative_zero() {
        assert_eq!(number(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(number(-999.0, 0), "-999");
        assert_eq!(number(-0.001, 1), "0.0");
    }
}
