//! Small bases, counted by hand.

#![allow(clippy::unwrap_used)]
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn visit(on: &str, customer: u64) -> BaseVisit {
    BaseVisit {
        on: day(on),
        known_on: day(on),
        customer_id: Some(CustomerId(customer)),
        revenue: 10_000,
    }
}

fn june() -> Base {
    Base::new(day("2025-06-30"), day("2025-06-01"), 1, 0)
}

fn of(base: &Base, subject: Subject) -> Moves {
    let moves = base.moves();
    let found = moves.iter().find(|(_, of, _)| *of == subject);
    found.map_or_else(Moves::default, |(_, _, moves)| *moves)
}

#[test]
fn one_day_decides_who_is_still_in_the_base() {
    let mut base = june();
    // The twelve months before the opening begin on 1 June, those before the closing on 1 July.
    base.add(UnitId(1), &[visit("2024-06-01", 1)]);
    base.add(UnitId(2), &[visit("2024-07-01", 2)]);
    base.add(UnitId(3), &[visit("2024-05-31", 3)]);
    let units = of(&base, Subject::Unit);
    assert_eq!((units.opening, units.closing, units.lost), (2, 1, 1));
    assert_eq!((units.opening_spend, units.lost_spend), (20_000, 10_000));
    assert_eq!(of(&base, Subject::Customer), units);
}

#[test]
fn who_comes_is_new_or_won_back() {
    let mut base = june();
    base.add(UnitId(1), &[visit("2025-06-02", 1)]);
    base.add(UnitId(2), &[visit("2023-01-01", 2), visit("2025-06-02", 2)]);
    // A second car of a customer who is known.
    base.add(UnitId(3), &[visit("2025-06-02", 2)]);
    let (units, customers) = (of(&base, Subject::Unit), of(&base, Subject::Customer));
    assert_eq!((units.new, units.won_back, units.closing), (2, 1, 3));
    assert_eq!(
        (customers.new, customers.won_back, customers.closing),
        (1, 1, 2)
    );
    assert_eq!(customers.frequency_visits, 3);
}

#[test]
fn a_customer_is_gone_when_all_that_was_held_is_gone() {
    for (gone, expected) in [(vec![1], (0, 0)), (vec![1, 2], (0, 1))] {
        let mut base = june();
        for unit in gone {
            base.is_gone(UnitId(unit), day("2025-06-30"));
        }
        base.add(UnitId(1), &[visit("2025-01-01", 7)]);
        base.add(UnitId(2), &[visit("2025-01-01", 7)]);
        let customers = of(&base, Subject::Customer);
        assert_eq!((customers.lost, customers.gone), expected);
    }
}

#[test]
fn companies_are_apart_and_the_department_s_own_cars_nowhere() {
    let mut base = june();
    base.is_of_kind(CustomerId(8), CustomerKind::Company);
    base.is_of_kind(CustomerId(9), CustomerKind::Internal);
    base.add(UnitId(1), &[visit("2025-01-01", 8)]);
    base.add(UnitId(2), &[visit("2025-01-01", 9)]);
    assert_eq!(of(&base, Subject::Company).opening, 1);
    assert_eq!(base.moves().len(), 1);
    assert!(base.habits().is_empty());
}

#[test]
fn what_became_known_after_a_date_was_not_known_then() {
    let mut base = june();
    let late = BaseVisit {
        known_on: day("2025-06-15"),
        ..visit("2025-05-20", 1)
    };
    base.add(UnitId(1), &[late]);
    let units = of(&base, Subject::Unit);
    assert_eq!((units.opening, units.new, units.closing), (0, 1, 1));
}

#[test]
fn a_history_too_short_to_tell_is_not_told() {
    let mut base = june();
    base.add(UnitId(1), &[visit("2024-07-01", 1), visit("2025-06-01", 1)]);
    let (_, habits) = base.habits()[0];
    assert_eq!(
        (habits.tier_12_24, habits.here_twice, habits.here),
        (None, None, 1)
    );
    base.add(UnitId(2), &[visit("2024-06-30", 2)]);
    let (_, habits) = base.habits()[0];
    assert_eq!((habits.tier_12_24, habits.tier_over_24), (Some(1), None));
    assert_eq!((habits.here_twice, habits.classes), (Some(1), [0, 1, 0, 1]));
}
