//! Amounts, counts and distances.

use super::Refusal;
use crate::columns::{Unit, half_width};

/// A decimal number scaled by 10^`scale`; `None` where the cell says "nothing" (`-`, `—`).
/// Takes `¥`, `元`, thousands separators, full width, 万, and brackets for negative.
///
/// # Errors
/// [`Refusal::BadNumber`] and [`Refusal::TooLarge`].
pub(in crate::import) fn decimal(text: &str, scale: u32) -> Result<Option<i128>, Refusal> {
    if let Some(value) = plain_decimal(text.as_bytes(), scale) {
        return Ok(Some(value));
    }
    let text: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .collect();
    if matches!(
        text.as_str(),
        "" | "-"
            | "--"
            | "—"
            | "——"
            | "/"
            | "无"
            | "暂无"
            | "空"
            | "NULL"
            | "null"
            | "None"
            | "none"
            | "N/A"
            | "n/a"
            | "NA"
            | "#N/A"
    ) {
        return Ok(None);
    }
    let (body, bracketed) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text.as_str(), false),
    };
    let (body, negative) = match body.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (body.strip_prefix('+').unwrap_or(body), false),
    };
    let body = body
        .trim_start_matches(['¥', '￥', '$'])
        .trim_start_matches("RMB");
    let (body, negative) = match body.strip_prefix('-') {
        Some(rest) if !negative => (rest, true),
        _ => (body, negative),
    };
    let body = body
        .strip_suffix('元')
        .or_else(|| body.strip_suffix("RMB"))
        .or_else(|| body.strip_suffix("CNY"))
        .unwrap_or(body);
    let (body, factor) = match body.strip_suffix('万') {
        Some(rest) => (rest, 10_000),
        None => (body, 1),
    };
    let body = without_separators(body).ok_or(Refusal::BadNumber)?;
    let value = unsigned_decimal(&body, scale + 4).ok_or(Refusal::BadNumber)?;
    let value = value.checked_mul(factor).ok_or(Refusal::TooLarge)?;
    // Half away from zero, as a till rounds.
    let value = (value + 5_000) / 10_000;
    Ok(Some(if negative != bracketed { -value } else { value }))
}

/// An amount in hundredths of a yuan, where its column is counted in `unit` and the cell says no other.
///
/// # Errors
/// [`Refusal::BadNumber`] and [`Refusal::TooLarge`].
pub(in crate::import) fn money(text: &str, unit: Unit) -> Result<Option<i128>, Refusal> {
    let own = text.contains(['万', '元']);
    decimal(
        text,
        match unit {
            Unit::Thousand if !own => 5,
            Unit::TenThousand if !own => 6,
            _ => 2,
        },
    )
}

/// `1,234,567.8` without its separators; `None` where they do not stand every three digits.
fn without_separators(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(w, f)| (w, Some(f)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3) {
        return None;
    }
    let mut out = whole.replace(',', "");
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

/// `[-]123[.45]` with no more decimals than the scale.
fn plain_decimal(b: &[u8], scale: u32) -> Option<i128> {
    let (negative, b) = match b.first()? {
        b'-' => (true, &b[1..]),
        _ => (false, b),
    };
    if b.is_empty() || b.len() > 15 {
        return None;
    }
    let (whole, fraction) = match memchr::memchr(b'.', b) {
        Some(at) => (&b[..at], &b[at + 1..]),
        None => (b, &b[..0]),
    };
    if whole.is_empty() || fraction.len() > scale as usize {
        return None;
    }
    let mut value: i64 = 0;
    for c in whole.iter().chain(fraction) {
        if !c.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(c - b'0');
    }
    value *= 10i64.pow(scale - u32::try_from(fraction.len()).ok()?);
    Some(i128::from(if negative { -value } else { value }))
}

/// Digits with at most one point; further decimals than `scale` are cut.
fn unsigned_decimal(text: &str, scale: u32) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if (whole.is_empty() && fraction.is_empty()) || whole.len() > 18 {
        return None;
    }
    if !whole
        .bytes()
        .chain(fraction.bytes())
        .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let mut value: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let mut places = fraction.bytes();
    for _ in 0..scale {
        value = value * 10 + i128::from(places.next().map_or(0, |b| b - b'0'));
    }
    Some(value)
}

/// A whole number, not negative; `None` where the cell says "nothing".
///
/// # Errors
/// [`Refusal::BadNumber`], [`Refusal::Negative`], [`Refusal::TooLarge`].
pub(in crate::import) fn count(text: &str) -> Result<Option<i32>, Refusal> {
    let Some(tenths) = decimal(text, 1)? else {
        return Ok(None);
    };
    if tenths < 0 {
        return Err(Refusal::Negative);
    }
    if tenths % 10 != 0 {
        return Err(Refusal::BadNumber);
    }
    i32::try_from(tenths / 10)
        .map(Some)
        .map_err(|_| Refusal::TooLarge)
}

/// The largest odometer reading that is not a slip of the keyboard, km.
const MAX_KM: i128 = 9_999_999;

/// A distance in km: `31200`, `31,200 km`, `3.12万公里`.
///
/// # Errors
/// [`Refusal::BadNumber`], [`Refusal::Negative`], [`Refusal::TooLarge`].
pub(in crate::import) fn kilometres(text: &str, unit: Unit) -> Result<Option<i32>, Refusal> {
    if unit == Unit::One && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.parse().ok());
    }
    let folded: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let number = folded
        .strip_suffix("公里")
        .or_else(|| folded.strip_suffix("千米"))
        .or_else(|| folded.strip_suffix("km"));
    let miles = ["miles", "mile", "mi", "英里"]
        .iter()
        .find_map(|m| folded.strip_suffix(m));
    // What the cell says goes before what its header says.
    let unit = match (number, miles) {
        (Some(_), _) => Unit::One,
        (_, Some(_)) => Unit::Mile,
        _ if folded.contains('万') => Unit::One,
        _ => unit,
    };
    let Some(scaled) = decimal(number.or(miles).unwrap_or(&folded), 4)? else {
        return Ok(None);
    };
    if scaled < 0 {
        return Err(Refusal::Negative);
    }
    let km = match unit {
        Unit::One => scaled / 10_000,
        Unit::Thousand => scaled / 10,
        Unit::TenThousand => scaled,
        // 1.609344 km each, to the nearest.
        Unit::Mile => (scaled * 1_609_344 / 1_000_000 + 5_000) / 10_000,
    };
    if km > MAX_KM {
        return Err(Refusal::TooLarge);
    }
    Ok(i32::try_from(km).ok())
}
