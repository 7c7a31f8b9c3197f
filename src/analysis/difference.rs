//! Two versions of a report held against each other: which figures moved, and what lies between the versions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

/// A figure as it was reported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportedFigure {
    /// Chinese label.
    pub label_zh: String,
    /// English label.
    pub label_en: String,
    /// What it is counted in, as in the table `kpis`.
    pub unit: String,
    /// Value.
    pub value: Option<f64>,
    /// Target.
    pub target: Option<f64>,
}

/// One version of a report: what it said, and what it was made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReportVersion {
    /// Number in the archive; `None` for what the data say now.
    pub number: Option<i64>,
    /// `month` or `year`.
    pub kind: String,
    /// `2025-12`.
    pub period: String,
    /// Nothing known later was read.
    pub as_of: NaiveDate,
    /// Hash of all that was imported.
    pub data_hash: String,
    /// Hash of the settings that decide figures.
    pub settings_hash: String,
    /// Hash of the definitions: the questions asked of the database.
    pub definitions: String,
    /// Version of the program.
    pub program: String,
    /// Settings by name.
    #[serde(skip)]
    pub settings: BTreeMap<String, String>,
    /// The last import that it read.
    pub last_import: i64,
    /// Orders of the period.
    pub orders: i64,
    /// Figures by name.
    #[serde(skip)]
    pub figures: BTreeMap<String, ReportedFigure>,
}

impl ReportVersion {
    /// True where both were made from the same, so that they say the same.
    #[must_use]
    pub fn is_made_as(&self, other: &Self) -> bool {
        let made = |v: &Self| {
            (
                v.kind.clone(),
                v.period.clone(),
                v.as_of,
                v.data_hash.clone(),
                v.settings_hash.clone(),
                v.definitions.clone(),
                v.program.clone(),
            )
        };
        made(self) == made(other)
    }
}

/// What one import brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportedSince {
    /// Number.
    pub import_id: i64,
    /// File.
    pub file: String,
    /// Rows that were new.
    pub loaded: i64,
    /// Rows that took the place of earlier ones.
    pub replaced: i64,
}

/// A figure that moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedFigure {
    /// Name.
    pub id: String,
    /// The figure before; `None` where it was not reported.
    pub before: Option<ReportedFigure>,
    /// The figure after; `None` where it is reported no longer.
    pub after: Option<ReportedFigure>,
}

/// Something that lies between two versions of the same period.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A file came in between.
    Import(ImportedSince),
    /// The period has other orders than before.
    Orders {
        /// Orders before.
        before: i64,
        /// Orders after.
        after: i64,
    },
    /// The data are other ones, by no import that is in the ledger.
    Data,
    /// A setting was changed.
    Setting {
        /// Name in `retain.toml`.
        name: String,
        /// Before.
        before: String,
        /// After.
        after: String,
    },
    /// Figures are asked for in another way.
    Definitions,
    /// Another version of the program.
    Program {
        /// Before.
        before: String,
        /// After.
        after: String,
    },
    /// More (or less) was known.
    AsOf {
        /// Before.
        before: NaiveDate,
        /// After.
        after: NaiveDate,
    },
}

/// What moved between two versions, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The earlier version.
    pub before: ReportVersion,
    /// The later version.
    pub after: ReportVersion,
    /// Figures that moved, in order of name.
    pub figures: Vec<MovedFigure>,
    /// How many did not.
    pub unchanged: usize,
    /// What lies between; empty where the periods are not the same.
    pub causes: Vec<Cause>,
}

/// Holds two versions against each other; `imports` are those after the earlier one.
#[must_use]
pub fn difference(
    before: &ReportVersion,
    after: &ReportVersion,
    imports: &[ImportedSince],
) -> Difference {
    let names: std::collections::BTreeSet<&String> =
        before.figures.keys().chain(after.figures.keys()).collect();
    let mut figures = Vec::new();
    let mut unchanged = 0;
    for id in names {
        let (then, now) = (before.figures.get(id), after.figures.get(id));
        let said = |f: Option<&ReportedFigure>| f.map(|f| (f.value, f.target));
        if said(then) == said(now) {
            unchanged += 1;
        } else {
            figures.push(MovedFigure {
                id: id.clone(),
                before: then.cloned(),
                after: now.cloned(),
            });
        }
    }
    let same_period = before.kind == after.kind && before.period == after.period;
    Difference {
        figures,
        unchanged,
        causes: if same_period {
            causes(before, after, imports)
        } else {
            Vec::new()
        },
        before: before.clone(),
        after: after.clone(),
    }
}

