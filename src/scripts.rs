//! Every SQL script, embedded, under the name of its file. In the order in which a scoring runs them
//! within each folder; a test checks headers, grain and that no file is forgotten.

/// Name and text of each script.
pub const SCRIPTS: &[(&str, &str)] = &[
    ("schema", include_str!("../queries/schema.sql")),
    (
        "units/unit_keys",
        include_str!("../queries/units/unit_keys.sql"),
    ),
    (
        "units/vehicles",
        include_str!("../queries/units/vehicles.sql"),
    ),
    (
        "visits/orders_resolved",
        include_str!("../queries/visits/orders_resolved.sql"),
    ),
    (
        "visits/orders_known",
        include_str!("../queries/visits/orders_known.sql"),
    ),
    (
        "visits/orders_all",
        include_str!("../queries/visits/orders_all.sql"),
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
        "visits/changed_parties",
        include_str!("../queries/visits/changed_parties.sql"),
    ),
    (
        "visits/visits_regrouped",
        include_str!("../queries/visits/visits_regrouped.sql"),
    ),
    (
        "visits/visits_at",
        include_str!("../queries/visits/visits_at.sql"),
    ),
    (
        "features/unit_features",
        include_str!("../queries/features/unit_features.sql"),
    ),
    (
        "features/visit_sequences",
        include_str!("../queries/features/visit_sequences.sql"),
    ),
    (
        "features/regrouped_sequences",
        include_str!("../queries/features/regrouped_sequences.sql"),
    ),
];

/// The script of that name; empty where there is none, which a test rules out.
#[must_use]
pub fn text(name: &str) -> &'static str {
    SCRIPTS
        .iter()
        .find(|(n, _)| *n == name)
        .map_or("", |(_, sql)| sql)
}
