//! The score command: visits, features, rhythm, return shares, scores and states, as of a date and as of
//! the month ends before it. Every date goes through the same functions.

pub mod dates;
mod evidence;
mod history;
pub mod learning;
mod models;
pub mod reading;
mod spend;
mod survival;
pub(in crate::pipeline) mod visits;
mod written;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

pub use history::{History, ensure_history, keep_history_private, missing_states};

use dates::{Dated, Past, cutoff_of, set_run};
use history::{append_states, beside_states, clear_states, fit_states, keep_given, month_ends};
use learning::{Lesson, origins};
use models::{Models, PartScores};
use reading::{Cut, Part, Work};
use spend::spend_model;
use survival::survival;
use visits::visit_model;
use written::{clear, write_cards, write_part, write_segments};

use super::{Context, clock, keep_settings, register, settings_hash};
use crate::scores::{OtherSpend, SegmentTotals, Segmentation};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Point, Store, quote_text, reached};
use crate::types::{ChurnState, CustomerId, Error, LoyaltyTier, Reason, Result};

/// What a scoring found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Scored {
    /// The date scored.
    pub as_of: NaiveDate,
    /// Customers.
    pub customers: u64,
    /// Units: vehicles, and customers without one.
    pub units: u64,
    /// Qualified visits.
    pub visits: u64,
    /// Horizon of `churn_probability`, days.
    pub horizon_days: u32,
    /// Customers by tier.
    pub tiers: BTreeMap<String, u64>,
    /// Customers by state.
    pub states: BTreeMap<String, u64>,
    /// Why probabilities are missing, encoded; absent where they are there.
    pub no_probability: Option<String>,
    /// Days of data after the as-of date that were left unread.
    pub unread_days: i64,
    /// Days before the as-of date of which there are no orders at all.
    pub empty_days: i64,
}

/// Scores as of a date; `None`: the last day with a settled order.
///
/// # Errors
/// When there is no database, nothing was imported, or the date lies before the first order.
pub fn score(context: &Context, as_of: Option<NaiveDate>) -> Result<Scored> {
    let (store, settings) = context.open(Access::Write)?;
    let scored = score_in(&store, &settings, as_of, &*context.progress)?;
    context.close(store);
    Ok(scored)
}

/// The same on an open database.
///
/// # Errors
/// As [`score`].
pub fn score_in(
    store: &Store,
    settings: &Settings,
    as_of: Option<NaiveDate>,
    progress: &dyn Fn(&str),
) -> Result<Scored> {
    let all = |store: &Store| {
        store.transaction(|store| {
            let as_of = as_of_date(store, as_of)?;
            let scored = run(store, settings, as_of, progress)?;
            register::views(store)?;
            record_run(store, settings, as_of)?;
            keep_settings(store, settings)?;
            Ok(scored)
        })
    };
    let scored = store.sparing_first(all);
    // Whoever comes after the scoring in this process has all of the memory again. What went wrong before is told first.
    let room = store.take_room_back();
    let scored = scored?;
    room?;
    store.checkpoint()?;
    Ok(scored)
}

/// The date to score: the one asked for, else the last day with a settled order known when it was imported.
pub(super) fn as_of_date(store: &Store, asked: Option<NaiveDate>) -> Result<NaiveDate> {
    let first = store.day("select min(in_at)::date from orders")?;
    let Some(first) = first else {
        return Err(Error::data("nothing-imported").with("path", store.shown()));
    };
    let last = store.day(
        "select max(d) from (
             select coalesce(o.settled_at, o.out_at, o.in_at)::date as d, i.today
             from orders o left join imports i on i.import_id = o.import_id
             where not o.has_settlement or o.settled_at is not null or o.out_at is not null
                 or o.status in ('settled', 'delivered'))
         where today is null or d <= today",
    )?;
    match asked {
        Some(asked) if asked < first => Err(Error::usage("as-of-before-data")
            .with("date", asked)
            .with("first", first)),
        Some(asked) => Ok(asked),
        None => last
            .or(Some(first))
            .ok_or_else(|| Error::data("nothing-imported").with("path", store.shown())),
    }
}

/// Makes the visits as known at the date of the run.
///
/// # Errors
/// When a script fails.
pub fn make_visits(store: &Store) -> Result<()> {
    for script in [
        "visits/orders_resolved",
        "visits/orders_now",
        "visits/orders_known",
        "visits/orders_to_group",
        "visits/group_orders",
        "visits/visits",
    ] {
        store.run_as_written(scripts::text(script))?;
    }
    Ok(())
}

