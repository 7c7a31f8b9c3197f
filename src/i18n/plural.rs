//! One and many: the only place that decides which form a word takes beside a count.

use fluent_templates::FluentBundle;
use fluent_templates::fluent_bundle::{FluentArgs, FluentValue};

/// Teaches a catalogue the function `FORM($count, "row", "rows")`: the first form beside one, the second beside any other
/// count, and beside what is no whole count (`1.0 hours`, `–`). Chinese words have one form and do without.
pub(super) fn teach<R>(bundle: &mut FluentBundle<R>) {
    // A catalogue that has it already was taught before.
    let _ = bundle.add_function("FORM", form);
}

fn form<'a>(values: &[FluentValue<'a>], _: &FluentArgs<'_>) -> FluentValue<'a> {
    let [count, one, many] = values else {
        return FluentValue::Error;
    };
    if is_one(count) {
        one.clone()
    } else {
        many.clone()
    }
}

fn is_one(count: &FluentValue<'_>) -> bool {
    match count {
        FluentValue::String(text) => text.trim() == "1",
        FluentValue::Number(number) => number.value.to_string() == "1",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::i18n::text;
    use crate::types::Lang;

    #[test]
    fn one_is_one_and_everything_else_is_many() {
        let said = |count: &str| {
            let decided = [("open", count), ("decided", "1")];
            text(Lang::En, "said-merge", &decided)
        };
        assert_eq!(
            said("1"),
            "1 pair of customers looks like one person; 1 was decided to be one"
        );
        for many in ["0", "2", "1,001", "1.0"] {
            assert!(said(many).starts_with(&format!("{many} pairs of customers look ")));
        }
    }
}
