//! Groups of customers: planted ones are found again, and nothing that does not matter changes them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::laws::any_units;
use super::*;
use crate::rhythm::samples::day;
use crate::types::{CustomerKind, Segment};

/// A car seen every `gap` days, `times` in all, the last time `ago` days before the scored date.
fn car(id: u64, gap: u64, times: u64, ago: u64, paid_per_visit: f64) -> Unit {
    let last = day(AS_OF) - Days::new(ago);
    let days: Vec<NaiveDate> = (0..times)
        .rev()
        // Nobody keeps to the day.
        .map(|n| last - Days::new(n * gap + (id * 7 + n * 3) % 9 * u64::from(n > 0)))
        .collect();
    let mut u = unit(id, days.iter().map(|d| service(&d.to_string())).collect());
    u.interval_months = Some((gap / 30) as i32);
    u.spend = paid_per_visit * times as f64;
    u.kinds = Some(1 + (id % 2) as i32);
    u
}

/// Four kinds of customers, as many of each, told by the last two bits of their number.
fn four_kinds(each: u64) -> Vec<Unit> {
    (0..4 * each)
        .map(|id| {
            let some = id / 4 % 13;
            let paid = 100.0 + some as f64;
            match id % 4 {
                0 => car(id, 90, 12, 10 + some * 3, 20.0 * paid),
                1 => car(id, 150, 8, 210 + some * 2, 4.0 * paid),
                2 => car(id, 180, 4, 900 + some * 10, 4.0 * paid),
                _ => car(id, 120, 2, 20 + some * 3, paid),
            }
        })
        .collect()
}

fn grouped(s: &Scored) -> (CustomerScores, SegmentModel) {
    let mut customers = roll_up(&s.input(), &s.scores, &[]);
    let (model, found) = segments(&s.input(), &customers);
    customers.take_segments(&found);
    let again = segments_with(&model, &s.input(), &customers);
    assert_eq!(again.segment, found.segment);
    (customers, model)
}

/// Each customer's segment, by number.
fn by_customer(units: &[Unit]) -> BTreeMap<u64, Option<Segment>> {
    let (customers, _) = grouped(&scored(units));
    let ids = customers.customer_id.iter().map(|c| c.0);
    ids.zip(customers.segment).collect()
}

#[test]
fn four_planted_kinds_are_found_again_and_named_for_what_they_are() {
    let found = by_customer(&four_kinds(60));
    let kinds: Vec<BTreeSet<Segment>> = (0..4)
        .map(|kind| {
            let of = found.iter().filter(|(id, _)| *id % 4 == kind);
            of.map(|(_, segment)| segment.unwrap()).collect()
        })
        .collect();
    let all: BTreeSet<Segment> = kinds.iter().flatten().copied().collect();
    assert_eq!(all.len(), 4, "{kinds:?}");
    for (kind, name) in kinds
        .iter()
        .zip(["steady_high", "slipping", "dormant", "new_low"])
    {
        let [segment] = kind.iter().collect::<Vec<_>>()[..] else {
            panic!("{name}: {kind:?}")
        };
        assert!(segment.as_str().starts_with(name), "{segment} for {name}");
    }
    let card = grouped(&scored(&four_kinds(60))).1.card();
    assert!(
        card.measures["silhouette"].as_f64().unwrap() > 0.5,
        "{card:?}"
    );
    assert_eq!(card.measures["adjusted_rand_of_halves"], 1.0, "{card:?}");
    assert_eq!((card.name.as_str(), card.rows), ("segments", 240));
}

#[test]
fn every_customer_twice_gives_the_same_groups() {
    let once = four_kinds(40);
    let mut twice = once.clone();
    for u in &once {
        let mut other = u.clone();
        (other.id, other.customer) = (u.id + 10_000, u.customer + 10_000);
        twice.push(other);
    }
    let (one, two) = (by_customer(&once), by_customer(&twice));
    for (id, segment) in &one {
        assert_eq!(segment, &two[id]);
        assert_eq!(segment, &two[&(id + 10_000)]);
    }
    let centres = |units: &[Unit]| grouped(&scored(units)).1.card().parameters["centres"].clone();
    let (one, two) = (centres(&once), centres(&twice));
    let places = |of: &serde_json::Value| -> Vec<f64> {
        let centres = of.as_array().unwrap().iter();
        centres
            .flat_map(|c| c["standardised"].as_object().unwrap().values())
            .map(|v| v.as_f64().unwrap())
            .collect()
    };
    let (one, two) = (places(&one), places(&two));
    assert_eq!(one.len(), two.len());
    for (a, b) in one.iter().zip(&two) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
}

