//! Curves of how long units stay and how often they come, by segment, year of purchase and warranty: for reading, no
//! score rests on them.
//!
//! A unit begins with its first qualified visit on record. It has left with the visit after which it stays away longer
//! than the shop's own limit of the lost: `churn.lost_months`, and `churn.lost_ratio` expected intervals where that is
//! more; whether it comes back after that does not matter. Whether a unit has left can be told up to that limit before
//! the scored date (or the day of news that the vehicle is sold or scrapped) and no further: what is seen of it ends
//! there, whatever it did since, so that nobody counts as faithful for having come of late.

use arrow::record_batch::RecordBatch;
use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::dates::{Dated, Past};
use crate::features::UnitFeatures;
use crate::models::ModelCard;
use crate::models::survival::{Followed, Point, Spell, kaplan_meier, mean_cumulative};
use crate::rhythm::{DAYS_PER_MONTH, is_gone, is_person, purchased, whole_months};
use crate::scores::CustomerScores;
use crate::settings::Settings;
use crate::store::Store;
use crate::table::BatchColumns;
use crate::types::{Reason, Result, Segment};

/// Units that a curve needs at its beginning, and still in sight at each of its months.
const LEAST_UNITS: u32 = 10;
/// Months of a curve, at most.
const MOST_MONTHS: u32 = 120;
/// Years of purchase that have a curve, the latest ones.
const MOST_COHORTS: usize = 12;

/// The curves of a date.
pub(super) struct Survival {
    rows: Vec<Row>,
    units: usize,
    left: usize,
    visits: usize,
}

/// A curve at the end of a month.
struct Row {
    curve: &'static str,
    split_by: &'static str,
    split_value: String,
    months: u32,
    point: Point,
}

/// One unit since its first visit.
struct Unit {
    /// `None` where it is too new for anybody to tell whether it has left.
    spell: Option<Spell>,
    days: u32,
    visits: Vec<u32>,
    segment: Option<Segment>,
    purchase_year: Option<i32>,
    in_warranty: Option<bool>,
}

/// The curves of the private persons' units.
pub(super) fn survival(
    settings: &Settings,
    now: &Dated,
    past: &Past,
    customers: &CustomerScores,
) -> Survival {
    let f = &now.features;
    let units: Vec<Unit> = (0..f.len())
        .into_par_iter()
        .with_min_len(512)
        .filter(|&i| is_person(f, i) && f.visits[i] > 0)
        .filter_map(|i| unit(settings, now, past, customers, i))
        .collect();
    let history = f.history_from.map_or(0, |from| whole_months(from, f.as_of));
    let months: Vec<u32> = (0..=history.min(MOST_MONTHS)).collect();
    let mut rows = Vec::new();
    for (split_by, split_value, members) in splits(&units) {
        let spells: Vec<Spell> = members.iter().filter_map(|u| u.spell).collect();
        let followed: Vec<Followed<'_>> = members
            .iter()
            .map(|u| Followed {
                days: u.days,
                visits: &u.visits,
            })
            .collect();
        let days: Vec<u32> = months.iter().map(|m| end_of(*m)).collect();
        for (curve, points) in [
            ("staying", kaplan_meier(&spells, &days)),
            ("visits", mean_cumulative(&followed, &days)),
        ] {
            let seen = points.into_iter().zip(&months);
            let seen = seen.take_while(|(point, _)| point.at_risk >= LEAST_UNITS);
            rows.extend(seen.map(|(point, months)| Row {
                curve,
                split_by,
                split_value: split_value.clone(),
                months: *months,
                point,
            }));
        }
    }
    Survival {
        rows,
        units: units.len(),
        left: units
            .iter()
            .filter(|u| u.spell.is_some_and(|s| s.left))
            .count(),
        visits: units.iter().map(|u| u.visits.len()).sum(),
    }
}

/// The last day of a month since the beginning.
fn end_of(months: u32) -> u32 {
    (f64::from(months) * DAYS_PER_MONTH).floor() as u32
}

