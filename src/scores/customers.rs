//! From units to customers: a second pass, in the order of customer and unit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::loyalty::weighted;
use super::{ScoringInput, Segmentation, UnitScores, unit_reasons};
use crate::features::UnitFeatures;
use crate::rhythm::is_gone;
use crate::settings;
use crate::types::{
    ChurnState, CustomerId, Estimate, FrequencyClass, LoyaltyTier, Reason, Segment,
};

/// Reasons kept per customer.
const MOST_REASONS: usize = 3;

/// Spend of a customer on orders that belong to no unit: without vehicle, where the customer has vehicles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OtherSpend {
    /// Customer.
    pub customer_id: CustomerId,
    /// Paid in the last 12 months, yuan.
    pub spend_12m: f64,
    /// Paid in the last 24 months, yuan.
    pub spend_24m: f64,
}

macro_rules! customer_columns {
    ($($(#[$meta:meta])* $field:ident : $ty:ty),+ $(,)?) => {
        /// Scores of the customers, in columns ordered by customer id. `None` is unknown or not applicable.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct CustomerScores {
            $($(#[$meta])* pub $field: Vec<$ty>,)+
            /// The units of each customer.
            pub held: Held,
        }

        struct Row { $($field: $ty),+ }

        impl CustomerScores {
            fn push(&mut self, row: Row) { $(self.$field.push(row.$field);)+ }
        }
    };
}

customer_columns! {
    /// Customer.
    customer_id: CustomerId,
    /// Store of the unit that came last.
    store_id: String,
    /// Vehicles held at the as-of date, those that left included.
    vehicles: i32,
    /// First qualified visit of any unit.
    first_visit_on: Option<NaiveDate>,
    /// Last qualified visit of any unit.
    last_visit_on: Option<NaiveDate>,
    /// Qualified visits in the last 12 months.
    visits_12m: i32,
    /// Qualified visits in the last 24 months.
    visits_24m: i32,
    /// Paid in the last 12 months, yuan.
    spend_12m: f64,
    /// Paid in the last 24 months, yuan.
    spend_24m: f64,
    /// Visits in 12 months per active unit, in classes.
    frequency_class: FrequencyClass,
    /// Mean over the units, weighted by visits in 24 months.
    frequency_score: Option<f64>,
    /// Mean over the units, weighted by visits in 24 months.
    quality_score: Option<f64>,
    /// Weighted mean of both axes.
    loyalty_score: Option<f64>,
    /// Tier of the units with most of the spend of 24 months.
    loyalty_tier: Option<LoyaltyTier>,
    /// The best state of the units.
    churn_state: Option<ChurnState>,
    /// 1 - product of (1 - p) over the units.
    probability_active: Option<Estimate>,
    /// Product over the units that have not left.
    churn_probability: Option<Estimate>,
    /// Product over the units that have not left.
    churn_probability_180: Option<Estimate>,
    /// Sum over the units.
    expected_visits_365: Option<Estimate>,
    /// Sum over the units, yuan.
    expected_spend_365: Option<Estimate>,
    /// Group of customers that come and pay alike, put here by [`CustomerScores::take_segments`].
    segment: Option<Segment>,
}

/// The units of customers, by their place in the features.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// Units, by customer and unit id.
    units: Vec<usize>,
    /// Where those of each customer end.
    ends: Vec<usize>,
}

impl Held {
    /// Customers in the order of their ids, with their units: sums and ties go by unit id, whatever order these came in.
    fn of(features: &UnitFeatures) -> (Vec<CustomerId>, Self) {
        let key = |&i: &usize| (features.customer_id[i], features.unit_id[i]);
        let mut units: Vec<usize> = (0..features.len()).collect();
        units.par_sort_by_key(key);
        let (mut customers, mut ends) = (Vec::new(), Vec::new());
        for (at, &i) in units.iter().enumerate() {
            let customer = features.customer_id[i];
            if customers.last() == Some(&customer) {
                ends.pop();
            } else {
                customers.push(customer);
            }
            ends.push(at + 1);
        }
        (customers, Self { units, ends })
    }

    /// The units of the customer at that place.
    #[must_use]
    pub fn by(&self, at: usize) -> &[usize] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.units[from..self.ends[at]]
    }
}

impl CustomerScores {
    /// Number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.customer_id.len()
    }

    /// Puts each customer into its segment.
    pub fn take_segments(&mut self, of: &Segmentation) {
        self.segment.clone_from(&of.segment);
    }

    /// True without customers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.customer_id.is_empty()
    }
}

