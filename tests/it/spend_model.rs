//! The spend model against the figures that the literature and other programs print for CDNOW.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use retain::models::spend_gamma_gamma::{GammaGamma, Payments};

use super::support::{Shop, csv_files, shared_data, skip};

/// Payments of the CDNOW sample after the first purchase, up to 30 September 1997; those of one day are one.
fn cdnow() -> Option<Vec<Payments>> {
    let text = fs::read_to_string(shared_data()?.join("cdnow_sample_transactions.csv")).unwrap();
    let mut cents: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[2] <= "1997-09-30" {
            let paid: f64 = cells[4].parse().unwrap();
            *cents
                .entry(cells[0])
                .or_default()
                .entry(cells[2])
                .or_default() += (paid * 100.0).round() as i64;
        }
    }
    Some(
        cents
            .values()
            .map(|days| {
                let repeats: Vec<i64> = days.values().skip(1).copied().collect();
                let count = repeats.len() as u32;
                Payments {
                    count,
                    mean: repeats.iter().sum::<i64>() as f64 / 100.0 / f64::from(count.max(1)),
                }
            })
            .collect(),
    )
}

#[test]
fn cdnow_has_the_spend_parameters_that_are_published() {
    let Some(payments) = cdnow() else {
        return skip("CDNOW", "no data beside the project");
    };
    let fit = GammaGamma::fit(&payments).unwrap();
    assert_eq!(fit.payers(), 946.0);
    let m = fit.model;
    let errors = fit.errors();
    // Parameters to four digits and their standard errors to three, by four tools.
    for (found, expected, close) in [
        (m.p, 6.24955, 5e-5),
        (m.q, 3.74423, 5e-5),
        (m.v, 15.44360, 5e-5),
        (errors[0], 1.190, 5e-3),
        (errors[1], 0.290, 5e-3),
        (errors[2], 4.160, 5e-3),
        (m.mean_payment(&Payments::default()), 35.170, 5e-5),
        (
            m.mean_payment(&Payments {
                count: 2,
                mean: 22.35,
            }),
            24.658,
            5e-5,
        ),
        (fit.correlation, 0.114, 5e-3),
    ] {
        assert!(
            (found / expected - 1.0).abs() < close,
            "{found} is not {expected}: {fit:?}"
        );
    }
    assert!(
        (fit.log_likelihood + 4055.91769).abs() < 1e-3,
        "{}",
        fit.log_likelihood
    );
}

#[test]
fn spend_to_come_has_ordered_ends_and_adds_up_over_a_customers_vehicles() {
    // Large enough for a visit model.
    let shop = Shop::new();
    shop.import_files(&csv_files(Path::new("data-samples/department")))
        .succeeds();
    shop.score_quickly("--as-of 2025-12-31");
    // Where visits are expected so is spend, nowhere else, and its ends are in order.
    assert_eq!(
        shop.one(
            "select count(*) from vehicle_scores
             where (expected_spend_365 is null) <> (expected_visits_365 is null)
                or not (0 <= expected_spend_365_low and expected_spend_365_low <= expected_spend_365
                    and expected_spend_365 <= expected_spend_365_high and isfinite(expected_spend_365_high))"
        ),
        "0"
    );
    assert_eq!(
        shop.one(
            "select count(*) > 1000 and bool_and(abs(c.expected_spend_365 - s.spend) < 1e-6)
             from customer_scores c
             join (select customer_id, sum(expected_spend_365) as spend from vehicle_scores
                   where expected_spend_365 is not null group by all) s using (customer_id)"
        ),
        "true"
    );
    // The card has the papers' letters, and its formula gives the scores of every vehicle.
    assert_eq!(
        shop.one(
            "with card as (select parameters::json as p from model_cards
                 where name = 'spend' and as_of = (select max(as_of) from vehicle_scores))
             select count(*) > 1000 and max(abs(
                 s.expected_spend_365 / s.expected_visits_365
                 / (((p->>'paying_strength')::double * (p->>'paying_share')::double + f.paying_visits)
                     / ((p->>'paying_strength')::double + f.priced_visits))
                 / ((p->>'p')::double * ((p->>'v')::double + f.paid_on_visits)
                     / ((p->>'p')::double * f.paying_visits + (p->>'q')::double - 1)) - 1)) < 1e-9
             from vehicle_scores s join features_scored f using (unit_id) cross join card
             where s.expected_visits_365 > 1e-6"
        ),
        "true"
    );
}
