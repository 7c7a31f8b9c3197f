//! One accepted row: who it concerns, what identifies it, its typed cells, and where they go.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDateTime;
use xxhash_rust::xxh3::xxh3_64;

use super::columns_out::Columns;
use super::keys;
use super::load::Reading;
use super::people::Person;
use super::value;

/// What one row says about who and what it concerns. Most texts are borrowed from the record as they stand there.
#[derive(Default)]
pub(super) struct Identity<'a> {
    pub(super) store: Cow<'a, str>,
    pub(super) customer_no: Option<Cow<'a, str>>,
    pub(super) placeholder: bool,
    pub(super) phones: Vec<Cow<'a, str>>,
    pub(super) plate: Option<Cow<'a, str>>,
    pub(super) vin: Option<Cow<'a, str>>,
    pub(super) vin_key: Option<u64>,
    pub(super) plate_key: Option<u64>,
    pub(super) customer_key: Option<u64>,
}

/// A typed cell.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(Cow<'a, str>),
    At(NaiveDateTime),
    Decimal(i128),
    Int(i32),
    Flag(bool),
}

/// Hashes, which need no second hashing.
pub(super) type Seen = HashSet<u64, BuildHasherDefault<Hashed>>;

/// What the batches of a file said about vehicles, whichever said it first: it is written once.
#[derive(Default)]
pub(super) struct Pairs(Mutex<Seen>);

impl Pairs {
    /// More are not remembered, so that memory has a limit; they are written again then, which does no harm.
    const MOST: usize = 1 << 21;

    fn is_new(&self, said: u64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= Self::MOST {
            seen.clear();
        }
        seen.insert(said)
    }
}

/// The hasher of values that are hashes.
#[derive(Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Reading {
    pub(super) fn settle_keys(&self, identity: &mut Identity) {
        identity.plate_key = identity.plate.as_deref().map(keys::of_plate);
        // A VIN that is none identifies a vehicle only where nothing better does.
        identity.vin_key = identity
            .vin
            .as_deref()
            .filter(|v| value::is_vin(v) || identity.plate.is_none())
            .map(keys::of_vin);
        let store = if self.shared_numbers {
            ""
        } else {
            &*identity.store
        };
        identity.customer_key = match (&identity.customer_no, identity.phones.first()) {
            (Some(number), _) => Some(keys::of_customer(store, number)),
            (None, Some(phone)) if !identity.placeholder => Some(keys::of_phone(store, phone)),
            _ => None,
        };
    }

    /// Puts one accepted row into the typed columns.
    pub(super) fn put(
        &self,
        line: u64,
        identity: &Identity<'_>,
        cells: &[Cell<'_>],
        out: &mut Columns,
        pairs: &Pairs,
    ) {
        let kind = self.layout.kind;
        let content = content_hash(identity, cells);
        let (row_key, numberless) = self.row_key(identity, cells, content);
        out.begin(
            line,
            row_key,
            numberless,
            content,
            identity.vin_key,
            identity.plate_key,
            identity.customer_key,
        );
        out.text("store_id", Some(&identity.store));
        if kind.name == "customers" {
            out.text("customer_no", identity.customer_no.as_deref());
            out.text(
                "phones_text",
                Some(&identity.phones.join("|"))
                    .filter(|p| !p.is_empty())
                    .map(String::as_str),
            );
        }
        for (column, cell) in cells.iter().enumerate() {
            if let Some(builder) = out.value(column) {
                match cell {
                    Cell::Nothing => builder.null(),
                    Cell::Text(v) => builder.text(v),
                    Cell::At(v) => builder.at(*v),
                    Cell::Decimal(v) => builder.decimal(*v),
                    Cell::Int(v) => builder.int(*v),
                    Cell::Flag(v) => builder.flag(*v),
                }
            }
        }
        if kind.name == "work_orders" {
            let name = kind.column("name").and_then(|(i, _)| match &cells[i] {
                Cell::Text(name) => Some(&**name),
                _ => None,
            });
            let customer = identity.customer_key.or_else(|| {
                // A name without a number belongs to the vehicle's own customer, who has the vehicle's key.
                identity
                    .vin_key
                    .or(identity.plate_key)
                    .filter(|_| name.is_some())
            });
            if let Some(key) = customer.filter(|_| {
                name.is_some() || identity.customer_no.is_some() || !identity.phones.is_empty()
            }) {
                let in_at = kind.column("in_at").and_then(|(i, _)| match &cells[i] {
                    Cell::At(at) => Some(*at),
                    _ => None,
                });
                out.people.put(&Person {
                    line,
                    key,
                    in_at: in_at.unwrap_or_default(),
                    order: row_key,
                    store: &identity.store,
                    number: identity.customer_no.as_deref(),
                    name,
                    phones: &identity.phones,
                });
            }
        }
        if matches!(kind.name, "work_orders" | "vehicles")
            && (identity.vin.is_some() || identity.plate.is_some())
        {
            let said = keys::of_row(
                "pair",
                &identity.store,
                &[
                    identity.vin.clone().unwrap_or_default(),
                    identity.plate.clone().unwrap_or_default(),
                ],
            );
            if pairs.is_new(said) {
                let valid = identity.vin.as_deref().map(value::vin_check_digit_holds);
                out.vehicle(
                    identity.vin_key,
                    identity.plate_key,
                    identity.vin.as_deref(),
                    identity.plate.as_deref(),
                    valid,
                    &identity.store,
                );
            }
        }
    }

    /// What identifies the row: its natural key, else its content (then its ordinal among equals counts too).
    fn row_key(&self, identity: &Identity<'_>, cells: &[Cell<'_>], content: u64) -> (u64, bool) {
        let kind = self.layout.kind;
        match kind.name {
            "customers" => return (identity.customer_key.unwrap_or(content), false),
            "vehicles" => {
                return (
                    identity.vin_key.or(identity.plate_key).unwrap_or(content),
                    false,
                );
            }
            _ => {}
        }
        let grouped = !self.layout.group_by.is_empty();
        let names: Vec<&str> = if grouped {
            self.layout
                .group_by
                .iter()
                .map(|i| kind.columns[*i].name)
                .collect()
        } else {
            kind.natural_key.to_vec()
        };
        let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(names.len());
        for name in &names {
            parts.push(match *name {
                "customer_no" => identity.customer_no.clone().unwrap_or_default(),
                "plate" => identity.plate.clone().unwrap_or_default(),
                "vin" => identity.vin.clone().unwrap_or_default(),
                other => kind
                    .column(other)
                    .map_or(Cow::Borrowed(""), |(i, _)| cells[i].canonical()),
            });
        }
        let first_filled = parts.first().is_some_and(|p| !p.is_empty());
        if first_filled || (kind.name == "campaign_members") {
            (keys::of_row(kind.name, &identity.store, &parts), false)
        } else {
            (
                keys::of_row(
                    kind.name,
                    &identity.store,
                    &[Cow::Borrowed("#"), content.to_string().into()],
                ),
                true,
            )
        }
    }
}

