//! The spend model in scoring: what is known of each unit's payments, what the visits to come will bring, and how well the
//! same foretold what was spent after an earlier date.

use chrono::{Days, NaiveDate};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::dates::{Dated, Past};
use super::visits::{Judged, MOST_JUDGED};
use crate::features::UnitFeatures;
use crate::models::ModelCard;
use crate::models::measures::rank_correlation;
use crate::models::spend_gamma_gamma::{
    GammaGamma, GammaGammaFit, Outlook, Outlooks, Paying, Payments,
};
use crate::models::visits_bgcnbd::Counts;
use crate::rhythm::is_person;
use crate::types::{Estimate, Reason};

/// The spend model of a date, and how good it was at an earlier one.
pub(in crate::pipeline) struct SpendModel {
    fit: Result<Fit, Reason>,
    measures: Value,
    /// Why it is not used although it was fitted.
    no_better: Option<Reason>,
}

struct Fit {
    gamma: GammaGammaFit,
    outlooks: Outlooks,
    paying: Paying,
}

/// Payments of a unit, and its visits whose payment is known with those of them that paid.
fn known(f: &UnitFeatures, i: usize) -> (Payments, (u32, u32)) {
    let count = u32::try_from(f.paying_visits[i]).unwrap_or(0);
    let mean = f.paid_on_visits[i] / f64::from(count.max(1));
    let visits = u32::try_from(f.priced_visits[i]).unwrap_or(0);
    (Payments { count, mean }, (visits, count))
}

impl Fit {
    fn new(dated: &Dated) -> Result<Self, Reason> {
        let f = &dated.features;
        let persons: Vec<(Payments, (u32, u32))> = (0..f.len())
            .filter(|&i| is_person(f, i))
            .map(|i| known(f, i))
            .collect();
        let paying = Paying::fit(persons.iter().map(|(_, visits)| *visits))
            .ok_or_else(|| Reason::new("caveat-no-payments"))?;
        let payments: Vec<Payments> = persons.iter().map(|(payments, _)| *payments).collect();
        let gamma = GammaGamma::fit(&payments)?;
        Ok(Self {
            outlooks: Outlooks::new(gamma.model),
            gamma,
            paying,
        })
    }

    fn outlook(&self, f: &UnitFeatures, i: usize) -> Outlook {
        let (payments, (visits, paid)) = known(f, i);
        Outlook {
            payments,
            paying: self.paying.of(visits, paid),
        }
    }
}

/// The spend model of a date; judged at the earlier date at which the visit model was judged last.
pub(in crate::pipeline) fn spend_model(
    now: &Dated,
    past: &Past,
    judged: Option<&Judged>,
    horizon_days: u32,
) -> SpendModel {
    let mut model = SpendModel {
        fit: Fit::new(now),
        measures: Value::Null,
        no_better: None,
    };
    if model.fit.is_ok()
        && let Some(judged) = judged
        && let Ok(fit) = Fit::new(&judged.then)
    {
        (model.measures, model.no_better) = judge(&fit, judged, past, horizon_days);
    }
    model
}

/// One unit at the earlier date.
struct Row {
    said: Estimate,
    /// The same as in the year before, for the time of the horizon.
    as_before: f64,
    came: f64,
}

