#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::LazyLock;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::i18n::Currency;
use crate::types::{CustomerKind, LoyaltyTier};

mod callers;
mod documents;
mod owed;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&Lists::default()).unwrap());
static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| WorkCalendar::new(&Lists::default()));
static YUAN: LazyLock<Currency> = LazyLock::new(Currency::default);
static NOBODY: Reassignments = Reassignments(Vec::new());
static HELPS: LazyLock<Helps> = LazyLock::new(|| Helps::assumed(&Lists::default()));

fn context(settings: &Lists) -> ListContext<'_> {
    ListContext {
        as_of: day("2026-11-20"),
        calling_day: day("2026-11-24"),
        capacity: 0,
        capacity_per_caller: 0,
        lang: Lang::Zh,
        currency: &YUAN,
        settings,
        department: "东风风行海珠店",
        rules: &RULES,
        calendar: &CALENDAR,
        helps: &HELPS,
        held_out: None,
        reassigned: &NOBODY,
    }
}

fn candidate(list: &str, unit: u64, band: Band, priority: f64) -> Candidate {
    Candidate {
        list: list.into(),
        unit_id: UnitId(unit),
        customer_id: None,
        band,
        loyalty_tier: Some(LoyaltyTier::Loyal),
        churn_probability: Some(0.5),
        overdue_ratio: Some(1.8),
        value_year: Some(priority * 3.0),
        value_two_years: Some(priority * 3.0),
        open_on: None,
        due_on: Some(day("2026-11-27")),
        about_on: Some(day("2026-11-20")),
        about: "".into(),
    }
}

/// What would be read of a unit of which that is known.
impl From<&UnitDetail> for UnitFacts {
    fn from(d: &UnitDetail) -> Self {
        Self {
            unit_id: d.unit_id,
            customer_id: d.customer_id,
            customer_kind: d.customer_kind,
            has_phone: d.phone().is_some(),
            has_other_phone: d.phones.len() > 1,
            wrong_number_on: None,
            has_address: d.address.is_some(),
            refuses_marketing: d.consent_marketing.as_deref() == Some("no"),
            owner: d.owner.as_deref().map(Arc::from),
            last_advisor: d.last_advisor.as_deref().map(Arc::from),
            gone: d.gone,
            taxi: d.taxi,
            last_visit_on: d.last_visit_on,
            in_shop: d.in_shop,
            open_complaints: d.open_complaints,
            contact_next_on: d.contact_next_on,
            promised_on: d.promised_on,
            promise_is_own: d.promised_on.is_some(),
            reached_on: d.reached_on,
            failed_in_row: d.failed_in_row,
            booked_for: d.booked_for,
            opted_out: d.opted_out,
        }
    }
}

/// The list of the day, told from what is known of every unit.
fn build(candidates: Vec<Candidate>, details: Vec<UnitDetail>, ctx: &ListContext<'_>) -> CallList {
    let facts = details.iter().map(UnitFacts::from).collect();
    draft(candidates, facts, ctx).told(details, ctx)
}

fn detail(unit: u64, customer: u64) -> UnitDetail {
    UnitDetail {
        unit_id: UnitId(unit),
        customer_id: Some(CustomerId(customer)),
        is_vehicle: true,
        customer_name: Some("王伟".to_owned()),
        customer_kind: Some(CustomerKind::Person),
        phone_primary: Some("13800001234".to_owned()),
        owner: Some("陈静".to_owned()),
        plate: Some("粤A12345".to_owned()),
        series: Some("菱智".to_owned()),
        model: Some("菱智 M5".to_owned()),
        last_visit_on: Some(day("2026-03-02")),
        last_visit_class: Some("maint".to_owned()),
        last_visit_amount: Some(862.0),
        last_advisor: Some("李工".to_owned()),
        last_qualified_on: Some(day("2026-03-02")),
        spend_24m: Some(4_210.0),
        next_due_on: Some(day("2026-10-08")),
        overdue_days: Some(47),
        odometer_now_km: Some(31_180),
        loyalty_tier: Some(LoyaltyTier::Loyal),
        frequency_class: Some("A".to_owned()),
        ..UnitDetail::default()
    }
}

