//! Customers that look like one person: the same phone and surname, or the same vehicle and name.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::names::{Likeness, Name};

/// What several customers may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    /// A phone.
    Phone,
    /// A vehicle, by its VIN.
    Vin,
}

/// A customer who shares a phone or VIN with others: a row of `queries/people/customers_alike.sql`.
#[derive(Clone, Debug)]
pub struct Sharer {
    /// What is shared.
    pub what: Trait,
    /// The phone or VIN itself.
    pub thing: String,
    /// The customer.
    pub customer_id: u64,
    /// The customer as whom it counts already.
    pub person_id: u64,
    /// Name, as the files have it.
    pub name: String,
    /// True where a customer file told of it, not orders alone.
    pub is_told: bool,
    /// True where it has a number in the shop's own files.
    pub is_numbered: bool,
}

/// Two customers that look like one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Names the pair; the same as long as both customers are there.
    pub id: String,
    /// The one to keep: told by a customer file, numbered, with a given name, in that order of weight.
    pub kept: u64,
    /// The other.
    pub merged: u64,
    /// How much speaks for it, from 1 to 4; see [`strength`].
    pub strength: u8,
    /// What the names say.
    pub likeness: Likeness,
    /// Phones and VINs that both have.
    pub shared: Vec<(Trait, String)>,
    /// True where both count as one person already.
    pub joined: bool,
}

impl Proposal {
    /// The kinds of evidence, without values: `phone`, `vin`, then `name`, `surname` or `given_differs`.
    #[must_use]
    pub fn why(&self) -> Vec<&'static str> {
        let has = |what: Trait| self.shared.iter().any(|(w, _)| *w == what);
        let mut why = Vec::new();
        why.extend(has(Trait::Phone).then_some("phone"));
        why.extend(has(Trait::Vin).then_some("vin"));
        why.push(match self.likeness {
            Likeness::Same => "name",
            Likeness::GivenDiffers => "given_differs",
            Likeness::Surname | Likeness::Different => "surname",
        });
        why
    }
}

/// The pairs among those who share something, the likeliest first.
#[must_use]
pub fn proposals(sharers: &[Sharer]) -> Vec<Proposal> {
    let mut named: BTreeMap<u64, (Name, &Sharer)> = BTreeMap::new();
    let mut groups: BTreeMap<(Trait, &str), Vec<u64>> = BTreeMap::new();
    for sharer in sharers {
        let Some(name) = Name::of(&sharer.name) else {
            continue;
        };
        if sharer.what == Trait::Phone && is_nobodys(&sharer.thing) {
            continue;
        }
        named.entry(sharer.customer_id).or_insert((name, sharer));
        let group = groups.entry((sharer.what, &sharer.thing)).or_default();
        if !group.contains(&sharer.customer_id) {
            group.push(sharer.customer_id);
        }
    }
    let mut pairs: BTreeMap<(u64, u64), Vec<(Trait, String)>> = BTreeMap::new();
    for ((what, thing), customers) in &groups {
        for (at, first) in customers.iter().enumerate() {
            for second in &customers[at + 1..] {
                let pair = (*first.min(second), *first.max(second));
                pairs
                    .entry(pair)
                    .or_default()
                    .push((*what, (*thing).to_owned()));
            }
        }
    }
    let mut found: Vec<Proposal> = pairs
        .into_iter()
        .filter_map(|((a, b), shared)| {
            let (first, second) = (named.get(&a)?, named.get(&b)?);
            let likeness = first.0.likeness(&second.0);
            let strength = {
                let has_given = first.0.given.is_some() || second.0.given.is_some();
                strength(&shared, likeness, has_given)?
            };
            let weight = |(name, sharer): &(Name, &Sharer)| {
                (sharer.is_told, sharer.is_numbered, name.given.is_some())
            };
            let (kept, merged) = if weight(second) > weight(first) {
                (b, a)
            } else {
                (a, b)
            };
            Some(Proposal {
                id: pair_id(a, b),
                kept,
                merged,
                strength,
                likeness,
                shared,
                joined: first.1.person_id == second.1.person_id,
            })
        })
        .collect();
    found.sort_by(|a, b| b.strength.cmp(&a.strength).then_with(|| a.id.cmp(&b.id)));
    found
}

/// How much speaks for a pair; `None` where it is no proposal.
///
/// 4: phone, VIN and the whole name. 3: phone or VIN with the whole name, or phone and VIN with the surname.
/// 2: phone with the surname, of the given name one says nothing; or VIN with the same title (王先生 twice).
/// 1: phone with the surname and two given names: maybe a family.
fn strength(shared: &[(Trait, String)], likeness: Likeness, has_given: bool) -> Option<u8> {
    let has = |what: Trait| shared.iter().any(|(w, _)| *w == what);
    let (phone, vin) = (has(Trait::Phone), has(Trait::Vin));
    match (likeness, phone, vin) {
        (Likeness::Same, true, true) => Some(4),
        (Likeness::Same, ..) | (Likeness::Surname, true, true) => Some(3),
        (Likeness::Surname, true, false) => Some(2),
        // A vehicle alone says little of two whose names are told in part: it may have been sold within a village.
        (Likeness::Surname, false, true) if !has_given => Some(2),
        (Likeness::GivenDiffers, true, _) => Some(1),
        _ => None,
    }
}

