//! The score command: visits, features, rhythm, return shares, scores and states, as of a date and as of
//! the month ends before it. Every date goes through the same functions.

pub mod dates;
mod evidence;
mod history;
pub mod learning;
mod spend;
mod survival;
pub(in crate::pipeline) mod visits;

use std::collections::BTreeMap;

use arrow::array::{StringArray, UInt64Array};
use chrono::{Days, NaiveDate};

pub use history::{History, ensure_history, keep_history_private};

use dates::{Work, cutoff_of, read_past, set_run};
use history::{beside_states, month_ends, write_states};
use learning::{Learned, Lesson, origins};
use spend::spend_model;
use survival::survival;
use visits::visit_model;

use super::{Context, clock, keep_settings, register, settings_hash};
use crate::features::features_batch;
use crate::models::ModelCard;
use crate::scores::{self, Estimates, OtherSpend, ScoringInput, UnitScores, VehicleNames};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Point, Store, quote_text, reached};
use crate::table::{column, text_at};
use crate::types::{ChurnState, CustomerId, Error, Estimate, LoyaltyTier, Reason, Result, UnitId};

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
}

/// Scores as of a date; `None`: the last day with a settled order.
///
/// # Errors
/// When there is no database, nothing was imported, or the date lies before the first order.
pub fn score(context: &Context, as_of: Option<NaiveDate>) -> Result<Scored> {
    let (store, settings) = context.open(Access::Write)?;
    score_in(&store, &settings, as_of, &*context.progress)
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
    let scored = match store.sparing(all) {
        Err(error) if store.was_too_sparing(&error) => all(store),
        done => done,
    };
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
    set_run(store, settings, as_of)?;
    make_visits(store)?;
    progress("features");
    let mut past = read_past(store, settings, Work::Scores)?;
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
    past.look_back(store, &earlier)?;
    // Large and not needed any more; the scores need the room.
    store.run(
        "drop view orders_resolved; drop table orders_looked_up; drop table orders_together;
         drop table visits_of_several;",
    )?;
    store.give_back_memory()?;
    past.leave_room(store)?;
    progress("model");
    let (test, mut judged_on) = origins(settings, as_of, horizon, history_from);
    judged_on.insert(0, test);
    let enough = history_from + Days::new(u64::from(settings.churn.min_history_days));
    judged_on.retain(|date| *date >= enough);
    // Neither side needs what the other finds, and neither fills all threads by itself. Only the first one asks for kept
    // dates, so that no thread waits for a lock that it holds further up.
    let ((learned, learned_180), (visit_model, judged)) = rayon::join(
        || {
            let gather = |days| Lesson::gather(settings, as_of, days, &now, &past);
            let lesson = gather(horizon);
            let lesson_180 = (horizon != 180).then(|| gather(180));
            past.forget();
            rayon::join(|| lesson.learn(), || lesson_180.map(Lesson::learn))
        },
        || visit_model(settings, &now, &past, &judged_on, horizon),
    );
    let learned_180 = learned_180.as_ref().unwrap_or(&learned);
    let churn = learned.predict(&now);
    let churn_180 = learned_180.predict(&now);
    let spend_model = spend_model(&now, &past, judged.as_ref(), horizon);
    drop(judged);
    let active = visit_model.active(&now);
    let outlook = visit_model.outlook_365(&now, &spend_model);
    let next_visits = visit_model.next_visits(&now);
    let churn = if horizon >= 180 {
        no_less_likely(churn, churn_180.as_deref())
    } else {
        churn
    };
    let input = ScoringInput {
        features: &now.features,
        rhythm: &now.rhythm,
        estimates: Estimates {
            churn: churn.as_deref(),
            churn_180: churn_180.as_deref(),
            active: active.as_deref(),
            visits_365: outlook.visits.as_deref(),
            spend_365: outlook.spend.as_deref(),
            next_visit: next_visits.as_deref(),
        },
        settings,
    };
    progress("scores");
    let units = scores::score_units(&input);
    let mut customers = scores::roll_up(&input, &units, &other_spend(store)?);
    let segments = scores::segments(&input, &customers);
    customers.take_segments(&segments);
    let survival = survival(settings, &now, &past, &customers);
    let n_customers = customers.len() as u64;
    reached(Point::ScoresComputed);
    let tiers = count_by(
        customers
            .loyalty_tier
            .iter()
            .map(|t| t.map_or("none", LoyaltyTier::as_str)),
    );
    let states = count_by(
        customers
            .churn_state
            .iter()
            .map(|s| s.map_or("none", ChurnState::as_str)),
    );
    beside_states(
        settings,
        &past,
        &month_ends,
        now.features.len(),
        |earlier| {
            // The features of the date scored last stay in the file, so that every figure can be asked why.
            store.run(scripts::text("features/features_scored"))?;
            store.append("features_scored", [features_batch(&now.features)?])?;
            evidence::write_loyalty(store, &input, &units.parameters)?;
            evidence::write_inputs(store, &now, &learned)?;
            write_unit_scores(store, settings, &input, &units)?;
            write_customer_scores(store, settings, &input, &units, customers)?;
            evidence::write_segments(store, as_of, &segments)?;
            survival.write(store, as_of)?;
            write_cards(
                store,
                as_of,
                &input,
                &units,
                &[
                    ("churn_probability", &learned),
                    ("churn_probability_180", learned_180),
                ],
                &[
                    visit_model.card(),
                    spend_model.card(visit_model.refusal()),
                    segments.card(),
                    survival.card(settings),
                ],
            )?;
            progress("history");
            store.run(&format!(
                "delete from score_history where as_of = date '{as_of}'"
            ))?;
            let now = scores::score_history_batch(&input, &units.states())?;
            store.append("score_history", [now])?;
            write_states(store, &month_ends, earlier)
        },
    )?;
    Ok(Scored {
        as_of,
        customers: n_customers,
        units: now.features.len() as u64,
        visits: store.count("select count(*) from visits where qualified")?,
        horizon_days: horizon,
        tiers,
        states,
        no_probability: learned.refusal().map(Reason::encode),
        unread_days: store
            .day("select max(in_at)::date from orders")?
            .map_or(0, |last| (last - as_of).num_days().max(0)),
    })
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

fn count_by<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

/// What customers spent outside their vehicles: orders that name a customer with vehicles, but no vehicle.
fn other_spend(store: &Store) -> Result<Vec<OtherSpend>> {
    let table = store.table(
        "select v.customer_id,
             coalesce(sum(v.paid_amount) filter (v.first_on > (r.as_of - interval 12 month)::date), 0)::double as spend_12m,
             coalesce(sum(v.paid_amount) filter (v.first_on > (r.as_of - interval 24 month)::date), 0)::double as spend_24m
         from visits v cross join run r
         where v.unit_id is null and v.customer_id is not null
         group by v.customer_id order by v.customer_id",
    )?;
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

/// Rows that are written at once: with their reasons in words, those of all units would be larger than all that is known.
const ROWS_AT_ONCE: usize = 32_768;

/// Writes the scores of units.
fn write_unit_scores(
    store: &Store,
    settings: &Settings,
    input: &ScoringInput<'_>,
    units: &UnitScores,
) -> Result<()> {
    store.run("delete from vehicle_scores")?;
    let ids = &input.features.unit_id;
    let in_order: Vec<usize> = (0..ids.len()).collect();
    for rows in in_order.chunks(ROWS_AT_ONCE) {
        let names = names_of(store, &ids[rows[0]..=rows[rows.len() - 1]])?;
        let batch = scores::vehicle_scores_batch(input, units, rows, names, settings.lang)?;
        store.append("vehicle_scores", [batch])?;
    }
    Ok(())
}

fn write_customer_scores(
    store: &Store,
    settings: &Settings,
    input: &ScoringInput<'_>,
    units: &UnitScores,
    customers: scores::CustomerScores,
) -> Result<()> {
    store.run("delete from customer_scores")?;
    let in_order: Vec<usize> = (0..customers.len()).collect();
    for rows in in_order.chunks(ROWS_AT_ONCE) {
        let batch = scores::customer_scores_batch(input, units, &customers, rows, settings.lang)?;
        store.append("customer_scores", [batch])?;
    }
    Ok(())
}

/// VIN and plate of some units, whose ids ascend.
fn names_of(store: &Store, units: &[UnitId]) -> Result<VehicleNames> {
    let mut names = VehicleNames {
        vin: vec![None; units.len()],
        plate: vec![None; units.len()],
    };
    let (Some(first), Some(last)) = (units.first(), units.last()) else {
        return Ok(names);
    };
    let sql = format!(
        "select unit_id, vin, plate from vehicles where unit_id between {} and {} order by unit_id",
        first.0, last.0
    );
    store.stream(&sql, |batch| {
        let ids = column::<UInt64Array>(&batch, "unit_id")?;
        let (vin, plate) = (
            column::<StringArray>(&batch, "vin")?,
            column::<StringArray>(&batch, "plate")?,
        );
        for (row, id) in ids.values().iter().enumerate() {
            if let Ok(at) = units.binary_search(&UnitId(*id)) {
                names.vin[at] = text_at(vin, row).map(str::to_owned);
                names.plate[at] = text_at(plate, row).map(str::to_owned);
            }
        }
        Ok(())
    })?;
    Ok(names)
}

/// The cards of this date's fits; a fit that was refused has a card that says why.
fn write_cards(
    store: &Store,
    as_of: NaiveDate,
    input: &ScoringInput<'_>,
    units: &UnitScores,
    fits: &[(&str, &Learned)],
    others: &[ModelCard],
) -> Result<()> {
    let mut cards = vec![
        ModelCard::of_rhythm(&input.rhythm.parameters, input.features.len()),
        scores::loyalty_card(&units.parameters),
    ];
    for (name, learned) in fits {
        cards.extend(learned.cards(name));
    }
    cards.extend_from_slice(others);
    store.run(&format!(
        "delete from model_cards where as_of = date '{as_of}'"
    ))?;
    store.append("model_cards", [scores::model_cards_batch(as_of, &cards)?])
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
