//! The uplift command: what calling does, from the tasks whose window is over, into `uplift_results`.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;

use super::{Context, tasks};
use crate::follow_up::Band;
use crate::follow_up::uplift::{
    Effect, Interval, LEVEL, Scope, UpliftRow, WINDOW_DAYS, effects, learned,
};
use crate::i18n::{self, Currency};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Store};
use crate::types::{Error, Lang, Result};

/// What was measured.
#[derive(Debug, serde::Serialize)]
pub struct Uplift {
    /// What money is called.
    #[serde(skip)]
    pub currency: Currency,
    /// The date of the scores: windows that end after it are not over.
    pub as_of: NaiveDate,
    /// Days after the opening in which a return counts.
    pub window_days: u32,
    /// Tasks of marketing lists whose window is not over yet.
    pub waiting: u64,
    /// One entry for all rows, each list and each band.
    pub effects: Vec<Measured>,
}

/// One effect as it is told; shares between 0 and 1, money in yuan a row.
#[derive(Debug, serde::Serialize)]
#[expect(missing_docs, reason = "the columns of `uplift_results`, told there")]
pub struct Measured {
    pub scope: &'static str,
    pub name: String,
    pub assigned: usize,
    pub held_out: usize,
    pub reached_assigned: Option<f64>,
    pub returned_assigned: Option<f64>,
    pub returned_held_out: Option<f64>,
    pub return_difference: Option<Interval>,
    pub return_per_call: Option<Interval>,
    pub revenue_difference: Option<Interval>,
    pub revenue_per_call: Option<Interval>,
    pub p_call_helps: Option<f64>,
    pub more_rows: Option<u64>,
}

/// Measures and keeps what calling does.
///
/// # Errors
/// When there is no scored database.
pub fn uplift(context: &Context) -> Result<Uplift> {
    let (store, settings) = context.open(Access::Write)?;
    let found = store.transaction(|store| measure(store, &settings))?;
    store.checkpoint()?;
    Ok(found)
}

/// The same on an open database, inside a transaction.
///
/// # Errors
/// When nothing was scored yet.
pub(crate) fn measure(store: &Store, settings: &Settings) -> Result<Uplift> {
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    let rules = crate::follow_up::Rules::new(&settings.lists)?;
    let marketing = tasks::marketing_lists(&rules);
    let tasks_of = |condition: &str| {
        store.count(&format!(
            "select count(*) from follow_up_tasks where list_contains({marketing}, list)
                 and open_on + {WINDOW_DAYS} {condition} date '{as_of}'"
        ))
    };
    // In the first weeks nothing is over yet, and what was said to whom need not be gone through.
    let rows = if tasks_of("<=")? > 0 {
        rows(store, as_of, &marketing)?
    } else {
        Vec::new()
    };
    let found = effects(&rows);
    let helps = learned(&found);
    let of_band = |scope: &Scope| match scope {
        Scope::Band(name) => helps
            .iter()
            .find(|l| l.band == *name)
            .map(|l| l.p_call_helps),
        _ => None,
    };
    store.run("delete from uplift_results")?;
    for effect in &found {
        store.run(&insert(effect, as_of, of_band(&effect.scope)))?;
    }
    let waiting = tasks_of(">")?;
    Ok(Uplift {
        currency: settings.currency(),
        as_of,
        window_days: WINDOW_DAYS,
        waiting,
        effects: found
            .iter()
            .map(|e| Measured {
                scope: e.scope.words().0,
                name: e.scope.words().1.to_owned(),
                assigned: e.assigned,
                held_out: e.held_out,
                reached_assigned: e.reached_assigned,
                returned_assigned: e.returned_assigned,
                returned_held_out: e.returned_held_out,
                return_difference: e.return_difference,
                return_per_call: e.return_per_call,
                revenue_difference: e.revenue_difference,
                revenue_per_call: e.revenue_per_call,
                p_call_helps: of_band(&e.scope),
                more_rows: e.more_rows,
            })
            .collect(),
    })
}

/// What followed each call whose window is over.
fn rows(store: &Store, as_of: NaiveDate, marketing: &str) -> Result<Vec<UpliftRow>> {
    store.run(&format!(
        "create or replace temp table uplift_run as select date '{as_of}' as as_of, {WINDOW_DAYS}::integer as window_days, \
         {marketing} as marketing_lists"
    ))?;
    for script in ["contacts/says_reached", "tasks/uplift_rows"] {
        store.run(scripts::text(script))?;
    }
    Ok(store
        .table("from uplift_rows order by unit_id, open_on")?
        .records()
        .map(|r| UpliftRow {
            customer: r.id("customer_id").unwrap_or_default(),
            list: r.text("list").unwrap_or_default().to_owned(),
            band: r.text("band").map(str::to_owned),
            held_out: r.flag("held_out"),
            reached: r.flag("reached"),
            returned: r.flag("returned"),
            revenue: r.number("revenue").unwrap_or(0.0),
        })
        .collect())
}

