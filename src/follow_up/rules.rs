//! The lists: which query finds the candidates, what the call is for, what to say first.
//! A further list is one row here and one file in `queries/lists/`.

/// Shade and order of a row: the earlier, the higher on the page. Those who answer a call come
/// before those who are furthest gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Loyal, and well past their own rhythm.
    LoyalSlipping,
    /// Well past the expected interval.
    Warning,
    /// On thin ice.
    AtRisk,
    /// Maintenance due or overdue.
    Due,
    /// Lost, not yet long lost.
    Lost,
}

impl Band {
    /// Every band, highest first.
    pub const ALL: &'static [Self] = &[
        Self::LoyalSlipping,
        Self::Warning,
        Self::AtRisk,
        Self::Due,
        Self::Lost,
    ];

    /// The name that the list queries use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoyalSlipping => "loyal_slipping",
            Self::Warning => "warning",
            Self::AtRisk => "at_risk",
            Self::Due => "due",
            Self::Lost => "lost",
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
}

/// One list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRule {
    /// Name in tables, file names and task ids.
    pub id: &'static str,
    /// Message key of its name.
    pub name: &'static str,
    /// The query that finds its candidates, one row a unit.
    pub query: &'static str,
    /// The bands that its query may give.
    pub bands: &'static [Band],
    /// Message key of what the call is for.
    pub purpose: &'static str,
    /// Message key of the opening sentence; `<key>-person` for a customer without vehicle.
    pub opening: &'static str,
    /// How to reach out unless the customer wishes otherwise: `phone`, `wechat`, `sms`, `letter`, `visit`.
    pub channel: &'static str,
    /// Selling or reminding, so that a refusal, a recent contact, a booking or an open complaint blocks it.
    pub marketing: bool,
    /// Days from the calling day within which the call is made.
    pub window_days: u64,
}

/// The lists, in the order in which a unit's reasons are told.
pub const LISTS: &[ListRule] = &[
    ListRule {
        id: "promised",
        name: "list-promised",
        query: include_str!("../../queries/lists/promised.sql"),
        bands: &[Band::LoyalSlipping, Band::Due],
        purpose: "list-purpose-promised",
        opening: "list-opening-promised",
        channel: "phone",
        marketing: false,
        window_days: 0,
    },
    ListRule {
        id: "loyal_slipping",
        name: "list-loyal_slipping",
        query: include_str!("../../queries/lists/loyal_slipping.sql"),
        bands: &[Band::LoyalSlipping],
        purpose: "list-purpose-keep",
        opening: "list-opening-loyal_slipping",
        channel: "phone",
        marketing: true,
        window_days: 2,
    },
    ListRule {
        id: "warning",
        name: "list-warning",
        query: include_str!("../../queries/lists/warning.sql"),
        bands: &[Band::Warning, Band::AtRisk],
        purpose: "list-purpose-keep",
        opening: "list-opening-warning",
        channel: "phone",
        marketing: true,
        window_days: 5,
    },
    ListRule {
        id: "maintenance_due",
        name: "list-maintenance_due",
        query: include_str!("../../queries/lists/maintenance_due.sql"),
        bands: &[Band::Due],
        purpose: "list-purpose-remind",
        opening: "list-opening-maintenance_due",
        channel: "phone",
        marketing: true,
        window_days: 7,
    },
    ListRule {
        id: "lost",
        name: "list-lost",
        query: include_str!("../../queries/lists/lost.sql"),
        bands: &[Band::Lost],
        purpose: "list-purpose-win_back",
        opening: "list-opening-lost",
        channel: "phone",
        marketing: true,
        window_days: 14,
    },
];

/// The shared query for what a caller needs to know of each candidate.
pub const DETAILS: &str = include_str!("../../queries/lists/details.sql");

/// The list of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static ListRule> {
    LISTS.iter().find(|r| r.id == id)
}

/// The statement that gathers the candidates of all lists in the temporary table `list_candidates`,
/// which the detail query reads: `list` and the columns of the list queries.
#[must_use]
pub fn candidates_script() -> String {
    let parts: Vec<String> = LISTS
        .iter()
        .map(|rule| {
            let query = rule.query.trim_end().trim_end_matches(';');
            format!("select '{}' as list, * from (\n{query}\n)", rule.id)
        })
        .collect();
    format!(
        "create or replace temporary table list_candidates as\n{};\n",
        parts.join("\nunion all by name\n")
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n;
    use crate::types::Lang;

    fn header<'a>(query: &'a str, name: &str) -> Option<&'a str> {
        query
            .lines()
            .take_while(|l| l.starts_with("--"))
            .find_map(|l| l.strip_prefix(name))
    }

    #[test]
    fn ids_are_unique_and_fit_for_sql_and_file_names() {
        let ids: BTreeSet<&str> = LISTS.iter().map(|r| r.id).collect();
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
        for query in LISTS.iter().map(|r| r.query).chain([DETAILS]) {
            assert!(query.starts_with("-- ") && !query.starts_with("-- grain"));
            assert!(header(query, "-- grain: one row a unit, by unit_id").is_some());
            assert!(header(query, "-- inputs:").is_some());
            let output = header(query, "-- output:").unwrap();
            if query != DETAILS {
                outputs.insert(output);
            }
            // Names of the clock, which live in an extension that is not there.
            for banned in ["current_date", "today(", "now(", "timestamptz"] {
                assert!(!query.contains(banned), "{banned}");
            }
        }
        assert_eq!(outputs.len(), 1);
    }

    #[test]
    fn every_message_exists_in_both_languages() {
        let args = &[("who", "x"), ("intro", "x"), ("car", "x")];
        for lang in [Lang::Zh, Lang::En] {
            for rule in LISTS {
                let person = format!("{}-person", rule.opening);
                let channel = format!("channel-{}", rule.channel);
                for key in [rule.name, rule.purpose, rule.opening, &person, &channel] {
                    assert_ne!(i18n::text(lang, key, args), key, "{lang:?}");
                }
            }
            for band in Band::ALL {
                assert!(i18n::has(lang, &band.key()), "{band:?}");
                assert_eq!(Band::parse(band.as_str()), Some(*band));
            }
        }
    }

    #[test]
    fn bands_of_a_list_are_in_order_and_every_band_has_a_list() {
        for rule in LISTS {
            assert!(
                !rule.bands.is_empty() && rule.bands.is_sorted(),
                "{}",
                rule.id
            );
        }
        for band in Band::ALL {
            assert!(LISTS.iter().any(|r| r.bands.contains(band)), "{band:?}");
        }
    }

    #[test]
    fn the_script_names_every_list_once() {
        let script = candidates_script();
        for rule in LISTS {
            assert_eq!(script.matches(&format!("'{}' as list", rule.id)).count(), 1);
        }
    }
}
