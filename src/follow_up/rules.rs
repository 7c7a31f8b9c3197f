//! The lists: which query finds the candidates, what the call is for, how long it may wait, what blocks it.
//! A further list is one row here and one file in `queries/lists/`, or a section of the user's settings.

use std::borrow::Cow;
use std::sync::Arc;

use crate::i18n;
use crate::settings::Lists;
use crate::types::{Lang, Result};

use super::conditions;

mod table;

pub use table::LISTS;

/// Shade and order of a row: the earlier, the higher on the page. What is owed at once comes first, then those who
/// answer a call, and those who are furthest gone come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// A complaint or a low survey: to be put right at once.
    Escalation,
    /// Loyal, and well past their own rhythm.
    LoyalSlipping,
    /// Well past the expected interval.
    Warning,
    /// On thin ice.
    AtRisk,
    /// First and second calls after a visit.
    Care,
    /// Maintenance due or overdue.
    Due,
    /// Renewal, event, campaign, warranty.
    Offer,
    /// Lost, not yet long lost.
    Lost,
    /// A gap in the customer file.
    File,
}

impl Band {
    /// Every band, highest first.
    pub const ALL: &'static [Self] = &[
        Self::Escalation,
        Self::LoyalSlipping,
        Self::Warning,
        Self::AtRisk,
        Self::Care,
        Self::Due,
        Self::Offer,
        Self::Lost,
        Self::File,
    ];

    /// The name that the list queries use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Escalation => "escalation",
            Self::LoyalSlipping => "loyal_slipping",
            Self::Warning => "warning",
            Self::AtRisk => "at_risk",
            Self::Care => "care",
            Self::Due => "due",
            Self::Offer => "offer",
            Self::Lost => "lost",
            Self::File => "file",
        }
    }

    /// The band of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|b| b.as_str() == name)
    }

    /// Message key of its name.
    #[must_use]
    pub fn key(self) -> String {
        format!("band-{}", self.as_str())
    }

    /// True for calls that the plan owes to the customer by a given day: a day's capacity is theirs first.
    #[must_use]
    pub const fn owed(self) -> bool {
        matches!(self, Self::Escalation | Self::Care)
    }
}

/// What keeps a list from naming somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// Selling or reminding: a refusal, a recent contact, a booking, a newer visit or an open complaint.
    Marketing,
    /// What follows up a contact of the same matter: a refusal alone.
    Refusal,
    /// Owed to the customer whatever follows: only vehicles that are gone, taxis and the department's own.
    Service,
    /// What the file lacks: as above, and nobody is rung up for it who is in the shop or expected there, where it is asked at the counter.
    Repair,
}

/// Until when a call is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The day that the query gives, brought within this many days from the calling day.
    Within(u64),
    /// The day that the query gives, on a working day, even where it has passed: a timer of the plan.
    Timer,
}

/// What a call protects: the value in the priority of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stake {
    /// Spend expected in the coming year; without an estimate the past year's, or a year's mean of two.
    Year,
    /// The same, but without an estimate that of both years: the lost spent nothing in the last.
    TwoYears,
}

/// One list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRule {
    /// Name in tables, file names and task ids; `list-<id>`, `list-opening-<id>` and `list-question-<id>` are its words.
    pub id: Cow<'static, str>,
    /// The query that finds its candidates, one row a unit.
    pub query: Cow<'static, str>,
    /// The bands that its query may give.
    pub bands: &'static [Band],
    /// Message key of what the call is for.
    pub purpose: &'static str,
    /// How to reach out unless the customer wishes otherwise: `phone`, `wechat`, `sms`, `letter`, `visit`.
    pub channel: Cow<'static, str>,
    /// What keeps it from naming somebody.
    pub suppression: Suppression,
    /// Until when the call is in time.
    pub deadline: Deadline,
    /// The value in its priority.
    pub stake: Stake,
    /// Words of a list of the user's own; `None`: those of the catalogue.
    pub words: Option<Words>,
}

/// Words of a list of the user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Name in Chinese and English.
    pub name: [String; 2],
    /// Opening sentence in Chinese and English; empty: a general one.
    pub opening: [String; 2],
}

impl ListRule {
    /// Its name.
    #[must_use]
    pub fn name(&self, lang: Lang) -> String {
        match &self.words {
            Some(words) => words.name[usize::from(lang == Lang::En)].clone(),
            None => i18n::text(lang, &format!("list-{}", self.id), &[]),
        }
    }

    /// True where selling or reminding is all that it does, so that a share may be left uncalled to learn from.
    #[must_use]
    pub fn is_marketing(&self) -> bool {
        self.suppression == Suppression::Marketing
    }
}

/// What happened to whom, which the lists read.
pub const EVENTS: &str = concat!(
    include_str!("../../queries/units/unit_at.sql"),
    include_str!("../../queries/contacts/says_reached.sql"),
    include_str!("../../queries/lists/events.sql"),
    include_str!("../../queries/lists/contacts.sql"),
);
/// What a list of the user's own may ask of a unit.
pub const UNITS: &str = include_str!("../../queries/lists/units.sql");
/// The candidates of all lists together with what the scores say.
pub const CANDIDATES: &str = include_str!("../../queries/lists/candidates.sql");
/// What decides who of the candidates may be called.
pub const FACTS: &str = include_str!("../../queries/lists/facts.sql");
/// The shared query for what a caller needs to know of each unit in `list_placed`.
pub const DETAILS: &str = include_str!("../../queries/lists/details.sql");

