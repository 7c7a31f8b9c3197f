//! Who calls whom by when: timers, places, stand-ins, channels, supervisors.

use super::*;

#[test]
fn timers_keep_their_day_and_end_on_working_days() {
    let settings = Lists {
        days_off: vec!["2026-11-26..2026-11-28".to_owned()],
        ..Lists::default()
    };
    let calendar = WorkCalendar::new(&settings);
    let ctx = ListContext {
        calendar: &calendar,
        ..context(&settings)
    };
    let due = |list: &str, opens: &str, ends: &str| {
        let mut c = candidate(list, 1, rules::rule(list).unwrap().bands[0], 1.0);
        (c.open_on, c.due_on) = (Some(day(opens)), Some(day(ends)));
        build(vec![c], vec![detail(1, 1)], &ctx).rows[0].due_on
    };
    // Ended yesterday: it stays late.
    assert_eq!(
        due("first_call", "2026-11-19", "2026-11-23"),
        day("2026-11-23")
    );
    // Ends on a holiday: on the eve of it.
    assert_eq!(
        due("first_call", "2026-11-23", "2026-11-27"),
        day("2026-11-25")
    );
    // A window within the list's own days is brought forward from the holiday as well.
    assert_eq!(
        due("loyal_slipping", "2026-11-01", "2026-11-27"),
        day("2026-11-25")
    );
}

#[test]
fn what_is_owed_takes_its_place_first_and_the_lost_are_capped() {
    let settings = Lists {
        lost_per_caller: 1,
        ..Lists::default()
    };
    let ctx = ListContext {
        capacity_per_caller: 3,
        ..context(&settings)
    };
    let candidates = vec![
        candidate("loyal_slipping", 1, Band::LoyalSlipping, 9_000.0),
        candidate("warning", 2, Band::Warning, 8_000.0),
        candidate("first_call", 3, Band::Care, 10.0),
        candidate("lost", 4, Band::Lost, 7_000.0),
        candidate("lost", 5, Band::Lost, 6_000.0),
    ];
    let list = build(candidates, (1..=5).map(|u| detail(u, u)).collect(), &ctx);
    let units: Vec<u64> = list.rows.iter().map(|r| r.unit_id().0).collect();
    assert_eq!(units, [1, 2, 3]);
    let lost = (10..=12)
        .map(|u| candidate("lost", u, Band::Lost, 1.0))
        .collect();
    let list = build(lost, (10..=12).map(|u| detail(u, u)).collect(), &ctx);
    assert_eq!(
        (list.rows.len(), list.over_capacity.values().sum::<usize>()),
        (1, 2)
    );
}

#[test]
fn rows_are_shared_out_among_those_who_call_and_whoever_is_away_is_stood_in_for() {
    let settings: Lists = toml::from_str(
        "callers = [
             { name = '陈静', capacity = 2, deputy = '李工', away = ['2026-11-24'] },
             { name = '李工', capacity = 2 },
             { name = '黄工' },
         ]",
    )
    .unwrap();
    let ctx = ListContext {
        capacity_per_caller: 10,
        ..context(&settings)
    };
    let candidates = (1..=5)
        .map(|u| candidate("warning", u, Band::Warning, 100.0 - u as f64))
        .collect();
    // All belong to 陈静, who is away.
    let list = build(candidates, (1..=5).map(|u| detail(u, u)).collect(), &ctx);
    let callers: Vec<&str> = list
        .rows
        .iter()
        .filter_map(|r| r.caller.as_deref())
        .collect();
    assert_eq!(callers, ["李工", "李工", "黄工", "黄工", "黄工"]);
    assert!(list.over_capacity.is_empty());
}

#[test]
fn a_deputy_need_not_be_a_caller_and_nobody_stands_in_for_themselves() {
    let settings: Lists = toml::from_str(
        "callers = [
             { name = '陈静', deputy = '外援', away = ['2026-11-24'] },
             { name = '黄工', deputy = '黄工' },
         ]",
    )
    .unwrap();
    let mut of_other = detail(2, 2);
    of_other.owner = Some("黄工".to_owned());
    let candidates = (1..=2)
        .map(|u| candidate("warning", u, Band::Warning, 100.0))
        .collect();
    let list = build(
        candidates,
        vec![detail(1, 1), of_other],
        &context(&settings),
    );
    let callers: Vec<_> = list
        .rows
        .iter()
        .map(|r| (r.caller.as_deref(), r.deputy.as_deref()))
        .collect();
    assert_eq!(callers, [(Some("外援"), None), (Some("黄工"), None)]);
}

