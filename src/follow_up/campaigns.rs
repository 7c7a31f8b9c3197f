//! What came of a campaign: its members against customers alike who were not asked. Pure: rows in, a comparison out.
//!
//! Nobody drew lots for whom to ask, so this is an observation and not a trial: members and others are compared within
//! strata that were alike on the eve (post-stratification to the members, the "average effect on the treated"; Imbens and
//! Rubin 2015, *Causal Inference*, ch. 17). Whoever chose the members for what no stratum knows has chosen the difference
//! too.

use std::collections::BTreeMap;

use super::uplift::{Interval, LEVEL};

/// Days after the last day of a campaign in which a visit counts.
pub const WINDOW_DAYS: u32 = 30;
/// Amounts are skewed: means of fewer customers than these are not normal enough for an interval.
const LEAST_FOR_AMOUNTS: usize = 20;
/// Quantile of the normal for [`LEVEL`], two-sided.
const Z: f64 = 1.959_964;

/// One customer, asked or not.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignRow {
    /// How alike customers are on the eve; `None`: never here before.
    pub stratum: Option<String>,
    /// Asked to it.
    pub member: bool,
    /// Came within the window.
    pub returned: bool,
    /// Paid within the window, yuan.
    pub revenue: f64,
}

/// Members against comparable others; means are a customer's. What cannot be told is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Members for whom there were others alike.
    pub compared: usize,
    /// Members for whom there were none.
    pub not_compared: usize,
    /// Others in the strata of members.
    pub comparable: usize,
    /// Share of the compared members who came.
    pub returned_members: Option<f64>,
    /// Share of the others who came, weighted as the members are spread over the strata.
    pub returned_comparable: Option<f64>,
    /// The first less the second.
    pub return_difference: Option<Interval>,
    /// Yuan of a compared member.
    pub revenue_members: Option<f64>,
    /// Yuan of one of the others, weighted alike.
    pub revenue_comparable: Option<f64>,
    /// The first less the second; `None` of fewer than 20 customers on a side.
    pub revenue_difference: Option<Interval>,
}

/// Compares members with others of the same stratum.
#[must_use]
pub fn compare(rows: &[CampaignRow]) -> Comparison {
    let mut strata: BTreeMap<&str, [Vec<&CampaignRow>; 2]> = BTreeMap::new();
    let mut members = 0;
    for row in rows {
        members += usize::from(row.member);
        if let Some(stratum) = &row.stratum {
            strata.entry(stratum).or_default()[usize::from(row.member)].push(row);
        }
    }
    strata.retain(|_, [others, members]| !others.is_empty() && !members.is_empty());
    let compared: usize = strata.values().map(|s| s[1].len()).sum();
    let comparable: usize = strata.values().map(|s| s[0].len()).sum();
    let returned = difference(&strata, compared, Spread::Share, |r| {
        f64::from(u8::from(r.returned))
    });
    let revenue = difference(&strata, compared, Spread::Amount, |r| r.revenue);
    let enough = compared >= LEAST_FOR_AMOUNTS && comparable >= LEAST_FOR_AMOUNTS;
    let bounded = |i: Interval| Interval {
        low: i.low.max(-1.0),
        high: i.high.min(1.0),
        ..i
    };
    Comparison {
        compared,
        not_compared: members - compared,
        comparable,
        returned_members: returned.map(|d| d.0),
        returned_comparable: returned.map(|d| d.1),
        return_difference: returned.and_then(|d| d.2).map(bounded),
        revenue_members: revenue.map(|d| d.0),
        revenue_comparable: revenue.map(|d| d.1),
        revenue_difference: revenue.and_then(|d| d.2).filter(|_| enough),
    }
}

/// How values vary about their mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spread {
    /// Ones and zeroes: the variance of a share to which one success and one failure were added, so that nobody having
    /// come does not mean that nobody could have (Agresti and Caffo 2000, The American Statistician 54:280-288).
    Share,
    /// Amounts: the variance of the sample.
    Amount,
}

/// Mean of the members, of the others weighted like them, and the difference with its interval: `None` where the variance
/// of an amount would rest on a single customer in all.
fn difference(
    strata: &BTreeMap<&str, [Vec<&CampaignRow>; 2]>,
    compared: usize,
    spread: Spread,
    value: impl Fn(&CampaignRow) -> f64,
) -> Option<(f64, f64, Option<Interval>)> {
    if compared == 0 {
        return None;
    }
    let count = |n: usize| u32::try_from(n).map_or(f64::INFINITY, f64::from);
    let (mut with, mut without, mut variance) = (0.0, 0.0, 0.0);
    // Within a stratum of one nothing says how customers vary: the variance of all strata together stands in.
    let pooled = [0, 1].map(|arm| pooled_variance(strata, arm, &value));
    for groups in strata.values() {
        let weight = count(groups[1].len()) / count(compared);
        for (arm, group) in groups.iter().enumerate() {
            let n = count(group.len());
            let mean = group.iter().map(|r| value(r)).sum::<f64>() / n;
            if arm == 1 {
                with += weight * mean;
            } else {
                without += weight * mean;
            }
            let own = if spread == Spread::Share {
                let share = (n * mean + 1.0) / (n + 2.0);
                Some(share * (1.0 - share))
            } else if group.len() > 1 {
                Some(group.iter().map(|r| (value(r) - mean).powi(2)).sum::<f64>() / (n - 1.0))
            } else {
                pooled[arm]
            };
            variance += own.map_or(f64::NAN, |v| weight.powi(2) * v / n);
        }
    }
    let half = Z * variance.sqrt();
    let interval = half.is_finite().then_some(Interval {
        value: with - without,
        low: with - without - half,
        high: with - without + half,
    });
    Some((with, without, interval))
}

