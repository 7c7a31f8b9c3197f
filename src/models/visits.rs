//! What the visit models read and share: histories of visits as sums. Time is in weeks, so that parameters can be held
//! against the papers.

use chrono::NaiveDate;
use rayon::prelude::*;

use super::estimate::Observed;
use super::numeric::CHUNK;

/// Units with repeats that a fit needs.
pub const LEAST_REPEATERS: f64 = 20.0;

/// One unit's visits as the models see them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    /// Visits after the first (x).
    pub repeats: u32,
    /// Weeks from the first visit to the last (t_x); 0 without repeats.
    pub last: f64,
    /// Weeks from the first visit to the date (T).
    pub age: f64,
    /// Sum of the logarithms of the weeks between visits.
    pub log_gaps: f64,
}

impl History {
    /// From the days of the visits in ascending order; several of one day are one. Nothing after `as_of` is read.
    /// `None` without a visit.
    #[must_use]
    pub fn of_days(days: &[NaiveDate], as_of: NaiveDate) -> Option<Self> {
        let first = *days.first().filter(|day| **day <= as_of)?;
        let weeks = |from: NaiveDate, to: NaiveDate| (to - from).num_days() as f64 / 7.0;
        let (mut repeats, mut log_gaps, mut last) = (0, 0.0, first);
        for &day in days.iter().take_while(|day| **day <= as_of) {
            if day > last {
                repeats += 1;
                log_gaps += weeks(last, day).ln();
                last = day;
            }
        }
        Some(Self {
            repeats,
            last: weeks(first, last),
            age: weeks(first, as_of),
            log_gaps,
        })
    }

    /// Weeks since the last visit.
    #[must_use]
    pub fn hiatus(&self) -> f64 {
        (self.age - self.last).max(0.0)
    }

    /// The order in which sums are taken.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.repeats
            .cmp(&other.repeats)
            .then(self.last.total_cmp(&other.last))
            .then(self.age.total_cmp(&other.age))
            .then(self.log_gaps.total_cmp(&other.log_gaps))
    }
}

/// Equal histories and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Visits after the first.
    pub repeats: u32,
    /// How many have it.
    pub count: f64,
    /// Weeks from the first visit to the last.
    pub last: f64,
    /// Weeks from the first visit to the date.
    pub age: f64,
}

/// Histories as the likelihoods read them: each different one once, in a fixed order whatever order they came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histories {
    rows: Vec<Row>,
    /// Histories.
    units: f64,
    /// Sum of the logarithms of all gaps.
    log_gaps: f64,
    /// Visits after the first, of all.
    repeats: f64,
}

impl Histories {
    /// Of units. A history without repeats has its last visit at its first.
    #[must_use]
    pub fn new(mut of: Vec<History>) -> Self {
        for h in &mut of {
            h.age = h.age.max(0.0);
            h.last = if h.repeats == 0 {
                0.0
            } else {
                h.last.clamp(0.0, h.age)
            };
        }
        of.par_sort_unstable_by(History::order);
        let log_gaps: f64 = of
            .par_chunks(CHUNK)
            .map(|part| part.iter().map(|h| h.log_gaps).sum::<f64>())
            .collect::<Vec<_>>()
            .into_iter()
            .sum();
        let mut rows: Vec<Row> = Vec::with_capacity(of.len());
        for h in &of {
            match rows.last_mut() {
                Some(row) if row.repeats == h.repeats && row.last == h.last && row.age == h.age => {
                    row.count += 1.0;
                }
                _ => rows.push(Row {
                    repeats: h.repeats,
                    count: 1.0,
                    last: h.last,
                    age: h.age,
                }),
            }
        }
        Self {
            units: of.len() as f64,
            repeats: of.iter().map(|h| f64::from(h.repeats)).sum(),
            rows,
            log_gaps,
        }
    }

    /// Each different history once.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Histories with at least one repeat.
    #[must_use]
    pub fn repeaters(&self) -> f64 {
        self.rows
            .iter()
            .filter(|r| r.repeats > 0)
            .map(|r| r.count)
            .sum()
    }

    /// Mean sum of the logarithms of gaps, per history.
    #[must_use]
    pub fn mean_log_gaps(&self) -> f64 {
        self.log_gaps / self.units.max(1.0)
    }

