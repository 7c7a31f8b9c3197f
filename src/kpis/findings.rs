//! What matters this month, by rule: each rule looks at a few figures and says one sentence or nothing.
//! Order is urgency; the first [`LIMIT`] are printed.

use chrono::NaiveDate;

use crate::analysis::{Analysis, Figure, Finding, Mark};

/// Sentences printed at most.
const LIMIT: usize = 7;

/// Cohorts smaller than this say nothing.
const COHORT_MIN: i64 = 10;

/// Change of a class's share of revenue that is worth a sentence.
const CLASS_SHIFT: f64 = 0.03;

/// Share of orders without VIN, or of rejected rows, that is worth watching.
const GAPS_WATCH: f64 = 0.05;

type Rule = fn(&Analysis) -> Option<Finding>;

/// The rules in order of urgency.
const RULES: &[Rule] = &[
    revenue_against_target,
    revenue_change,
    visits_against_target,
    class_shift,
    loyal_slipping,
    base_lost,
    base_movement,
    slipping,
    matrix,
    cohort,
    data,
];

/// Every sentence that has something to say, the data note last.
pub(super) fn all(analysis: &Analysis) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().filter_map(|rule| rule(analysis)).collect();
    if found.len() > LIMIT
        && let Some(data) = found.pop()
    {
        found.truncate(LIMIT - 1);
        found.push(data);
    }
    found
}

