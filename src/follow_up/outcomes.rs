//! What can come of a call: the tree that staff choose from and that reading a filled list knows.

use crate::i18n::text;
use crate::types::Lang;

/// First level: reached and understood, not reached, or of no use.
pub const RESULTS: &[&str] = &["success", "failed", "invalid"];

/// Second level, by first level: what a dealer's callers note down.
pub const OUTCOMES: &[(&str, &str)] = &[
    ("success", "will_book"),
    ("success", "booked"),
    ("success", "other_date"),
    ("success", "already_done"),
    ("success", "mileage_not_reached"),
    ("success", "out_of_town"),
    ("success", "no_time"),
    ("failed", "call_rejected"),
    ("failed", "wrong_number"),
    ("failed", "phone_off"),
    ("failed", "suspended"),
    ("failed", "no_answer"),
    ("failed", "not_dialled"),
    ("invalid", "refused"),
    ("invalid", "hung_up"),
    ("invalid", "signal_lost"),
    ("invalid", "car_transferred"),
    ("invalid", "taxi"),
    ("invalid", "given_to_other"),
    ("invalid", "other"),
];

/// Label of a first-level code; the code itself where it is none of ours.
#[must_use]
pub fn result_label(lang: Lang, code: &str) -> String {
    if RESULTS.contains(&code) {
        text(lang, &format!("result-{code}"), &[])
    } else {
        code.to_owned()
    }
}

/// Label of a second-level code; the code itself where it is none of ours.
#[must_use]
pub fn outcome_label(lang: Lang, code: &str) -> String {
    if OUTCOMES.iter().any(|(_, c)| *c == code) {
        text(lang, &format!("outcome-{code}"), &[])
    } else {
        code.to_owned()
    }
}

/// The first-level code of a label in either language, or of the code itself.
#[must_use]
pub fn result_code(label: &str) -> Option<&'static str> {
    let label = label.trim();
    RESULTS.iter().copied().find(|code| {
        *code == label
            || [Lang::Zh, Lang::En]
                .iter()
                .any(|lang| result_label(*lang, code) == label)
    })
}

/// The codes of both levels of a second-level label in either language, or of the code itself.
#[must_use]
pub fn outcome_code(label: &str) -> Option<(&'static str, &'static str)> {
    let label = label.trim();
    OUTCOMES.iter().copied().find(|(_, code)| {
        *code == label
            || [Lang::Zh, Lang::En]
                .iter()
                .any(|lang| outcome_label(*lang, code) == label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_leads_back_to_its_code() {
        for lang in [Lang::Zh, Lang::En] {
            for code in RESULTS {
                let label = result_label(lang, code);
                assert!(!label.starts_with("result-"), "{label}");
                assert_eq!(result_code(&label), Some(*code));
            }
            for pair in OUTCOMES {
                let label = outcome_label(lang, pair.1);
                assert!(!label.starts_with("outcome-"), "{label}");
                assert_eq!(outcome_code(&label), Some(*pair), "{label}");
                assert!(RESULTS.contains(&pair.0));
            }
        }
        assert_eq!(result_code("nonsense"), None);
    }
}