fn judge(fit: &Fit, judged: &Judged, past: &Past, horizon_days: u32) -> (Value, Option<Reason>) {
    let (f, date) = (&judged.then.features, judged.then.features.as_of);
    let came = |i: usize, after: NaiveDate, days: u32| {
        past.paid_between(f.unit_id[i], after, after + Days::new(u64::from(days)))
    };
    let came_at_all = past.visits_within(date, horizon_days, f);
    let units: Vec<usize> = (0..f.len())
        .filter(|&i| {
            is_person(f, i) && judged.then.histories[i].is_some() && came_at_all[i].is_some()
        })
        .collect();
    let step = units.len().div_ceil(MOST_JUDGED).max(1);
    let weeks = f64::from(horizon_days) / 7.0;
    let rows: Vec<Row> = units
        .par_iter()
        .step_by(step)
        .filter_map(|&i| {
            let counts = judged.fit.model.counts(&judged.then.histories[i]?, weeks);
            Some(Row {
                said: fit.outlooks.spend(&fit.outlook(f, i), &counts),
                as_before: came(i, date - Days::new(365), 365)? * f64::from(horizon_days) / 365.0,
                came: came(i, date, horizon_days)?,
            })
        })
        .collect();
    if rows.is_empty() {
        return (Value::Null, None);
    }
    let n = rows.len() as f64;
    let mean = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).sum::<f64>() / n;
    let share = |of: &dyn Fn(&Row) -> bool| mean(&|r| f64::from(u8::from(of(r))));
    let all = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let worse = |r: &Row| (r.said.value - r.came).powi(2) - (r.as_before - r.came).powi(2);
    let rmse = |of: &dyn Fn(&Row) -> f64| mean(&|r| (of(r) - r.came).powi(2)).sqrt();
    let (model, before) = (rmse(&|r| r.said.value), rmse(&|r| r.as_before));
    let came = all(&|r| r.came);
    let measures = json!({
        "date": date.to_string(),
        "horizon_days": horizon_days,
        "n": n,
        "spend_expected": mean(&|r| r.said.value) * n,
        "spend_as_the_year_before": mean(&|r| r.as_before) * n,
        "spend_came": mean(&|r| r.came) * n,
        "rmse": model,
        "rmse_as_the_year_before": before,
        "rank_correlation": rank_correlation(&all(&|r| r.said.value), &came),
        "rank_correlation_as_the_year_before": rank_correlation(&all(&|r| r.as_before), &came),
        "above_high": share(&|r| r.came > r.said.high),
        "below_low": share(&|r| r.came < r.said.low),
    });
    let gap = mean(&worse);
    let error = (mean(&|r| (worse(r) - gap).powi(2)) / n).sqrt();
    let no_better = (gap > error).then(|| {
        Reason::new("caveat-spend-no-better")
            .with("rmse", format!("{model:.0}"))
            .with("before", format!("{before:.0}"))
    });
    (json!({ "held_out": measures }), no_better)
}

impl SpendModel {
    /// What a unit will spend on visits that come as these counts say.
    pub(in crate::pipeline) fn spend(
        &self,
        f: &UnitFeatures,
        i: usize,
        visits: &Counts,
    ) -> Option<Estimate> {
        let fit = self
            .fit
            .as_ref()
            .ok()
            .filter(|_| self.no_better.is_none())?;
        Some(fit.outlooks.spend(&fit.outlook(f, i), visits))
    }

    /// What the model rests on, or why there is none.
    pub(in crate::pipeline) fn card(&self, visits: Option<&Reason>) -> ModelCard {
        let mut card = ModelCard {
            name: "spend".to_owned(),
            rows: 0,
            parameters: Value::Null,
            log_likelihood: None,
            measures: self.measures.clone(),
            caveats: Vec::new(),
        };
        match &self.fit {
            Ok(fit) => {
                card.rows = fit.gamma.payers() as u64;
                card.log_likelihood = Some(fit.gamma.log_likelihood);
                card.parameters = fit.gamma.parameters();
                if let Some(map) = card.parameters.as_object_mut() {
                    map.insert("model".to_owned(), "gamma_gamma".into());
                    map.insert("paying_share".to_owned(), fit.paying.share.into());
                    map.insert("paying_strength".to_owned(), fit.paying.strength.into());
                }
                // The visits to come are the visit model's.
                if visits.is_some() {
                    card.caveats
                        .push(Reason::new("caveat-spend-without-visits").encode());
                }
                card.caveats
                    .extend(self.no_better.iter().map(Reason::encode));
                card.caveats.extend(fit.gamma.caveats());
                if self.measures.is_null() {
                    card.caveats.push("caveat-spend-unjudged".to_owned());
                }
                card.caveats.push("caveat-spend-qualified".to_owned());
            }
            Err(reason) => card.caveats.push(reason.encode()),
        }
        card.caveats.push("caveat-persons-only".to_owned());
        card
    }
}