#[test]
fn several_lists_make_one_row_with_merged_reasons_and_the_earliest_day() {
    let settings = Lists::default();
    let candidates = vec![
        candidate("maintenance_due", 7, Band::Due, 100.0),
        candidate("warning", 7, Band::AtRisk, 100.0),
        candidate("loyal_slipping", 7, Band::LoyalSlipping, 100.0),
    ];
    let list = build(candidates, vec![detail(7, 1)], &context(&settings));
    assert_eq!(list.rows.len(), 1);
    let row = &list.rows[0];
    assert_eq!(
        (row.band, &*row.rule.id),
        (Band::LoyalSlipping, "loyal_slipping")
    );
    let lists: Vec<&str> = row.lists.iter().map(|l| &*l.id).collect();
    assert_eq!(lists, ["loyal_slipping", "warning", "maintenance_due"]);
    // Within two days for the loyal ones, although the unit slips a day later.
    assert_eq!(row.due_on, day("2026-11-26"));
    assert_eq!(
        cells::why(Lang::Zh, row),
        "忠诚 A 类，间隔已达平时 1.8 倍\n保养已超期 47 天（预计 31,200 km）"
    );
    let keys: BTreeSet<&str> = row.reasons.iter().map(|r| r.key.as_str()).collect();
    assert_eq!(keys.len(), row.reasons.len());
}

#[test]
fn a_customers_cars_stand_together_where_the_best_stands_with_one_caller() {
    let settings = Lists::default();
    let candidates = vec![
        candidate("loyal_slipping", 1, Band::LoyalSlipping, 500.0),
        candidate("loyal_slipping", 2, Band::LoyalSlipping, 900.0),
        candidate("lost", 3, Band::Lost, 10.0),
        candidate("warning", 4, Band::Warning, 9_000.0),
    ];
    let mut second_car = detail(3, 20);
    second_car.owner = None;
    second_car.last_advisor = Some("黄工".to_owned());
    let details = vec![detail(1, 10), detail(2, 20), second_car, detail(4, 30)];
    let list = build(candidates, details, &context(&settings));
    let units: Vec<u64> = list.rows.iter().map(|r| r.unit_id().0).collect();
    assert_eq!(units, [2, 3, 1, 4]);
    assert_eq!(list.rows[1].caller.as_deref(), Some("陈静"));
}

#[test]
fn each_refusal_is_counted_and_lists_that_are_owed_ignore_marketing_ones() {
    let settings = Lists::default();
    let ctx = context(&settings);
    type Change = fn(&mut UnitDetail);
    let cases: &[(Withheld, Change)] = &[
        (Withheld::Gone, |d| d.gone = true),
        (Withheld::Taxi, |d| {
            d.customer_kind = Some(CustomerKind::Taxi)
        }),
        (Withheld::Taxi, |d| d.taxi = true),
        (Withheld::Internal, |d| {
            d.customer_kind = Some(CustomerKind::Internal)
        }),
        (Withheld::OptedOut, |d| d.opted_out = true),
        (Withheld::OptedOut, |d| {
            d.consent_marketing = Some("no".to_owned())
        }),
        (Withheld::Complaint, |d| d.open_complaints = 1),
        (Withheld::Visited, |d| d.in_shop = true),
        (Withheld::Visited, |d| {
            d.last_visit_on = Some(day("2026-11-21"))
        }),
        (Withheld::Booked, |d| d.booked_for = Some(day("2026-11-28"))),
        (Withheld::Promised, |d| {
            d.contact_next_on = Some(day("2026-12-01"))
        }),
        (Withheld::Contacted, |d| {
            d.reached_on = Some(day("2026-10-25"))
        }),
    ];
    for (i, (why, change)) in cases.iter().enumerate() {
        let mut detail = detail(i as u64 + 1, 1);
        change(&mut detail);
        let list = build(
            vec![candidate("warning", i as u64 + 1, Band::Warning, 1.0)],
            vec![detail.clone()],
            &ctx,
        );
        assert!(list.rows.is_empty(), "{why:?}");
        assert_eq!(list.withheld_counts(), BTreeMap::from([(*why, 1)]));
        let owed = rules::rule("first_call").unwrap();
        let always = matches!(why, Withheld::Gone | Withheld::Taxi | Withheld::Internal);
        assert_eq!(
            withheld::withheld(owed, &UnitFacts::from(&detail), &ctx).is_some(),
            always,
            "{why:?}"
        );
    }
}

#[test]
fn a_gap_in_the_file_is_asked_at_the_counter_of_whoever_is_there_or_expected() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let repair = rules::rule("file_incomplete").unwrap();
    let why = |change: fn(&mut UnitDetail)| {
        let mut detail = detail(1, 1);
        change(&mut detail);
        withheld::withheld(repair, &UnitFacts::from(&detail), &ctx)
    };
    let booked = why(|d| d.booked_for = Some(day("2026-11-28")));
    assert_eq!(booked, Some(Withheld::Booked));
    assert_eq!(why(|d| d.in_shop = true), Some(Withheld::Visited));
    // Having been there, having been reached or wanting no marketing leaves the gap as it is.
    assert_eq!(why(|d| d.last_visit_on = Some(day("2026-11-21"))), None);
    assert_eq!(why(|d| d.reached_on = Some(day("2026-11-20"))), None);
    assert_eq!(why(|d| d.opted_out = true), None);
}

