//! The figures of a year, from the same questions as those of a month and a few of its own.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::series::Series;
use super::targets::Targets;
use super::{SPECS, Span, Spec, compared, parts, series_of, splits, staying};
use crate::analysis::intervals::mean_half;
use crate::analysis::{
    Ahead, Bridge, CallerRow, CampaignRow, ClassPoint, Kpi, LostLoyalRow, PurchaseRow, RenewalRow,
    SatisfactionRow, Sold, Table, TargetCheck, TenthRow, TierMove, TopRow, Unit, Year,
};
use crate::follow_up::lost_reasons::lost_reason_code;
use crate::settings::Settings;

/// Which year, as far as it is read.
#[derive(Clone, Copy, Debug)]
pub struct YearSpan {
    /// First day.
    pub start: NaiveDate,
    /// Last day that is read.
    pub end: NaiveDate,
    /// First day in the data.
    pub data_from: NaiveDate,
}

pub(super) fn of(
    results: &BTreeMap<&'static str, Table>,
    span: YearSpan,
    settings: &Settings,
) -> Year {
    let YearSpan {
        start,
        end,
        data_from,
    } = span;
    let nothing = Table::default();
    let table = |name: &str| results.get(name).unwrap_or(&nothing);
    let mut series = series_of(results, settings);
    let orders = parts::gaps(table("quality"));
    series.of_orders(start, &orders);
    let targets = Targets::new(table("targets"), settings);
    let kpis: Vec<Kpi> = SPECS
        .iter()
        .map(|spec| kpi(spec, start, &series, &targets))
        .collect();
    let classes = parts::classes(table("classes"));
    let mut year = Year {
        start,
        end,
        is_over: start + Months::new(12) - chrono::TimeDelta::days(1) <= end,
        data_from,
        orders,
        bridge: None,
        checks: checks(&kpis),
        kpis,
        classes,
        advisors: parts::advisors(table("advisors")),
        satisfaction: satisfaction(table("satisfaction")),
        callers: callers(table("callers")),
        movement: parts::movement(table("movement"), start),
        states: parts::states(table("states"), start).0,
        purchases: table("year_purchases")
            .records()
            .map(|row| PurchaseRow {
                year: row
                    .number("purchase_year")
                    .map(|_| row.count("purchase_year")),
                units: row.count("units"),
                came: row.count("came"),
                came_before: row.count("came_before"),
                kept: row.count("kept"),
            })
            .collect(),
        splits: splits::of(table("splits"), start, 12),
        cohorts: compared::cohorts(table("year_cohorts")),
        away: compared::away(table("stayed_away")),
        concentration: compared::concentration(table("year_concentration")),
        sold: table("year_sold")
            .records()
            .next()
            .map(|row| Sold {
                sold: row.count("sold"),
                sold_and_came: row.count("sold_and_came"),
                came: row.count("came"),
                came_and_sold: row.count("came_and_sold"),
            })
            .unwrap_or_default(),
        tenths: table("year_customers")
            .records()
            .map(|row| TenthRow {
                tenth: row.count("tenth"),
                customers: row.count("customers"),
                visits: row.count("visits"),
                revenue: row.number("revenue").unwrap_or(0.0),
            })
            .collect(),
        top: table("year_top")
            .records()
            .map(|row| TopRow {
                place: row.count("place"),
                customer_no: row.text("customer_no").map(str::to_owned),
                visits: row.count("visits"),
                revenue: row.number("revenue").unwrap_or(0.0),
                last_visit_on: row.date("last_visit_on"),
                state: row.text("churn_state").map(str::to_owned),
            })
            .collect(),
        tiers: table("year_tiers")
            .records()
            .map(|row| TierMove {
                before: row.text("tier_before").unwrap_or("none").to_owned(),
                now: row.text("tier_now").unwrap_or("none").to_owned(),
                units: row.count("units"),
                lost: row.count("lost"),
            })
            .collect(),
        lost_loyal: table("year_lost_loyal")
            .records()
            .map(|row| LostLoyalRow {
                place: row.count("place"),
                customer_no: row.text("customer_no").map(str::to_owned),
                last_visit_on: row.date("last_visit_on"),
                spend: row.number("spend").unwrap_or(0.0),
                reason: row.text("reason").map(str::to_owned),
            })
            .collect(),
        groups: staying::groups(table("year_groups")),
        curves: staying::curves(table("year_curves")),
        renewals: renewals(table("renewals")),
        pool: super::care::pool(table("renewal_pool")),
        spring: None,
        campaigns: campaigns(table("campaigns")),
        reasons: reasons(table("reasons")),
        ahead: table("year_ahead")
            .records()
            .next()
            .filter(|row| row.count("units") > 0)
            .map(|row| Ahead {
                units: row.count("units"),
                visits: row.number("visits"),
                spend: row.number("spend"),
                new_units: row.count("new_units"),
                new_visits: row.count("new_visits"),
            }),
    };
    if year.is_comparable() {
        year.bridge = bridge(&year.kpis, &year.classes, start);
    }
    year
}

