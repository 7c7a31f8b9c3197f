#![allow(clippy::unwrap_used)]
use super::*;
use crate::models::estimate::Observed;
use crate::models::expect::{near, slopes_agree};
use crate::models::visits::History;

fn model(dropout: Dropout, k: f64, r: f64, alpha: f64, a: f64, b: f64) -> Bgcnbd {
    Bgcnbd {
        dropout,
        k,
        r,
        alpha,
        a,
        b,
    }
}

/// BG/NBD with the rounded parameters of Fader, Hardie and Lee (2005).
fn published() -> Bgcnbd {
    model(Dropout::AfterRepeat, 1.0, 0.243, 4.414, 0.793, 2.426)
}

fn history(repeats: u32, last: f64, age: f64, log_gaps: f64) -> History {
    History {
        repeats,
        last,
        age,
        log_gaps,
    }
}

#[test]
fn the_published_predictions_are_met() {
    let m = published();
    let one = history(2, 30.43, 38.86, 0.0);
    near(m.active(&one), 0.726_578_57, 1e-7);
    near(m.counts(&one, 39.0).mean(), 1.226_028_17, 1e-8);
    near(m.visit_within(&one, 39.0), 0.554_627_14, 1e-7);
    let silent = history(0, 0.0, 38.86, 0.0);
    near(m.active(&silent), 1.0, 1e-15);
    near(m.counts(&silent, 39.0).mean(), 0.195_098_05, 1e-7);
    near(m.visit_within(&silent, 39.0), 0.144_550_54, 1e-7);
    let busy = history(26, 30.86, 31.0, 0.0);
    near(m.active(&busy), 0.968_915_65, 1e-8);
    near(m.counts(&busy, 39.0).mean(), 20.749_726_14, 1e-9);
    near(m.expected_of_new(39.0), 1.196_723, 1e-6);
}

#[test]
fn likelihoods_and_counts_with_three_stages_are_those_of_the_reference_program() {
    let bg = model(Dropout::AfterRepeat, 3.0, 0.5, 2.0, 0.3, 0.6);
    let mbg = model(Dropout::AfterFirst, 3.0, 0.5, 2.0, 0.3, 0.6);
    near(
        bg.log_likelihood(&history(3, 12.0, 14.0, 3.0)),
        -10.424_999,
        1e-7,
    );
    near(
        bg.log_likelihood(&history(4, 12.0, 14.0, 3.0)),
        -12.223_962,
        1e-7,
    );
    near(
        mbg.log_likelihood(&history(0, 0.0, 14.0, 0.0)),
        -0.301_338_01,
        1e-7,
    );
    let new = History::default();
    near(bg.counts(&new, 10.0).exactly(2), 0.056_685_909, 1e-7);
    near(mbg.counts(&new, 10.0).exactly(2), 0.045_475_414, 1e-7);
    near(bg.expected_of_new(10.0), 0.493_824_63, 1e-7);
    near(mbg.expected_of_new(10.0), 0.366_405_13, 1e-7);
}

#[test]
fn a_real_k_that_is_whole_says_what_the_whole_one_says() {
    for dropout in [Dropout::AfterFirst, Dropout::AfterRepeat] {
        let whole = model(dropout, 3.0, 2.2, 20.0, 0.7, 1.9);
        // Next to it, so that the continued fraction is taken.
        let real = Bgcnbd {
            k: 3.0 + 1e-9,
            ..whole
        };
        for of in [
            history(0, 0.0, 60.0, 0.0),
            history(3, 70.0, 80.0, 9.0),
            history(12, 200.0, 300.0, 30.0),
        ] {
            near(real.log_likelihood(&of), whole.log_likelihood(&of), 1e-7);
            near(real.active(&of), whole.active(&of), 1e-6);
            near(
                real.visit_within(&of, 26.0),
                whole.visit_within(&of, 26.0),
                1e-6,
            );
            near(
                real.counts(&of, 52.0).mean(),
                whole.counts(&of, 52.0).mean(),
                1e-6,
            );
        }
    }
}

#[test]
fn counts_begin_with_the_chance_of_a_visit_and_are_those_of_simulated_units() {
    use crate::models::visits_bgcnbd::simulated::{Source, run};
    for (dropout, k) in [
        (Dropout::AfterFirst, 1.0),
        (Dropout::AfterFirst, 4.0),
        (Dropout::AfterRepeat, 2.0),
        (Dropout::AfterFirst, 2.5),
    ] {
        let m = model(dropout, k, 3.0, 15.0, 0.8, 4.0);
        let mut source = Source::new(7);
        // Of many units those whose history is like this: 1 to 3 repeats in 100 weeks, the last one 10 to 30 ago.
        let (mut n, mut visits, mut none) = (0.0, 0.0, 0.0);
        let (mut expected, mut expected_none) = (0.0, 0.0);
        for _ in 0..60_000 {
            let (of, later) = run(&m, 100.0, 52.0, &mut source);
            if !(1..4).contains(&of.repeats) || !(10.0..30.0).contains(&of.hiatus()) {
                continue;
            }
            n += 1.0;
            visits += f64::from(later);
            none += f64::from(u8::from(later == 0));
            let counts = m.counts(&of, 52.0);
            expected += counts.mean();
            expected_none += 1.0 - m.visit_within(&of, 52.0);
            near(counts.at_least(1), m.visit_within(&of, 52.0), 1e-9);
        }
        assert!(n > 300.0, "{n}");
        let error = 4.0 * (visits / n + 1.0).sqrt() / f64::sqrt(n);
        assert!(
            (visits - expected).abs() / n < error.max(0.01),
            "{k}: {visits} {expected} of {n}"
        );
        assert!(
            (none - expected_none).abs() / n < 2.0 / f64::sqrt(n),
            "{k}: {none} {expected_none}"
        );
    }
}

