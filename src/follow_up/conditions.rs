//! Conditions on a unit, as a list or a campaign of the user's own states them: `brand = X`, `visits_12m >= 2`,
//! `district in A, B`. They are read here and written anew as SQL over one fixed table, so that whatever stands in a
//! settings file can name neither another table nor a file.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::rules::{Band, Deadline, ListRule, Stake, Suppression, Words};
use crate::columns::{CUSTOMER_KINDS, FUELS, Synonyms, fold};
use crate::i18n;
use crate::settings::CustomList;
use crate::types::{Error, Lang, Result};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Text,
    Number,
    Date,
    Flag,
    /// One of our own names, whatever words a file has for it.
    Name(&'static Named),
}

use Holds::{Date, Flag, Name, Number, Text};

/// Our own names of something.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    /// Begins the message keys of their labels.
    label: &'static str,
    /// The names.
    names: &'static [&'static str],
    /// Words that files use for them.
    words: &'static Synonyms,
}

impl Named {
    /// Our name for a label in either language, a word that files use, or the name itself.
    fn meant(&self, word: &str) -> Option<&'static str> {
        let folded = fold(word);
        let is_label = |name: &str| {
            [Lang::Zh, Lang::En]
                .map(|l| fold(&self.label(l, name)))
                .contains(&folded)
        };
        self.names
            .iter()
            .copied()
            .find(|name| fold(name) == folded || is_label(name))
            .or_else(|| {
                self.words
                    .meaning(word)
                    .filter(|name| self.names.contains(name))
            })
    }

    fn label(&self, lang: Lang, name: &str) -> String {
        i18n::text(lang, &format!("{}-{name}", self.label), &[])
    }

    /// All of them with their Chinese labels, for whoever wrote another word.
    fn all(&self) -> String {
        let shown = |name: &&str| format!("{name} ({})", self.label(Lang::Zh, name));
        self.names.iter().map(shown).collect::<Vec<_>>().join(", ")
    }
}

static NO_WORDS: Synonyms = Synonyms(&[]);
static FUEL: Named = Named {
    label: "fuel",
    names: &["ice", "hev", "phev", "bev"],
    words: &FUELS,
};
static KIND: Named = Named {
    label: "list-kind",
    names: &["person", "company", "taxi", "internal"],
    words: &CUSTOMER_KINDS,
};
static TIER: Named = Named {
    label: "tier",
    names: &["loyal", "stable", "drifting", "weak", "new"],
    words: &NO_WORDS,
};
static STATE: Named = Named {
    label: "state",
    names: &[
        "active", "won_back", "new", "due", "warning", "at_risk", "never", "lost", "dead", "gone",
    ],
    words: &NO_WORDS,
};

/// The columns of `queries/lists/units.sql` that a condition may name.
const COLUMNS: &[(&str, Holds)] = &[
    ("store", Text),
    ("brand", Text),
    ("series", Text),
    ("model", Text),
    ("fuel", Name(&FUEL)),
    ("sold_by_us", Flag),
    ("purchase_date", Date),
    ("warranty_end", Date),
    ("policy_end", Date),
    ("inspection_end", Date),
    ("insurer", Text),
    ("district", Text),
    ("customer_kind", Name(&KIND)),
    ("owner", Text),
    ("loyalty_tier", Name(&TIER)),
    ("churn_state", Name(&STATE)),
    ("frequency_class", Text),
    ("segment", Text),
    ("last_visit_on", Date),
    ("last_maintenance_on", Date),
    ("next_due_on", Date),
    ("days_since_visit", Number),
    ("visits", Number),
    ("visits_12m", Number),
    ("visits_24m", Number),
    ("spend_12m", Number),
    ("spend_24m", Number),
    ("overdue_ratio", Number),
    ("churn_probability", Number),
    ("loyalty_score", Number),
    ("odometer_now_km", Number),
    ("age_months", Number),
];

