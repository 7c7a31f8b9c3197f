//! Calls handed from one caller to another, for a time or until it is taken back: who takes over what. Pure: rows of the
//! table in, names out.

use chrono::NaiveDate;

use crate::table::Table;
use crate::types::Result;

/// One caller's calls in another's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassignment {
    /// Whose calls they are.
    pub from: String,
    /// Who makes them.
    pub to: String,
    /// Of this list alone; `None`: of all lists.
    pub list: Option<String>,
    /// First calling day; `None`: from the beginning.
    pub from_day: Option<NaiveDate>,
    /// Last calling day; `None`: until it is taken back.
    pub until: Option<NaiveDate>,
}

/// What was handed over, in the order in which it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reassignments(pub Vec<Reassignment>);

impl Reassignments {
    /// Reads rows of `task_reassignments`: columns from_owner, to_owner, list, from_day, until_day, in their order.
    ///
    /// # Errors
    /// When a column is missing.
    pub fn from_table(table: &Table) -> Result<Self> {
        let mut found = Vec::new();
        for row in table.iter() {
            if let (Some(from), Some(to)) = (row.text("from_owner")?, row.text("to_owner")?) {
                found.push(Reassignment {
                    from,
                    to,
                    list: row.text("list")?,
                    from_day: row.date("from_day")?,
                    until: row.date("until_day")?,
                });
            }
        }
        Ok(Self(found))
    }

    /// Who makes the calls of a list on a day that are the caller's. Each handing over acts on what those before it left,
    /// so that A to B, later B to C, leads from A to C, and A to B, later B to A, leads back.
    #[must_use]
    pub fn taker<'a>(&'a self, caller: &'a str, list: &str, day: NaiveDate) -> &'a str {
        let mut current = caller;
        for r in &self.0 {
            let applies = r.from == current
                && r.list.as_deref().is_none_or(|l| l == list)
                && r.from_day.is_none_or(|d| d <= day)
                && r.until.is_none_or(|d| day <= d);
            if applies {
                current = &r.to;
            }
        }
        current
    }

    /// True for somebody who takes over another's calls on that day.
    #[must_use]
    pub fn takes(&self, name: &str, day: NaiveDate) -> bool {
        self.0.iter().any(|r| {
            r.to == name && r.from_day.is_none_or(|d| d <= day) && r.until.is_none_or(|d| day <= d)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, d).unwrap()
    }

    fn handed(from: &str, to: &str) -> Reassignment {
        Reassignment {
            from: from.to_owned(),
            to: to.to_owned(),
            list: None,
            from_day: None,
            until: None,
        }
    }

    #[test]
    fn a_chain_is_followed_in_the_order_in_which_it_was_made() {
        let chain = Reassignments(vec![handed("A", "B"), handed("B", "C")]);
        assert_eq!(chain.taker("A", "lost", day(5)), "C");
        let back = Reassignments(vec![handed("A", "B"), handed("B", "A")]);
        assert_eq!(back.taker("A", "lost", day(5)), "A");
        // What B handed over before A's calls came stays with B alone.
        let late = Reassignments(vec![handed("B", "C"), handed("A", "B")]);
        assert_eq!(late.taker("A", "lost", day(5)), "B");
        assert_eq!(late.taker("B", "lost", day(5)), "C");
    }

    #[test]
    fn days_and_lists_bound_it() {
        let some = Reassignments(vec![Reassignment {
            list: Some("lost".to_owned()),
            from_day: Some(day(5)),
            until: Some(day(9)),
            ..handed("A", "B")
        }]);
        let to = |list, d| some.taker("A", list, day(d));
        assert_eq!(
            [to("lost", 4), to("lost", 5), to("lost", 9), to("lost", 10)],
            ["A", "B", "B", "A"]
        );
        assert_eq!(to("renewal", 7), "A");
        assert!(some.takes("B", day(9)) && !some.takes("B", day(10)) && !some.takes("A", day(7)));
    }
}
