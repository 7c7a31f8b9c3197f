//! What each column says of a person: the one list that decides what an output shows, masks, replaces or leaves out.
//!
//! A column of text that is not named here counts as naming a person directly: whoever adds one decides what it is.

/// How a column bears on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Names a person, or is free text that may.
    Direct,
    /// A way to reach a person.
    Contact,
    /// Names a vehicle, a policy or a file of a person.
    Vehicle,
    /// A number of ours that stands for a person or a vehicle.
    Surrogate,
    /// Says little alone and much together with others.
    Quasi,
    /// Nothing of a person.
    Plain,
}

impl Class {
    /// All classes, from the one that says most.
    pub const ALL: [Self; 6] = [
        Self::Direct,
        Self::Contact,
        Self::Vehicle,
        Self::Surrogate,
        Self::Quasi,
        Self::Plain,
    ];

    /// Name in tables and catalogues.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Contact => "contact",
            Self::Vehicle => "vehicle",
            Self::Surrogate => "surrogate",
            Self::Quasi => "quasi",
            Self::Plain => "plain",
        }
    }
}

/// Tables whose `name`, `text` or `note` is no person's.
const IMPERSONAL: &[&str] = &[
    "campaigns",
    "work_order_lines",
    "model_cards",
    "retain_meta",
    "kpis",
    "kpi_splits",
    "uplift_results",
    "campaign_results",
    "reports",
    "runs",
    "targets",
];

/// Columns by what they say, whatever the table.
const COLUMNS: &[(Class, &[&str])] = &[
    (
        Class::Direct,
        &[
            "name", "address", "note", "text", "verbatim", "birthday", "word", "wish",
        ],
    ),
    (Class::Contact, &["phone_primary", "phones"]),
    (
        Class::Vehicle,
        &["plate", "vin", "engine_no", "customer_no", "policy_no"],
    ),
    (
        Class::Surrogate,
        &[
            "unit_id",
            "customer_id",
            "old_id",
            "order_id",
            "name_order",
            "phones_order",
            "wo_id",
            "row_key",
            "vin_key",
            "plate_key",
            "customer_key",
            "person_id",
            "kept_id",
            "merged_id",
            "merge_id",
            "vehicle_key",
            "content_hash",
            "key",
            "ro_no",
            "credit_of",
            "appointment_no",
            "complaint_no",
            "task_id",
            "item_id",
            "reference",
        ],
    ),
    (
        Class::Quasi,
        &[
            "kind",
            "district",
            "owner",
            "owner_id",
            "deputy_id",
            "reassigned_from",
            "from_owner",
            "to_owner",
            "advisor",
            "staff",
            "technician",
            "brand",
            "series",
            "model",
            "fuel",
            "insurer",
            "channel",
            "source",
            "category",
            "result",
            "result_l1",
            "result_l2",
            "lost_reason",
            "campaign",
            "place",
            "segment",
            "next_segment",
            "reasons",
            "reason_codes",
            "code",
            "consent_marketing",
            "status",
            "purpose",
        ],
    ),
    (
        Class::Plain,
        &[
            "store_id",
            "file",
            "sha256",
            "mapping",
            "column",
            "reason",
            "value_masked",
            "value",
            "job_class",
            "classes",
            "main_class",
            "customer_kind",
            "units_of",
            "payer",
            "offer",
            "metric",
            "settings_hash",
            "data_hash",
            "version",
            "engine",
            "parameters",
            "measures",
            "caveat",
            "caveats",
            "why",
            "interval_source",
            "km_per_day_source",
            "loyalty_tier",
            "from_tier",
            "to_tier",
            "axis",
            "part",
            "curve",
            "split_by",
            "split_value",
            "churn_state",
            "frequency_class",
            "list",
            "lists",
            "ended_by",
            "scope",
            "state",
            "period",
            "id",
            "label_zh",
            "label_en",
            "unit",
            "definition",
            "lang",
            "format",
            "method",
            "band",
            "definitions",
            "program",
            "settings",
            "direction",
            "letter_kind",
            "last_class",
            "last_items",
            "missing",
        ],
    ),
];

/// The class of a column; `None` for one that nobody has classified.
#[must_use]
pub fn known_class(table: &str, column: &str) -> Option<Class> {
    let class = COLUMNS
        .iter()
        .find(|(_, names)| names.contains(&column))
        .map(|(class, _)| *class)?;
    Some(match class {
        Class::Direct if IMPERSONAL.contains(&table) => Class::Plain,
        class => class,
    })
}

/// The class of a column: text that nobody has classified counts as naming a person; numbers, days and yes/no that are no
/// surrogates say nothing of one.
#[must_use]
pub fn class(table: &str, column: &str, is_text: bool) -> Class {
    known_class(table, column).unwrap_or(if is_text { Class::Direct } else { Class::Plain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_stands_in_two_classes() {
        let mut names: Vec<&str> = COLUMNS
            .iter()
            .flat_map(|(_, n)| n.iter().copied())
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn unknown_text_counts_as_a_persons_and_an_unknown_number_does_not() {
        assert_eq!(class("customers", "nickname", true), Class::Direct);
        assert_eq!(class("customers", "visits", false), Class::Plain);
        assert_eq!(class("campaigns", "name", true), Class::Plain);
        assert_eq!(class("customers", "name", true), Class::Direct);
        assert_eq!(class("vehicle_scores", "unit_id", false), Class::Surrogate);
    }
}