fn run(
    store: &Store,
    settings: &Settings,
    as_of: NaiveDate,
    progress: &dyn Fn(&str),
) -> Result<Scored> {
    progress("visits");
    store.leave_what_is_not_counted()?;
    set_run(store, settings, as_of)?;
    make_visits(store)?;
    progress("features");
    let cut = Cut::make(store, settings, Work::Scores)?;
    let mut past = cut.read(store, Part::Fitted)?;
    let now = past.dated(settings, as_of);
    let horizon = now.rhythm.horizon_days(&settings.churn);
    let history_from = now.features.history_from.unwrap_or(as_of);
    let month_ends = month_ends(settings, as_of, history_from);
    progress("history");
    let mut earlier = month_ends.clone();
    for days in [horizon, 180] {
        let (test, train) = origins(settings, as_of, days, history_from);
        earlier.extend([test, cutoff_of(test, days)]);
        earlier.extend(train);
    }
    earlier.retain(|d| *d >= history_from);
    earlier.sort_unstable();
    earlier.dedup();
    cut.look_back(store, &earlier)?;
    cut.read_then(store, &mut past, Part::Fitted, &earlier)?;
    // Large and not needed any more; the scores need the room.
    store.run(
        "drop view orders_resolved; drop table orders_looked_up; drop table orders_together;
         drop table visits_of_several;",
    )?;
    store.give_back_memory()?;
    past.leave_room(store)?;
    progress("model");
    let models = fit(settings, &past, &now, horizon);
    progress("scores");
    let fitted_to = now.features.len();
    let other = other_spend(store, &cut.condition(Part::Fitted, "v.customer_id"))?;
    let mut part = PartScores::of(settings, &models, None, now, &other);
    let mut by_segment = || {
        let (groups, segments) = part.find_segments(settings);
        let survival = survival(settings, &part.now, &past, &part.customers);
        (groups, segments, survival)
    };
    let by_date = || (!cut.is_whole()).then(|| fit_states(settings, &past, &month_ends));
    // Neither fills all threads by itself.
    let ((groups, segments, survival), tables) = if past.is_limited() {
        (by_segment(), by_date())
    } else {
        rayon::join(by_segment, by_date)
    };
    reached(Point::ScoresComputed);
    clear(store, settings, as_of)?;
    survival.write(store, as_of)?;
    write_cards(
        store,
        as_of,
        &models,
        &part.units.parameters,
        &[groups.card(), survival.card(settings)],
        fitted_to,
        cut.sampled_of(),
    )?;
    clear_states(store, &month_ends)?;
    let mut totals = Totals::default();
    let write = |no, past: &Past, part: &PartScores, segments: &Segmentation, tables| {
        let units = part.now.features.len();
        beside_states(settings, past, &month_ends, tables, units, |earlier| {
            let vehicles = cut.named_vehicles(no);
            write_part(store, settings, &models, part, segments, &vehicles)?;
            progress("history");
            append_states(store, earlier)
        })
    };
    if let Some(tables) = tables {
        let loyalty = part.units.parameters.clone();
        drop((part, segments, past));
        for no in 0..cut.parts() {
            progress("scores");
            let past = cut.read_part(store, no, &earlier)?;
            let now = models.dated(settings, &past, as_of);
            if !now.features.customer_id.iter().all(|id| cut.holds(no, *id)) {
                return Err(Error::internal("a customer whose units are in two parts"));
            }
            let other = other_spend(store, &cut.condition(Part::At(no), "v.customer_id"))?;
            let mut part = PartScores::of(settings, &models, Some(&loyalty), now, &other);
            let segments = part.put_into_segments(settings, &groups);
            totals.add(&part, &segments);
            write(no, &past, &part, &segments, Some(&tables[..]))?;
        }
        cut.forget(store)?;
    } else {
        totals.add(&part, &segments);
        write(0, &past, &part, &segments, None)?;
    }
    keep_given(store, &month_ends)?;
    write_segments(store, as_of, &groups, &totals.segments)?;
    let days_since_as_of = store
        .day("select max(in_at)::date from orders")?
        .map_or(0, |last| (last - as_of).num_days());
    Ok(Scored {
        as_of,
        customers: totals.customers,
        units: totals.units,
        visits: store.count("select count(*) from visits where qualified")?,
        horizon_days: horizon,
        tiers: totals.tiers,
        states: totals.states,
        no_probability: models.learned.refusal().map(Reason::encode),
        unread_days: days_since_as_of.max(0),
        empty_days: (-days_since_as_of).max(0),
    })
}

