//! Numbers, dates and changes as people read them, in either language.

use chrono::{Datelike, NaiveDate};

use super::block::Scale;
use crate::analysis::{Figure, FiscalYear, Unit};
use crate::i18n::{Currency, number, percent, text};
use crate::types::Lang;

/// What stands for the unknown.
pub(super) const UNKNOWN: &str = "–";

/// How the numbers of a document are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing<'a> {
    /// Language.
    pub(super) lang: Lang,
    /// What money is.
    pub(super) currency: &'a Currency,
}

impl Writing<'_> {
    /// A number at an axis or a line's end.
    pub(super) fn axis(self, scale: Scale, value: f64) -> String {
        match scale {
            Scale::Count if value.fract().abs() > 1e-9 => number(value, 1),
            Scale::Count => number(value, 0),
            Scale::Money => self.currency.short(self.lang, value),
            Scale::Share => format!("{} %", number(value * 100.0, 0)),
        }
    }

    /// A figure for tables, exact, without unit.
    pub(super) fn exact(self, unit: Unit, value: Option<f64>) -> String {
        let Some(value) = value else {
            return UNKNOWN.to_owned();
        };
        match unit {
            Unit::Money => self.currency.plain(value),
            // A year's target of four is a third in a month, and not none.
            Unit::Visits | Unit::Units | Unit::Customers | Unit::Count => {
                let is_part = value.abs() < 10.0 && value.fract().abs() > 1e-9;
                number(value, if is_part { 1 } else { 0 })
            }
            Unit::Share => percent(value),
            Unit::Mean => number(value, 2),
            Unit::PerDay => number(value, 1),
        }
    }

    /// What a figure is counted in, in words; empty for shares.
    pub(super) fn unit(self, unit: Unit) -> String {
        match unit.counted() {
            None => self.currency.unit(self.lang).to_owned(),
            Some(name) => text(self.lang, &format!("report-unit-{name}"), &[])
                .trim()
                .to_owned(),
        }
    }

    /// A value of a sentence.
    pub(super) fn figure(self, figure: &Figure) -> String {
        match figure {
            Figure::Count(v) => number(*v, 0),
            Figure::Money(v) => self.currency.brief(self.lang, *v),
            Figure::Share(v) => percent(*v),
            Figure::Change(v) => change(*v),
            Figure::Word(id) => text(self.lang, id, &[]),
        }
    }
}

/// A change as a share: `+5.2 %`, `−3.0 %`.
pub(super) fn change(share: f64) -> String {
    let sign = match (share * 1000.0).round() {
        v if v < 0.0 => "−",
        v if v > 0.0 => "+",
        _ => "",
    };
    format!("{sign}{}", percent(share.abs()))
}

/// A count with its sign: `+38`, `−2`, `0`.
pub(super) fn signed_count(value: f64) -> String {
    match value {
        v if v > 0.0 => format!("+{}", number(v, 0)),
        v if v < 0.0 => format!("−{}", number(-v, 0)),
        _ => "0".to_owned(),
    }
}

/// A count with separators.
#[allow(clippy::cast_precision_loss)] // counts
pub(super) fn number_of(count: i64) -> String {
    number(count as f64, 0)
}

/// How a figure moved: relative, or in percentage points where it is a share itself.
pub(super) fn moved(lang: Lang, unit: Unit, now: Option<f64>, then: Option<f64>) -> String {
    match (unit, now, then) {
        (Unit::Share, Some(now), Some(then)) => {
            let points = (now - then) * 100.0;
            let sign = match (points * 10.0).round() {
                v if v < 0.0 => "−",
                v if v > 0.0 => "+",
                _ => "",
            };
            let points = number(points.abs(), 1);
            text(
                lang,
                "report-points",
                &[("sign", sign), ("points", &points)],
            )
        }
        (_, Some(now), Some(then)) if then > 0.0 => change(now / then - 1.0),
        _ => UNKNOWN.to_owned(),
    }
}

/// `12月` or `Dec`.
pub(super) fn month_short(lang: Lang, month: NaiveDate) -> String {
    text(lang, &format!("report-month-short-{}", month.month()), &[])
}

/// `12 月` or `December`.
pub(super) fn month_name(lang: Lang, month: NaiveDate) -> String {
    text(lang, &format!("report-month-long-{}", month.month()), &[])
}

/// `2025 年 12 月` or `December 2025`.
pub(super) fn month_long(lang: Lang, month: NaiveDate) -> String {
    let name = month_name(lang, month);
    let year = month.year().to_string();
    text(
        lang,
        "report-month-and-year",
        &[("month", &name), ("year", &year)],
    )
}

/// `2025年` or `2025`, under the first month of a year on an axis.
pub(super) fn year(lang: Lang, month: NaiveDate) -> String {
    text(
        lang,
        "report-year-on-axis",
        &[("year", &month.year().to_string())],
    )
}

/// The fiscal year that a day lies in: `2025 年`, `2025`, or where it is not the calendar's `2025财年（2025-04 至 2026-03）`,
/// `fiscal year 2025 (Apr 2025 – Mar 2026)`.
pub(super) fn year_long(lang: Lang, fiscal: FiscalYear, date: NaiveDate) -> String {
    let year = fiscal.number(date).to_string();
    if fiscal.is_calendar() {
        return text(lang, "report-year-calendar", &[("year", &year)]);
    }
    let edge = |day: NaiveDate| match lang {
        Lang::Zh => day.format("%Y-%m").to_string(),
        Lang::En => format!("{} {}", month_short(lang, day), day.year()),
    };
    let (from, to) = (fiscal.start_of(date), fiscal.end_of(date));
    let args = [("year", &*year), ("from", &edge(from)), ("to", &edge(to))];
    text(lang, "report-year-fiscal", &args)
}

/// `12月5日` or `5 Dec`.
pub(super) fn day_of_month(lang: Lang, date: NaiveDate) -> String {
    let month = month_short(lang, date);
    let day = date.day().to_string();
    text(
        lang,
        "report-day-and-month",
        &[("month", &month), ("day", &day)],
    )
}

/// A day, `2025-12-31`.
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shows_its_sign_and_no_negative_zero() {
        assert_eq!(change(0.052), "+5.2 %");
        assert_eq!(change(-0.03), "−3.0 %");
        assert_eq!(change(-0.0001), "0.0 %");
        assert_eq!(
            moved(Lang::En, Unit::Share, Some(0.021), Some(0.025)),
            "−0.4 pp"
        );
        assert_eq!(moved(Lang::En, Unit::Visits, Some(5.0), Some(0.0)), UNKNOWN);
    }
}
