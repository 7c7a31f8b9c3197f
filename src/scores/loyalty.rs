//! Loyalty on two axes, frequency and quality, and the tier that follows from them.
//!
//! frequency = 100 x (0.7 min(visits / expected visits, 1.2) / 1.2 + 0.2 regularity + 0.1 min(tenure / 5 years, 1));
//! quality = 100 x (0.6 percentile of gross profit or paid amount + 0.2 payment + 0.2 breadth); loyalty their mean.
//! Weights and caps are settings; weights are renormalised where a part is unknown.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;

use super::ScoringInput;
use crate::models::ModelCard;
use crate::rhythm::statistics::{quantile, sorted};
use crate::rhythm::{DAYS_PER_MONTH, DAYS_PER_YEAR, is_person, months_before};
use crate::types::LoyaltyTier;

/// The window of visits and money, months.
const WINDOW_MONTHS: u32 = 24;

/// The three scores of one unit, 0-100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Axes {
    pub(super) frequency: Option<f64>,
    pub(super) quality: Option<f64>,
    pub(super) loyalty: Option<f64>,
}

/// Amounts of the private persons with a qualified visit in 24 months, against which a unit's amount is ranked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MoneyTable {
    /// Gross profit; else paid amounts, since cost is not known for enough orders.
    pub is_gross_profit: bool,
    /// Units in the table.
    pub units: usize,
    /// Share of the orders with known cost.
    pub cost_known_share: Option<f64>,
    /// 0, 10, … 100 % quantiles, yuan, as they are printed.
    pub deciles: Vec<f64>,
    /// The amounts, ascending.
    #[serde(skip)]
    values: Vec<f64>,
}

/// Limits between the tiers, over the private persons with a qualified visit in twelve months.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TierCuts {
    /// Units behind the limits.
    pub units: usize,
    /// Frequency score from which a unit is in the top third.
    pub frequency_top: Option<f64>,
    /// Quality score from which a unit is in the top third.
    pub quality_top: Option<f64>,
    /// Median loyalty score.
    pub loyalty_median: Option<f64>,
}

/// One table for each store that has enough units, and one of the whole file for the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoreTable<T> {
    /// By store.
    pub stores: BTreeMap<String, T>,
    /// The whole file.
    pub all: T,
}

impl<T> StoreTable<T> {
    fn of(&self, store: &str) -> &T {
        self.stores.get(store).unwrap_or(&self.all)
    }
}

/// What the scores are read from: fitted once per scoring, over private persons alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LoyaltyParameters {
    /// Amounts of 24 months.
    pub money: StoreTable<MoneyTable>,
    /// Limits between the tiers.
    pub cuts: StoreTable<TierCuts>,
}

/// The card of the quantile tables.
#[must_use]
pub fn loyalty_card(parameters: &LoyaltyParameters) -> ModelCard {
    ModelCard {
        name: "loyalty".to_owned(),
        rows: parameters.money.all.units as u64,
        parameters: serde_json::to_value(parameters).unwrap_or_default(),
        log_likelihood: None,
        measures: json!({ "active_units": parameters.cuts.all.units }),
        caveats: vec!["caveat-persons-only".to_owned()],
    }
}

/// The parameters, and the axes of the units that they were fitted to.
pub(super) fn fit(input: &ScoringInput<'_>) -> (LoyaltyParameters, Vec<Axes>) {
    let money = fit_money(input);
    let axes = all_axes(input, &money);
    let cuts = fit_cuts(input, &axes);
    (LoyaltyParameters { money, cuts }, axes)
}

pub(super) fn all_axes(input: &ScoringInput<'_>, money: &StoreTable<MoneyTable>) -> Vec<Axes> {
    (0..input.features.len())
        .into_par_iter()
        .map(|i| axes(input, money, i))
        .collect()
}