/// Fits the models to what was known as of a date, and judges them at earlier ones.
fn fit(settings: &Settings, past: &Past, now: &Dated, horizon: u32) -> Models {
    let as_of = now.features.as_of;
    let history_from = now.features.history_from.unwrap_or(as_of);
    let (test, mut judged_on) = origins(settings, as_of, horizon, history_from);
    judged_on.insert(0, test);
    let enough = history_from + Days::new(u64::from(settings.churn.min_history_days));
    judged_on.retain(|date| *date >= enough);
    // Neither side needs what the other finds, and neither fills all threads by itself. Only the first one asks for kept
    // dates, so that no thread waits for a lock that it holds further up.
    let ((learned, learned_180), (visit_model, judged)) = rayon::join(
        || {
            let gather = |days| Lesson::gather(settings, as_of, days, now, past);
            let lesson = gather(horizon);
            let lesson_180 = (horizon != 180).then(|| gather(180));
            past.forget();
            rayon::join(|| lesson.learn(), || lesson_180.map(Lesson::learn))
        },
        || visit_model(settings, now, past, &judged_on, horizon),
    );
    Models {
        horizon_days: horizon,
        learned,
        learned_180,
        spend_model: spend_model(now, past, judged.as_ref(), horizon),
        visit_model,
        rhythm: now.rhythm.parameters.clone(),
        foretelling: now.foretelling().copied(),
    }
}

/// What the scores of all parts amount to.
#[derive(Default)]
struct Totals {
    customers: u64,
    units: u64,
    tiers: BTreeMap<String, u64>,
    states: BTreeMap<String, u64>,
    segments: SegmentTotals,
}

impl Totals {
    fn add(&mut self, part: &PartScores, segments: &Segmentation) {
        let customers = &part.customers;
        self.customers += customers.len() as u64;
        self.units += part.now.features.len() as u64;
        let tiers = customers.loyalty_tier.iter();
        count(
            &mut self.tiers,
            tiers.map(|t| t.map_or("none", LoyaltyTier::as_str)),
        );
        let states = customers.churn_state.iter();
        count(
            &mut self.states,
            states.map(|s| s.map_or("none", ChurnState::as_str)),
        );
        self.segments.add(segments, customers);
    }
}

fn count<'a>(counts: &mut BTreeMap<String, u64>, names: impl Iterator<Item = &'a str>) {
    for name in names {
        match counts.get_mut(name) {
            Some(n) => *n += 1,
            None => {
                counts.insert(name.to_owned(), 1);
            }
        }
    }
}

/// What customers spent outside their vehicles: orders that name a customer with vehicles, but no vehicle; of the customers
/// for whom the condition holds.
fn other_spend(store: &Store, condition: &str) -> Result<Vec<OtherSpend>> {
    let table = store.table(&format!(
        "select v.customer_id,
             coalesce(sum(v.paid_amount) filter (v.first_on > (r.as_of - interval 12 month)::date), 0)::double as spend_12m,
             coalesce(sum(v.paid_amount) filter (v.first_on > (r.as_of - interval 24 month)::date), 0)::double as spend_24m
         from visits v cross join run r
         where v.unit_id is null and v.customer_id is not null and {condition}
         group by v.customer_id order by v.customer_id",
    ))?;
    table
        .iter()
        .map(|row| {
            Ok(OtherSpend {
                customer_id: CustomerId(row.id("customer_id")?.unwrap_or_default()),
                spend_12m: row.float("spend_12m")?.unwrap_or_default(),
                spend_24m: row.float("spend_24m")?.unwrap_or_default(),
            })
        })
        .collect()
}

fn record_run(store: &Store, settings: &Settings, as_of: NaiveDate) -> Result<()> {
    store.run(&format!(
        "insert into runs select coalesce(max(run_id), 0) + 1, date '{as_of}', {}, {}, {}, {} from runs",
        quote_text(&settings_hash(settings)?),
        quote_text(env!("CARGO_PKG_VERSION")),
        quote_text(&store.engine_version()?),
        quote_text(&clock()),
    ))
}
