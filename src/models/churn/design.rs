//! What the churn models read of a unit at a date: one row of numbers, the same for training, scoring, backtest and
//! explanation. NaN is unknown. Nothing here reads beyond the date, since features and rhythm do not.

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::features::UnitFeatures;
use crate::rhythm::Rhythm;

/// One input: its name, and how much it may grow before a linear model takes its logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Name, also of its words in the catalogues (`input-<name>`).
    pub name: &'static str,
    /// How a linear model takes it.
    pub scale: Scale,
}

/// How a linear model takes an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Plain,
    /// Sign and logarithm of 1 + |x|.
    Log,
}

macro_rules! inputs {
    ($($name:ident: $scale:ident),+ $(,)?) => {
        /// The inputs, in the order of a row.
        pub const INPUTS: &[Input] = &[$(Input { name: stringify!($name), scale: Scale::$scale }),+];

        /// One row by name, so that no input is put in another's place.
        #[derive(Default)]
        struct Named { $($name: Option<f64>),+ }

        impl Named {
            fn row(&self) -> Vec<f64> {
                vec![$(self.$name.filter(|v| v.is_finite()).unwrap_or(f64::NAN)),+]
            }
        }
    };
}

inputs! {
    hiatus_days: Log,
    overdue_ratio: Log,
    days_past_due: Plain,
    maintenance_hiatus_days: Log,
    hiatus_to_gap: Log,
    visits: Log,
    visits_12m: Log,
    visits_previous_12m: Log,
    visits_24m: Log,
    visits_per_year: Log,
    maintenance_share: Plain,
    gap_cv: Plain,
    gap_mean_days: Log,
    gap_before_last_days: Log,
    expected_interval_days: Log,
    tenure_days: Log,
    spend_12m: Log,
    spend_24m: Log,
    spend_trend: Plain,
    kinds_24m: Plain,
    warranty_accident_share: Plain,
    owing_share: Plain,
    discount_share: Plain,
    vehicle_age_days: Log,
    warranty_days_left: Plain,
    km_per_day: Log,
    odometer_km: Log,
    sold_by_us: Plain,
    electric: Plain,
    is_vehicle: Plain,
    seen_days: Log,
    other_visits_12m: Log,
    comebacks_24m: Plain,
    maintenance_price_ratio: Log,
    survey_score: Plain,
    complaints_24m: Plain,
    missed_since_visit: Plain,
    booked_ahead: Plain,
    policy_days_left: Plain,
    visit_model: Plain,
}

/// Rows of inputs, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    values: Vec<f64>,
}

impl Design {
    /// The inputs of some units, in the order given. `visit_model`: log-odds of no visit within the horizon by a visit
    /// model, of a unit.
    #[must_use]
    pub fn of_rows(
        features: &UnitFeatures,
        rhythm: &Rhythm,
        visit_model: impl Fn(usize) -> Option<f64> + Sync,
        rows: &[usize],
    ) -> Self {
        let values = rows
            .par_iter()
            .map(|&i| row(features, rhythm, visit_model(i), i))
            .flatten_iter()
            .collect();
        Self { values }
    }

    /// Rows of numbers, each aligned with [`INPUTS`].
    #[must_use]
    pub fn of_values(values: Vec<f64>) -> Self {
        Self { values }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / INPUTS.len()
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One row, aligned with [`INPUTS`].
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * INPUTS.len()..(i + 1) * INPUTS.len()]
    }

    /// One input of every row; unknown throughout where there is no such input.
    pub fn column(&self, name: &str) -> impl Iterator<Item = f64> + '_ {
        let at = INPUTS.iter().position(|i| i.name == name);
        (0..self.len()).map(move |i| at.map_or(f64::NAN, |at| self.row(i)[at]))
    }

    /// Some of the rows, in the order given.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Self {
        Self {
            values: rows
                .iter()
                .flat_map(|&i| self.row(i).iter().copied())
                .collect(),
        }
    }

    /// Takes the rows of another date in.
    pub fn extend(&mut self, other: &Self) {
        self.values.extend_from_slice(&other.values);
    }
}

