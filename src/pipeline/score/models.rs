//! What was fitted to the shop's own past, and the scores of some units by it: a function of these units' rows alone.

use super::dates::{Dated, Past};
use super::learning::Learned;
use super::spend::SpendModel;
use super::visits::{Outlook365, VisitModel};
use crate::models::visits_bgcnbd::Bgcnbd;
use crate::rhythm::RhythmParameters;
use crate::scores::{
    self, CustomerScores, Estimates, LoyaltyParameters, OtherSpend, ScoringInput, SegmentModel,
    Segmentation, UnitScores,
};
use crate::settings::Settings;
use crate::types::{Estimate, Window};

/// The models of a date.
pub(super) struct Models {
    /// Days within which a visit is a return.
    pub(super) horizon_days: u32,
    /// Leaving within the horizon.
    pub(super) learned: Learned,
    /// Leaving within 180 days, where the horizon is another one.
    pub(super) learned_180: Option<Learned>,
    /// Visits to come.
    pub(super) visit_model: VisitModel,
    /// What they bring.
    pub(super) spend_model: SpendModel,
    /// Medians that the rhythm borrows from.
    pub(super) rhythm: RhythmParameters,
    /// The visit model among the inputs of leaving.
    pub(super) foretelling: Option<Bgcnbd>,
}

impl Models {
    /// Leaving within 180 days.
    pub(super) fn learned_180(&self) -> &Learned {
        self.learned_180.as_ref().unwrap_or(&self.learned)
    }

    /// Features and rhythm of a part of the units as of the date scored.
    pub(super) fn dated(&self, settings: &Settings, past: &Past, date: chrono::NaiveDate) -> Dated {
        past.dated_with(settings, date, &self.rhythm)
            .foretold_by(self.foretelling)
    }

    fn say(&self, now: &Dated) -> Said {
        let churn_180 = self.learned_180().predict(now);
        let mut churn = self.learned.predict(now);
        if self.horizon_days >= 180 {
            churn = no_less_likely(churn, churn_180.as_deref());
        }
        Said {
            churn,
            churn_180,
            active: self.visit_model.active(now),
            outlook: self.visit_model.outlook_365(now, &self.spend_model),
            next_visits: self.visit_model.next_visits(now),
        }
    }
}

/// What the models say of some units.
struct Said {
    churn: Option<Vec<Option<Estimate>>>,
    churn_180: Option<Vec<Option<Estimate>>>,
    active: Option<Vec<Option<Estimate>>>,
    outlook: Outlook365,
    next_visits: Option<Vec<Option<Window>>>,
}

/// The scores of some units and of the customers who hold them.
pub(super) struct PartScores {
    /// The units at the date scored.
    pub(super) now: Dated,
    said: Said,
    /// Scores of the units.
    pub(super) units: UnitScores,
    /// Scores of the customers.
    pub(super) customers: CustomerScores,
}

impl PartScores {
    /// Scores units; with quantile tables that were found before, or by those of these units. `other` is what their
    /// customers spent on nothing that they hold.
    pub(super) fn of(
        settings: &Settings,
        models: &Models,
        loyalty: Option<&LoyaltyParameters>,
        now: Dated,
        other: &[OtherSpend],
    ) -> Self {
        let mut part = Self {
            said: models.say(&now),
            now,
            units: UnitScores::default(),
            customers: CustomerScores::default(),
        };
        let input = part.input(settings);
        let units = match loyalty {
            Some(tables) => scores::score_units_with(&input, tables),
            None => scores::score_units(&input),
        };
        let customers = scores::roll_up(&input, &units, other);
        (part.units, part.customers) = (units, customers);
        part
    }

    /// What the scores were made from.
    pub(super) fn input<'a>(&'a self, settings: &'a Settings) -> ScoringInput<'a> {
        let said = &self.said;
        ScoringInput {
            features: &self.now.features,
            rhythm: &self.now.rhythm,
            estimates: Estimates {
                churn: said.churn.as_deref(),
                churn_180: said.churn_180.as_deref(),
                active: said.active.as_deref(),
                visits_365: said.outlook.visits.as_deref(),
                spend_365: said.outlook.spend.as_deref(),
                next_visit: said.next_visits.as_deref(),
            },
            settings,
        }
    }

    /// Looks for groups among the customers and puts them there.
    pub(super) fn find_segments(&mut self, settings: &Settings) -> (SegmentModel, Segmentation) {
        let (model, segments) = scores::segments(&self.input(settings), &self.customers);
        self.customers.take_segments(&segments);
        (model, segments)
    }

    /// Puts the customers into groups that were found before.
    pub(super) fn put_into_segments(
        &mut self,
        settings: &Settings,
        model: &SegmentModel,
    ) -> Segmentation {
        let segments = scores::segments_with(model, &self.input(settings), &self.customers);
        self.customers.take_segments(&segments);
        segments
    }
}

/// For a horizon of at least 180 days: a longer time without a visit is never more likely than a
/// shorter one; two tables fitted apart do not know that.
fn no_less_likely(
    churn: Option<Vec<Option<Estimate>>>,
    churn_180: Option<&[Option<Estimate>]>,
) -> Option<Vec<Option<Estimate>>> {
    let (Some(mut churn), Some(churn_180)) = (churn.clone(), churn_180) else {
        return churn;
    };
    for (longer, shorter) in churn.iter_mut().zip(churn_180) {
        if let (Some(longer), Some(shorter)) = (longer, shorter) {
            longer.value = longer.value.min(shorter.value);
            longer.low = longer.low.min(shorter.low);
            longer.high = longer.high.min(shorter.high);
        }
    }
    Some(churn)
}
