#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// Weeks of remission under 6-mercaptopurine (Freireich et al. 1963); false: still in remission when last seen.
const REMISSION: [(u32, bool); 21] = [
    (6, true),
    (6, true),
    (6, true),
    (6, false),
    (7, true),
    (9, false),
    (10, true),
    (10, false),
    (11, false),
    (13, true),
    (16, true),
    (17, false),
    (19, false),
    (20, false),
    (22, true),
    (23, true),
    (25, false),
    (32, false),
    (32, false),
    (34, false),
    (35, false),
];

fn spells(of: &[(u32, bool)]) -> Vec<Spell> {
    of.iter()
        .map(|&(days, left)| Spell { days, left })
        .collect()
}

fn close(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() < within,
        "{found} is not {expected}"
    );
}

#[test]
fn the_remission_data_give_the_curve_of_the_textbooks() {
    // Kalbfleisch and Prentice, Kleinbaum: share in remission, units at risk; bands of 95 % by log(-log S).
    let known = [
        (6, 21, 0.8571, 0.6197, 0.9516),
        (7, 17, 0.8067, 0.5631, 0.9228),
        (10, 15, 0.7529, 0.5032, 0.8894),
        (13, 12, 0.6902, 0.4316, 0.8491),
        (16, 11, 0.6275, 0.3675, 0.8049),
        (22, 7, 0.5378, 0.2678, 0.7468),
        (23, 6, 0.4482, 0.1881, 0.6801),
    ];
    let days: Vec<u32> = known.iter().map(|k| k.0).collect();
    let curve = still_there(&spells(&REMISSION), &days, normal_quantile(0.975));
    for (point, (day, at_risk, share, low, high)) in curve.iter().zip(known) {
        assert_eq!((point.day, point.at_risk), (day, at_risk));
        close(point.estimate, share, 5e-5);
        close(point.low.unwrap(), low, 5e-5);
        close(point.high.unwrap(), high, 5e-5);
    }
    assert_eq!(curve.last().unwrap().events, 9);
    // The band that is shown is narrower: by hand at 6 weeks, S = 18/21, Greenwood 3 / (21 x 18).
    let shown = kaplan_meier(&spells(&REMISSION), &[6])[0];
    let log = -(18.0f64 / 21.0).ln();
    let far = 1.281_551_565_5 * (3.0f64 / (21.0 * 18.0)).sqrt() / log;
    close(shown.low.unwrap(), (-log * far.exp()).exp(), 1e-8);
    close(shown.high.unwrap(), (-log / far.exp()).exp(), 1e-8);
}

#[test]
fn who_leaves_at_once_counts_at_once_and_with_nobody_left_there_is_no_band() {
    let curve = kaplan_meier(
        &spells(&[(0, true), (0, false), (5, true), (7, true)]),
        &[0, 4, 5, 7, 9],
    );
    let shares: Vec<f64> = curve.iter().map(|p| p.estimate).collect();
    assert_eq!(shares, [0.75, 0.75, 0.375, 0.0, 0.0]);
    let at_risk: Vec<u32> = curve.iter().map(|p| p.at_risk).collect();
    assert_eq!(at_risk, [4, 2, 2, 1, 0]);
    assert_eq!((curve[3].low, curve[3].high), (None, None));
    assert_eq!(kaplan_meier(&[], &[0])[0].estimate, 1.0);
    assert!(kaplan_meier(&[], &[]).is_empty());
}

#[test]
fn mean_visits_and_their_band_are_those_of_an_example_by_hand() {
    // A until day 10 with visits on 2 and 5, B until 6 with one on 3, C until 8 without.
    let units = [
        Followed {
            days: 10,
            visits: &[2, 5],
        },
        Followed {
            days: 6,
            visits: &[3],
        },
        Followed {
            days: 8,
            visits: &[],
        },
    ];
    let curve = mean_cumulative(&units, &[0, 2, 3, 5, 9]);
    let means: Vec<f64> = curve.iter().map(|p| p.estimate).collect();
    for (mean, by_hand) in means.iter().zip([0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]) {
        close(*mean, by_hand, 1e-15);
    }
    assert_eq!(
        curve.iter().map(|p| p.at_risk).collect::<Vec<_>>(),
        [3, 3, 3, 3, 1]
    );
    assert_eq!(
        curve.iter().map(|p| p.events).collect::<Vec<_>>(),
        [0, 1, 2, 3, 3]
    );
    assert_eq!((curve[0].low, curve[0].high), (None, None));
    // On day 5 all are in sight: variance (2 - 1)^2 + (1 - 1)^2 + (0 - 1)^2 over 3^2.
    let far = (1.281_551_565_5 * (2.0f64 / 9.0).sqrt()).exp();
    close(curve[3].low.unwrap(), 1.0 / far, 1e-8);
    close(curve[3].high.unwrap(), far, 1e-8);
    // A fourth visit on day 9, when only A is in sight, counts whole; of A 1 - 1 remains, so the variance is as it was.
    let later = [
        Followed {
            days: 10,
            visits: &[2, 5, 9],
        },
        units[1],
        units[2],
    ];
    let point = mean_cumulative(&later, &[9])[0];
    close(point.estimate, 2.0, 1e-15);
    let far = (1.281_551_565_5 * (2.0f64 / 9.0).sqrt() / 2.0).exp();
    close(point.high.unwrap(), 2.0 * far, 1e-8);
}

