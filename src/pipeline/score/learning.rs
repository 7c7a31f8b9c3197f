//! Learning from the shop's own past: units at earlier dates with what came, for the models of leaving.

use chrono::{Days, NaiveDate};

use super::dates::{Dated, Past, cutoff_of, return_share};
use crate::models::baselines::ReturnShare;
use crate::models::churn::design::Design;
use crate::models::churn::{self, LineUp, MOST_ROWS, Sample};
use crate::models::numeric::mixed;
use crate::models::{ModelCard, comparable};
use crate::rhythm::{is_gone, is_person};
use crate::settings::Settings;
use crate::types::{Estimate, Reason};

/// Training dates before the test date.
const SLICES: u64 = 3;

/// Units whose inputs are held at a time.
const PART: usize = 16_384;

/// What was learned about leaving within a horizon.
pub struct Learned {
    /// Days within which a visit is a return.
    pub horizon_days: u32,
    /// Shares by hiatus and frequency: what gives the probabilities where no model can be judged or none is better.
    pub share: Result<ReturnShare, Reason>,
    /// The models, judged on the latest date whose outcome is known.
    pub line_up: Result<LineUp, Reason>,
}

/// The test date and, before it, the training dates: the windows of the training dates close before the test date.
#[must_use]
pub fn origins(
    settings: &Settings,
    as_of: NaiveDate,
    horizon_days: u32,
    history_from: NaiveDate,
) -> (NaiveDate, Vec<NaiveDate>) {
    let test = cutoff_of(as_of, horizon_days);
    let earliest = history_from + Days::new(u64::from(settings.churn.min_history_days));
    let step = u64::from((horizon_days / 3).max(45));
    let last = cutoff_of(test, horizon_days);
    let train = (0..SLICES)
        .map(|k| last - Days::new(k * step))
        .filter(|d| *d >= earliest)
        .collect();
    (test, train)
}

/// What is to be learned from, gathered from dates that were looked back to: the shares, and the rows of the line-up.
pub struct Lesson {
    horizon_days: u32,
    share: Result<ReturnShare, Reason>,
    /// Rows to fit, and rows of a later date to judge by.
    rows: Result<(Sample, Sample), Reason>,
}

impl Lesson {
    /// Gathers what was known as of a date.
    #[must_use]
    pub fn gather(
        settings: &Settings,
        as_of: NaiveDate,
        horizon_days: u32,
        now: &Dated,
        past: &Past,
    ) -> Self {
        let share = return_share(settings, as_of, horizon_days, now, past);
        let from = now.features.history_from.unwrap_or(as_of);
        let (test, train) = origins(settings, as_of, horizon_days, from);
        let rows = if share.is_err() || train.is_empty() {
            Err(Reason::new("caveat-no-second-date")
                .with("days", (as_of - from).num_days())
                .with("needed", 2 * horizon_days + settings.churn.min_history_days))
        } else {
            let rows = MOST_ROWS / train.len();
            // In this order each date is computed once: the test date is that of the share, and its own share is learned
            // at the last training date.
            let judged = sample(settings, test, horizon_days, past, MOST_ROWS, true);
            let trained = train_sample(settings, &train, horizon_days, past, rows);
            Ok((trained, judged))
        };
        Self {
            horizon_days,
            share,
            rows,
        }
    }

    /// Fits and judges: a function of what was gathered alone, so that several may learn at a time.
    #[must_use]
    pub fn learn(self) -> Learned {
        let line_up = self
            .rows
            .and_then(|(trained, judged)| churn::fit(&trained, &judged, self.horizon_days));
        Learned {
            horizon_days: self.horizon_days,
            share: self.share,
            line_up,
        }
    }
}

/// The rows of several dates, one after the other.
#[must_use]
pub fn train_sample(
    settings: &Settings,
    dates: &[NaiveDate],
    horizon_days: u32,
    past: &Past,
    rows: usize,
) -> Sample {
    let mut all = Sample::default();
    for date in dates {
        all.extend(&sample(settings, *date, horizon_days, past, rows, false));
    }
    all
}