/// P(call helps) of the bands for which it was learned, as last measured; empty where there was not enough to learn from.
///
/// # Errors
/// When the database fails.
pub(super) fn learned_by_band(store: &Store) -> Result<BTreeMap<Band, f64>> {
    let table = store.table(
        "select name, p_call_helps from uplift_results where scope = 'band' and p_call_helps is not null order by name",
    )?;
    Ok(table
        .records()
        .filter_map(|r| Some((Band::parse(r.text("name")?)?, r.number("p_call_helps")?)))
        .collect())
}

fn insert(effect: &Effect, as_of: NaiveDate, helps: Option<f64>) -> String {
    let (scope, name) = effect.scope.words();
    let mut sql = format!(
        "insert into uplift_results values (date '{as_of}', {}, {}, {WINDOW_DAYS}, {LEVEL}, {}, {}, {}",
        crate::store::quote_text(scope),
        crate::store::quote_text(name),
        effect.assigned,
        effect.held_out,
        effect.customers,
    );
    let mut put = |value: Option<f64>| {
        // Writing to a String cannot fail.
        let _ = match value.filter(|v| v.is_finite()) {
            Some(v) => write!(sql, ", {v:e}::double"),
            None => write!(sql, ", null"),
        };
    };
    let ends = |i: Option<Interval>| [i.map(|i| i.value), i.map(|i| i.low), i.map(|i| i.high)];
    for value in [
        effect.reached_assigned,
        effect.reached_held_out,
        effect.returned_assigned,
        effect.returned_held_out,
    ]
    .into_iter()
    .chain(ends(effect.return_difference))
    .chain(ends(effect.return_per_call))
    .chain([effect.revenue_assigned, effect.revenue_held_out])
    .chain(ends(effect.revenue_difference))
    .chain(ends(effect.revenue_per_call))
    .chain([helps])
    {
        put(value);
    }
    let more = effect
        .more_rows
        .map_or_else(|| "null".to_owned(), |n| n.to_string());
    let _ = write!(sql, ", {more})");
    sql
}

/// What was measured, in words.
pub(super) fn say(out: &mut super::say::Out, lang: Lang, found: &Uplift) {
    let n = |count: usize| super::say::n(count as u64);
    let head = [
        ("as_of", found.as_of.to_string()),
        ("days", found.window_days.to_string()),
        ("waiting", super::say::n(found.waiting)),
    ];
    if found.effects.is_empty() {
        out.line(&super::say::filled(lang, "said-uplift-none", &head));
        return;
    }
    out.line(&super::say::filled(lang, "said-uplift", &head));
    let share = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), i18n::percent);
    let points = |v: f64| i18n::number(100.0 * v, 1);
    for e in &found.effects {
        let name = match e.scope {
            "all" => i18n::text(lang, "uplift-all", &[]),
            "list" => i18n::text(lang, &format!("list-{}", e.name), &[]),
            _ => i18n::text(lang, &format!("band-{}", e.name), &[]),
        };
        let args = [
            ("name", name),
            ("assigned", n(e.assigned)),
            ("held_out", n(e.held_out)),
            ("reached", share(e.reached_assigned)),
            ("with", share(e.returned_assigned)),
            ("without", share(e.returned_held_out)),
        ];
        out.line(&super::say::filled(lang, "said-uplift-shares", &args));
        for (key, interval, shown) in [
            ("said-uplift-return", e.return_per_call, true),
            ("said-uplift-revenue", e.revenue_per_call, false),
        ] {
            let show = |v: f64| if shown { points(v) } else { i18n::number(v, 0) };
            if let Some(i) = interval {
                let args = [
                    ("value", show(i.value)),
                    ("low", show(i.low)),
                    ("high", show(i.high)),
                    ("currency", found.currency.word(lang).to_owned()),
                ];
                out.line(&super::say::filled(lang, key, &args));
            }
        }
        let shows = e
            .return_difference
            .is_some_and(|i| i.low > 0.0 || i.high < 0.0);
        match e.more_rows {
            None => out.line(&i18n::text(lang, "said-uplift-nobody", &[])),
            Some(more) if !shows && more > 0 => {
                let args = [("rows", super::say::n(more))];
                out.line(&super::say::filled(lang, "said-uplift-more", &args));
            }
            Some(_) => {}
        }
    }
}