fn causes(before: &ReportVersion, after: &ReportVersion, imports: &[ImportedSince]) -> Vec<Cause> {
    let mut causes = Vec::new();
    if before.as_of != after.as_of {
        causes.push(Cause::AsOf {
            before: before.as_of,
            after: after.as_of,
        });
    }
    if before.data_hash != after.data_hash {
        let between = imports
            .iter()
            .filter(|i| i.import_id > before.last_import && i.import_id <= after.last_import);
        let found: Vec<Cause> = between.cloned().map(Cause::Import).collect();
        if found.is_empty() {
            causes.push(Cause::Data);
        }
        causes.extend(found);
    }
    if before.orders != after.orders {
        causes.push(Cause::Orders {
            before: before.orders,
            after: after.orders,
        });
    }
    let names: std::collections::BTreeSet<&String> = before
        .settings
        .keys()
        .chain(after.settings.keys())
        .collect();
    for name in names {
        let of = |v: &ReportVersion| v.settings.get(name).cloned().unwrap_or_default();
        if of(before) != of(after) {
            causes.push(Cause::Setting {
                name: name.clone(),
                before: of(before),
                after: of(after),
            });
        }
    }
    if before.program != after.program {
        causes.push(Cause::Program {
            before: before.program.clone(),
            after: after.program.clone(),
        });
    }
    if before.definitions != after.definitions {
        causes.push(Cause::Definitions);
    }
    causes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn version(data_hash: &str, value: f64) -> ReportVersion {
        let figure = |value| ReportedFigure {
            label_zh: "营业额".to_owned(),
            label_en: "Revenue".to_owned(),
            unit: "yuan".to_owned(),
            value,
            target: None,
        };
        ReportVersion {
            number: None,
            kind: "month".to_owned(),
            period: "2025-12".to_owned(),
            as_of: NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(),
            data_hash: data_hash.to_owned(),
            settings_hash: "s".to_owned(),
            definitions: "d".to_owned(),
            program: "1".to_owned(),
            settings: BTreeMap::from([("churn.due_ratio".to_owned(), "1.0".to_owned())]),
            last_import: 3,
            orders: 10,
            figures: BTreeMap::from([
                ("revenue".to_owned(), figure(Some(value))),
                ("unknown".to_owned(), figure(None)),
            ]),
        }
    }

    #[test]
    fn what_did_not_move_is_only_counted() {
        let found = difference(&version("a", 1.0), &version("a", 1.0), &[]);
        assert_eq!((found.figures.len(), found.unchanged), (0, 2));
        assert!(found.causes.is_empty());
        assert!(version("a", 1.0).is_made_as(&version("a", 1.0)));
        assert!(!version("a", 1.0).is_made_as(&version("b", 1.0)));
    }

    #[test]
    fn the_imports_between_are_named_and_no_others() {
        let mut after = version("b", 2.0);
        after.last_import = 5;
        after.orders = 12;
        after.figures.remove("unknown");
        let imports: Vec<ImportedSince> = [3, 4, 5, 6]
            .map(|import_id| ImportedSince {
                import_id,
                file: format!("{import_id}.csv"),
                loaded: 2,
                replaced: 0,
            })
            .to_vec();
        let found = difference(&version("a", 1.0), &after, &imports);
        let moved: Vec<&str> = found.figures.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(moved, ["revenue", "unknown"]);
        assert_eq!(
            found.causes,
            [
                Cause::Import(imports[1].clone()),
                Cause::Import(imports[2].clone()),
                Cause::Orders {
                    before: 10,
                    after: 12
                },
            ]
        );
    }

    #[test]
    fn settings_program_and_definitions_are_told_apart() {
        let mut after = version("a", 1.0);
        after
            .settings
            .insert("churn.due_ratio".to_owned(), "1.1".to_owned());
        after.program = "2".to_owned();
        after.definitions = "e".to_owned();
        let causes = difference(&version("a", 1.0), &after, &[]).causes;
        assert_eq!(causes.len(), 3);
        assert!(
            matches!(&causes[0], Cause::Setting { before, after, .. } if before == "1.0" && after == "1.1")
        );
        let gone = difference(&version("a", 1.0), &version("b", 1.0), &[]).causes;
        assert_eq!(gone, [Cause::Data]);
        let mut other = version("b", 9.0);
        other.period = "2025-11".to_owned();
        assert!(
            difference(&version("a", 1.0), &other, &[])
                .causes
                .is_empty()
        );
    }
}