fn row(f: &UnitFeatures, r: &Rhythm, visit_model: Option<f64>, i: usize) -> Vec<f64> {
    let since = |date: Option<NaiveDate>| date.map(|d| (f.as_of - d).num_days() as f64);
    let count = |n: i32| Some(f64::from(n));
    let share = |part: Option<f64>, of: Option<f64>| {
        part.zip(of.filter(|v| *v > 0.0))
            .map(|(p, of)| (p / of).clamp(-1.0, 1.0))
    };
    // A unit in the shop was seen today.
    let hiatus = if f.open_order[i] {
        Some(0.0)
    } else {
        since(f.last_visit_on[i])
    };
    let tenure = since(f.first_visit_on[i]);
    let years = tenure.map(|t| (t / 365.25).max(0.5));
    let receivable = f.receivable_24m[i];
    let earlier_spend = (f.spend_24m[i] - f.spend_12m[i]).max(0.0);
    let both = f.spend_12m[i] + earlier_spend;
    Named {
        hiatus_days: hiatus,
        overdue_ratio: r.overdue_ratio[i].map(|q| q.min(20.0)),
        days_past_due: since(r.next_due_on[i]).map(|d| d.clamp(-730.0, 730.0)),
        maintenance_hiatus_days: since(f.last_maintenance_on[i]),
        hiatus_to_gap: hiatus
            .zip(r.gap_median_days[i].filter(|g| *g > 0.0))
            .map(|(h, g)| (h / g).min(20.0)),
        visits: count(f.visits[i]),
        visits_12m: count(f.visits_12m[i]),
        visits_previous_12m: count(f.visits_previous_12m[i]),
        visits_24m: count(f.visits_24m[i]),
        visits_per_year: years.map(|y| f64::from(f.visits[i]) / y),
        maintenance_share: share(count(f.maintenance_visits[i]), count(f.visits[i])),
        gap_cv: r.gap_cv[i].map(|cv| cv.min(5.0)),
        gap_mean_days: r.gap_mean_days[i],
        gap_before_last_days: r.gap_before_last_days[i].map(f64::from),
        expected_interval_days: r.expected_interval_days[i],
        tenure_days: tenure,
        spend_12m: Some(f.spend_12m[i]),
        spend_24m: Some(f.spend_24m[i]),
        spend_trend: (both > 0.0).then(|| (f.spend_12m[i] - earlier_spend) / both),
        kinds_24m: f.kinds_24m[i].map(f64::from),
        warranty_accident_share: share(
            count(f.visits_warranty_accident_24m[i]),
            count(f.visits_24m[i]),
        ),
        owing_share: share(f.owing_24m[i], receivable),
        discount_share: share(f.discount_24m[i], receivable),
        vehicle_age_days: since(f.purchase_date[i]).map(|d| d.max(0.0)),
        warranty_days_left: since(f.warranty_end[i]).map(|d| (-d).clamp(-1095.0, 1095.0)),
        km_per_day: r.km_per_day[i],
        odometer_km: r.odometer_now_km[i].map(f64::from),
        sold_by_us: f.sold_by_us[i].map(|b| f64::from(u8::from(b))),
        electric: f.fuel[i]
            .as_ref()
            .map(|fuel| f64::from(u8::from(&**fuel == "bev"))),
        is_vehicle: Some(f64::from(u8::from(f.is_vehicle[i]))),
        seen_days: if f.open_order[i] {
            Some(0.0)
        } else {
            since(f.last_seen_on[i])
        },
        other_visits_12m: count(f.other_visits_12m[i]),
        comebacks_24m: count(f.comebacks_24m[i]),
        maintenance_price_ratio: f.maintenance_price_ratio[i].map(|ratio| ratio.min(20.0)),
        survey_score: f.survey_score[i],
        complaints_24m: f.complaints_24m[i].map(f64::from),
        missed_since_visit: f.missed_since_visit[i].map(f64::from),
        booked_ahead: f.booked_ahead[i].map(|b| f64::from(u8::from(b))),
        policy_days_left: since(f.policy_sold_end[i]).map(|d| (-d).clamp(-730.0, 730.0)),
        visit_model: visit_model.map(|z| z.clamp(-12.0, 12.0)),
    }
    .row()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = INPUTS.iter().map(|i| i.name).collect();
        assert_eq!(names.len(), INPUTS.len());
        assert_eq!(Named::default().row().len(), INPUTS.len());
        for input in INPUTS {
            for lang in [crate::types::Lang::Zh, crate::types::Lang::En] {
                let id = format!("input-{}", input.name);
                let label = crate::i18n::find(lang, &id, &[("currency", "CNY")]);
                assert!(label.is_some(), "{id}: explanations name it");
            }
        }
    }
}