    /// The most repeats of any.
    #[must_use]
    pub fn most_repeats(&self) -> u32 {
        self.rows.last().map_or(0, |r| r.repeats)
    }

    /// Mean weeks between visits; of all time without repeats.
    #[must_use]
    pub fn mean_gap(&self) -> f64 {
        let sum = |of: fn(&Row) -> f64| self.rows.iter().map(|r| r.count * of(r)).sum::<f64>();
        let (between, all) = (sum(|r| r.last), sum(|r| r.age));
        let gap = if self.repeats > 0.0 {
            between / self.repeats
        } else {
            all / self.units.max(1.0)
        };
        gap.max(1.0 / 7.0)
    }

    /// Sums over all rows: chunks by themselves on all threads, then in their order.
    #[must_use]
    pub fn sum<const N: usize>(&self, of: impl Fn(&Row) -> [f64; N] + Sync) -> [f64; N] {
        self.rows
            .par_chunks(CHUNK)
            .map(|part| {
                let mut sum = [0.0; N];
                for row in part {
                    for (sum, value) in sum.iter_mut().zip(of(row)) {
                        *sum += row.count * value;
                    }
                }
                sum
            })
            .collect::<Vec<_>>()
            .into_iter()
            .fold([0.0; N], |mut all, part| {
                for (sum, value) in all.iter_mut().zip(part) {
                    *sum += value;
                }
                all
            })
    }
}

impl Observed for Histories {
    fn units(&self) -> f64 {
        self.units
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    /// In the order of visits and dates: a sample that has each kind in its share. The sums of gaps are those of all.
    fn sample(&self, most: usize) -> Option<Self> {
        if self.rows.len() <= most {
            return None;
        }
        let step = self.units / most as f64;
        let (mut rows, mut seen, mut next) = (Vec::with_capacity(most), 0.0, step / 2.0);
        for row in &self.rows {
            seen += row.count;
            let mut taken = 0.0;
            while next < seen {
                taken += 1.0;
                next += step;
            }
            if taken > 0.0 {
                rows.push(Row {
                    count: taken,
                    ..*row
                });
            }
        }
        let units: f64 = rows.iter().map(|r| r.count).sum();
        Some(Self {
            repeats: rows.iter().map(|r| r.count * f64::from(r.repeats)).sum(),
            log_gaps: self.log_gaps * units / self.units,
            units,
            rows,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn visits_of_one_day_are_one_and_later_ones_are_not_read() {
        let days = ["2025-01-01", "2025-01-01", "2025-01-15", "2025-03-01"].map(day);
        let h = History::of_days(&days, day("2025-01-29")).unwrap();
        assert_eq!((h.repeats, h.last, h.age), (1, 2.0, 4.0));
        assert!((h.log_gaps - 2.0f64.ln()).abs() < 1e-15);
        assert_eq!(History::of_days(&days, day("2024-12-31")), None);
        assert_eq!(History::of_days(&[], day("2024-12-31")), None);
    }

    fn some(n: u32) -> Vec<History> {
        (0..n)
            .map(|i| History {
                repeats: i * 7 % 5,
                last: f64::from(i * 7 % 5) * 3.0,
                age: 20.0 + f64::from(i % 3),
                log_gaps: f64::from(i * 7 % 5),
            })
            .collect()
    }

    #[test]
    fn equal_histories_are_counted_and_their_order_does_not_matter() {
        let forwards = Histories::new(some(1000));
        let mut turned = some(1000);
        turned.reverse();
        assert_eq!(forwards, Histories::new(turned));
        assert_eq!((forwards.rows().len(), forwards.units()), (15, 1000.0));
        assert_eq!(forwards.repeaters(), 800.0);
    }

    #[test]
    fn a_sample_has_each_kind_in_its_share() {
        let all = Histories::new(
            (0..50_000)
                .map(|i| History {
                    repeats: i % 4,
                    last: f64::from(i % 4),
                    age: 10.0 + f64::from(i) / 1e4,
                    log_gaps: 1.0,
                })
                .collect(),
        );
        let part = all.sample(1000).unwrap();
        assert_eq!(part.units(), 1000.0);
        assert_eq!(part.repeaters(), 750.0);
        assert!((part.mean_log_gaps() - all.mean_log_gaps()).abs() < 1e-12);
        assert!(part.sample(1000).is_none());
    }
}