fn unit(
    settings: &Settings,
    now: &Dated,
    past: &Past,
    customers: &CustomerScores,
    i: usize,
) -> Option<Unit> {
    let f = &now.features;
    let days = past.visit_days(f.unit_id[i], f.as_of);
    let first = *days.first()?;
    let since = |day: NaiveDate| u32::try_from((day - first).num_days()).unwrap_or(0);
    let visits: Vec<u32> = days.iter().map(|day| since(*day)).collect();
    let end = if is_gone(f, i) {
        f.gone_on[i].unwrap_or(f.as_of)
    } else {
        f.as_of
    };
    let limit = limit_days(settings, now.rhythm.expected_interval_days[i]);
    let at = customers.customer_id.binary_search(&f.customer_id[i]);
    Some(Unit {
        spell: spell(&visits, since(end), limit),
        days: since(f.as_of),
        // The first visit is the beginning.
        visits: visits.into_iter().skip(1).collect(),
        segment: at.ok().and_then(|at| customers.segment[at]),
        purchase_year: purchase_year(f, i),
        in_warranty: f.warranty_end[i].map(|end| end >= first),
    })
}

fn purchase_year(f: &UnitFeatures, i: usize) -> Option<i32> {
    purchased(f, i).map(|day| day.year())
}

/// Days without a visit beyond which a unit has left.
fn limit_days(settings: &Settings, interval: Option<f64>) -> u32 {
    let c = &settings.churn;
    let months = f64::from(c.lost_months) * DAYS_PER_MONTH;
    let ratio = interval.map_or(0.0, |days| c.lost_ratio * days);
    months.max(ratio).ceil() as u32
}

/// From the days of the visits, the first of them 0, what is seen until `end`, and the limit. The last day on which one
/// can tell is the limit before the end; `None` where that is before the beginning.
fn spell(visits: &[u32], end: u32, limit: u32) -> Option<Spell> {
    let known = end.checked_sub(limit)?;
    let next = visits.iter().skip(1).copied().chain([end]);
    let gone = visits
        .iter()
        .zip(next)
        .find(|(day, next)| next.saturating_sub(**day) > limit);
    Some(match gone {
        Some((day, _)) => Spell {
            days: *day,
            left: true,
        },
        None => Spell {
            days: known,
            left: false,
        },
    })
}

/// Name and value of each part, and the units in it.
type Split<'a> = (&'static str, String, Vec<&'a Unit>);

/// All units; then those of each segment, of each year of purchase, under warranty at the first visit or not.
fn splits(units: &[Unit]) -> Vec<Split<'_>> {
    let those = |of: &dyn Fn(&Unit) -> bool| units.iter().filter(|u| of(u)).collect::<Vec<_>>();
    let mut found: Vec<Split<'_>> = vec![("all", "all".to_owned(), units.iter().collect())];
    for &segment in Segment::ALL {
        found.push((
            "segment",
            segment.as_str().to_owned(),
            those(&|u| u.segment == Some(segment)),
        ));
    }
    let mut years: Vec<i32> = units.iter().filter_map(|u| u.purchase_year).collect();
    years.sort_unstable();
    let mut years: Vec<i32> = years
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= LEAST_UNITS as usize)
        .map(|same| same[0])
        .collect();
    let cohorts = years.split_off(years.len().saturating_sub(MOST_COHORTS));
    for year in cohorts {
        found.push((
            "purchase_year",
            year.to_string(),
            those(&|u| u.purchase_year == Some(year)),
        ));
    }
    for (value, inside) in [("inside", true), ("outside", false)] {
        found.push((
            "warranty",
            value.to_owned(),
            those(&|u| u.in_warranty == Some(inside)),
        ));
    }
    found
}

impl Survival {
    /// Writes the curves in place of those of the last scoring.
    pub(super) fn write(&self, store: &Store, as_of: NaiveDate) -> Result<()> {
        store.run("delete from survival")?;
        store.append("survival", [self.batch(as_of)?])
    }