#[test]
fn the_currency_does_not_matter() {
    let yuan = four_kinds(40);
    let mut fen = yuan.clone();
    for u in &mut fen {
        u.spend *= 100.0;
    }
    assert_eq!(by_customer(&yuan), by_customer(&fen));
}

#[test]
fn customers_who_are_all_alike_have_no_groups_and_are_told_so() {
    let units: Vec<Unit> = (0..150)
        .map(|id| {
            let mut u = car(0, 120, 6, 30, 400.0);
            (u.id, u.customer) = (id, id);
            u
        })
        .collect();
    let (customers, found) = grouped(&scored(&units));
    assert!(customers.segment.iter().all(Option::is_none));
    assert_eq!(found.card().caveats[0], "caveat-segments-alike");
    assert_eq!(found.card().rows, 0);
}

#[test]
fn a_small_shop_has_no_groups_and_is_told_how_many_are_needed() {
    for units in [vec![], four_kinds(1), four_kinds(24)] {
        let (customers, found) = grouped(&scored(&units));
        assert!(customers.segment.iter().all(Option::is_none));
        assert_eq!(
            found.card().caveats[0],
            format!(
                "caveat-segments-too-few|customers={}|needed=100",
                units.len()
            )
        );
    }
    let mut s = scored(&four_kinds(24));
    s.settings.segments.min_customers = 90;
    assert!(grouped(&s).0.segment.iter().all(Option::is_some));
}

#[test]
fn who_never_came_or_has_left_has_no_segment_and_companies_join_the_nearest() {
    let mut units = four_kinds(40);
    units[0].gone_on = Some(day("2025-06-29"));
    units[4].kind = CustomerKind::Company;
    units.push(unit(900, vec![]));
    let (customers, found) = grouped(&scored(&units));
    let of = |id: u64| {
        customers.segment[customers
            .customer_id
            .iter()
            .position(|c| c.0 == id)
            .unwrap()]
    };
    assert_eq!((of(0), of(900)), (None, None));
    assert_eq!(of(4), of(8));
    assert_eq!(
        found.card().rows,
        158,
        "persons with a car that is still theirs"
    );
}

#[test]
fn the_number_of_groups_can_be_set_and_equal_names_are_one_group() {
    let mut s = scored(&four_kinds(40));
    for count in [2, 3, 6] {
        s.settings.segments.count = count;
        let (customers, found) = grouped(&s);
        let names: BTreeSet<Segment> = customers.segment.iter().flatten().copied().collect();
        let card = found.card();
        let centres = card.parameters["centres"].as_array().unwrap().len();
        assert_eq!(centres, count as usize);
        assert!(names.len() <= centres);
        let is_joined = card.caveats.contains(&"caveat-segments-joined".to_owned());
        assert_eq!(is_joined, names.len() < centres, "{count}: {names:?}");
        let mut totals = SegmentTotals::default();
        totals.add(&segments_with(&found, &s.input(), &customers), &customers);
        let table = segments_batch(s.features.as_of, &found, &totals).unwrap();
        assert_eq!(table.num_rows(), names.len(), "one row a name");
    }
}

#[test]
fn figures_that_are_known_of_few_are_left_out_and_that_is_said() {
    let mut units = four_kinds(40);
    for u in &mut units {
        u.kinds = None;
    }
    let card = grouped(&scored(&units)).1.card();
    assert!(
        card.caveats
            .contains(&"caveat-segments-input|input=kinds_24m".to_owned()),
        "{:?}",
        card.caveats
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn neither_order_nor_threads_change_a_segment(units in any_units(), turn in 0usize..70) {
        let on = |units: &[Unit], threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut s = scored(units);
                s.settings.segments.min_customers = 8;
                let (customers, found) = grouped(&s);
                (customers.segment, found.card())
            })
        };
        let mut turned = units.clone();
        turned.rotate_left(turn % units.len());
        turned.reverse();
        let one = on(&units, 1);
        prop_assert_eq!(&one, &on(&turned, 1));
        prop_assert_eq!(&one, &on(&units, 3));
        // Whatever came in, the card can be written.
        prop_assert!(!one.1.parameters.to_string().contains("NaN"));
    }
}
