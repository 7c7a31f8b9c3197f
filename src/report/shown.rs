//! Text as it is shown: without what cannot be seen, and shown numbers read back as numbers.

use crate::i18n::is_invisible;

/// Text without what cannot be seen, and with its per cent signs kept on the line of their number.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .collect::<String>()
        .replace(" %", "\u{a0}%")
}

/// A number as it stands in a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ShownNumber {
    /// Its value; a share where it is shown per cent.
    pub(super) value: f64,
    /// Decimals shown.
    pub(super) decimals: usize,
    /// Shown per cent.
    pub(super) percent: bool,
    /// Shown with its sign even above zero.
    pub(super) signed: bool,
}

/// Reads a number that [`super::format`] wrote for a table: `1,234`, `12.3 %`, `+5.2 %`, `−2`. Anything else is text.
pub(super) fn number(text: &str) -> Option<ShownNumber> {
    let (rest, percent) = match text.strip_suffix(" %") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (digits, sign, signed) = if let Some(rest) = rest.strip_prefix('+') {
        (rest, 1.0, true)
    } else if let Some(rest) = rest.strip_prefix(['-', '−']) {
        (rest, -1.0, rest.starts_with('−'))
    } else {
        (rest, 1.0, false)
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let only_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|g| !g.is_empty() && only_digits(g))?;
    let mut plain = first.to_owned();
    for group in groups {
        if group.len() != 3 || !only_digits(group) || first.len() > 3 {
            return None;
        }
        plain.push_str(group);
    }
    if !only_digits(fraction) || (digits.contains('.') && fraction.is_empty()) {
        return None;
    }
    // Read in one step, so that 12.3 % is the double nearest to 0.123.
    let exponent = if percent { "e-2" } else { "" };
    let value: f64 = format!("{plain}.{fraction}0{exponent}").parse().ok()?;
    Some(ShownNumber {
        value: if value == 0.0 { 0.0 } else { sign * value },
        decimals: fraction.len(),
        percent,
        signed,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::i18n;
    use crate::report::format;

    #[test]
    fn what_tables_show_is_read_back_as_the_number_that_it_is() {
        let read = |text: &str| number(text).map(|n| (n.value, n.decimals, n.percent));
        assert_eq!(
            read(&i18n::number(1_234_567.0, 0)),
            Some((1_234_567.0, 0, false))
        );
        assert_eq!(read(&i18n::number(-1234.5, 2)), Some((-1234.5, 2, false)));
        assert_eq!(read(&i18n::percent(0.123)), Some((0.123, 1, true)));
        assert_eq!(read(&format::change(-0.03)), Some((-0.03, 1, true)));
        assert_eq!(read(&format::change(0.052)), Some((0.052, 1, true)));
        assert_eq!(read(&format::change(0.0)), Some((0.0, 1, true)));
        assert_eq!(read(&format::signed_count(-2.0)), Some((-2.0, 0, false)));
        assert!(number("+38").unwrap().signed);
        assert!(!number("38").unwrap().signed);
    }

    #[test]
    fn what_only_looks_like_a_number_stays_text() {
        for text in [
            "",
            "–",
            "R1",
            "1,23",
            "12,3456",
            "1.",
            ".5",
            "n = 7",
            "51.3 万",
            "¥838",
            "1e5",
            "0x1",
            "+0.2 个百分点",
            "2025-12-31",
            "=1+1",
            "+",
            "−",
            "13800000112a",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(clean("a\u{202e}b\u{0}c\n\u{ffff}12 %"), "abc12\u{a0}%");
    }
}
