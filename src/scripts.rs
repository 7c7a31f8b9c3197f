//! Every SQL script, embedded, under the name of its file. In the order in which a scoring runs them
//! within each folder; a test checks headers, grain and that no file is forgotten.

/// Name and text of each script.
pub const SCRIPTS: &[(&str, &str)] = &[
    ("schema", include_str!("../queries/schema.sql")),
    ("import/undo", include_str!("../queries/import/undo.sql")),
    (
        "import/unrecognised",
        include_str!("../queries/import/unrecognised.sql"),
    ),
    (
        "units/unit_keys",
        include_str!("../queries/units/unit_keys.sql"),
    ),
    (
        "units/vehicles",
        include_str!("../queries/units/vehicles.sql"),
    ),
    (
        "backtest/backtest_results",
        include_str!("../queries/backtest/backtest_results.sql"),
    ),
    (
        "scores/evidence",
        include_str!("../queries/scores/evidence.sql"),
    ),
    (
        "people/tombstones",
        include_str!("../queries/people/tombstones.sql"),
    ),
    (
        "quality/quality_orders",
        include_str!("../queries/quality/quality_orders.sql"),
    ),
    (
        "quality/quality_readings",
        include_str!("../queries/quality/quality_readings.sql"),
    ),
    (
        "quality/quality_faults",
        include_str!("../queries/quality/quality_faults.sql"),
    ),
    (
        "quality/quality_days",
        include_str!("../queries/quality/quality_days.sql"),
    ),
    (
        "quality/quality_rejects",
        include_str!("../queries/quality/quality_rejects.sql"),
    ),
    ("people/erase", include_str!("../queries/people/erase.sql")),
    (
        "visits/orders_resolved",
        include_str!("../queries/visits/orders_resolved.sql"),
    ),
    (
        "visits/orders_now",
        include_str!("../queries/visits/orders_now.sql"),
    ),
    (
        "visits/orders_known",
        include_str!("../queries/visits/orders_known.sql"),
    ),
    (
        "visits/orders_to_group",
        include_str!("../queries/visits/orders_to_group.sql"),
    ),
    (
        "visits/group_orders",
        include_str!("../queries/visits/group_orders.sql"),
    ),
    (
        "visits/visits",
        include_str!("../queries/visits/visits.sql"),
    ),
    (
        "explain/orders_of_unit",
        include_str!("../queries/explain/orders_of_unit.sql"),
    ),
    (
        "features/visits_now",
        include_str!("../queries/features/visits_now.sql"),
    ),
    (
        "features/unit_visits",
        include_str!("../queries/features/unit_visits.sql"),
    ),
    (
        "visits/changed_parties",
        include_str!("../queries/visits/changed_parties.sql"),
    ),
    (
        "visits/orders_then",
        include_str!("../queries/visits/orders_then.sql"),
    ),
    (
        "visits/orders_to_regroup",
        include_str!("../queries/visits/orders_to_regroup.sql"),
    ),
    (
        "visits/visits_regrouped",
        include_str!("../queries/visits/visits_regrouped.sql"),
    ),
    (
        "features/visits_then",
        include_str!("../queries/features/visits_then.sql"),
    ),
    (
        "features/vehicle_facts",
        include_str!("../queries/features/vehicle_facts.sql"),
    ),
    (
        "features/gone_news",
        include_str!("../queries/features/gone_news.sql"),
    ),
    (
        "features/renewals",
        include_str!("../queries/features/renewals.sql"),
    ),
    (
        "features/features_scored",
        include_str!("../queries/features/features_scored.sql"),
    ),
];

/// Everything that an empty database file is made of.
#[must_use]
pub fn schema() -> String {
    [
        "schema",
        "import/undo",
        "import/unrecognised",
        "people/tombstones",
        "backtest/backtest_results",
        "scores/evidence",
    ]
    .map(text)
    .join("\n")
}

/// The script of that name; empty where there is none, which a test rules out.
#[must_use]
pub fn text(name: &str) -> &'static str {
    SCRIPTS
        .iter()
        .find(|(n, _)| *n == name)
        .map_or("", |(_, sql)| sql)
}