    fn batch(&self, as_of: NaiveDate) -> Result<RecordBatch> {
        let rows = &self.rows;
        let order: Vec<usize> = (0..rows.len()).collect();
        let mut c = BatchColumns::by_key(&order);
        let int = |n: u64| Some(i32::try_from(n).unwrap_or(i32::MAX));
        c.same_date("as_of", as_of);
        c.texts("curve", |i| Some(rows[i].curve));
        c.texts("split_by", |i| Some(rows[i].split_by));
        c.texts("split_value", |i| Some(rows[i].split_value.as_str()));
        c.ints("months", |i| int(u64::from(rows[i].months)));
        c.ints("units_at_risk", |i| int(u64::from(rows[i].point.at_risk)));
        c.ints("events", |i| int(rows[i].point.events));
        c.floats("estimate", |i| Some(rows[i].point.estimate));
        c.floats("estimate_low", |i| rows[i].point.low);
        c.floats("estimate_high", |i| rows[i].point.high);
        c.batch()
    }

    /// What the curves rest on.
    pub(super) fn card(&self, settings: &Settings) -> ModelCard {
        let mut card = ModelCard {
            name: "survival".to_owned(),
            rows: self.units as u64,
            parameters: Value::Null,
            log_likelihood: None,
            measures: Value::Null,
            caveats: Vec::new(),
        };
        if self.rows.is_empty() {
            card.caveats.push(
                Reason::new("caveat-survival-too-few")
                    .with("units", self.units)
                    .with("needed", LEAST_UNITS)
                    .encode(),
            );
        } else {
            card.parameters = json!({
                "lost_months": settings.churn.lost_months,
                "lost_ratio": settings.churn.lost_ratio,
                "least_units": LEAST_UNITS,
            });
            card.measures = json!({ "n": self.units, "left": self.left, "visits_after_the_first": self.visits });
            card.caveats = vec![
                Reason::new("caveat-survival-left")
                    .with("months", settings.churn.lost_months)
                    .with("ratio", settings.churn.lost_ratio)
                    .encode(),
                "caveat-first-visits-unknown".to_owned(),
                "caveat-survival-segments".to_owned(),
            ];
        }
        card.caveats.push("caveat-persons-only".to_owned());
        card
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_leaves_with_the_visit_before_the_first_gap_beyond_the_limit() {
        let left = |days| Some(Spell { days, left: true });
        let seen = |days| Some(Spell { days, left: false });
        // The gap of 366 days after day 100 is beyond the limit, though it came again.
        assert_eq!(spell(&[0, 100, 466, 500], 600, 365), left(100));
        assert_eq!(spell(&[0, 100, 465, 500], 600, 365), seen(235));
        // Never came a second time.
        assert_eq!(spell(&[0], 366, 365), left(0));
        assert_eq!(spell(&[0], 365, 365), seen(0));
        // Too new to tell, whether it came again or not.
        assert_eq!(spell(&[0, 30], 364, 365), None);
        // A visit after the last day on which one can tell says nothing.
        assert_eq!(spell(&[0, 300, 640], 700, 365), seen(335));
        assert_eq!(spell(&[0, 300], 700, 365), left(300));
    }

    #[test]
    fn who_left_did_so_on_a_day_on_which_one_can_tell() {
        for end in [200, 365, 400, 800, 1200] {
            for visits in [vec![0], vec![0, 90, 460], vec![0, 365, 730, 1095]] {
                let visits: Vec<u32> = visits.into_iter().filter(|d| *d <= end).collect();
                if let Some(spell) = spell(&visits, end, 365) {
                    assert!(spell.days <= end - 365, "{visits:?} {end}: {spell:?}");
                }
            }
        }
    }

    #[test]
    fn the_limit_is_the_longer_of_months_and_intervals() {
        let settings = Settings::default();
        assert_eq!(limit_days(&settings, None), 366);
        assert_eq!(limit_days(&settings, Some(150.0)), 366);
        assert_eq!(limit_days(&settings, Some(300.0)), 600);
    }
}