/// Phones that stand in a form because one had to: digits all alike, in a row, or from an advertisement.
fn is_nobodys(phone: &str) -> bool {
    let digits: Vec<u8> = phone.bytes().filter(u8::is_ascii_digit).collect();
    let tail = &digits[digits.len().saturating_sub(7)..];
    let alike = tail.windows(2).all(|d| d[0] == d[1]);
    let in_a_row = tail.windows(2).all(|d| d[1] == d[0] + 1);
    digits.len() < 7 || alike || in_a_row || phone == "13800138000"
}

/// Letters and figures of an id, without those that are taken for each other.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A name of fifty bits for a pair of customers.
fn pair_id(a: u64, b: u64) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&a.to_le_bytes());
    bytes[8..].copy_from_slice(&b.to_le_bytes());
    let hash = xxh3_64(&bytes);
    (0..10)
        .map(|i| char::from(LETTERS[(hash >> (5 * i) & 31) as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sharer(what: Trait, thing: &str, customer_id: u64, name: &str) -> Sharer {
        Sharer {
            what,
            thing: thing.to_owned(),
            customer_id,
            person_id: customer_id,
            name: name.to_owned(),
            is_told: false,
            is_numbered: true,
        }
    }

    const PHONE: &str = "13612345670";
    const VIN: &str = "LSVAA4187E2100001";

    fn of(rows: &[(Trait, u64, &str)]) -> Vec<(u64, u64, u8)> {
        let rows: Vec<Sharer> = rows
            .iter()
            .map(|(what, id, name)| {
                let thing = if *what == Trait::Phone { PHONE } else { VIN };
                sharer(*what, thing, *id, name)
            })
            .collect();
        proposals(&rows)
            .iter()
            .map(|p| (p.kept, p.merged, p.strength))
            .collect()
    }

    #[test]
    fn what_speaks_for_a_pair_decides_how_much() {
        use Trait::{Phone, Vin};
        assert_eq!(of(&[(Phone, 1, "王伟"), (Phone, 2, "王 伟")]), [(1, 2, 3)]);
        assert_eq!(of(&[(Phone, 1, "王先生"), (Phone, 2, "王伟")]), [(2, 1, 2)]);
        assert_eq!(of(&[(Phone, 1, "王芳"), (Phone, 2, "王伟")]), [(1, 2, 1)]);
        assert_eq!(of(&[(Phone, 1, "李伟"), (Phone, 2, "王伟")]), []);
        assert_eq!(of(&[(Vin, 1, "王伟"), (Vin, 2, "王伟")]), [(1, 2, 3)]);
        assert_eq!(of(&[(Vin, 1, "王先生"), (Vin, 2, "王先生")]), [(1, 2, 2)]);
        assert_eq!(of(&[(Vin, 1, "王先生"), (Vin, 2, "王伟")]), []);
        assert_eq!(of(&[(Vin, 1, "王伟"), (Vin, 2, "王芳")]), []);
        assert_eq!(of(&[(Vin, 1, "王伟"), (Vin, 2, "李伟")]), []);
        assert_eq!(
            of(&[
                (Phone, 1, "王伟"),
                (Phone, 2, "王伟"),
                (Vin, 1, "王伟"),
                (Vin, 2, "王伟")
            ]),
            [(1, 2, 4)]
        );
        assert_eq!(
            of(&[
                (Phone, 1, "王先生"),
                (Phone, 2, "王伟"),
                (Vin, 1, "王先生"),
                (Vin, 2, "王伟")
            ]),
            [(2, 1, 3)]
        );
    }

    #[test]
    fn placeholders_companies_and_numbers_that_are_nobodys_are_no_evidence() {
        use Trait::Phone;
        assert_eq!(of(&[(Phone, 1, "散客"), (Phone, 2, "散客")]), []);
        assert_eq!(
            of(&[(Phone, 1, "王伟"), (Phone, 2, "王伟贸易有限公司")]),
            []
        );
        for phone in [
            "13800000000",
            "11111111111",
            "13812345678",
            "13800138000",
            "110",
        ] {
            let pair = [1, 2].map(|id| sharer(Phone, phone, id, "王伟"));
            assert_eq!(proposals(&pair), [], "{phone}");
        }
    }

    #[test]
    fn whoever_counts_as_one_already_is_known_and_ids_stay() {
        let mut pair = [1, 2].map(|id| sharer(Trait::Phone, PHONE, id, "王伟"));
        let found = proposals(&pair);
        pair.reverse();
        assert_eq!(proposals(&pair), found);
        assert_eq!(found[0].id.len(), 10);
        assert!(!found[0].joined);
        pair[0].person_id = 1;
        assert!(proposals(&pair)[0].joined);
    }

    #[test]
    fn who_is_told_by_a_customer_file_is_kept() {
        let mut pair = [1, 2].map(|id| sharer(Trait::Phone, PHONE, id, "王伟"));
        pair[1].is_told = true;
        assert_eq!(proposals(&pair)[0].kept, 2);
        pair[0].is_told = true;
        assert_eq!(proposals(&pair)[0].kept, 1);
    }
}
