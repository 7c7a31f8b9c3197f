//! From decisions that two customers are one person to the customer as whom each counts.

use std::collections::BTreeMap;

use crate::store::Store;
use crate::types::Result;

/// Somebody decided that two customers are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The customer that stays.
    pub kept: u64,
    /// The customer that counts as it.
    pub merged: u64,
}

/// As whom customers count.
#[derive(Clone, Debug, Default)]
pub struct Persons {
    above: BTreeMap<u64, u64>,
}

impl Persons {
    /// By decisions in the order in which they were made. Chains and circles come to one customer: of those whom a decision
    /// brings together, the one as whom the kept customer counted.
    #[must_use]
    pub fn of(decisions: &[Decision]) -> Self {
        let mut persons = Self::default();
        for decision in decisions {
            persons.join(*decision);
        }
        persons
    }

    /// One decision more; false where both counted as one before.
    pub fn join(&mut self, decision: Decision) -> bool {
        let (kept, merged) = (self.person(decision.kept), self.person(decision.merged));
        if kept != merged {
            self.above.insert(merged, kept);
        }
        kept != merged
    }

    /// As whom a customer counts. The way up has an end: a customer gets somebody above only while it is an end itself.
    #[must_use]
    pub fn person(&self, mut customer: u64) -> u64 {
        while let Some(next) = self.above.get(&customer) {
            customer = *next;
        }
        customer
    }

    /// Customers who count as somebody else, with whom.
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<u64, u64> {
        let members = self.above.keys();
        members.map(|m| (*m, self.person(*m))).collect()
    }
}

/// Writes as whom customers count, from the decisions in force between customers that are there.
///
/// # Errors
/// When the engine refuses.
pub fn refresh(store: &Store) -> Result<()> {
    let decisions = store
        .table(
            "select m.kept_id, m.merged_id from customer_merges m
             semi join customers k on k.customer_id = m.kept_id
             semi join customers o on o.customer_id = m.merged_id
             where m.undone_on is null order by m.decision_no",
        )?
        .iter()
        .map(|r| {
            Ok(Decision {
                kept: r.id("kept_id")?.unwrap_or_default(),
                merged: r.id("merged_id")?.unwrap_or_default(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    store.run("delete from customer_aliases")?;
    let rows: Vec<String> = Persons::of(&decisions)
        .aliases()
        .iter()
        .map(|(customer, person)| format!("({customer}::ubigint, {person}::ubigint)"))
        .collect();
    for rows in rows.chunks(1000) {
        store.run(&format!(
            "insert into customer_aliases values {}",
            rows.join(", ")
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decided(pairs: &[(u64, u64)]) -> Vec<Decision> {
        let one = |(kept, merged): &(u64, u64)| Decision {
            kept: *kept,
            merged: *merged,
        };
        pairs.iter().map(one).collect()
    }

    #[test]
    fn chains_and_circles_come_to_one_customer() {
        let all = |pairs: &[(u64, u64)]| Persons::of(&decided(pairs)).aliases();
        assert_eq!(all(&[(1, 2), (2, 3)]), BTreeMap::from([(2, 1), (3, 1)]));
        assert_eq!(all(&[(2, 3), (1, 2)]), BTreeMap::from([(2, 1), (3, 1)]));
        assert_eq!(
            all(&[(1, 2), (2, 3), (3, 1)]),
            BTreeMap::from([(2, 1), (3, 1)])
        );
        // The later decision says whom to keep of two that each kept somebody.
        assert_eq!(
            all(&[(1, 2), (3, 4), (4, 2)]),
            BTreeMap::from([(1, 3), (2, 3), (4, 3)])
        );
        assert_eq!(all(&[(5, 5)]), BTreeMap::new());
        // The middle one taken back: two pairs of a chain of four fall apart.
        assert_eq!(all(&[(1, 2), (3, 4)]), BTreeMap::from([(2, 1), (4, 3)]));
    }

    proptest! {
        #[test]
        fn whoever_was_decided_to_be_one_counts_as_one_and_nobody_else(pairs in prop::collection::vec((0u64..12, 0u64..12), 0..16)) {
            let found = Persons::of(&decided(&pairs));
            let person = |c: u64| found.person(c);
            // Spread what is decided until nothing moves: another way to the same groups.
            let mut group: Vec<u64> = (0..12).collect();
            for _ in 0..12 {
                for (a, b) in &pairs {
                    let (a, b) = (*a as usize, *b as usize);
                    let least = group[a].min(group[b]);
                    (group[a], group[b]) = (least, least);
                }
            }
            for a in 0..12u64 {
                // Nobody counts as somebody who counts as somebody else.
                prop_assert_eq!(person(person(a)), person(a));
                for b in 0..12u64 {
                    prop_assert_eq!(person(a) == person(b), group[a as usize] == group[b as usize]);
                }
            }
        }
    }
}
