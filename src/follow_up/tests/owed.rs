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
    assert_eq!(task.dues, [day("2026-11-27"), day("2026-11-26")]);
}

#[test]
fn whoever_is_left_alone_to_learn_from_gets_what_is_owed_and_what_the_file_lacks() {
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
    let kept: Vec<(String, bool)> = tasks(&list)
        .into_iter()
        .map(|t| (t.lists.join(" "), t.holdout))
        .collect();
    assert_eq!(
        kept,
        [
            ("file_incomplete".to_owned(), false),
            ("warning".to_owned(), true)
        ]
    );
    assert_eq!(list.candidates, 2);
}

#[test]
fn a_day_that_another_system_noted_is_a_promise_for_everybody() {
    let settings = Lists::default();
    for held_out in [None, Some(HELD)] {
        let ctx = ListContext {
            held_out,
            ..context(&settings)
        };
        let promised = UnitDetail {
            contact_next_on: Some(day("2026-11-20")),
            promised_on: Some(day("2026-11-10")),
            ..detail(1, 1)
        };
        // It leads a call of the same level that the lists know beside it.
        let named = both("warning", "second_call");
        let list = build(named, vec![promised], &ctx);
        let row = &list.rows[0];
        // It is late, and says so instead of claiming to be today's.
        assert_eq!((&*row.rule.id, row.due_on), ("promised", day("2026-11-20")));
        let opening = cells::opening(Lang::En, &list, row);
        assert!(
            opening.contains("2026-11-20") && opening.contains("late"),
            "{opening}"
        );
        assert!(list.held_out.is_empty());
    }
}

#[test]
fn a_booking_that_was_missed_is_no_promise_to_call() {
    let settings = Lists::default();
    let mut booked = candidate("promised", 1, Band::Care, 1.0);
    booked.about = "booked".into();
    let list = build(vec![booked], vec![detail(1, 1)], &context(&settings));
    assert_eq!(list.rows[0].reasons[0].key, "list-why-booked");
    let opening = cells::opening(Lang::En, &list, &list.rows[0]);
    assert!(opening.contains("missed you"), "{opening}");
}

#[test]
fn a_number_that_is_wrong_is_said_and_not_dialled_again() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let called = |address: Option<&str>, other: bool| {
        let facts = UnitFacts {
            wrong_number_on: Some(day("2026-11-20")),
            has_other_phone: other,
            has_address: address.is_some(),
            ..UnitFacts::from(&detail(1, 1))
        };
        let drafted = draft(
            vec![candidate("warning", 1, Band::Warning, 1.0)],
            vec![facts],
            &ctx,
        );
        let list = drafted.told(vec![detail(1, 1)], &ctx);
        let row = &list.rows[0];
        assert!(cells::why(Lang::En, row).contains("The number was wrong on 2026-11-20"));
        row.channel.clone()
    };
    assert_eq!(called(Some("海珠区"), false), "letter");
    assert_eq!(called(Some("海珠区"), true), "phone");
    assert_eq!(called(None, false), "phone");
}

#[test]
fn what_stays_undone_goes_to_the_supervisor_where_there_is_one() {
    let settings = Lists {
        supervisor: "主管".to_owned(),
        ..Lists::default()
    };
    let ctx = context(&settings);
    let caller = |due: &str| {
        let mut first = candidate("first_call", 1, Band::Care, 1.0);
        first.due_on = Some(day(due));
        let list = build(vec![first], vec![detail(1, 1)], &ctx);
        list.rows[0].caller.clone().unwrap()
    };
    assert_eq!(caller("2026-11-22"), "陈静", "two days late");
    assert_eq!(caller("2026-11-21"), "主管", "three");
    // Beyond the supervisor's places they stay with whoever looks after the customer, instead of with nobody.
    let ctx = ListContext {
        capacity_per_caller: 1,
        ..ctx
    };
    let late = (1..=2).map(|unit| {
        let mut first = candidate("first_call", unit, Band::Care, 1.0);
        first.due_on = Some(day("2026-11-20"));
        first
    });
    let list = build(late.collect(), vec![detail(1, 1), detail(2, 2)], &ctx);
    let callers: Vec<_> = list.rows.iter().map(|r| r.caller.as_deref()).collect();
    assert_eq!(callers, [Some("主管"), Some("陈静")]);
}

#[test]
fn each_timer_has_a_task_of_its_own_and_what_is_for_sale_is_one_need() {
    let settings = Lists::default();
    let waiting = |list: &str, opened: &str| {
        let task = super::tasks::Waiting {
            task_id: format!("{list} {opened}"),
            open_on: day(opened),
            due_on: day("2026-11-25"),
        };
        ((list.to_owned(), UnitId(1)), task)
    };
    let known = [
        waiting("warning", "2026-11-23"),
        waiting("low_csi", "2026-11-23"),
        waiting("first_call", "2026-11-23"),
        waiting("renewal", "2026-06-30"),
    ]
    .into();
    let adopted = |one: &str, other: &str| {
        let mut list = build(both(one, other), vec![detail(1, 1)], &context(&settings));
        super::tasks::adopt(&mut list.rows, &known, list.calling_day);
        list.rows[0].task_id.clone()
    };
    let new = |list: &str| task_id(list, UnitId(1), day("2026-11-24"));
    assert_eq!(adopted("warning", "first_call"), "first_call 2026-11-23");
    assert_eq!(adopted("warning", "second_call"), new("second_call"));
    assert_eq!(adopted("low_csi", "first_call"), "low_csi 2026-11-23");
    assert_eq!(adopted("unsolved", "first_call"), new("unsolved"));
    assert_eq!(adopted("lost", "warning"), "warning 2026-11-23");
    assert_eq!(adopted("lost", "file_incomplete"), new("lost"));
    // The lot was drawn anew on the first of July.
    assert_eq!(adopted("renewal", "lost"), new("renewal"));
}

#[test]
fn a_promise_about_another_vehicle_of_the_house_is_kept_there() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let known = detail(1, 1);
    let facts = UnitFacts {
        contact_next_on: Some(day("2026-11-24")),
        promised_on: Some(day("2026-11-10")),
        promise_is_own: false,
        ..UnitFacts::from(&known)
    };
    let warned = vec![candidate("warning", 1, Band::Warning, 100.0)];
    let list = draft(warned, vec![facts], &ctx).told(vec![known], &ctx);
    // It stands beside the other one, since the same person answers.
    let row = &list.rows[0];
    assert_eq!(
        (&*row.rule.id, &*row.reasons[0].key),
        ("warning", "list-why-promised")
    );
}

#[test]
fn an_answer_is_told_and_a_complaint_is_asked_about() {
    let settings = Lists::default();
    let ctx = context(&settings);
    for (about, says, asks) in [
        ("tell|质量|胡春敏", "已经有处理结果", "这样处理您满意吗"),
        ("report|质量|胡春敏", "还没有办妥", "您希望怎么解决"),
    ] {
        let mut complaint = candidate("unsolved", 1, Band::Escalation, 0.0);
        complaint.about = about.into();
        let list = build(vec![complaint], vec![detail(1, 1)], &ctx);
        let opening = cells::opening(Lang::Zh, &list, &list.rows[0]);
        assert!(opening.contains(says), "{opening}");
        let question = cells::question(Lang::Zh, &list.rows[0]);
        assert!(question.contains(asks), "{question}");
    }
}
