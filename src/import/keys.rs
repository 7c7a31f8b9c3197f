//! Surrogate keys: unkeyed 64-bit xxh3 of normalised text, stable across machines and versions,
//! kept inside the database only.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

/// Key of a vehicle identification number.
#[must_use]
pub fn of_vin(vin: &str) -> u64 {
    tagged('V', &[vin])
}

/// Key of a plate.
#[must_use]
pub fn of_plate(plate: &str) -> u64 {
    tagged('P', &[plate])
}

/// Key of a customer number within a store.
#[must_use]
pub fn of_customer(store: &str, number: &str) -> u64 {
    tagged('C', &[store, number])
}

/// Key of a customer known by phone alone.
#[must_use]
pub fn of_phone(store: &str, phone: &str) -> u64 {
    tagged('T', &[store, phone])
}

/// Key of a row by its kind, store and natural key.
#[must_use]
pub fn of_row(kind: &str, store: &str, parts: &[Cow<'_, str>]) -> u64 {
    let mut text = String::with_capacity(64);
    for part in [kind, store].into_iter().chain(parts.iter().map(|p| &**p)) {
        text.push_str(part);
        text.push('\u{1f}');
    }
    xxh3_64(text.as_bytes())
}

/// What a row says about somebody or something with a key: equal where the same was said before.
#[must_use]
pub(super) fn of_said(what: &str, key: u64, name: Option<&str>, others: &[Cow<'_, str>]) -> u64 {
    let mut text = Vec::with_capacity(64);
    text.extend_from_slice(what.as_bytes());
    text.extend_from_slice(&key.to_le_bytes());
    for part in [name.unwrap_or_default()]
        .into_iter()
        .chain(others.iter().map(|o| &**o))
    {
        text.push(0x1f);
        text.extend_from_slice(part.as_bytes());
    }
    xxh3_64(&text)
}

fn tagged(tag: char, parts: &[&str]) -> u64 {
    let mut text = String::with_capacity(40);
    text.push(tag);
    for part in parts {
        text.push('\u{1f}');
        text.push_str(part);
    }
    xxh3_64(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_never_change() {
        // Files made by earlier versions hold these: a change orphans tasks and history.
        assert_eq!(of_plate("粤A12345"), of_plate("粤A12345"));
        assert_ne!(of_plate("粤A12345"), of_vin("粤A12345"));
        assert_ne!(of_customer("a", "b1"), of_customer("ab", "1"));
    }
}