/// The built-in list of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static ListRule> {
    LISTS.iter().find(|r| r.id == id)
}

/// The lists in force: the built-in ones, then the user's own.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Arc<ListRule>>,
}

impl Rules {
    /// The built-in lists and those of the settings.
    ///
    /// # Errors
    /// When a list of the settings has the name of a built-in one, or a condition that cannot be read.
    pub fn new(settings: &Lists) -> Result<Self> {
        let mut rules: Vec<Arc<ListRule>> = LISTS.iter().cloned().map(Arc::new).collect();
        for own in &settings.custom {
            rules.push(Arc::new(conditions::own_list(own)?));
        }
        Ok(Self { rules })
    }

    /// The lists of the settings alone.
    ///
    /// # Errors
    /// As [`Rules::new`].
    pub fn only_own(settings: &Lists) -> Result<Self> {
        let rules = settings
            .custom
            .iter()
            .map(|own| conditions::own_list(own).map(Arc::new))
            .collect::<Result<_>>()?;
        Ok(Self { rules })
    }

    /// The list of that id, and where it stands in the order of telling.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<(usize, &Arc<ListRule>)> {
        self.rules.iter().enumerate().find(|(_, r)| r.id == id)
    }

    /// The list at that place in the order of telling.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Arc<ListRule>> {
        self.rules.get(place)
    }

    /// All lists, in the order of telling.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ListRule>> {
        self.rules.iter()
    }

    /// The statements that gather the candidates of all lists in the temporary table `list_candidates`, and what decides
    /// who of them may be called in `list_facts`.
    #[must_use]
    pub fn script(&self) -> String {
        let parts: Vec<String> = self
            .iter()
            .map(|rule| {
                let query = rule.query.trim_end().trim_end_matches(';');
                format!("select '{}' as list, * from (\n{query}\n)", rule.id)
            })
            .collect();
        let units = if self.rules.iter().any(|r| r.words.is_some()) {
            UNITS
        } else {
            ""
        };
        format!(
            "{EVENTS}\n{units}\ncreate or replace temporary table list_candidates as\n\
             with list_named as (\n{}\n)\n\n{CANDIDATES};\n{FACTS}",
            parts.join("\nunion all by name\n")
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;

    fn header<'a>(query: &'a str, name: &str) -> Option<&'a str> {
        query
            .lines()
            .take_while(|l| l.starts_with("--"))
            .find_map(|l| l.strip_prefix(name))
    }

    #[test]
    fn ids_are_unique_and_fit_for_sql_and_file_names() {
        let ids: BTreeSet<&str> = LISTS.iter().map(|r| &*r.id).collect();
        assert_eq!(ids.len(), LISTS.len());
        for id in ids {
            assert!(
                id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{id}"
            );
        }
    }

    #[test]
    fn every_query_has_a_header_and_all_give_the_same_columns() {
        let mut outputs = BTreeSet::new();
        for query in LISTS.iter().map(|r| &*r.query).chain([DETAILS]) {
            assert!(query.starts_with("-- ") && !query.starts_with("-- grain"));
            assert!(header(query, "-- grain: one row a unit, by unit_id").is_some());
            assert!(header(query, "-- inputs:").is_some());
            let output = header(query, "-- output:").unwrap();
            if query != DETAILS {
                outputs.insert(output);
            }
        }
        assert_eq!(outputs.len(), 1);
    }

    #[test]
    fn every_message_exists_in_both_languages() {
        let args = &[
            ("who", "x"),
            ("intro", "x"),
            ("car", "x"),
            ("about", "x"),
            ("date", "x"),
        ];
        for lang in [Lang::Zh, Lang::En] {
            for rule in LISTS {
                let keys = [
                    format!("list-{}", rule.id),
                    format!("list-opening-{}", rule.id),
                    format!("list-question-{}", rule.id),
                    rule.purpose.to_owned(),
                    format!("channel-{}", rule.channel),
                ];
                for key in keys {
                    assert_ne!(i18n::text(lang, &key, args), key, "{lang:?}");
                }
            }
            for band in Band::ALL {
                assert!(i18n::has(lang, &band.key()), "{band:?}");
                assert_eq!(Band::parse(band.as_str()), Some(*band));
            }
        }
    }

    #[test]
    fn bands_of_a_list_are_in_order_every_band_has_a_list_and_the_settings_know_all() {
        for rule in LISTS {
            assert!(
                !rule.bands.is_empty() && rule.bands.is_sorted(),
                "{}",
                rule.id
            );
        }
        let settings = Lists::default();
        for band in Band::ALL {
            assert!(LISTS.iter().any(|r| r.bands.contains(band)), "{band:?}");
            assert!(settings.call_helps.contains_key(band.as_str()), "{band:?}");
        }
        assert_eq!(settings.call_helps.len(), Band::ALL.len());
    }

    #[test]
    fn those_who_answer_stand_above_the_lost() {
        assert!(Band::LoyalSlipping < Band::Lost && Band::Warning < Band::Lost);
    }

    #[test]
    fn the_script_names_every_list_once() {
        let script = Rules::new(&Lists::default()).unwrap().script();
        for rule in LISTS {
            assert_eq!(script.matches(&format!("'{}' as list", rule.id)).count(), 1);
        }
    }
}