impl Cell<'_> {
    /// The value as text that does not depend on how the file wrote it.
    fn canonical(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Text(v) => Cow::Borrowed(v),
            Self::At(v) => v.format("%Y-%m-%d %H:%M:%S").to_string().into(),
            Self::Decimal(v) => v.to_string().into(),
            Self::Int(v) => v.to_string().into(),
            Self::Flag(v) => v.to_string().into(),
        }
    }
}

/// Hash of everything that a row says, so that an unchanged row is known as such.
fn content_hash(identity: &Identity<'_>, cells: &[Cell<'_>]) -> u64 {
    let mut said: Vec<u8> = Vec::with_capacity(1024);
    let mut part = |tag: u8, bytes: &[u8]| {
        said.push(tag);
        said.extend_from_slice(bytes);
        said.push(0x1e);
    };
    part(0xf0, identity.store.as_bytes());
    part(
        0xf1,
        identity
            .customer_no
            .as_deref()
            .unwrap_or_default()
            .as_bytes(),
    );
    part(
        0xf2,
        identity.plate.as_deref().unwrap_or_default().as_bytes(),
    );
    part(0xf3, identity.vin.as_deref().unwrap_or_default().as_bytes());
    for phone in &identity.phones {
        part(0xf4, phone.as_bytes());
    }
    for (i, cell) in cells.iter().enumerate() {
        let tag = u8::try_from(i).unwrap_or(u8::MAX);
        match cell {
            Cell::Nothing => {}
            Cell::Text(v) => part(tag, v.as_bytes()),
            Cell::At(v) => part(tag, &v.and_utc().timestamp().to_le_bytes()),
            Cell::Decimal(v) => part(tag, &v.to_le_bytes()),
            Cell::Int(v) => part(tag, &v.to_le_bytes()),
            Cell::Flag(v) => part(tag, &[u8::from(*v)]),
        }
    }
    // In one go: the streaming form of the hash sets up half a kilobyte of state for each row.
    xxh3_64(&said)
}