fn finding(
    key: &'static str,
    mark: Option<Mark>,
    values: Vec<(&'static str, Figure)>,
) -> Option<Finding> {
    Some(Finding { key, mark, values })
}

#[allow(clippy::cast_precision_loss)] // counts
fn count(n: i64) -> Figure {
    Figure::Count(n as f64)
}

/// Value of a figure, where known.
fn value(analysis: &Analysis, id: &str) -> Option<f64> {
    analysis.kpi(id).and_then(|k| k.value)
}

/// Change against last year, else against the month before: message suffix and share.
fn change(analysis: &Analysis, id: &str) -> Option<(&'static str, f64)> {
    let kpi = analysis.kpi(id)?;
    let against = |then: Option<f64>| {
        let (now, then) = (kpi.value?, then?);
        (then > 0.0).then(|| now / then - 1.0)
    };
    against(kpi.last_year)
        .map(|c| ("last-year", c))
        .or_else(|| against(kpi.previous).map(|c| ("previous", c)))
}

fn revenue_against_target(a: &Analysis) -> Option<Finding> {
    let kpi = a.kpi("revenue")?;
    let (value, target, met) = (kpi.value?, kpi.target?, kpi.attainment()?);
    let (key, gap) = if met >= 1.0 {
        ("revenue-above-target", value - target)
    } else {
        ("revenue-below-target", target - value)
    };
    finding(
        key,
        kpi.mark(),
        vec![
            ("value", Figure::Money(value)),
            ("target", Figure::Money(target)),
            ("met", Figure::Share(met)),
            ("gap", Figure::Money(gap)),
        ],
    )
}

/// Splits the change of revenue into visits and revenue per visit, which is what a manager asks first.
fn revenue_change(a: &Analysis) -> Option<Finding> {
    let (against, revenue) = change(a, "revenue")?;
    let (visits_against, visits) = change(a, "visits")?;
    if against != visits_against || visits <= -1.0 {
        return None;
    }
    let per_visit = (1.0 + revenue) / (1.0 + visits) - 1.0;
    let key = if against == "last-year" {
        "revenue-change-last-year"
    } else {
        "revenue-change-previous"
    };
    let mark = if revenue >= 0.0 {
        Mark::Good
    } else {
        Mark::Watch
    };
    finding(
        key,
        Some(mark),
        vec![
            ("value", Figure::Money(value(a, "revenue")?)),
            ("change", Figure::Change(revenue)),
            ("visits", Figure::Change(visits)),
            ("per_visit", Figure::Change(per_visit)),
        ],
    )
}

fn visits_against_target(a: &Analysis) -> Option<Finding> {
    let kpi = a.kpi("visits")?;
    let (value, target, met) = (kpi.value?, kpi.target?, kpi.attainment()?);
    let (key, gap) = if met >= 1.0 {
        ("visits-above-target", value - target)
    } else {
        ("visits-below-target", target - value)
    };
    finding(
        key,
        kpi.mark(),
        vec![
            ("value", Figure::Count(value)),
            ("target", Figure::Count(target)),
            ("gap", Figure::Count(gap.round())),
            ("met", Figure::Share(met)),
        ],
    )
}

/// The class whose share of revenue moved most against last year.
fn class_shift(a: &Analysis) -> Option<Finding> {
    let now = a.meta.month_start;
    let then = a.months.first()?.month;
    let total = |month: NaiveDate| -> f64 {
        a.classes
            .iter()
            .filter(|c| c.month == month)
            .map(|c| c.revenue)
            .sum()
    };
    let (total_now, total_then) = (total(now), total(then));
    if then == now || total_now <= 0.0 || total_then <= 0.0 {
        return None;
    }
    let share = |month: NaiveDate, class: &str, total: f64| {
        a.classes
            .iter()
            .filter(|c| c.month == month && c.class == class)
            .map(|c| c.revenue)
            .sum::<f64>()
            / total
    };
    let mut names: Vec<&str> = a
        .classes
        .iter()
        .filter(|c| c.month == now || c.month == then)
        .map(|c| c.class.as_str())
        .filter(|class| *class != "unknown")
        .collect();
    names.sort_unstable();
    names.dedup();
    let (class, before, after) = names
        .into_iter()
        .map(|class| {
            (
                class,
                share(then, class, total_then),
                share(now, class, total_now),
            )
        })
        .max_by(|x, y| (x.2 - x.1).abs().total_cmp(&(y.2 - y.1).abs()))?;
    if (after - before).abs() < CLASS_SHIFT {
        return None;
    }
    finding(
        if after > before {
            "class-share-up"
        } else {
            "class-share-down"
        },
        None,
        vec![
            ("class", Figure::Word(format!("class-{class}"))),
            ("before", Figure::Share(before)),
            ("after", Figure::Share(after)),
        ],
    )
}

fn loyal_slipping(a: &Analysis) -> Option<Finding> {
    let slipping = value(a, "loyal_slipping")?;
    let loyal = value(a, "loyal_units")?;
    if loyal <= 0.0 {
        return None;
    }
    if slipping <= 0.0 {
        return finding(
            "loyal-all-well",
            Some(Mark::Good),
            vec![("loyal", Figure::Count(loyal))],
        );
    }
    finding(
        "loyal-slipping",
        Some(Mark::Bad),
        vec![
            ("loyal", Figure::Count(loyal)),
            ("slipping", Figure::Count(slipping)),
            ("share", Figure::Share(slipping / loyal)),
        ],
    )
}

fn base_lost(a: &Analysis) -> Option<Finding> {
    let lost = value(a, "base_lost")?;
    let loyal = value(a, "base_lost_loyal")?;
    if lost <= 0.0 {
        return None;
    }
    let rate = value(a, "base_lost_rate")?;
    let values = vec![
        ("lost", Figure::Count(lost)),
        ("rate", Figure::Share(rate)),
        ("loyal", Figure::Count(loyal)),
    ];
    if loyal > 0.0 {
        finding("base-lost-loyal", Some(Mark::Bad), values)
    } else {
        finding("base-lost", Some(Mark::Watch), values)
    }
}

fn base_movement(a: &Analysis) -> Option<Finding> {
    let m = a.movement_of("customer")?;
    let net = m.closing - m.opening;
    let (key, mark) = match net.signum() {
        1 => ("base-grew", Mark::Good),
        0 => ("base-stable", Mark::Watch),
        _ => ("base-shrank", Mark::Bad),
    };
    finding(
        key,
        Some(mark),
        vec![
            ("closing", count(m.closing)),
            ("net", count(net.abs())),
            ("new", count(m.new)),
            ("won_back", count(m.won_back)),
            ("lost", count(m.lost)),
            ("gone", count(m.gone)),
        ],
    )
}

fn slipping(a: &Analysis) -> Option<Finding> {
    let (warning, risk) = (a.kpi("warning")?, a.kpi("at_risk")?);
    let now = warning.value? + risk.value?;
    if now <= 0.0 {
        return None;
    }
    let mut values = vec![
        ("warning", Figure::Count(warning.value?)),
        ("at_risk", Figure::Count(risk.value?)),
    ];
    let before = warning.previous.zip(risk.previous).map(|(w, r)| w + r);
    let (key, mark) = match before {
        Some(before) if now > before => ("slipping-more", Mark::Watch),
        Some(before) if now < before => ("slipping-fewer", Mark::Good),
        _ => ("slipping", Mark::Watch),
    };
    if let Some(before) = before {
        values.push(("difference", Figure::Count((now - before).abs())));
    }
    finding(key, Some(mark), values)
}

/// Good customers who come seldom: the cheapest growth there is.
fn matrix(a: &Analysis) -> Option<Finding> {
    let cell = a.matrix.as_ref()?.cells[2][0];
    if cell.units == 0 {
        return None;
    }
    finding(
        "matrix-potential",
        None,
        vec![
            ("units", count(cell.units)),
            ("slipping", count(cell.slipping)),
        ],
    )
}

fn cohort(a: &Analysis) -> Option<Finding> {
    let kpi = a.kpi("churn_cohort12")?;
    let n = kpi.n.filter(|n| *n >= COHORT_MIN)?;
    finding(
        "cohort",
        kpi.mark(),
        vec![("share", Figure::Share(kpi.value?)), ("vehicles", count(n))],
    )
}

fn data(a: &Analysis) -> Option<Finding> {
    let orders = a.quality.orders;
    if orders.orders == 0 {
        return None;
    }
    let rejected: i64 = a.quality.rejects.iter().map(|r| r.rows).sum();
    if orders.without_vin == 0 && rejected == 0 {
        return finding(
            "data-clean",
            Some(Mark::Good),
            vec![("orders", count(orders.orders))],
        );
    }
    #[allow(clippy::cast_precision_loss)] // counts
    let gaps = orders.without_vin as f64 / orders.orders as f64;
    finding(
        "data-gaps",
        (gaps > GAPS_WATCH).then_some(Mark::Watch),
        vec![
            ("orders", count(orders.orders)),
            ("without_vin", count(orders.without_vin)),
            ("rejected", count(rejected)),
        ],
    )
}
