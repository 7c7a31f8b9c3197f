//! What a cell says, without what programs put around it so that spreadsheets leave it alone.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// Text without blanks, control characters and marks of spreadsheets around it: `="00123"` and `'00123` are text
/// that looks like a number; a cell quoted behind a blank (`, "x"`) keeps its quotes in CSV. Most cells have none.
pub(super) fn bare(text: &str) -> &str {
    let inside = |b: Option<&u8>| b.is_some_and(u8::is_ascii_graphic);
    let text = if inside(text.as_bytes().first()) && inside(text.as_bytes().last()) {
        text
    } else {
        text.trim_matches(around)
    };
    let between = |open: &str, close: char| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .filter(|inner| !inner.contains(close))
            .map(|inner| inner.trim_matches(around))
    };
    match text.as_bytes().first() {
        Some(b'=') => between("=\"", '"').unwrap_or(text),
        Some(b'"') => between("\"", '"').unwrap_or(text),
        Some(b'\'') => between("'", '\'').unwrap_or_else(|| {
            // The mark of a text stands before figures; a name may begin with an apostrophe.
            let rest = &text[1..];
            if rest.bytes().any(|b| b.is_ascii_digit()) {
                rest
            } else {
                text
            }
        }),
        _ => text,
    }
}

/// Text as it was meant: a control character from U+0080 to U+009F is what some program made of a character of
/// Windows-1252 (a curly quote, a dash, the sign of the euro), and browsers too read it so.
pub(super) fn meant(text: &str) -> Cow<'_, str> {
    // In UTF-8 all of them begin with C2.
    if !text.as_bytes().contains(&0xc2) || !text.contains(is_c1) {
        return Cow::Borrowed(text);
    }
    let one = |c: char| match u8::try_from(u32::from(c)) {
        Ok(byte) if is_c1(c) => WINDOWS_1252
            .decode_without_bom_handling(&[byte])
            .0
            .into_owned(),
        _ => c.to_string(),
    };
    Cow::Owned(text.chars().map(one).collect())
}

fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// Characters that are no part of a value at its ends: blanks of every width, NUL and its like, marks without width.
fn around(c: char) -> bool {
    // What was a character of Windows-1252 is part of the value.
    !is_c1(c) && (c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'))
}

#[cfg(test)]
mod tests {
    use super::{bare, meant};

    #[test]
    fn controls_of_windows_are_the_characters_that_they_were() {
        assert_eq!(meant("d\u{92}Estournel \u{80}5"), "d’Estournel €5");
        assert_eq!(meant("Château é"), "Château é");
        // A code that stands for nothing stays.
        assert_eq!(meant("a\u{81}"), "a\u{81}");
    }

    #[test]
    fn what_programs_put_around_a_value_is_no_part_of_it() {
        for (text, value) in [
            ("abc", "abc"),
            (" \u{a0}\u{3000}abc\u{3000}", "abc"),
            ("abc\0\0", "abc"),
            ("\u{feff}abc\u{200b}", "abc"),
            ("=\"00123\"", "00123"),
            ("=\"\"", ""),
            ("'00123", "00123"),
            ("'abc'", "abc"),
            ("'t Hooft", "'t Hooft"),
            ("\"a b\"", "a b"),
            ("\"a\" and \"b\"", "\"a\" and \"b\""),
            ("=A1", "=A1"),
            ("'", "'"),
            ("\"", "\""),
            ("=\"", "=\""),
            ("", ""),
        ] {
            assert_eq!(bare(text), value, "{text:?}");
        }
    }
}