/// Units of each store, in their order.
fn by_store<'a>(input: &ScoringInput<'a>) -> BTreeMap<&'a str, Vec<usize>> {
    let mut stores: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, store) in input.features.store_id.iter().enumerate() {
        stores.entry(&**store).or_default().push(i);
    }
    stores
}

/// A table of each store with enough units, and one of all.
fn tables<T>(
    input: &ScoringInput<'_>,
    table: impl Fn(&[usize]) -> T,
    units: impl Fn(&T) -> usize,
) -> StoreTable<T> {
    let enough = input.settings.loyalty.store_units as usize;
    let everyone: Vec<usize> = (0..input.features.len()).collect();
    StoreTable {
        stores: by_store(input)
            .into_iter()
            .map(|(store, members)| (store.to_owned(), table(&members)))
            .filter(|(_, table)| units(table) >= enough.max(1))
            .collect(),
        all: table(&everyone),
    }
}

fn fit_money(input: &ScoringInput<'_>) -> StoreTable<MoneyTable> {
    let f = input.features;
    let table = |members: &[usize]| {
        // Whether cost is known is a matter of the store's files, so its companies' orders count too.
        let total = |column: &[i32]| members.iter().map(|&i| i64::from(column[i])).sum::<i64>();
        let orders = total(&f.orders_24m);
        let cost_known_share =
            (orders > 0).then(|| total(&f.orders_with_cost_24m) as f64 / orders as f64);
        let is_gross_profit =
            cost_known_share.is_some_and(|share| share >= input.settings.loyalty.cost_known_share);
        let values = members
            .iter()
            .filter(|&&i| is_person(f, i) && f.visits_24m[i] > 0)
            .filter_map(|&i| amount(input, is_gross_profit, i))
            .collect();
        let values = sorted(values);
        MoneyTable {
            is_gross_profit,
            units: values.len(),
            cost_known_share,
            deciles: (0..=10)
                .filter_map(|d| quantile(&values, f64::from(d) / 10.0))
                .collect(),
            values,
        }
    };
    tables(input, table, |t: &MoneyTable| t.units)
}

fn fit_cuts(input: &ScoringInput<'_>, axes: &[Axes]) -> StoreTable<TierCuts> {
    let f = input.features;
    let top = input.settings.loyalty.top_quantile;
    let cuts = |members: &[usize]| {
        let active: Vec<usize> = members
            .iter()
            .copied()
            .filter(|&i| is_person(f, i) && f.visits_12m[i] > 0)
            .collect();
        let column = |of: fn(&Axes) -> Option<f64>| {
            sorted(active.iter().filter_map(|&i| of(&axes[i])).collect())
        };
        TierCuts {
            units: active.len(),
            frequency_top: quantile(&column(|a| a.frequency), top),
            quality_top: quantile(&column(|a| a.quality), top),
            loyalty_median: quantile(&column(|a| a.loyalty), 0.5),
        }
    };
    tables(input, cuts, |c: &TierCuts| c.units)
}

fn amount(input: &ScoringInput<'_>, is_gross_profit: bool, i: usize) -> Option<f64> {
    let amount = if is_gross_profit {
        input.features.gross_profit_24m[i]
    } else {
        Some(input.features.spend_24m[i])
    };
    amount.filter(|v| v.is_finite())
}

pub(super) fn axes(input: &ScoringInput<'_>, money: &StoreTable<MoneyTable>, i: usize) -> Axes {
    if input.features.visits[i] <= 0 {
        return Axes::default();
    }
    let s = &input.settings.loyalty;
    let frequency = frequency(input, i);
    let quality = quality(input, money, i);
    Axes {
        frequency,
        quality,
        loyalty: weighted(&[(s.weight_frequency, frequency), (s.weight_quality, quality)]),
    }
}

/// Mean of what is known; weights of what is not fall away. `None` where nothing is left.
pub(super) fn weighted(parts: &[(f64, Option<f64>)]) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (weight, value) in parts {
        if let Some(value) = value {
            sum += weight * value;
            weights += weight;
        }
    }
    (weights > 0.0).then(|| sum / weights)
}

