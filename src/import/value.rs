//! From the text of a cell to a value: strict, since a number that was guessed is worse than none.
//! Every function is pure; what it cannot read it refuses with a reason.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::columns::half_width;

/// Why a cell cannot be read; the suffix of the message key `reject-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Neither a unit key nor a placeholder.
    MissingKey,
    /// A required column is blank.
    MissingValue,
    /// Not a date, or one that does not exist.
    BadDate,
    /// Later than the day of import allows.
    FutureDate,
    /// Before 1990 or more than 15 years ahead.
    DateOutOfRange,
    /// Not a number.
    BadNumber,
    /// A number below zero where there is none.
    Negative,
    /// A number too large to be true.
    TooLarge,
    /// More or fewer fields than the header.
    Width,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

impl Refusal {
    /// Message key without its prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingKey => "missing-key",
            Self::MissingValue => "missing-value",
            Self::BadDate => "bad-date",
            Self::FutureDate => "future-date",
            Self::DateOutOfRange => "date-out-of-range",
            Self::BadNumber => "bad-number",
            Self::Negative => "negative",
            Self::TooLarge => "too-large",
            Self::Width => "width",
            Self::NotUtf8 => "not-utf8",
        }
    }
}

/// Order of day, month and year where the year is not first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 2025-03-15.
    #[default]
    Ymd,
    /// 03/15/2025.
    Mdy,
    /// 15/03/2025.
    Dmy,
}

/// A date with or without time of day, as local time.
/// A zone (`Z`, `+02:00`) is converted to `zone_minutes` east of UTC.
///
/// # Errors
/// [`Refusal::BadDate`].
pub(super) fn timestamp(
    text: &str,
    order: DateOrder,
    zone_minutes: i32,
) -> Result<NaiveDateTime, Refusal> {
    if let Some(at) = plain_timestamp(text.as_bytes()) {
        return Ok(at);
    }
    let text: String = text.chars().map(half_width).collect();
    let text = text.trim();
    let (day, rest) = date_part(text, order).ok_or(Refusal::BadDate)?;
    let rest = rest.trim_start_matches(['T', 't']).trim();
    if rest.is_empty() {
        return Ok(day.and_time(NaiveTime::MIN));
    }
    let (clock, zone) = split_zone(rest).ok_or(Refusal::BadDate)?;
    let time = time_part(clock).ok_or(Refusal::BadDate)?;
    let at = day.and_time(time);
    match zone {
        None => Ok(at),
        Some(minutes) => at
            .checked_add_signed(TimeDelta::minutes(i64::from(zone_minutes - minutes)))
            .ok_or(Refusal::BadDate),
    }
}

/// The common form `YYYY-MM-DD[ HH:MM[:SS]]`, without detours.
fn plain_timestamp(b: &[u8]) -> Option<NaiveDateTime> {
    if b.len() < 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(
        i32::try_from(digits(&b[0..4])?).ok()?,
        digits(&b[5..7])?,
        digits(&b[8..10])?,
    )?;
    match b.len() {
        10 => Some(day.and_time(NaiveTime::MIN)),
        16 | 19 if b[10] == b' ' && b[13] == b':' => {
            let second = if b.len() == 19 {
                if b[16] != b':' {
                    return None;
                }
                digits(&b[17..19])?
            } else {
                0
            };
            day.and_hms_opt(digits(&b[11..13])?, digits(&b[14..16])?, second)
        }
        _ => None,
    }
}

fn digits(b: &[u8]) -> Option<u32> {
    b.iter().try_fold(0u32, |n, c| {
        c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0'))
    })
}

/// The leading number of a text, at most `most` digits, and what follows.
fn leading_number(text: &str, most: usize) -> Option<(u32, usize, &str)> {
    let end = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if end == 0 {
        return None;
    }
    Some((text[..end].parse().ok()?, end, &text[end..]))
}

fn date_part(text: &str, order: DateOrder) -> Option<(NaiveDate, &str)> {
    let compact = text.bytes().take_while(u8::is_ascii_digit).count();
    if compact == 8 || compact == 14 {
        let b = text.as_bytes();
        let day = NaiveDate::from_ymd_opt(
            i32::try_from(digits(&b[0..4])?).ok()?,
            digits(&b[4..6])?,
            digits(&b[6..8])?,
        )?;
        return Some((day, &text[8..]));
    }
    let (first, width, rest) = leading_number(text, 5)?;
    let rest = separator(rest)?;
    let (second, _, rest) = leading_number(rest, 3)?;
    let rest = separator(rest)?;
    let (third, third_width, rest) = leading_number(rest, 5)?;
    let rest = rest
        .strip_prefix('日')
        .or_else(|| rest.strip_prefix('号'))
        .unwrap_or(rest);
    let (y, m, d) = if width == 4 {
        (first, second, third)
    } else if third_width == 4 {
        match order {
            // The year stands last but nobody said whether day or month comes first.
            DateOrder::Ymd => return None,
            DateOrder::Mdy => (third, first, second),
            DateOrder::Dmy => (third, second, first),
        }
    } else {
        return None;
    };
    Some((NaiveDate::from_ymd_opt(i32::try_from(y).ok()?, m, d)?, rest))
}