fn kpi(spec: &Spec, start: NaiveDate, series: &Series, targets: &Targets) -> Kpi {
    let before = start - Months::new(12);
    let at = |year: NaiveDate| series.value(spec.id, year);
    Kpi {
        id: spec.id,
        definition: spec.definition,
        unit: spec.unit,
        more_is_better: spec.more_is_better,
        value: at(start),
        previous: at(before),
        last_year: at(before),
        target: targets.of_year(spec, start),
        n: match spec.unit {
            Unit::Share | Unit::Mean | Unit::PerDay => series.n(spec.id, start),
            Unit::Money if spec.span == Span::Ratio => series.n(spec.id, start),
            _ => None,
        },
        trend: vec![at(before), at(start)],
    }
}

pub(super) fn callers(table: &Table) -> Vec<CallerRow> {
    table
        .records()
        .map(|row| CallerRow {
            staff: row.text("staff").map(str::to_owned),
            contacts: row.count("contacts"),
            customers: row.count("customers"),
            opt_outs: row.count("opt_outs"),
        })
        .collect()
}

pub(super) fn renewals(table: &Table) -> Vec<RenewalRow> {
    table
        .records()
        .filter_map(|row| {
            Some(RenewalRow {
                segment: row.text("segment")?.to_owned(),
                kind: row.text("kind").unwrap_or_default().to_owned(),
                ended: row.count("ended"),
                renewed: row.count("renewed"),
            })
        })
        .collect()
}

pub(super) fn campaigns(table: &Table) -> Vec<CampaignRow> {
    table
        .records()
        .filter_map(|row| {
            Some(CampaignRow {
                campaign: row.text("campaign")?.to_owned(),
                start_on: row.date("start_on"),
                members: row.count("members"),
                attended: row.count("attended"),
                came: row.count("came"),
                revenue: row.number("revenue").unwrap_or(0.0),
            })
        })
        .collect()
}

/// Reasons with how often they were named, the most frequent first; codes and words of one meaning are one.
pub(super) fn reasons(table: &Table) -> Vec<(String, i64)> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for row in table.records() {
        if let Some(said) = row.text("reason") {
            let reason = lost_reason_code(said).map_or_else(|| said.to_owned(), str::to_owned);
            *counts.entry(reason).or_insert(0) += row.count("answers");
        }
    }
    let mut reasons: Vec<(String, i64)> = counts.into_iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    reasons
}

pub(super) fn satisfaction(table: &Table) -> Vec<SatisfactionRow> {
    table
        .records()
        .filter_map(|row| {
            let n = row.count("n");
            Some(SatisfactionRow {
                advisor: row.text("advisor").map(str::to_owned),
                n,
                mean: row.number("mean")?,
                half: row.number("spread").and_then(|s| mean_half(n, s)),
            })
        })
        .collect()
}