/// A share between 0 and 1 as a score between 0 and 100.
fn score(share: Option<f64>) -> Option<f64> {
    share.map(|s| (100.0 * s).clamp(0.0, 100.0))
}

/// The parts of the frequency score, each 0-1, and what the first is counted against.
pub(super) struct FrequencyParts {
    /// Qualified visits that the rhythm lets expect in the window.
    pub(super) expected_visits: Option<f64>,
    pub(super) visits: Option<f64>,
    pub(super) regularity: Option<f64>,
    pub(super) tenure: Option<f64>,
}

/// The parts of the quality score, each 0-1.
pub(super) struct QualityParts {
    pub(super) money: Option<f64>,
    pub(super) payment: Option<f64>,
    pub(super) breadth: Option<f64>,
}

pub(super) fn frequency_parts(input: &ScoringInput<'_>, i: usize) -> FrequencyParts {
    let f = input.features;
    let s = &input.settings.loyalty;
    let days_to_now = |from: chrono::NaiveDate| (f.as_of - from).num_days().max(0) as f64;
    let tenure = f.first_visit_on[i].map(days_to_now);
    let expected_visits = input.rhythm.expected_interval_days[i].map(|interval| {
        // The shortest of 24 months, time since the first visit, imported history.
        let window = f64::from(WINDOW_MONTHS) * DAYS_PER_MONTH;
        let observed = [tenure, f.history_from.map(days_to_now)]
            .into_iter()
            .flatten()
            .fold(window, f64::min);
        (observed / interval).max(1.0)
    });
    let cap = s.visits_cap.max(f64::MIN_POSITIVE);
    FrequencyParts {
        expected_visits,
        visits: expected_visits
            .map(|expected| (f64::from(f.visits_24m[i].max(0)) / expected).min(cap) / cap),
        regularity: input.rhythm.gap_cv[i].map(|cv| (1.0 - cv).clamp(0.0, 1.0)),
        tenure: tenure
            .map(|days| (days / DAYS_PER_YEAR / s.tenure_years.max(f64::MIN_POSITIVE)).min(1.0)),
    }
}

fn frequency(input: &ScoringInput<'_>, i: usize) -> Option<f64> {
    let s = &input.settings.loyalty;
    let parts = frequency_parts(input, i);
    score(weighted(&[
        (s.weight_visits, parts.visits),
        (s.weight_regularity, parts.regularity),
        (s.weight_tenure, parts.tenure),
    ]))
}

pub(super) fn quality_parts(
    input: &ScoringInput<'_>,
    money: &StoreTable<MoneyTable>,
    i: usize,
) -> QualityParts {
    let kinds = input.features.kinds_24m[i];
    let full = input.settings.loyalty.breadth_kinds.max(f64::MIN_POSITIVE);
    QualityParts {
        money: percentile_of(input, money, i),
        payment: payment(input, i),
        breadth: kinds.map(|kinds| (f64::from(kinds.max(0)) / full).min(1.0)),
    }
}

fn quality(input: &ScoringInput<'_>, money: &StoreTable<MoneyTable>, i: usize) -> Option<f64> {
    let s = &input.settings.loyalty;
    let parts = quality_parts(input, money, i);
    score(weighted(&[
        (s.weight_money, parts.money),
        (s.weight_payment, parts.payment),
        (s.weight_breadth, parts.breadth),
    ]))
}

/// Rank of the unit's amount among those of its store; 0 without a qualified visit in 24 months.
fn percentile_of(
    input: &ScoringInput<'_>,
    money: &StoreTable<MoneyTable>,
    i: usize,
) -> Option<f64> {
    if input.features.visits_24m[i] <= 0 {
        return Some(0.0);
    }
    let table = money.of(&input.features.store_id[i]);
    let value = amount(input, table.is_gross_profit, i)?;
    percentile(&table.values, value)
}