fn separator(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let rest = text.strip_prefix(['-', '/', '.', '年', '月'])?;
    Some(rest.trim_start())
}

/// Splits a zone off a time of day: minutes east of UTC.
fn split_zone(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, zone) = text.split_at(at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone = &zone[1..];
    let (h, m) = match zone.split_once(':') {
        Some((h, m)) => (h, m),
        None if zone.len() == 4 => zone.split_at(2),
        None => (zone, "0"),
    };
    let (h, m): (i32, i32) = (h.parse().ok()?, m.parse().ok()?);
    ((0..=14).contains(&h) && (0..60).contains(&m))
        .then(|| (clock.trim_end(), Some(sign * (h * 60 + m))))
}

fn time_part(text: &str) -> Option<NaiveTime> {
    let lower = text.to_lowercase();
    let (text, shift) = if let Some(t) = lower
        .strip_suffix("pm")
        .or_else(|| lower.strip_prefix("下午"))
    {
        (t.trim(), Some(true))
    } else if let Some(t) = lower
        .strip_suffix("am")
        .or_else(|| lower.strip_prefix("上午"))
    {
        (t.trim(), Some(false))
    } else {
        (lower.as_str(), None)
    };
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        let b = text.as_bytes();
        return NaiveTime::from_hms_opt(digits(&b[0..2])?, digits(&b[2..4])?, digits(&b[4..6])?);
    }
    let mut parts = text.split(':');
    let hour: u32 = parts.next()?.trim().parse().ok()?;
    let minute: u32 = parts.next()?.trim().parse().ok()?;
    let second: u32 = match parts.next() {
        None => 0,
        // Fractions of a second mean nothing here.
        Some(s) => s.split('.').next()?.trim().parse().ok()?,
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match shift {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// A decimal number scaled by 10^`scale`; `None` where the cell says "nothing" (`-`, `—`).
/// Takes `¥`, `元`, thousands separators, full width, 万, and brackets for negative.
///
/// # Errors
/// [`Refusal::BadNumber`] and [`Refusal::TooLarge`].
pub(super) fn decimal(text: &str, scale: u32) -> Result<Option<i128>, Refusal> {
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
        "" | "-" | "--" | "—" | "/" | "无" | "NULL" | "null" | "N/A"
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
    let body = body.trim_end_matches('元');
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
pub(super) fn count(text: &str) -> Result<Option<i32>, Refusal> {
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
pub(super) fn kilometres(text: &str) -> Result<Option<i32>, Refusal> {
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
    let Some(tenths) = decimal(number.unwrap_or(&folded), 1)? else {
        return Ok(None);
    };
    if tenths < 0 {
        return Err(Refusal::Negative);
    }
    let km = tenths / 10;
    if km > MAX_KM {
        return Err(Refusal::TooLarge);
    }
    Ok(i32::try_from(km).ok())
}

/// A plate in upper case without separators; `None` where the cell names no plate.
#[must_use]
pub fn plate(text: &str) -> Option<String> {
    let plate: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '・' | '-' | '.' | '_' | '*'))
        .flat_map(char::to_uppercase)
        .collect();
    let nobody = plate.is_empty()
        || plate.chars().all(|c| c == '0' || c == 'X')
        || matches!(
            plate.as_str(),
            "无" | "无牌"
                | "无牌照"
                | "暂无"
                | "未上牌"
                | "临牌"
                | "新车"
                | "NULL"
                | "NONE"
                | "N/A"
        );
    if nobody { None } else { Some(plate) }
}

/// A vehicle identification number in upper case; `None` where the cell names none.
#[must_use]
pub fn vin(text: &str) -> Option<String> {
    let vin: String = text
        .chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    let nobody = vin.is_empty()
        || vin.chars().all(|c| c == '0')
        || matches!(vin.as_str(), "无" | "NULL" | "NONE" | "NA");
    if nobody { None } else { Some(vin) }
}

/// True for 17 characters of the alphabet of ISO 3779 (no I, O, Q).
#[must_use]
pub fn is_vin(vin: &str) -> bool {
    vin.len() == 17
        && vin
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() && !matches!(b, b'I' | b'O' | b'Q'))
}

/// True where the ninth character is the check digit of the other sixteen (GB 16735, 49 CFR 565).
#[must_use]
pub fn vin_check_digit_holds(vin: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if !is_vin(vin) {
        return false;
    }
    let value = |b: u8| match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'H' => u32::from(b - b'A') + 1,
        b'J'..=b'R' => u32::from(b - b'J') + 1,
        _ => u32::from(b - b'S') + 2,
    };
    let sum: u32 = vin.bytes().zip(WEIGHTS).map(|(b, w)| value(b) * w).sum();
    let expected = match sum % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    };
    vin.as_bytes()[8] == expected
}

