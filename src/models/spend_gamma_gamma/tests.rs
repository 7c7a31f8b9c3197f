#![allow(clippy::unwrap_used)]
use super::*;
use crate::models::expect::{near, slopes_agree};
use crate::models::visits_bgcnbd::Counts;
use crate::models::visits_bgcnbd::simulated::Source;

/// The parameters that Fader and Hardie (2013) print for CDNOW.
const PUBLISHED: GammaGamma = GammaGamma {
    p: 6.25,
    q: 3.74,
    v: 15.44,
};

fn payments(count: u32, mean: f64) -> Payments {
    Payments { count, mean }
}

/// Units that pay as the model says, each with up to `most` payments.
fn simulated(model: &GammaGamma, units: u32, most: u32, seed: u64) -> Vec<Payments> {
    let mut source = Source::new(seed);
    (0..units)
        .map(|i| {
            let rate = source.gamma(model.q) / model.v;
            let count = i % (most + 1);
            let total: f64 = (0..count).map(|_| source.gamma(model.p) / rate).sum();
            payments(
                count,
                if count > 0 {
                    total / f64::from(count)
                } else {
                    0.0
                },
            )
        })
        .collect()
}

#[test]
fn the_published_means_are_met() {
    // Note 025: the mean of the population, and the 35.08 and 24.66 of customers with 1 x 50 and 2 x 22.35; the last by
    // the parameters to 6 digits.
    near(PUBLISHED.mean_payment(&Payments::default()), 35.219, 1e-4);
    let exact = GammaGamma {
        p: 6.24955,
        q: 3.74423,
        v: 15.44360,
    };
    near(exact.mean_payment(&payments(2, 22.35)), 24.658, 3e-5);
    near(exact.mean_payment(&Payments::default()), 35.170, 3e-5);
}

#[test]
fn slopes_are_those_of_the_differences() {
    let some = Observations {
        rows: vec![(1, 0.4), (1, 3.0), (2, 1.1), (7, 0.9), (400, 1.2)],
    };
    for model in [
        PUBLISHED,
        GammaGamma {
            p: 0.3,
            q: 1.2,
            v: 0.7,
        },
        GammaGamma {
            p: 40.0,
            q: 9.0,
            v: 0.2,
        },
    ] {
        slopes_agree(&model.logs(), |at| GammaGamma::of_logs(at).mean_loss(&some));
    }
}

#[test]
fn parameters_of_simulated_units_are_found_within_their_errors() {
    for (seed, model) in [
        (
            1,
            GammaGamma {
                p: 2.0,
                q: 3.0,
                v: 900.0,
            },
        ),
        (
            2,
            GammaGamma {
                p: 6.0,
                q: 2.2,
                v: 150.0,
            },
        ),
    ] {
        let fit = GammaGamma::fit(&simulated(&model, 6000, 5, seed)).unwrap();
        let errors = fit.errors();
        let found = [fit.model.p, fit.model.q, fit.model.v];
        for ((found, expected), error) in found
            .into_iter()
            .zip([model.p, model.q, model.v])
            .zip(errors)
        {
            assert!(error > 0.0 && error < 0.25 * expected, "{fit:?}");
            assert!(
                (found - expected).abs() < 3.0 * error,
                "{found} {expected} {error}"
            );
        }
        assert!(fit.correlation.abs() < 0.1);
    }
}