/// (mean rank - 0.5) / n. For a value of the table the mean rank is `below + (equal + 1) / 2`; the same formula
/// places a value from outside (a company) among them.
pub(super) fn percentile(ascending: &[f64], value: f64) -> Option<f64> {
    if ascending.is_empty() {
        return None;
    }
    let below = ascending.partition_point(|&v| v < value);
    let up_to = ascending.partition_point(|&v| v <= value);
    Some((below + up_to) as f64 / 2.0 / ascending.len() as f64)
}

/// Mean of what is paid of what is due and of what is not given away as discount, of those that are known.
fn payment(input: &ScoringInput<'_>, i: usize) -> Option<f64> {
    let f = input.features;
    let owing = share(f.owing_24m[i], f.receivable_24m[i]);
    let gross = f.receivable_24m[i]
        .zip(f.discount_24m[i])
        .map(|(receivable, discount)| receivable + discount);
    let discount = share(f.discount_24m[i], gross);
    weighted(&[
        (1.0, owing.map(|o| 1.0 - o)),
        (1.0, discount.map(|d| 1.0 - d)),
    ])
}

/// A part of a whole, 0-1; `None` where the whole is not above zero.
fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let share = part? / whole.filter(|&w| w > 0.0)?;
    share.is_finite().then(|| share.clamp(0.0, 1.0))
}

/// The first tier that holds: new, loyal, drifting, stable, weak. `None` without a qualified visit.
pub(super) fn tier(
    input: &ScoringInput<'_>,
    parameters: &LoyaltyParameters,
    axes: Axes,
    i: usize,
) -> Option<LoyaltyTier> {
    let f = input.features;
    let s = &input.settings.loyalty;
    if f.visits[i] <= 0 {
        return None;
    }
    let first = f.first_visit_on[i];
    if f.visits[i] == 1 && first.is_some_and(|day| day > months_before(f.as_of, 12)) {
        return Some(LoyaltyTier::New);
    }
    let cuts = parameters.cuts.of(&f.store_id[i]);
    let reaches = |score: Option<f64>, cut: Option<f64>| {
        score.zip(cut).is_some_and(|(score, cut)| score >= cut)
    };
    let both_top =
        reaches(axes.frequency, cuts.frequency_top) && reaches(axes.quality, cuts.quality_top);
    let class_a = i64::from(f.visits_12m[i]) >= i64::from(s.class_a);
    if both_top || class_a && f.kinds_24m[i].is_some_and(|kinds| kinds >= 2) {
        return Some(LoyaltyTier::Loyal);
    }
    let overdue =
        input.rhythm.overdue_ratio[i].is_some_and(|q| q >= input.settings.churn.due_ratio);
    if overdue && (has_fallen(input, i) || only_warranty_and_accidents(input, i)) {
        return Some(LoyaltyTier::Drifting);
    }
    Some(if reaches(axes.loyalty, cuts.loyalty_median) {
        LoyaltyTier::Stable
    } else {
        LoyaltyTier::Weak
    })
}

/// Visits of the last twelve months are well below those of the twelve before, which history must cover.
pub(super) fn has_fallen(input: &ScoringInput<'_>, i: usize) -> bool {
    let f = input.features;
    let covered = f
        .history_from
        .is_some_and(|from| from <= months_before(f.as_of, WINDOW_MONTHS));
    let before = f64::from(f.visits_previous_12m[i]);
    let fall = before - f64::from(f.visits_12m[i]);
    // A hair of slack, so that 7 after 10 is a fall of 30 % in binary fractions too.
    covered && before >= 1.0 && fall >= input.settings.loyalty.drifting_fall * before - 1e-9
}

/// Came in 24 months, but for warranty, recall or accidents alone.
pub(super) fn only_warranty_and_accidents(input: &ScoringInput<'_>, i: usize) -> bool {
    let f = input.features;
    f.visits_24m[i] > 0 && f.visits_warranty_accident_24m[i] >= f.visits_24m[i]
}