/// The phone numbers of a cell, without separators, mobiles first.
#[must_use]
pub fn phones(text: &str) -> Vec<String> {
    let text: String = text.chars().map(half_width).collect();
    let mut found: Vec<String> = Vec::new();
    for part in text.split([',', ';', '/', '、', '，', '；', '|', '\n']) {
        // Blanks stand inside a number (138 0013 8000) or between two whole ones.
        let pieces: Vec<&str> = part.split_whitespace().collect();
        let whole = pieces
            .iter()
            .all(|p| p.bytes().filter(u8::is_ascii_digit).count() >= 7);
        let candidates: Vec<String> = if whole {
            pieces.iter().map(|p| (*p).to_owned()).collect()
        } else {
            vec![pieces.concat()]
        };
        for candidate in candidates {
            let number: String = candidate
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect();
            let number = number
                .strip_prefix("+86")
                .map_or(number.clone(), str::to_owned);
            if number.len() >= 7 && !number.bytes().all(|b| b == b'0') && !found.contains(&number) {
                found.push(number);
            }
        }
    }
    found.sort_by_key(|n| !(n.len() == 11 && n.starts_with('1')));
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Result<String, Refusal> {
        timestamp(text, DateOrder::Ymd, 480).map(|t| t.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn dates_are_read_in_the_forms_that_systems_write() {
        for (text, expected) in [
            ("2015-03-24 09:25:11", "2015-03-24 09:25:11"),
            ("2015-03-03", "2015-03-03 00:00:00"),
            ("2015/3/3", "2015-03-03 00:00:00"),
            ("2015.3.3", "2015-03-03 00:00:00"),
            ("20150303", "2015-03-03 00:00:00"),
            ("20150303 091011", "2015-03-03 09:10:11"),
            ("2015年3月3日", "2015-03-03 00:00:00"),
            ("2015年3月3日 9:05", "2015-03-03 09:05:00"),
            ("２０１５－３－３", "2015-03-03 00:00:00"),
            ("2015-03-03T09:00:00Z", "2015-03-03 17:00:00"),
            ("2015-03-03 23:00:00+00", "2015-03-04 07:00:00"),
            ("2015/3/3 3:04:05 PM", "2015-03-03 15:04:05"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_or_are_ambiguous_are_refused() {
        for text in [
            "2025-02-30",
            "2025-13-01",
            "03/15/2018",
            "infinity",
            "42086",
            "2025-1",
            "2025-01-01 25:00",
            "昨天",
        ] {
            assert_eq!(at(text), Err(Refusal::BadDate), "{text}");
        }
        assert!(timestamp("03/15/2018", DateOrder::Mdy, 480).is_ok());
        assert!(timestamp("15/03/2018", DateOrder::Mdy, 480).is_err());
    }

    #[test]
    fn amounts_are_read_as_written_and_never_rounded_away() {
        for (text, cents) in [
            ("1234.5", 123_450),
            ("1,234.00", 123_400),
            ("¥800", 80_000),
            ("800元", 80_000),
            ("3.5万", 3_500_000),
            ("(120.50)", -12_050),
            ("-1.00", -100),
            ("-¥5", -500),
            ("１２．５", 1_250),
            ("0.125", 13),
        ] {
            assert_eq!(decimal(text, 2), Ok(Some(cents)), "{text}");
        }
        for text in ["1_000", "1e3", "nan", "12..3", "1,23", "abc", "1 2 x"] {
            assert_eq!(decimal(text, 2), Err(Refusal::BadNumber), "{text}");
        }
        assert_eq!(decimal("-", 2), Ok(None));
    }

    #[test]
    fn kilometres_below_zero_are_refused() {
        assert_eq!(kilometres("31200"), Ok(Some(31_200)));
        assert_eq!(kilometres("3.12万公里"), Ok(Some(31_200)));
        assert_eq!(kilometres("31,200 KM"), Ok(Some(31_200)));
        assert_eq!(kilometres("-5"), Err(Refusal::Negative));
        assert_eq!(kilometres("99999999"), Err(Refusal::TooLarge));
    }

    #[test]
    fn plates_and_vins_lose_what_people_vary() {
        assert_eq!(plate(" 粤a·12345 ").as_deref(), Some("粤A12345"));
        assert_eq!(plate("无"), None);
        assert_eq!(
            vin("lsvaa49j-132012345").as_deref(),
            Some("LSVAA49J132012345")
        );
        assert!(vin_check_digit_holds("1M8GDM9AXKP042788"));
        assert!(!vin_check_digit_holds("1M8GDM9A1KP042788"));
    }

    #[test]
    fn several_phones_in_a_cell_are_told_apart() {
        assert_eq!(
            phones("020-88886666/138 0013 8000"),
            vec!["13800138000", "02088886666"]
        );
        assert_eq!(phones("+8613800138000"), vec!["13800138000"]);
        assert!(phones("0").is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in "\\PC*") {
            let _ = timestamp(&text, DateOrder::Dmy, 0);
            let _ = decimal(&text, 2);
            let _ = kilometres(&text);
            let _ = (plate(&text), vin(&text), phones(&text));
        }

        #[test]
        fn amounts_come_back(cents in -10_000_000_000i64..10_000_000_000) {
            let text = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            prop_assert_eq!(decimal(&text, 2), Ok(Some(i128::from(cents))));
        }
    }
}