/// Units with a time in sight, whether they left, and visits.
fn any_units() -> impl Strategy<Value = Vec<(u32, bool, Vec<u32>)>> {
    let unit = (
        0u32..400,
        any::<bool>(),
        proptest::collection::vec(1u32..500, 0..8),
    );
    proptest::collection::vec(unit, 1..60).prop_map(|mut units| {
        for (_, _, visits) in &mut units {
            visits.sort_unstable();
        }
        units
    })
}

const GRID: [u32; 8] = [0, 30, 60, 91, 182, 274, 365, 420];

fn both(units: &[(u32, bool, Vec<u32>)]) -> (Vec<Point>, Vec<Point>) {
    let spells: Vec<Spell> = units
        .iter()
        .map(|u| Spell {
            days: u.0,
            left: u.1,
        })
        .collect();
    let followed: Vec<Followed<'_>> = units
        .iter()
        .map(|u| Followed {
            days: u.0,
            visits: &u.2,
        })
        .collect();
    (
        kaplan_meier(&spells, &GRID),
        mean_cumulative(&followed, &GRID),
    )
}

proptest! {
    #[test]
    fn shares_fall_means_rise_and_bands_hold_them(units in any_units()) {
        let (staying, visits) = both(&units);
        for p in &staying {
            prop_assert!((0.0..=1.0).contains(&p.estimate));
            prop_assert!(p.low.is_none_or(|low| 0.0 <= low && low <= p.estimate));
            prop_assert!(p.high.is_none_or(|high| p.estimate <= high && high <= 1.0));
        }
        for p in &visits {
            prop_assert!(p.low.is_none_or(|low| 0.0 <= low && low <= p.estimate));
            prop_assert!(p.high.is_none_or(|high| p.estimate <= high && high.is_finite()));
        }
        for pair in staying.windows(2) {
            prop_assert!(pair[1].estimate <= pair[0].estimate);
            prop_assert!(pair[1].at_risk <= pair[0].at_risk && pair[1].events >= pair[0].events);
        }
        for pair in visits.windows(2) {
            prop_assert!(pair[1].estimate >= pair[0].estimate);
        }
    }

    #[test]
    fn without_leavers_all_are_there_and_without_visits_none_has_come(mut units in any_units()) {
        for u in &mut units {
            (u.1, u.2) = (false, Vec::new());
        }
        let (staying, visits) = both(&units);
        prop_assert!(staying.iter().all(|p| p.estimate == 1.0 && p.low.is_none()));
        prop_assert!(visits.iter().all(|p| p.estimate == 0.0 && p.high.is_none()));
    }

    #[test]
    fn longer_sight_of_who_stayed_changes_nothing_before(units in any_units()) {
        let (before, visits_before) = both(&units);
        let longer: Vec<_> = units
            .iter()
            .map(|(days, left, visits)| {
                // Who is in sight at the last time asked for is so for longer, and comes again later.
                let still = *days >= 182;
                (if still && !left { days + 1000 } else { *days }, *left, visits.clone())
            })
            .collect();
        let (after, visits_after) = both(&longer);
        for at in GRID.iter().enumerate().filter(|(_, d)| **d <= 182).map(|(i, _)| i) {
            prop_assert_eq!(before[at], after[at]);
            prop_assert_eq!(visits_before[at].estimate, visits_after[at].estimate);
        }
    }

    #[test]
    fn with_all_in_sight_the_curves_are_plain_shares_and_means(units in any_units()) {
        let mut units = units;
        for u in &mut units {
            // In sight to the end, unless it left.
            if !u.1 { u.0 = 10_000; }
        }
        let n = units.len() as f64;
        let (staying, _) = both(&units);
        for p in &staying {
            let gone = units.iter().filter(|u| u.1 && u.0 <= p.day).count() as f64;
            prop_assert!((p.estimate - (1.0 - gone / n)).abs() < 1e-12);
        }
        for u in &mut units { u.0 = 10_000; }
        let (_, visits) = both(&units);
        for p in &visits {
            let counts: Vec<f64> = units
                .iter()
                .map(|u| u.2.iter().filter(|d| **d <= p.day).count() as f64)
                .collect();
            let mean = counts.iter().sum::<f64>() / n;
            prop_assert!((p.estimate - mean).abs() < 1e-12);
            if let Some(high) = p.high {
                let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (n * n);
                let expected = mean * (wide() * variance.sqrt() / mean).exp();
                prop_assert!((high / expected - 1.0).abs() < 1e-9, "{high} {expected}");
            }
        }
    }

    #[test]
    fn order_and_threads_do_not_matter(units in any_units(), turn in 0usize..60) {
        let mut turned = units.clone();
        turned.rotate_left(turn % units.len());
        let on = |units: &[(u32, bool, Vec<u32>)], threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| both(units))
        };
        prop_assert_eq!(on(&units, 1), on(&units, 3));
        let ((a, b), (c, d)) = (both(&units), both(&turned));
        prop_assert_eq!(a, c);
        for (b, d) in b.iter().zip(d) {
            prop_assert_eq!(b.estimate, d.estimate);
            let close = b.high.zip(d.high).is_none_or(|(b, d)| (b / d - 1.0).abs() < 1e-12);
            prop_assert!(close);
        }
    }
}