/// Visits in 12 months per active unit: A and B from the limits of the settings, C above none, D none.
#[must_use]
pub(super) fn frequency_class(
    visits: f64,
    active_units: usize,
    settings: &settings::Loyalty,
) -> FrequencyClass {
    if active_units == 0 || visits <= 0.0 {
        return FrequencyClass::D;
    }
    let rate = visits / active_units as f64;
    if rate >= f64::from(settings.class_a) {
        FrequencyClass::A
    } else if rate >= f64::from(settings.class_b) {
        FrequencyClass::B
    } else {
        FrequencyClass::C
    }
}

/// Scores of the customers who hold the units. Spend of customers without any unit is not read.
#[must_use]
pub fn roll_up(
    input: &ScoringInput<'_>,
    units: &UnitScores,
    other_spend: &[OtherSpend],
) -> CustomerScores {
    let f = input.features;
    let (customers, held) = Held::of(f);
    let mut other: BTreeMap<CustomerId, (f64, f64)> = BTreeMap::new();
    for spend in other_spend {
        let sum = other.entry(spend.customer_id).or_default();
        sum.0 += spend.spend_12m;
        sum.1 += spend.spend_24m;
    }
    let rows: Vec<Row> = customers
        .into_par_iter()
        .enumerate()
        .map(|(at, customer)| {
            let more = other.get(&customer).copied().unwrap_or_default();
            Customer {
                input,
                units,
                members: held.by(at),
            }
            .row(customer, more)
        })
        .collect();
    let mut out = CustomerScores::default();
    for row in rows {
        out.push(row);
    }
    out.held = held;
    out
}

struct Customer<'a> {
    input: &'a ScoringInput<'a>,
    units: &'a UnitScores,
    members: &'a [usize],
}