#[test]
fn where_worth_does_not_tell_the_day_does() {
    let settings = Lists::default();
    let candidates = [(1, "2026-11-25"), (2, "2026-11-20"), (3, "2026-11-23")]
        .map(|(unit, due)| Candidate {
            due_on: Some(day(due)),
            value_year: None,
            value_two_years: None,
            ..candidate("unsolved", unit, Band::Escalation, 0.0)
        })
        .into();
    let details = (1..=3).map(|u| detail(u, u)).collect();
    let list = build(candidates, details, &context(&settings));
    let units: Vec<u64> = list.rows.iter().map(|r| r.unit_id().0).collect();
    assert_eq!(units, [2, 3, 1]);
}

#[test]
fn the_priority_shows_its_factors_and_a_call_that_costs_more_is_left() {
    let settings = Lists {
        cost_per_call: 10.0,
        ..Lists::default()
    };
    let ctx = context(&settings);
    let candidates = vec![
        candidate("warning", 1, Band::Warning, 1_000.0),
        candidate("warning", 2, Band::Warning, 1.0),
        candidate("first_call", 3, Band::Care, 1.0),
    ];
    let list = build(candidates, (1..=3).map(|u| detail(u, u)).collect(), &ctx);
    let row = &list.rows[0];
    // Three days left of the window: 1 + 1 / 4.
    assert!((row.priority.unwrap() - (0.5 * 3_000.0 * 0.2 * 1.25 - 10.0)).abs() < 1e-9);
    assert_eq!(
        list.withheld_counts(),
        BTreeMap::from([(Withheld::NotWorth, 1)])
    );
    assert_eq!(
        list.rows[1].rule.id, "first_call",
        "owed, whatever it costs"
    );
}

#[test]
fn after_five_attempts_in_vain_another_channel_is_taken() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let row = |change: fn(&mut UnitDetail)| {
        let mut d = detail(1, 1);
        change(&mut d);
        build(
            vec![candidate("warning", 1, Band::Warning, 1.0)],
            vec![d],
            &ctx,
        )
        .rows
        .remove(0)
    };
    assert_eq!(row(|d| d.failed_in_row = 4).channel, "phone");
    assert_eq!(row(|d| d.failed_in_row = 5).channel, "sms");
    let no_number = row(|d| {
        d.phone_primary = None;
        d.address = Some("海珠区新港里24号".to_owned());
    });
    assert_eq!(no_number.channel, "letter");
}

#[test]
fn complaints_go_to_who_answers_for_them_and_late_ones_to_the_supervisor() {
    let settings = Lists {
        supervisor: "周主管".to_owned(),
        renewal_caller: "高嘉晨".to_owned(),
        ..Lists::default()
    };
    let ctx = context(&settings);
    let caller = |list: &str, due: &str, change: fn(&mut UnitDetail)| {
        let mut c = candidate(list, 1, rules::rule(list).unwrap().bands[0], 1.0);
        (c.open_on, c.due_on) = (Some(day("2026-11-20")), Some(day(due)));
        c.about = "report|等待|胡春敏".into();
        let mut d = detail(1, 1);
        change(&mut d);
        build(vec![c], vec![d], &ctx).rows[0]
            .caller
            .clone()
            .unwrap()
    };
    assert_eq!(caller("unsolved", "2026-11-25", |_| ()), "胡春敏");
    assert_eq!(caller("unsolved", "2026-11-22", |_| ()), "周主管");
    assert_eq!(
        caller("first_call", "2026-11-25", |d| d.open_complaints = 1),
        "周主管"
    );
    assert_eq!(caller("first_call", "2026-11-25", |_| ()), "陈静");
    assert_eq!(caller("renewal", "2026-11-25", |_| ()), "高嘉晨");
}

#[test]
fn a_list_of_ones_own_stands_beside_the_others() {
    let settings: Lists = toml::from_str(
        "custom = [{ id = 'old_mpv', zh = '老 MPV', band = 'offer', opening_zh = '{who}，您的{car}……',
            filter = ['series = 菱智', 'purchase_date < 2020-01-01'] }]",
    )
    .unwrap();
    let rules = Rules::new(&settings).unwrap();
    assert!(rules.script().contains("'old_mpv' as list"));
    let ctx = ListContext {
        rules: &rules,
        ..context(&settings)
    };
    let list = build(
        vec![candidate("old_mpv", 1, Band::Offer, 1.0)],
        vec![detail(1, 1)],
        &ctx,
    );
    let row = &list.rows[0];
    assert_eq!(row.rule.name(Lang::Zh), "老 MPV");
    assert_eq!(
        cells::opening(Lang::Zh, &list, row),
        "王伟，您好，您的菱智……"
    );
    assert!(cells::why(Lang::Zh, row).starts_with("在“老 MPV”名单上"));
    let taken: Lists =
        toml::from_str("custom = [{ id = 'lost', zh = 'x', filter = ['visits > 1'] }]").unwrap();
    assert_eq!(Rules::new(&taken).unwrap_err().key, "list-name-taken");
}
