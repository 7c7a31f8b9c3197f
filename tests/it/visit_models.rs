//! The visit models against the figures that the literature and other programs print for CDNOW.

use std::collections::BTreeMap;
use std::fs;

use chrono::NaiveDate;
use retain::models::estimate::Observed;
use retain::models::visits::{Histories, History};
use retain::models::visits_bgcnbd::{BgcnbdFit, BgcnbdParams, Dropout, Regularity};
use retain::models::visits_pareto_nbd::ParetoNbdFit;

use super::support::{shared_data, skip};

/// The histories of the CDNOW sample up to 30 September 1997; purchases of one day are one.
fn cdnow() -> Option<Histories> {
    let text = fs::read_to_string(shared_data()?.join("cdnow_sample_transactions.csv")).unwrap();
    let mut days: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let customer = cells.next().unwrap();
        let day = cells.nth(1).unwrap().parse().unwrap();
        days.entry(customer).or_default().push(day);
    }
    let until = "1997-09-30".parse().unwrap();
    let histories = days.into_values().filter_map(|mut days| {
        days.sort_unstable();
        History::of_days(&days, until)
    });
    Some(Histories::new(histories.collect()))
}

fn fit(histories: &Histories, dropout: Dropout, regularity: Regularity) -> BgcnbdFit {
    let params = BgcnbdParams {
        dropout,
        regularity,
    };
    let fit = params.fit(histories).unwrap();
    assert_eq!(fit.estimated.refusal(), None, "{:?}", fit.estimated);
    fit
}

/// Parameters r, alpha, a, b to so much of themselves; the log-likelihood to a thousandth.
fn has(fit: &BgcnbdFit, parameters: [f64; 4], log_likelihood: f64, close: f64) {
    let m = fit.model;
    for (found, expected) in [m.r, m.alpha, m.a, m.b].into_iter().zip(parameters) {
        assert!(
            (found / expected - 1.0).abs() < close,
            "{found} is not {expected}: {fit:?}"
        );
    }
    let found = fit.estimated.log_likelihood;
    assert!(
        (found - log_likelihood).abs() < 1e-3,
        "{found} is not {log_likelihood}"
    );
}

#[test]
fn cdnow_has_the_parameters_that_are_published() {
    let Some(histories) = cdnow() else {
        return skip("CDNOW", "no data beside the project");
    };
    assert_eq!(histories.units(), 2357.0);
    let bg = fit(&histories, Dropout::AfterRepeat, Regularity::Whole(1));
    has(
        &bg,
        [0.242_595, 4.413_60, 0.792_922, 2.425_905],
        -9_582.429_21,
        1e-4,
    );
    // Standard errors, as printed.
    let errors = bg.estimated.errors();
    for (found, expected) in errors.iter().zip([0.012_56, 0.3782, 0.1857, 0.7054]) {
        assert!((found / expected - 1.0).abs() < 2e-2, "{errors:?}");
    }
    let mbg = fit(&histories, Dropout::AfterFirst, Regularity::Whole(1));
    has(
        &mbg,
        [0.524_842, 6.183_083, 0.891_363, 1.614_014],
        -9582.1357,
        1e-4,
    );
    // The program that printed these stops a little before the maximum.
    let two = fit(&histories, Dropout::AfterFirst, Regularity::Whole(2));
    has(
        &two,
        [0.579_91, 2.288_20, 1.134_33, 1.584_78],
        -9853.253,
        3e-4,
    );
    let three = fit(&histories, Dropout::AfterFirst, Regularity::Whole(3));
    has(
        &three,
        [0.533_00, 1.258_23, 1.288_54, 1.844_95],
        -10_394.363,
        3e-4,
    );
}

#[test]
fn cdnow_has_no_rhythm_and_a_free_k_says_so() {
    let Some(histories) = cdnow() else {
        return skip("CDNOW", "no data beside the project");
    };
    for (dropout, k, log_likelihood) in [
        (Dropout::AfterFirst, 1.0446, -9581.104),
        (Dropout::AfterRepeat, 1.0372, -9581.713),
    ] {
        let free = fit(&histories, dropout, Regularity::Free);
        assert!((free.model.k - k).abs() < 2e-3, "{free:?}");
        assert!(
            (free.estimated.log_likelihood - log_likelihood).abs() < 2e-3,
            "{free:?}"
        );
    }
}

#[test]
fn cdnow_has_the_published_parameters_of_the_pareto_model_too() {
    let Some(histories) = cdnow() else {
        return skip("CDNOW", "no data beside the project");
    };
    let fit = ParetoNbdFit::of(&histories).unwrap();
    let m = fit.model;
    // The ridge is flat in beta: other programs stop at 11.656 with the same likelihood.
    for (found, expected) in [m.r, m.alpha, m.s, m.beta]
        .into_iter()
        .zip([0.553_277, 10.577_68, 0.606_240, 11.668_76])
    {
        assert!((found / expected - 1.0).abs() < 1e-3, "{fit:?}");
    }
    let found = fit.estimated.log_likelihood;
    assert!((found + 9_594.976_18).abs() < 1e-3, "{found}");
    for (found, expected) in fit
        .estimated
        .errors()
        .iter()
        .zip([0.0476, 0.8427, 0.187, 6.20])
    {
        assert!((found / expected - 1.0).abs() < 3e-2, "{fit:?}");
    }
}