#[test]
fn a_contact_long_ago_or_a_promise_for_today_does_not_block() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let mut long_ago = detail(1, 1);
    long_ago.reached_on = Some(day("2026-10-24"));
    let mut promised = detail(2, 2);
    promised.promised_on = Some(day("2026-11-10"));
    promised.reached_on = promised.promised_on;
    promised.contact_next_on = Some(day("2026-11-23"));
    let candidates = vec![
        candidate("warning", 1, Band::Warning, 2.0),
        candidate("warning", 2, Band::Warning, 1.0),
    ];
    let list = build(candidates, vec![long_ago, promised], &ctx);
    assert_eq!(list.rows.len(), 2);
    // It is as late as it is.
    assert_eq!(list.rows[1].due_on, day("2026-11-23"));
    assert!(cells::why(Lang::Zh, &list.rows[1]).starts_with("约好 2026-11-23 再联系"));
}

#[test]
fn capacity_keeps_the_first_rows_and_counts_the_rest() {
    let settings = Lists::default();
    let ctx = ListContext {
        capacity: 2,
        ..context(&settings)
    };
    let candidates = (1..=5)
        .map(|u| candidate("warning", u, Band::Warning, u as f64))
        .collect();
    let list = build(candidates, (1..=5).map(|u| detail(u, u)).collect(), &ctx);
    let units: Vec<u64> = list.rows.iter().map(|r| r.unit_id().0).collect();
    assert_eq!(units, [5, 4]);
    assert_eq!(
        list.over_capacity,
        BTreeMap::from([(Some("陈静".into()), 3)])
    );
}

#[test]
fn letters_are_written_beside_the_calls_of_a_day() {
    let settings = Lists::default();
    let ctx = ListContext {
        capacity: 1,
        ..context(&settings)
    };
    let candidates = vec![
        candidate("warning", 1, Band::Warning, 1.0),
        candidate("warning", 2, Band::Warning, 2.0),
        candidate("event_letter", 3, Band::Offer, 1.0),
        candidate("event_letter", 4, Band::Offer, 1.0),
    ];
    let list = build(candidates, (1..=4).map(|u| detail(u, u)).collect(), &ctx);
    let units: Vec<u64> = list.rows.iter().map(|r| r.unit_id().0).collect();
    assert_eq!(units, [2, 3, 4]);
}

#[test]
fn what_a_call_announces_is_shown_and_kept_whichever_list_comes_first() {
    let settings = Lists::default();
    let ctx = context(&settings);
    let mut notice = candidate("event_notice", 1, Band::Offer, 1.0);
    notice.about = "讲堂 · 店内".into();
    notice.about_on = Some(ctx.calling_day);
    let warning = candidate("warning", 1, Band::Warning, 1.0);
    let list = build(vec![notice, warning], vec![detail(1, 1)], &ctx);
    let row = &list.rows[0];
    assert_eq!(row.rule.id, "warning");
    let place = row
        .reasons
        .iter()
        .position(|r| r.key == "list-why-event_notice");
    assert_eq!(place, Some(1), "{:?}", row.reasons);
    assert!(cells::why(Lang::Zh, row).contains("讲堂"));
    assert_eq!(tasks(&list)[0].reference.as_deref(), Some("讲堂"));
}

#[test]
fn tasks_carry_stable_ids() {
    let settings = Lists::default();
    let make = || {
        build(
            vec![candidate("lost", 9, Band::Lost, 1.0)],
            vec![detail(9, 1)],
            &context(&settings),
        )
    };
    let (a, b) = (tasks(&make()), tasks(&make()));
    assert_eq!(a, b);
    assert_eq!(a[0].task_id.len(), 16);
    assert_eq!(
        (a[0].list.as_str(), a[0].state, a[0].holdout),
        ("lost", "open", false)
    );
    assert_eq!(a[0].reasons[0], "已 8 个月未进厂（上次 2026-03-02）");
    assert_ne!(a[0].task_id, task_id("lost", UnitId(9), day("2026-11-25")));
}