#[test]
fn order_and_currency_and_units_without_payments_do_not_matter() {
    let model = GammaGamma {
        p: 2.0,
        q: 3.0,
        v: 900.0,
    };
    let some = simulated(&model, 900, 4, 5);
    let fit = GammaGamma::fit(&some).unwrap();
    let mut turned = some.clone();
    turned.reverse();
    assert_eq!(GammaGamma::fit(&turned).unwrap(), fit);
    let paid: Vec<Payments> = some.iter().copied().filter(|p| p.count > 0).collect();
    assert_eq!(GammaGamma::fit(&paid).unwrap(), fit);
    // In fen and in millions: the same shapes, the scale in its unit, and each mean payment with it.
    for times in [100.0, 1e-6, 1e9] {
        let other: Vec<Payments> = some
            .iter()
            .map(|p| payments(p.count, p.mean * times))
            .collect();
        let other = GammaGamma::fit(&other).unwrap();
        near(other.model.p, fit.model.p, 1e-6);
        near(other.model.q, fit.model.q, 1e-6);
        near(other.model.v, fit.model.v * times, 1e-6);
        near(
            other.log_likelihood,
            fit.log_likelihood - fit.payers() * f64::ln(times),
            1e-9,
        );
        near(
            other.model.mean_payment(&payments(3, 500.0 * times)),
            fit.model.mean_payment(&payments(3, 500.0)) * times,
            1e-6,
        );
    }
}

#[test]
fn a_mean_lies_between_ones_own_and_that_of_all_and_leans_to_its_own_with_every_payment() {
    let all = PUBLISHED.mean_payment(&Payments::default());
    let mut before = all;
    for count in 1..200 {
        let mean = PUBLISHED.mean_payment(&payments(count, 90.0));
        assert!(mean > before && mean < 90.0, "{count}: {mean}");
        before = mean;
    }
    near(
        PUBLISHED.mean_payment(&payments(1_000_000, 90.0)),
        90.0,
        1e-5,
    );
}

#[test]
fn what_cannot_be_told_is_refused() {
    let few = simulated(&PUBLISHED, 40, 4, 1);
    assert_eq!(
        GammaGamma::fit(&few).unwrap_err().key,
        "caveat-too-few-payers"
    );
    let once: Vec<Payments> = (0..500).map(|i| payments(1, 1.0 + f64::from(i))).collect();
    assert_eq!(
        GammaGamma::fit(&once).unwrap_err().key,
        "caveat-too-few-payers"
    );
    // Everybody pays the same: nothing says how payments differ.
    let alike = vec![payments(3, 88.0); 300];
    let refused = GammaGamma::fit(&alike).unwrap_err().key;
    assert!(refused.starts_with("caveat-spend-"), "{refused}");
    assert!(GammaGamma::fit(&[]).is_err());
    let odd = vec![
        payments(2, f64::NAN),
        payments(2, -3.0),
        payments(2, f64::INFINITY),
    ];
    assert!(GammaGamma::fit(&odd).is_err());
}

fn certainly(n: usize) -> Counts {
    Counts::of(vec![1.0; n])
}

#[test]
fn ends_are_those_of_the_exact_distribution() {
    // One payment of a unit without a past: F(s) = I_{s / (s + v)}(p, q), solved by bisection here.
    use crate::models::numeric::beta::regularised;
    let model = GammaGamma {
        p: 2.0,
        q: 3.0,
        v: 900.0,
    };
    let outlooks = Outlooks::new(model);
    for (known, coming) in [
        (Payments::default(), 1),
        (payments(4, 700.0), 1),
        (payments(4, 700.0), 12),
        (payments(60, 300.0), 40),
        (payments(2000, 300.0), 700),
    ] {
        let found = outlooks.spend(
            &Outlook {
                payments: known,
                paying: 1.0,
            },
            &certainly(coming),
        );
        for (end, level) in [(found.low, 0.1), (found.high, 0.9)] {
            let scale = model.v + known.total();
            let shape = model.p * f64::from(known.count) + model.q;
            let reached = regularised(model.p * coming as f64, shape, end / (end + scale));
            // Numbers beyond 32 stand for those within 3 %.
            let close = if coming > 32 || known.count > 32 {
                0.16
            } else {
                0.002
            };
            assert!(
                (reached - level).abs() < close,
                "{known:?} {coming}: {reached} {level}"
            );
        }
        near(
            found.value,
            coming as f64 * model.mean_payment(&known),
            1e-12,
        );
    }
}

