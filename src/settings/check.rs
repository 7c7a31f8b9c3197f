//! Which values of the settings mean something.

use super::Settings;
use crate::i18n::{Currency, MOST_DIGITS};
use crate::types::{Error, Result};

/// Parts that the units can be cut into: by the first 12 bits of who holds them.
pub const MOST_PARTS: u32 = 4096;

impl Settings {
    /// Checks that values lie where they mean something.
    pub(super) fn check(&self, path: &str) -> Result<()> {
        let bad = |name: &str, value: &dyn std::fmt::Display| {
            Err(Error::usage("bad-setting")
                .with("path", path)
                .with("name", name)
                .with("value", value))
        };
        self.time_zone.minutes()?;
        if let Some((name, value)) = self.import.out_of_range() {
            return bad(name, &value);
        }
        let l = &self.loyalty;
        for (name, value) in [
            ("loyalty.weight_visits", l.weight_visits),
            ("loyalty.weight_regularity", l.weight_regularity),
            ("loyalty.weight_tenure", l.weight_tenure),
            ("loyalty.weight_money", l.weight_money),
            ("loyalty.weight_payment", l.weight_payment),
            ("loyalty.weight_breadth", l.weight_breadth),
            ("loyalty.weight_frequency", l.weight_frequency),
            ("loyalty.weight_quality", l.weight_quality),
        ] {
            if !value.is_finite() || value < 0.0 {
                return bad(name, &value);
            }
        }
        for (name, sum) in [
            (
                "loyalty.weight_visits",
                l.weight_visits + l.weight_regularity + l.weight_tenure,
            ),
            (
                "loyalty.weight_money",
                l.weight_money + l.weight_payment + l.weight_breadth,
            ),
            (
                "loyalty.weight_frequency",
                l.weight_frequency + l.weight_quality,
            ),
        ] {
            if sum <= 0.0 {
                return bad(name, &sum);
            }
        }
        if !(0.0..1.0).contains(&l.top_quantile) {
            return bad("loyalty.top_quantile", &l.top_quantile);
        }
        let r = &self.rhythm;
        let ordered = |low: f64, high: f64| low > 0.0 && high.is_finite() && low <= high;
        if !ordered(r.km_per_day_min, r.km_per_day_max) {
            return bad("rhythm.km_per_day_min", &r.km_per_day_min);
        }
        if !ordered(r.interval_min_days, r.interval_max_days) {
            return bad("rhythm.interval_min_days", &r.interval_min_days);
        }
        let c = &self.churn;
        if !(c.due_ratio > 0.0
            && c.due_ratio <= c.warning_ratio
            && c.warning_ratio <= c.at_risk_ratio)
        {
            return bad("churn.warning_ratio", &c.warning_ratio);
        }
        if let Some((name, value)) = self.lists.out_of_range() {
            return bad(name, &value);
        }
        if !(0.0..=0.5).contains(&self.lists.holdout_share) {
            return bad("lists.holdout_share", &self.lists.holdout_share);
        }
        let kept = &self.retention;
        if kept.person_months < kept.least_months {
            return bad("retention.person_months", &kept.person_months);
        }
        if self.visit.max_stay_days == 0 {
            return bad("visit.max_stay_days", &0);
        }
        // One group is none, and more than there are names are not told apart.
        if !(self.segments.count == 0 || (2..=12).contains(&self.segments.count)) {
            return bad("segments.count", &self.segments.count);
        }
        if !(0.5..=100.0).contains(&self.score.discount_percent) {
            return bad("score.discount_percent", &self.score.discount_percent);
        }
        if self.score.fit_units < 100 {
            return bad("score.fit_units", &self.score.fit_units);
        }
        if self.score.parts > MOST_PARTS {
            return bad("score.parts", &self.score.parts);
        }
        if !(1..=120).contains(&self.score.history_months) {
            return bad("score.history_months", &self.score.history_months);
        }
        if !Currency::is_name(&self.report.currency) {
            return bad("report.currency", &self.report.currency);
        }
        if self.report.currency_digits > MOST_DIGITS {
            return bad("report.currency_digits", &self.report.currency_digits);
        }
        let month = self.report.fiscal_year_start;
        if !(1..=12).contains(&month) {
            return bad("report.fiscal_year_start", &month);
        }
        Ok(())
    }
}