/// Longest first, so that `>=` is not read as `>`.
const SIGNS: &[(&str, &str)] = &[
    (">=", ">="),
    ("<=", "<="),
    ("!=", "<>"),
    ("<>", "<>"),
    ("=", "="),
    (">", ">"),
    ("<", "<"),
];

/// The names that a condition may use, in the order of the table.
#[must_use]
pub fn columns() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).collect()
}

/// The conditions as one SQL expression over `list_units`; unknown values never fulfil one.
///
/// # Errors
/// When a condition names no known column, has no sign, its value does not fit the column, or its word means nothing there.
pub fn sql(conditions: &[String]) -> Result<String> {
    let parts: Vec<String> = conditions.iter().map(|c| one(c)).collect::<Result<_>>()?;
    Ok(if parts.is_empty() {
        "true".to_owned()
    } else {
        parts.join(" and ")
    })
}

fn one(condition: &str) -> Result<String> {
    let bad = || {
        Error::usage("bad-condition")
            .with("condition", condition)
            .with("columns", columns().join(", "))
    };
    let text = condition.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .ok_or_else(bad)?;
    let (name, rest) = text.split_at(end);
    let (column, holds) = COLUMNS.iter().find(|(n, _)| *n == name).ok_or_else(bad)?;
    let rest = rest.trim_start();
    let lower = rest.to_ascii_lowercase();
    let value_of = |value: &str, holds: Holds| match (holds, literal(value, holds)) {
        (_, Some(sql)) => Ok(sql),
        // It would name nobody, and nobody would know why.
        (Name(named), None) => Err(Error::usage("unknown-word")
            .with("condition", condition)
            .with("names", named.all())),
        (_, None) => Err(bad()),
    };
    for (word, not) in [("not in ", "not "), ("in ", "")] {
        if lower.starts_with(word) {
            let values: Vec<String> = rest[word.len()..]
                .split([',', '，', '、'])
                .map(str::trim)
                .filter(|v| !v.is_empty())
                .map(|v| value_of(v, *holds))
                .collect::<Result<_>>()?;
            if values.is_empty() {
                return Err(bad());
            }
            return Ok(format!("({column} {not}in ({}))", values.join(", ")));
        }
    }
    let (sign, meant) = SIGNS
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))
        .ok_or_else(bad)?;
    let value = value_of(rest[sign.len()..].trim(), *holds)?;
    Ok(format!("({column} {meant} {value})"))
}

/// The value as SQL, quoted; `None` where it is not of the column's kind.
fn literal(value: &str, holds: Holds) -> Option<String> {
    let value = value.trim_matches(['"', '\'']);
    match holds {
        _ if value.is_empty() => None,
        Text => Some(format!("'{}'", value.replace('\'', "''"))),
        Name(named) => named.meant(value).map(|name| format!("'{name}'")),
        Number => value
            .parse::<f64>()
            .ok()
            .filter(|v| v.is_finite())
            .map(|v| format!("{v:?}::double")),
        Date => NaiveDate::parse_from_str(value, "%Y-%m-%d")
            .ok()
            .map(|d| format!("date '{d}'")),
        Flag => match value {
            "true" | "yes" | "是" => Some("true".to_owned()),
            "false" | "no" | "否" => Some("false".to_owned()),
            _ => None,
        },
    }
}