proptest! {
    #[test]
    fn laws_of_a_list(
        named in prop::collection::vec((0u64..40, 0usize..LISTS.len(), 0u32..1000), 0..120),
        holders in prop::collection::vec((0u64..12, 0u8..14), 40),
        capacity in 0usize..30,
        per_caller in 0usize..12,
        lost_per_caller in 0u32..4,
        held in prop::collection::btree_set(0u64..12, 0..4),
    ) {
        let settings = Lists { lost_per_caller, ..Lists::default() };
        let is_held = |c: Option<CustomerId>, _: UnitId| c.is_some_and(|c| held.contains(&c.0));
        let ctx = ListContext {
            capacity,
            capacity_per_caller: per_caller,
            held_out: Some(HeldOut(&is_held)),
            ..context(&settings)
        };
        let candidates: Vec<Candidate> = named
            .iter()
            .map(|(unit, rule, p)| candidate(&LISTS[*rule].id, *unit, LISTS[*rule].bands[0], f64::from(*p)))
            .collect();
        let details: Vec<UnitDetail> = (0u64..)
            .zip(&holders)
            .map(|(unit, (customer, state))| {
                let mut d = detail(unit, *customer);
                d.opted_out = *state == 0;
                d.open_complaints = i64::from(*state == 1);
                d.gone = *state == 2;
                d.taxi = *state == 3;
                d.in_shop = *state == 4;
                d.booked_for = (*state == 5).then(|| day("2026-11-28"));
                d.reached_on = (*state == 6).then(|| day("2026-11-20"));
                d.consent_marketing = (*state == 7).then(|| "no".to_owned());
                d.last_visit_on = (*state == 8).then(|| day("2026-11-22")).or(d.last_visit_on);
                d.owner = d.owner.filter(|_| *state != 9);
                d
            })
            .collect();
        let list = build(candidates.clone(), details.clone(), &ctx);
        // One row a unit.
        let units: BTreeSet<UnitId> = list.rows.iter().map(CallRow::unit_id).collect();
        prop_assert_eq!(units.len(), list.rows.len());
        // Nobody disappears.
        let over: usize = list.over_capacity.values().sum();
        let left = list.withheld.len() + list.held_out.len();
        prop_assert_eq!(list.candidates, list.rows.len() + left + over);
        // A letter takes no place of a call.
        let takes_a_place = |row: &CallRow| row.rule.channel != "letter";
        let calls = list.rows.iter().filter(|r| takes_a_place(r)).count();
        prop_assert!(capacity == 0 || calls <= capacity);
        // A customer's rows are adjacent.
        let mut seen = BTreeSet::new();
        for pair in list.rows.chunk_by(|a, b| a.detail.customer_id == b.detail.customer_id) {
            prop_assert!(seen.insert(pair[0].detail.customer_id));
        }
        let (mut c, mut d) = (candidates, details);
        c.reverse();
        d.reverse();
        // The order of the input does not matter.
        let again = build(c, d, &ctx);
        prop_assert_eq!(&list.rows, &again.rows);
        prop_assert_eq!(&list.withheld, &again.withheld);
        let mut by_caller: BTreeMap<Option<String>, (usize, usize)> = BTreeMap::new();
        for row in &list.rows {
            // No list names whom it must not name.
            for rule in &row.lists {
                prop_assert_eq!(withheld::withheld(rule, &UnitFacts::from(&row.detail), &ctx), None);
            }
            let d = &row.detail;
            let owed = row.lists.iter().all(|l| !l.is_marketing());
            prop_assert!(!d.gone && !d.taxi);
            prop_assert!(owed || !(d.opted_out || d.open_complaints > 0 || d.in_shop || d.booked_for.is_some()));
            // Whoever is held out is called for what is owed alone.
            prop_assert!(owed || !d.customer_id.is_some_and(|c| held.contains(&c.0)));
            let counts = by_caller.entry(row.caller.clone()).or_default();
            counts.0 += usize::from(takes_a_place(row));
            counts.1 += usize::from(row.band == Band::Lost);
        }
        for (rows, lost) in by_caller.values() {
            prop_assert!(per_caller == 0 || *rows <= per_caller);
            prop_assert!(lost_per_caller == 0 || *lost <= lost_per_caller as usize);
        }
        for task in tasks(&list) {
            // A timer that has run out keeps its day; nothing else is due before today.
            let timer = rules::rule(&task.list).is_some_and(|r| r.deadline == Deadline::Timer);
            prop_assert!(timer || task.due_on >= ctx.calling_day);
            prop_assert!(!task.reasons.is_empty(), "{}", task.list);
            prop_assert_eq!(task.holdout, task.state == "suppressed");
        }
    }
}