#[test]
fn the_next_visit_is_due_when_as_many_have_come() {
    for k in [1.0, 4.0, 2.6] {
        // Nobody leaves for good, so that a visit within the time is a visit of one who is still a customer.
        let m = model(Dropout::AfterFirst, k, 4.0, 12.0, 1e-9, 10.0);
        let of = history(5, 60.0, 65.0, 10.0);
        for share in [0.1, 0.5, 0.9] {
            let weeks = m.next_visit(&of, share).unwrap();
            assert!(
                (m.visit_within(&of, weeks) - share).abs() < 1e-3,
                "{k} {share}"
            );
        }
    }
    let rare = model(Dropout::AfterFirst, 1.0, 0.1, 1000.0, 0.5, 1.0);
    assert_eq!(rare.next_visit(&history(0, 0.0, 10.0, 0.0), 0.9), None);
}

#[test]
fn tables_give_the_next_visit_to_within_a_day_in_a_hundred_and_a_fifth_of_one() {
    for (k, r, alpha) in [
        (1.0, 0.6, 6.0),
        (2.0, 3.0, 15.0),
        (3.7, 8.0, 20.0),
        (9.0, 40.0, 60.0),
    ] {
        let m = model(Dropout::AfterFirst, k, r, alpha, 0.8, 4.0);
        let tables = NextVisits::new(m, 0..60);
        for repeats in [0, 1, 4, 17, 59] {
            let last = f64::from(repeats) * 13.0;
            for hiatus in [0.0, 1.0, 12.0, 60.0, 300.0] {
                let of = history(repeats, last, last + hiatus, 0.0);
                for share in [0.1, 0.5, 0.9] {
                    let Some(weeks) = m.next_visit(&of, share) else {
                        continue;
                    };
                    if weeks > 500.0 {
                        continue;
                    }
                    let found = tables.weeks(&of, share).unwrap();
                    assert!(
                        (found - weeks).abs() < 0.2 / 7.0 + 0.01 * weeks,
                        "{k} {repeats} {hiatus} {share}: {found} is not {weeks}"
                    );
                }
            }
        }
        // Never asked for, and beyond all tables.
        assert_eq!(tables.weeks(&history(60, 100.0, 110.0, 0.0), 0.5), None);
        assert_eq!(tables.weeks(&history(0, 0.0, 9000.0, 0.0), 0.5), None);
    }
}

#[test]
fn visits_discounted_are_fewer_than_expected_and_more_without_a_hurry() {
    let m = published();
    let of = history(2, 30.43, 38.86, 0.0);
    let rate = 1.15f64.ln() / 52.0;
    let (slow, fast) = (
        m.discounted_visits(&of, rate),
        m.discounted_visits(&of, 2.0 * rate),
    );
    assert!(fast < slow && slow < m.counts(&of, 5200.0).mean());
    // By summing the visits of each quarter of a year.
    let mut sum = 0.0;
    let mut before = 0.0;
    for i in 0..2000 {
        let to = (f64::from(i) + 1.0) * 13.0;
        let here = m.counts(&of, to).mean();
        sum += (here - before) * (-rate * (to - 6.5)).exp();
        before = here;
    }
    near(slow, sum, 1e-3);
}

#[test]
fn the_gradient_agrees_with_differences() {
    let rows: Vec<History> = (0..60u32)
        .map(|i| {
            let repeats = i % 7;
            let last = if repeats == 0 {
                0.0
            } else {
                f64::from(repeats) * 5.0 + f64::from(i) / 9.0
            };
            history(
                repeats,
                last,
                last + f64::from(i * 13 % 50),
                f64::from(repeats) * 1.4,
            )
        })
        .collect();
    let all = Histories::new(rows);
    for dropout in [Dropout::AfterFirst, Dropout::AfterRepeat] {
        for (k, free) in [(1.0, false), (4.0, false), (2.3, true)] {
            let m = model(dropout, k, 1.3, 9.0, 0.6, 1.7);
            slopes_agree(&m.logs(free), |at| m.moved_to(at).mean_loss(&all, free));
            // One by one they are as together.
            let one_by_one: f64 = all
                .rows()
                .iter()
                .map(|r| r.count * m.log_likelihood(&history(r.repeats, r.last, r.age, 0.0)))
                .sum();
            let together = -m.mean_loss(&all, free).0 - (k - 1.0) * all.mean_log_gaps();
            assert!((one_by_one / all.units() - together).abs() < 1e-12);
        }
    }
}