/// The rule of a list of the user's own.
///
/// # Errors
/// When it bears the name of a built-in list, or one of its conditions cannot be read.
pub(super) fn own_list(own: &CustomList) -> Result<ListRule> {
    if super::rules::rule(&own.id).is_some() {
        return Err(Error::usage("list-name-taken").with("name", &own.id));
    }
    let band = Band::parse(&own.band)
        .ok_or_else(|| Error::usage("list-name-taken").with("name", &own.band))?;
    let query = format!(
        "select unit_id, '{}' as band, cast(null as date) as open_on, cast(null as date) as due_on, \
         last_visit_on as about_on, '' as about from list_units where {} order by unit_id",
        band.as_str(),
        sql(&own.filter)?
    );
    let either = |zh: &str, en: &str| {
        let pick = |a: &str, b: &str| if a.trim().is_empty() { b } else { a }.trim().to_owned();
        [pick(zh, en), pick(en, zh)]
    };
    let at = Band::ALL.iter().position(|b| *b == band).unwrap_or(0);
    Ok(ListRule {
        id: Cow::Owned(own.id.clone()),
        query: Cow::Owned(query),
        bands: &Band::ALL[at..=at],
        purpose: "list-purpose-own",
        channel: Cow::Owned(own.channel.clone()),
        suppression: if own.suppression == "service" {
            Suppression::Service
        } else {
            Suppression::Marketing
        },
        deadline: Deadline::Within(u64::from(own.window_days)),
        stake: if band == Band::Lost {
            Stake::TwoYears
        } else {
            Stake::Year
        },
        words: Some(Words {
            name: either(&own.zh, &own.en),
            opening: either(&own.opening_zh, &own.opening_en),
        }),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(condition: &str) -> Option<String> {
        sql(&[condition.to_owned()]).ok()
    }

    #[test]
    fn conditions_become_sql_over_known_columns() {
        for (condition, wanted) in [
            ("brand = 海马", "(brand = '海马')"),
            ("visits_12m>=2", "(visits_12m >= 2.0::double)"),
            (
                "district in 海珠区、天河区",
                "(district in ('海珠区', '天河区'))",
            ),
            ("district not in A, B", "(district not in ('A', 'B'))"),
            (
                "purchase_date < 2022-01-01",
                "(purchase_date < date '2022-01-01')",
            ),
            ("sold_by_us = 是", "(sold_by_us = true)"),
            ("fuel = 纯电动", "(fuel = 'bev')"),
            ("customer_kind != 公户", "(customer_kind <> 'company')"),
            (
                "loyalty_tier in 忠诚, Stable",
                "(loyalty_tier in ('loyal', 'stable'))",
            ),
            ("churn_state = 高危", "(churn_state = 'at_risk')"),
            ("insurer != O'Neil", "(insurer <> 'O''Neil')"),
        ] {
            assert_eq!(read(condition).as_deref(), Some(wanted));
        }
        assert_eq!(
            sql(&["visits > 1".to_owned(), "fuel = bev".to_owned()]).unwrap(),
            "(visits > 1.0::double) and (fuel = 'bev')"
        );
    }

    #[test]
    fn what_is_no_condition_is_refused_with_the_columns() {
        for bad in [
            "",
            "brand",
            "phone = 1",
            "visits_12m = many",
            "visits = nan",
            "purchase_date = 2022-02-30",
            "district in ,",
            "1 = 1",
            "brand; drop table orders",
            "(select 1) = 1",
        ] {
            let error = sql(&[bad.to_owned()]).unwrap_err();
            assert_eq!(error.key, "bad-condition", "{bad}");
            assert!(
                error
                    .args
                    .iter()
                    .any(|(n, v)| *n == "columns" && v.contains("district"))
            );
        }
        let error = sql(&["fuel = 蒸汽".to_owned()]).unwrap_err();
        assert_eq!(error.key, "unknown-word");
        assert!(error.args.iter().any(|(_, v)| v.contains("bev (纯电)")));
        // Whatever stands in a value stays a value.
        assert_eq!(
            read("brand = x' or read_text('/etc/passwd')").as_deref(),
            Some("(brand = 'x'' or read_text(''/etc/passwd'')')")
        );
    }

    #[test]
    fn the_query_of_the_units_gives_every_column_that_a_condition_may_name() {
        for name in columns() {
            let given = super::super::rules::UNITS.lines().any(|l| {
                let l = l.trim().trim_end_matches(',');
                l.ends_with(&format!(".{name}")) || l.ends_with(&format!("as {name}"))
            });
            assert!(given, "{name}");
        }
    }
}
