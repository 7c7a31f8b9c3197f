//! What identifies a vehicle or reaches a person: plates, VINs, phones.

use std::borrow::Cow;

use crate::columns::half_width;

/// A plate in upper case without separators; `None` where the cell names no plate.
#[must_use]
pub fn plate(text: &str) -> Option<Cow<'_, str>> {
    // As most are written: a province, a letter, letters and digits.
    if let Some((first, rest)) = text.char_indices().nth(1).map(|(at, _)| text.split_at(at))
        && first
            .chars()
            .all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        && rest.len() >= 5
        && rest
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        return Some(Cow::Borrowed(text));
    }
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
    if nobody {
        None
    } else {
        Some(Cow::Owned(plate))
    }
}

/// A vehicle identification number in upper case; `None` where the cell names none.
#[must_use]
pub fn vin(text: &str) -> Option<Cow<'_, str>> {
    if is_vin(text)
        && !text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b != b'0')
    {
        return Some(Cow::Borrowed(text));
    }
    let vin: String = text
        .chars()
        .map(half_width)
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphanumeric())
        .collect();
    let nobody = vin.is_empty()
        || vin.chars().all(|c| c == '0')
        || matches!(vin.as_str(), "无" | "NULL" | "NONE" | "NA");
    if nobody { None } else { Some(Cow::Owned(vin)) }
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

/// A number without the code of the country: +86, and 86 or 0086 before a mobile.
fn without_country(number: &str) -> &str {
    let is_mobile = |rest: &&str| rest.len() == 11 && rest.starts_with('1');
    number
        .strip_prefix("+86")
        .or_else(|| number.strip_prefix("86").filter(is_mobile))
        .or_else(|| number.strip_prefix("0086").filter(is_mobile))
        .unwrap_or(number)
}

/// The phone numbers of a cell, without separators, mobiles first.
#[must_use]
pub fn phones(text: &str) -> Vec<Cow<'_, str>> {
    if text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit()) {
        return vec![Cow::Borrowed(text)];
    }
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
            let number = without_country(&number).to_owned();
            if number.len() >= 7 && !number.bytes().all(|b| b == b'0') && !found.contains(&number) {
                found.push(number);
            }
        }
    }
    found.sort_by_key(|n| !(n.len() == 11 && n.starts_with('1')));
    found.into_iter().map(Cow::Owned).collect()
}
