//! Three months played with a known truth: lots by the real rule, lists opened at most once for a need, staff who
//! reach the easily reached, customers who come by themselves or because of a call. The effect measured by the real
//! functions has to cover what is true.
#![allow(clippy::unwrap_used)]

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng as _;

use super::super::*;
use crate::follow_up::holdout::held_out;

/// What a call adds to the chance of returning, by band, and what one return pays on average.
const TRUTH: &[(&str, f64, f64)] = &[("warning", 0.20, 700.0), ("at_risk", 0.10, 900.0)];

struct Luck(Pcg64Mcg);

impl Luck {
    fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn comes(&mut self, chance: f64) -> bool {
        self.share() < chance
    }
}

/// A play and the true mean effect of a call on those who are reached when assigned.
struct Played {
    rows: Vec<UpliftRow>,
    return_per_call: f64,
    revenue_per_call: f64,
}

/// Three monthly lists of a department with that many customers, a third with two vehicles.
fn play(seed: u64, customers: u64, share: f64) -> Played {
    let mut luck = Luck(Pcg64Mcg::new(
        u128::from(seed) << 64 | 0xcafe_f00d_d15e_a5e5,
    ));
    let (mut rows, mut gains, mut pays, mut reachable) = (Vec::new(), 0.0, 0.0, 0.0);
    for customer in 0..customers {
        let month = 1 + (luck.share() * 3.0) as u32;
        let day = chrono::NaiveDate::from_ymd_opt(2026, month, 5).unwrap();
        let held = held_out(seed, customer, day, share);
        // Some are near and pick up, others neither: who is reached would have come more often anyway.
        let warm = luck.share();
        let picks_up = luck.comes(0.4 + 0.4 * warm);
        for _ in 0..if luck.comes(0.33) { 2 } else { 1 } {
            let (band, gain, pay) = TRUTH[usize::from(luck.comes(0.5))];
            let alone = luck.comes(0.05 + 0.35 * warm);
            let by_call = luck.comes(gain / (1.0 - 0.05 - 0.35 * warm).max(0.01));
            let amount = pay * (0.4 + 1.2 * luck.share());
            let returned = alone || (picks_up && !held && by_call);
            if picks_up {
                reachable += 1.0;
                gains += gain;
                pays += gain * pay;
            }
            rows.push(UpliftRow {
                customer,
                list: band.to_owned(),
                band: Some(band.to_owned()),
                held_out: held,
                reached: picks_up && !held,
                returned,
                revenue: if returned { amount } else { 0.0 },
            });
        }
    }
    Played {
        rows,
        return_per_call: gains / reachable,
        revenue_per_call: pays / reachable,
    }
}

fn covers(interval: Option<Interval>, truth: f64) -> bool {
    interval.is_some_and(|i| i.low <= truth && truth <= i.high)
}

/// In how many of the plays the intervals of return and of revenue cover the truth.
fn coverage(seeds: std::ops::Range<u64>, customers: u64, share: f64) -> (usize, usize) {
    let mut covered = (0, 0);
    for seed in seeds {
        let played = play(seed, customers, share);
        let all = effects(&played.rows).swap_remove(0);
        covered.0 += usize::from(covers(all.return_per_call, played.return_per_call));
        covered.1 += usize::from(covers(all.revenue_per_call, played.revenue_per_call));
    }
    covered
}

#[test]
fn in_a_hundred_plays_of_three_months_the_interval_covers_the_truth_in_ninety() {
    let (returns, revenues) = coverage(0..100, 1500, 0.08);
    assert!(returns >= 90 && revenues >= 90, "{returns}, {revenues}");
}

#[test]
fn comparing_reached_with_not_reached_would_have_deceived() {
    // Who picks up comes more often anyway: the plain comparison is off, the lot is not.
    let played = play(1, 60_000, 0.1);
    let rate = |keep: fn(&&UpliftRow) -> bool| {
        let kept: Vec<_> = played.rows.iter().filter(keep).collect();
        kept.iter().filter(|r| r.returned).count() as f64 / kept.len() as f64
    };
    let naive = rate(|r| r.reached) - rate(|r| !r.reached && !r.held_out);
    let found = effects(&played.rows)
        .swap_remove(0)
        .return_per_call
        .unwrap();
    assert!(naive - played.return_per_call > 0.03, "{naive}");
    assert!((found.value - played.return_per_call).abs() < 0.03);
}

/// The long run behind `docs/uplift.md`: a thousand plays of each size. `cargo test --lib -- --ignored --nocapture plays_of_each`
#[test]
#[ignore = "a thousand plays of each size take half a minute: just long; what it says is in docs/uplift.md"]
fn a_thousand_plays_of_each_size() {
    use std::io::Write as _;
    for (customers, share) in [
        (500, 0.08),
        (1500, 0.05),
        (1500, 0.08),
        (1500, 0.1),
        (6000, 0.08),
    ] {
        let (returns, revenues) = coverage(0..1000, customers, share);
        // Past the capture of the test runner.
        let _ = writeln!(
            std::io::stderr(),
            "{customers} customers, {share} held out: return {returns}, revenue {revenues} of 1000"
        );
        assert!(returns >= 920 && revenues >= 900);
    }
}