/// Variance within the strata that have more than one customer of an arm.
fn pooled_variance(
    strata: &BTreeMap<&str, [Vec<&CampaignRow>; 2]>,
    arm: usize,
    value: &impl Fn(&CampaignRow) -> f64,
) -> Option<f64> {
    let (mut squares, mut free) = (0.0, 0.0);
    for group in strata.values().map(|s| &s[arm]).filter(|g| g.len() > 1) {
        let n = u32::try_from(group.len()).map_or(f64::INFINITY, f64::from);
        let mean = group.iter().map(|r| value(r)).sum::<f64>() / n;
        squares += group.iter().map(|r| (value(r) - mean).powi(2)).sum::<f64>();
        free += n - 1.0;
    }
    (free > 0.0).then(|| squares / free)
}

/// Coverage of the intervals.
pub const COVERAGE: f64 = LEVEL;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn row(stratum: &str, member: bool, revenue: f64) -> CampaignRow {
        CampaignRow {
            stratum: Some(stratum.to_owned()).filter(|s| !s.is_empty()),
            member,
            returned: revenue > 0.0,
            revenue,
        }
    }

    #[test]
    fn others_count_as_the_members_are_spread() {
        // Often: 2 members (100, 300), others 0, 100. Rarely: 1 member (600), others 0, 0, 300.
        let few = [
            row("often", true, 100.0),
            row("often", true, 300.0),
            row("often", false, 0.0),
            row("often", false, 100.0),
            row("rarely", true, 600.0),
            row("rarely", false, 0.0),
            row("rarely", false, 0.0),
            row("rarely", false, 300.0),
        ];
        // Too few for an interval of amounts; ten times as many give one.
        assert_eq!(compare(&few).revenue_difference, None);
        let rows: Vec<CampaignRow> = (0..10).flat_map(|_| few.clone()).collect();
        let found = compare(&rows);
        assert_eq!(
            (found.compared, found.not_compared, found.comparable),
            (30, 0, 50)
        );
        // (100 + 300 + 600) / 3; 2/3 of 50 and 1/3 of 100.
        let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} {b}");
        close(found.revenue_members, 1000.0 / 3.0);
        close(found.revenue_comparable, 200.0 / 3.0);
        close(found.returned_members, 1.0);
        close(found.returned_comparable, 2.0 / 3.0 * 0.5 + 1.0 / 3.0 / 3.0);
        // Squares about the mean by hand: members often 10 · 20,000 of 20, rarely none; others 10 · 5,000 of 20 and
        // 10 · 60,000 of 30.
        let often = 200_000.0 / 19.0 / 20.0 + 50_000.0 / 19.0 / 20.0;
        let rarely = 0.0 + 600_000.0 / 29.0 / 30.0;
        let variance: f64 = 4.0 / 9.0 * often + 1.0 / 9.0 * rarely;
        let i = found.revenue_difference.unwrap();
        close(Some(i.value), 800.0 / 3.0);
        close(Some(i.high - i.value), Z * variance.sqrt());
        close(Some(i.value - i.low), Z * variance.sqrt());
    }

    #[test]
    fn whoever_has_no_match_is_counted_and_not_compared() {
        let rows = [
            row("", true, 50.0),
            row("new", true, 50.0),
            row("old", false, 10.0),
        ];
        let found = compare(&rows);
        assert_eq!(
            (found.compared, found.not_compared, found.comparable),
            (0, 2, 0)
        );
        assert_eq!(found.revenue_difference, None);
        assert_eq!(found.returned_members, None);
        assert_eq!(compare(&[]), Comparison::default());
    }

    #[test]
    fn one_against_one_has_no_interval_of_its_amounts() {
        let found = compare(&[row("a", true, 10.0), row("a", false, 4.0)]);
        assert_eq!(found.revenue_members, Some(10.0));
        assert_eq!(found.revenue_comparable, Some(4.0));
        assert_eq!(found.revenue_difference, None);
        // Of shares something is known: between 1 of 1 and 1 of 1 there may be much.
        let i = found.return_difference.unwrap();
        assert!(
            i.value.abs() < 1e-12 && (-1.0..-0.5).contains(&i.low) && (0.5..=1.0).contains(&i.high)
        );
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter_and_shares_stay_within_bounds() {
        let mut rows: Vec<CampaignRow> = (0..9)
            .map(|i| row(if i % 2 == 0 { "a" } else { "b" }, i < 4, f64::from(i % 3)))
            .collect();
        let found = compare(&rows);
        rows.reverse();
        assert_eq!(compare(&rows).return_difference, found.return_difference);
        let i = found.return_difference.unwrap();
        assert!(i.low >= -1.0 && i.high <= 1.0 && i.low <= i.value && i.value <= i.high);
    }
}