/// Yuan in whole fen, so that the parts add up.
#[allow(clippy::cast_possible_truncation)] // far below 2^53 fen
fn fen(yuan: f64) -> i64 {
    (yuan * 100.0).round() as i64
}

/// Splits the change of revenue into volume, mix and price over the classes of qualified visits (the price-volume-mix
/// split with the year before as base): volume = change of visits x mean before; mix = change of each class's visits
/// beyond its share x its mean before; price = the rest within classes with visits in both years. Classes that brought
/// no visit in one of the years count as mix; classes without any are the other.
fn bridge(kpis: &[Kpi], classes: &[ClassPoint], start: NaiveDate) -> Option<Bridge> {
    let revenue = kpis.iter().find(|k| k.id == "revenue")?;
    let (now, before) = (fen(revenue.value?), fen(revenue.previous?));
    let earlier = start - Months::new(12);
    #[allow(clippy::cast_precision_loss)] // counts
    let of = |year: NaiveDate| -> BTreeMap<&str, (f64, f64)> {
        classes
            .iter()
            .filter(|c| c.month == year)
            .map(|c| (c.class.as_str(), (c.visits as f64, c.revenue)))
            .collect()
    };
    let (then, this) = (of(earlier), of(start));
    let with_visits = |classes: &BTreeMap<&str, (f64, f64)>| -> (f64, f64) {
        classes
            .values()
            .filter(|(visits, _)| *visits > 0.0)
            .fold((0.0, 0.0), |sum, c| (sum.0 + c.0, sum.1 + c.1))
    };
    let ((visits_then, money_then), (visits_now, money_now)) =
        (with_visits(&then), with_visits(&this));
    if visits_then <= 0.0 || visits_now <= 0.0 {
        return None;
    }
    let volume = fen((visits_now - visits_then) * money_then / visits_then);
    let price: i64 = this
        .iter()
        .filter_map(|(class, (visits, money))| {
            let (visits_then, money_then) = then.get(class)?;
            (*visits > 0.0 && *visits_then > 0.0)
                .then(|| fen(money - visits * money_then / visits_then))
        })
        .sum();
    let mix = fen(money_now) - fen(money_then) - volume - price;
    Some(Bridge {
        before,
        volume,
        mix,
        price,
        other: now - before - volume - mix - price,
        now,
    })
}

/// Whether the targets of the year can all be met together (requirements R16 to R21 of a plan name the same money and the
/// same visits more than once). What a plan leaves open is taken as it was in the year: visits per customer of the base,
/// and days open.
fn checks(kpis: &[Kpi]) -> Vec<TargetCheck> {
    let kpi = |id: &str| kpis.iter().find(|k| k.id == id);
    let target = |id: &str| kpi(id)?.target.filter(|t| *t > 0.0);
    let value = |id: &str| kpi(id)?.value;
    let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b.filter(|b| *b > 0.0)?);
    let product = |a: Option<f64>, b: Option<f64>| Some(a? * b?);
    let sum = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
    #[allow(clippy::cast_precision_loss)] // a count
    let open_days = kpi("visits_per_day").and_then(|k| k.n).map(|n| n as f64);
    let (body, workshop) = (target("revenue_body"), target("revenue_workshop"));
    [
        ("split", sum(body, workshop), "revenue"),
        (
            "money",
            sum(
                ratio(workshop, target("revenue_per_visit_workshop")),
                ratio(body, target("revenue_per_visit_body")),
            ),
            "visits",
        ),
        (
            "revenue",
            product(target("visits"), target("revenue_per_visit")),
            "revenue",
        ),
        (
            "base",
            product(
                target("base_customers"),
                ratio(value("visits"), value("base_customers")),
            ),
            "visits",
        ),
        (
            "day",
            product(target("visits_per_day"), open_days),
            "visits",
        ),
    ]
    .into_iter()
    .filter_map(|(key, left, of)| {
        Some(TargetCheck {
            key,
            left: left?,
            right: target(of)?,
        })
    })
    .collect()
}
