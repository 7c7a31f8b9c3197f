//! A call that is owed and one that sells meet on one row: which leads, who is left alone, whose task it is.

use super::*;

const HELD: HeldOut<'static> = HeldOut(&|_, _| true);

/// What both lists say of unit 1, each by its first band.
fn both(one: &str, other: &str) -> Vec<Candidate> {
    [one, other]
        .map(|id| candidate(id, 1, rules::rule(id).unwrap().bands[0], 100.0))
        .into()
}

#[test]
fn the_call_that_is_owed_begins_the_talk_and_keeps_the_shade_of_the_other() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let mut candidates = both("loyal_slipping", "first_call");
    candidates[1].open_on = Some(day("2026-11-23"));
    candidates[1].due_on = Some(day("2026-11-27"));
    let list = build(candidates, vec![detail(1, 1)], &ctx);
    let row = &list.rows[0];
    assert_eq!(
        (&*row.rule.id, row.band),
        ("first_call", Band::LoyalSlipping)
    );
    assert_eq!(row.reasons[0].key, "list-why-delivered");
    let opening = cells::opening(Lang::En, &list, row);
    assert!(opening.contains("2026-11-20"), "{opening}");
    // Loyal and slipping would want it two days from now; the plan's timer is what is measured.
    assert_eq!(row.due_on, day("2026-11-27"));
    let task = &tasks(&list)[0];
    assert_eq!(task.list, "first_call");
    assert_eq!(task.lists, ["first_call", "loyal_slipping"]);
}

#[test]
fn whoever_is_left_alone_to_learn_from_gets_what_is_owed_and_is_not_rung_up_for_a_gap_in_the_file()
{
    let settings = Lists::default();
    let ctx = ListContext {
        held_out: Some(HELD),
        ..context(&settings)
    };
    let list = build(both("warning", "first_call"), vec![detail(1, 1)], &ctx);
    assert_eq!(list.rows[0].lists.len(), 1);
    assert!(list.held_out.is_empty());
    // Of those who are called this is a task of the warning: of those who are not, it must be one too.
    let list = build(both("warning", "file_incomplete"), vec![detail(1, 1)], &ctx);
    assert!(list.rows.is_empty());
    assert_eq!(tasks(&list)[0].list, "warning");
    let alone = vec![candidate("file_incomplete", 1, Band::File, 1.0)];
    assert_eq!(build(alone, vec![detail(1, 1)], &ctx).rows.len(), 1);
}

#[test]
fn a_call_that_is_owed_has_a_task_of_its_own_beside_one_that_sells() {
    let settings = Lists::default();
    let waiting = |list: &str| {
        let task = super::tasks::Waiting {
            task_id: list.to_owned(),
            open_on: day("2026-11-23"),
            due_on: day("2026-11-25"),
        };
        ((list.to_owned(), UnitId(1)), task)
    };
    let known = [waiting("warning"), waiting("low_csi")].into();
    let adopted = |one: &str, other: &str| {
        let mut list = build(both(one, other), vec![detail(1, 1)], &context(&settings));
        super::tasks::adopt(&mut list.rows, &known, list.calling_day);
        list.rows[0].task_id.clone()
    };
    let own = task_id("first_call", UnitId(1), day("2026-11-24"));
    assert_eq!(adopted("warning", "first_call"), own);
    assert_eq!(adopted("low_csi", "first_call"), "low_csi");
    assert_eq!(adopted("warning", "lost"), "warning");
}