impl Customer<'_> {
    fn row(&self, customer_id: CustomerId, more: (f64, f64)) -> Row {
        let f = self.input.features;
        let s = &self.input.settings.loyalty;
        let visits_12m = self.count(&f.visits_12m);
        let active = self.members.iter().filter(|&&i| f.visits_12m[i] > 0);
        let frequency_class = frequency_class(f64::from(visits_12m), active.count(), s);
        let frequency_score = self.mean(&self.units.frequency_score);
        let quality_score = self.mean(&self.units.quality_score);
        let vehicles = self.members.iter().filter(|&&i| f.is_vehicle[i]).count();
        Row {
            customer_id,
            store_id: self.store(),
            vehicles: i32::try_from(vehicles).unwrap_or(i32::MAX),
            first_visit_on: self
                .members
                .iter()
                .filter_map(|&i| f.first_visit_on[i])
                .min(),
            last_visit_on: self
                .members
                .iter()
                .filter_map(|&i| f.last_visit_on[i])
                .max(),
            visits_12m,
            visits_24m: self.count(&f.visits_24m),
            spend_12m: self.sum(&f.spend_12m) + more.0,
            spend_24m: self.sum(&f.spend_24m) + more.1,
            frequency_class,
            frequency_score,
            quality_score,
            loyalty_score: weighted(&[
                (s.weight_frequency, frequency_score),
                (s.weight_quality, quality_score),
            ]),
            loyalty_tier: self.tier(),
            churn_state: self
                .members
                .iter()
                .filter_map(|&i| self.units.churn_state[i])
                .min(),
            probability_active: self.any(&self.units.probability_active),
            churn_probability: self.all(&self.units.churn_probability),
            churn_probability_180: self.all(&self.units.churn_probability_180),
            expected_visits_365: self.total(&self.units.expected_visits_365),
            expected_spend_365: self.total(&self.units.expected_spend_365),
            segment: None,
        }
    }

    fn count(&self, column: &[i32]) -> i32 {
        self.members
            .iter()
            .fold(0, |sum: i32, &i| sum.saturating_add(column[i]))
    }

    fn sum(&self, column: &[f64]) -> f64 {
        self.members.iter().map(|&i| column[i]).sum()
    }

    /// Store of the unit that came last; of the first unit by id where none came.
    fn store(&self) -> String {
        let f = self.input.features;
        let mut best: Option<usize> = None;
        for &i in self.members {
            if best.is_none_or(|b| f.last_visit_on[i] > f.last_visit_on[b]) {
                best = Some(i);
            }
        }
        best.map_or_else(String::new, |i| f.store_id[i].to_string())
    }

    /// Mean over the units that have the score, weighted by visits in 24 months, alike where none has any.
    fn mean(&self, column: &[Option<f64>]) -> Option<f64> {
        let f = self.input.features;
        let by_visits: Vec<(f64, Option<f64>)> = self
            .members
            .iter()
            .map(|&i| (f64::from(f.visits_24m[i].max(0)), column[i]))
            .collect();
        weighted(&by_visits).or_else(|| {
            let alike: Vec<(f64, Option<f64>)> =
                by_visits.iter().map(|&(_, score)| (1.0, score)).collect();
            weighted(&alike)
        })
    }

    /// The tier whose units spent most in 24 months; of equal ones the better.
    fn tier(&self) -> Option<LoyaltyTier> {
        let mut spend: BTreeMap<LoyaltyTier, f64> = BTreeMap::new();
        for &i in self.members {
            if let Some(tier) = self.units.loyalty_tier[i] {
                *spend.entry(tier).or_default() += self.input.features.spend_24m[i];
            }
        }
        let mut best: Option<(LoyaltyTier, f64)> = None;
        // Tiers are ordered best first.
        for (tier, sum) in spend {
            if best.is_none_or(|(_, most)| sum > most) {
                best = Some((tier, sum));
            }
        }
        best.map(|(tier, _)| tier)
    }

    /// Estimates of the units that have not left.
    fn estimates<'b>(
        &'b self,
        column: &'b [Option<Estimate>],
    ) -> impl Iterator<Item = Estimate> + 'b {
        self.members
            .iter()
            .filter(|&&i| !is_gone(self.input.features, i))
            .filter_map(|&i| column[i])
    }

    /// The probability that all of it happens, as if the units were independent.
    fn all(&self, column: &[Option<Estimate>]) -> Option<Estimate> {
        self.estimates(column).reduce(|a, b| Estimate {
            value: a.value * b.value,
            low: a.low * b.low,
            high: a.high * b.high,
        })
    }

    /// The probability that any of it happens, as if the units were independent.
    fn any(&self, column: &[Option<Estimate>]) -> Option<Estimate> {
        let either = |a: f64, b: f64| 1.0 - (1.0 - a) * (1.0 - b);
        self.estimates(column).reduce(|a, b| Estimate {
            value: either(a.value, b.value),
            low: either(a.low, b.low),
            high: either(a.high, b.high),
        })
    }

    /// The sum; the distances to its ends add up in squares, as if the units were independent.
    fn total(&self, column: &[Option<Estimate>]) -> Option<Estimate> {
        let add = |a: f64, b: f64| a.hypot(b);
        self.estimates(column).reduce(|a, b| {
            let value = a.value + b.value;
            Estimate {
                value,
                low: (value - add(a.value - a.low, b.value - b.low)).max(0.0),
                high: value + add(a.high - a.value, b.high - b.value),
            }
        })
    }
}

/// Up to three reasons of a customer's units, those of the highest priority first.
#[must_use]
pub fn customer_reasons(
    input: &ScoringInput<'_>,
    units: &UnitScores,
    members: &[usize],
) -> Vec<Reason> {
    let mut order: Vec<usize> = members.to_vec();
    let rank = |i: usize| units.priority[i].unwrap_or(-1.0);
    order.sort_by(|&a, &b| rank(b).total_cmp(&rank(a)));
    let mut known: Vec<Option<Vec<Reason>>> = vec![None; order.len()];
    let mut out: Vec<Reason> = Vec::new();
    // The first reason of each unit, then the second ones: no vehicle crowds the others out.
    for depth in 0..MOST_REASONS {
        for (known, &i) in known.iter_mut().zip(&order) {
            if out.len() == MOST_REASONS {
                return out;
            }
            let reasons = known.get_or_insert_with(|| unit_reasons(input, units, i));
            if let Some(reason) = reasons.get(depth)
                && !out.contains(reason)
            {
                out.push(reason.clone());
            }
        }
    }
    out
}
