//! Dates and times in the forms that systems write them.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::Refusal;
use crate::columns::half_width;

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
pub(in crate::import) fn timestamp(
    text: &str,
    order: DateOrder,
    zone_minutes: i32,
) -> Result<NaiveDateTime, Refusal> {
    if let Some(at) = plain_timestamp(text.as_bytes()) {
        return Ok(at);
    }
    let text: String = text.chars().map(half_width).collect();
    let text = plain_words(&text);
    let text = text.trim();
    if let Some(at) = serial(text) {
        return Ok(at);
    }
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

/// What programs write for no date: the days before their first one.
const NO_DAYS: [&str; 9] = [
    "0000-00-00",
    "0000/00/00",
    "0001-01-01",
    "0001/1/1",
    "1899-12-30",
    "1899-12-31",
    "1899/12/30",
    "1899/12/31",
    "1900-01-00",
];

/// True for what stands in a cell of dates where there is none.
pub(in crate::import) fn is_no_date(text: &str) -> bool {
    matches!(
        text,
        "-" | "--"
            | "—"
            | "——"
            | "/"
            | "无"
            | "暂无"
            | "未知"
            | "NULL"
            | "null"
            | "N/A"
            | "n/a"
            | "NA"
            | "#N/A"
    ) || NO_DAYS.iter().any(|day| text.starts_with(day))
}

/// A date without the day of the week, and with months and times of day in figures.
fn plain_words(text: &str) -> String {
    if text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.' | b':' | b' '))
    {
        return text.to_owned();
    }
    let mut plain = text.to_owned();
    for name in ["星期", "礼拜", "周"] {
        while let Some(at) = plain.find(name) {
            let end = at + name.len();
            let Some(day) = plain[end..].chars().next() else {
                break;
            };
            if !"一二三四五六日天".contains(day) {
                break;
            }
            plain.replace_range(at..end + day.len_utf8(), " ");
        }
    }
    let plain = plain
        .replace("( )", " ")
        .replace(['时', '点'], ":")
        .replace('分', ":");
    let plain = plain.replace('秒', "");
    let plain = plain.trim_end_matches(':');
    if !plain.bytes().any(|b| b.is_ascii_alphabetic()) {
        return plain.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    english(plain).unwrap_or_else(|| plain.to_owned())
}

/// `Mon, 3 Mar 2025 10:20`, `Mar 3, 2025`, `3-Mar-2025` with the year first and in figures.
fn english(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let begins = |word: &str, names: &[&str]| {
        let word = word.to_lowercase();
        let letters = word.len() >= 3 && word.bytes().all(|b| b.is_ascii_alphabetic());
        names.iter().position(|n| letters && word.starts_with(n))
    };
    let words: Vec<&str> = text
        .split([' ', ',', '-', '/'])
        .filter(|w| !w.is_empty())
        .collect();
    let words = match words.first() {
        Some(first) if begins(first, &DAYS).is_some() => &words[1..],
        _ => &words[..],
    };
    let at = words
        .iter()
        .take(2)
        .position(|w| begins(w, &MONTHS).is_some())?;
    let month = begins(words[at], &MONTHS)? + 1;
    let (day, year) = (words.get(1 - at)?, words.get(2)?);
    let whole = |w: &str, widths: std::ops::RangeInclusive<usize>| {
        widths.contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit())
    };
    (whole(day, 1..=2) && whole(year, 4..=4))
        .then(|| format!("{year}-{month}-{day} {}", words[3..].join(" ")))
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

/// The number of a day as spreadsheets count from 1900, with the time of day as its fraction: five digits, 1990 to 2100.
/// A column whose cells lost their format looks like this; no date that people write does.
fn serial(text: &str) -> Option<NaiveDateTime> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if days.len() != 5 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days = digits(days.as_bytes()).filter(|d| (32_874..=73_050).contains(d))?;
    let share: f64 = format!("0.{fraction}").parse().ok()?;
    let base = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let day = base.checked_add_signed(TimeDelta::days(i64::from(days)))?;
    // To the second: what is left is the end of a binary fraction.
    let seconds = (share * 86_400.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "at most 86,400")]
    day.and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::seconds(seconds as i64))
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