/// The comparable persons' units at a date and what came, at most `rows` of them by a fixed hash of the unit. With
/// `compared`, also what the table of return shares, learned by then, says of them.
#[must_use]
pub fn sample(
    settings: &Settings,
    date: NaiveDate,
    horizon_days: u32,
    past: &Past,
    rows: usize,
    compared: bool,
) -> Sample {
    let dated = past.dated_once(settings, date);
    let features = &dated.features;
    let returned = past.returned_within(date, horizon_days, features);
    let mut chosen: Vec<usize> = (0..features.len())
        .filter(|&i| is_person(features, i) && comparable(features, i))
        .collect();
    if chosen.len() > rows {
        let keep = (rows as f64 / chosen.len() as f64 * f64::from(u32::MAX)) as u64;
        // Another part of the units at each date.
        let salt = u64::try_from((date - NaiveDate::MIN).num_days()).unwrap_or(0);
        chosen.retain(|&i| mixed(features.unit_id[i].0, salt) >> 32 < keep);
    }
    let baseline = if compared {
        let share = return_share(settings, date, horizon_days, &dated, past);
        match share {
            Ok(share) => {
                let said = share.predict(features);
                chosen
                    .iter()
                    .map(|&i| said[i].map_or(0.5, |e| e.value))
                    .collect()
            }
            Err(_) => {
                let left = chosen
                    .iter()
                    .filter(|&&i| returned[i] == Some(false))
                    .count();
                vec![left as f64 / chosen.len().max(1) as f64; chosen.len()]
            }
        }
    } else {
        vec![f64::NAN; chosen.len()]
    };
    Sample {
        design: design(&dated, horizon_days, &chosen),
        left: chosen.iter().map(|&i| returned[i] == Some(false)).collect(),
        baseline,
        unit: chosen.iter().map(|&i| features.unit_id[i].0).collect(),
        customer: chosen.iter().map(|&i| features.customer_id[i].0).collect(),
    }
}

/// What the models read of some units of a date.
fn design(dated: &Dated, horizon_days: u32, rows: &[usize]) -> Design {
    let weeks = f64::from(horizon_days) / 7.0;
    let foretelling = dated.foretelling();
    let no_visit = |i: usize| Some(foretelling?.no_visit_log_odds(&dated.histories[i]?, weeks));
    Design::of_rows(&dated.features, &dated.rhythm, no_visit, rows)
}

impl Learned {
    /// What the models read of some units of a date.
    pub(in crate::pipeline) fn design(&self, dated: &Dated, rows: &[usize]) -> Design {
        design(dated, self.horizon_days, rows)
    }

    /// Probability of no qualified visit within the horizon, per unit of a date. `None` for a unit without a qualified
    /// visit and for one that has left; none at all where nothing could be learned.
    #[must_use]
    pub fn predict(&self, dated: &Dated) -> Option<Vec<Option<Estimate>>> {
        let features = &dated.features;
        match &self.line_up {
            Ok(LineUp {
                churn: Some(churn), ..
            }) => {
                let everyone: Vec<usize> = (0..features.len()).collect();
                // Part by part: the inputs of all at once are larger than what is said of them.
                let said = everyone
                    .chunks(PART)
                    .flat_map(|part| churn.predict(&self.design(dated, part)));
                let has_left = |i: usize| features.visits[i] == 0 || is_gone(features, i);
                Some(
                    said.zip(&everyone)
                        .map(|(e, &i)| (!has_left(i)).then_some(e))
                        .collect(),
                )
            }
            _ => self
                .share
                .as_ref()
                .ok()
                .map(|share| share.predict(features)),
        }
    }

    /// The card of what gives the probabilities, and that of the baseline beside it.
    #[must_use]
    pub fn cards(&self, name: &str) -> Vec<ModelCard> {
        let mut card = match (&self.line_up, &self.share) {
            (
                Ok(LineUp {
                    churn: Some(churn), ..
                }),
                _,
            ) => churn.card.clone(),
            (line_up, Ok(share)) => {
                let mut card = share.card().clone();
                match line_up {
                    // No model was clearly better than the table: its measures say by how much not.
                    Ok(line_up) => {
                        if let Some(measures) = card.measures.as_object_mut() {
                            measures.insert("line_up".to_owned(), line_up.measures.clone());
                        }
                    }
                    Err(reason) => card.caveats.push(reason.encode()),
                }
                card
            }
            (_, Err(reason)) => ModelCard {
                name: String::new(),
                rows: 0,
                parameters: serde_json::Value::Null,
                log_likelihood: None,
                measures: serde_json::Value::Null,
                caveats: vec![reason.encode()],
            },
        };
        card.name = name.to_owned();
        if self.share.is_ok() {
            card.caveats.push("caveat-independence".to_owned());
        }
        let mut cards = vec![card];
        if let (Ok(LineUp { churn: Some(_), .. }), Ok(share)) = (&self.line_up, &self.share) {
            let mut baseline = share.card().clone();
            baseline.name = format!("{name}_baseline");
            cards.push(baseline);
        }
        cards
    }

    /// Why there is no probability at all.
    #[must_use]
    pub fn refusal(&self) -> Option<&Reason> {
        self.share.as_ref().err()
    }
}