#[test]
fn four_of_five_simulated_sums_lie_within_the_ends() {
    let model = GammaGamma {
        p: 1.5,
        q: 2.5,
        v: 700.0,
    };
    let outlooks = Outlooks::new(model);
    let mut source = Source::new(9);
    // None, one, two or three visits, of which 7 in 10 pay.
    let visits = Counts::of(vec![0.9, 0.6, 0.2]);
    let (mut within, mut total, mut expected) = (0.0, 0.0, 0.0);
    let n = 20_000;
    for _ in 0..n {
        let rate = source.gamma(model.q) / model.v;
        let known = (0..3).map(|_| source.gamma(model.p) / rate).sum::<f64>() / 3.0;
        let outlook = Outlook {
            payments: payments(3, known),
            paying: 0.7,
        };
        let said = outlooks.spend(&outlook, &visits);
        let drawn = source.uniform();
        let came = [0.9, 0.6, 0.2].iter().filter(|p| drawn < **p).count();
        let sum: f64 = (0..came)
            .filter(|_| source.uniform() < 0.7)
            .collect::<Vec<_>>()
            .iter()
            .map(|_| source.gamma(model.p) / rate)
            .sum();
        within += f64::from(u8::from(sum >= said.low && sum <= said.high));
        total += sum;
        expected += said.value;
    }
    // The low end is nothing here (it comes in 36 of 100 cases), so only the high end cuts off its tenth.
    near(within / f64::from(n), 0.9, 0.01);
    near(expected / total, 1.0, 0.03);
}

#[test]
fn no_history_gives_what_is_no_number() {
    let model = GammaGamma {
        p: 0.05,
        q: 1.001,
        v: 1e-3,
    };
    let outlooks = Outlooks::new(model);
    for known in [
        Payments::default(),
        payments(1, 1e-9),
        payments(1, 1e12),
        payments(5000, 0.01),
        payments(u32::MAX, 1e6),
    ] {
        for visits in [
            certainly(0),
            certainly(1),
            certainly(3000),
            Counts::of(vec![1e-12]),
        ] {
            for paying in [0.0, 1e-9, 0.5, 1.0] {
                let said = outlooks.spend(
                    &Outlook {
                        payments: known,
                        paying,
                    },
                    &visits,
                );
                assert!(
                    said.low >= 0.0 && said.low <= said.value && said.value <= said.high,
                    "{known:?} {paying} {said:?}"
                );
                assert!(said.high.is_finite(), "{known:?} {paying} {said:?}");
            }
        }
    }
}

#[test]
fn the_share_that_pays_is_ones_own_as_far_as_units_differ() {
    // All alike: nobody's own share counts. Two kinds: one's own counts at once.
    let alike = Paying::fit(std::iter::repeat_n((4, 3), 200)).unwrap();
    near(alike.of(4, 0), alike.share, 1e-4);
    let apart = Paying::fit((0..200).map(|i| (4, if i % 2 == 0 { 4 } else { 0 }))).unwrap();
    near(apart.share, 0.5, 1e-12);
    assert!(apart.of(4, 4) > 0.9 && apart.of(4, 0) < 0.1, "{apart:?}");
    near(apart.of(0, 0), 0.5, 1e-12);
    // Everybody pays always.
    let always = Paying::fit((0..50).map(|i| (i % 3, i % 3))).unwrap();
    assert_eq!(always.of(3, 3), 1.0);
    assert!(Paying::fit([(0, 0)].into_iter()).is_none());
    // Simulated: beta of mean 0.6 and strength 5.
    let mut source = Source::new(3);
    let units: Vec<(u32, u32)> = (0..5000)
        .map(|_| {
            let (a, b) = (source.gamma(3.0), source.gamma(2.0));
            let share = a / (a + b);
            (
                6,
                (0..6).filter(|_| source.uniform() < share).count() as u32,
            )
        })
        .collect();
    let found = Paying::fit(units.iter().copied()).unwrap();
    near(found.share, 0.6, 0.02);
    near(found.strength, 5.0, 0.1);
}
