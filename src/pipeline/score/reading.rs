//! What a scoring reads, whole or in parts.
//!
//! Of a large file the models and tables are fitted to a fixed part of the customers, and the units are scored part by part,
//! each part a function of its own rows and of what was fitted: so the memory hardly grows with the file, and neither the
//! number of parts nor their order changes a figure. What one customer holds is never cut, however much it is.

use arrow::array::{Int32Array, UInt64Array};
use chrono::NaiveDate;

use super::dates::{Past, Then};
use crate::features::UnitFacts;
use crate::scripts;
use crate::settings::{MOST_PARTS, Settings};
use crate::store::Store;
use crate::table::column;
use crate::types::{CustomerId, Error, Result, UnitId};

/// Units that are scored at a time, about.
const UNITS_AT_ONCE: u64 = 65_536;
/// Units of each store that its tables need, about, where only a part of the customers is read for the fits.
const UNITS_A_STORE: u64 = 256;
/// Places of an id in the sample, by its last 20 bits.
const SAMPLED_OF: u64 = 1 << 20;

/// What is to be made from the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Models, and the scores of a date.
    Scores,
    /// States of earlier dates alone.
    States,
}

/// Bytes that this process takes beside the engine, where a setting limits the memory; read off runs with 100,000
/// vehicles (from 4,500 to 6,000 a unit, as it happens what is in memory at the same time).
#[derive(Clone, Copy)]
pub(super) struct Memory {
    /// With the visits alone.
    visits: u64,
    /// At most.
    most: u64,
}

impl Memory {
    const BASE: u64 = 100 << 20;
    const VISIT: u64 = 130;

    const fn a_unit(work: Work) -> u64 {
        match work {
            Work::Scores => 6_000,
            // The features, rhythm and states of one date.
            Work::States => 1_500,
        }
    }

    const fn of(work: Work, units: u64, visits: u64) -> Self {
        let visits = Self::BASE + visits * Self::VISIT;
        Self {
            visits: visits + units * 300,
            most: visits + units * Self::a_unit(work),
        }
    }
}

/// Units that are read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those that models and tables are fitted to.
    Fitted,
    /// One of the parts.
    At(u32),
}

/// How the units are cut, and what every part reads alike.
pub struct Cut {
    parts: u32,
    units: u64,
    is_sampled: bool,
    memory: Option<Memory>,
    /// What is stated whatever the unit: no vehicles, no news.
    common: UnitFacts,
}

/// Makes the views that are read.
fn make_views(store: &Store) -> Result<()> {
    for script in [
        "features/visits_now",
        "features/unit_visits",
        "features/vehicle_facts",
        "features/gone_news",
        "features/unit_signals",
    ] {
        store.run(scripts::text(script))?;
    }
    Ok(())
}

/// Reads the visits of the table `visits` and what files state about units, all at once.
///
/// # Errors
/// When a script fails, and when memory is limited to less than it takes.
pub fn read_past(store: &Store, settings: &Settings, work: Work) -> Result<Past> {
    make_views(store)?;
    Cut::whole(store, settings, work)?.read(store, Part::Fitted)
}

impl Cut {
    /// Cuts the units of the table `visits` and of the files as their number and the memory call for.
    ///
    /// # Errors
    /// As [`read_past`].
    pub fn make(store: &Store, settings: &Settings, work: Work) -> Result<Self> {
        make_views(store)?;
        let units = count_units(store)?;
        let stores = store.count("select count(distinct store_id) from visits")?;
        let fitted = u64::from(settings.score.fit_units).max(UNITS_A_STORE * stores);
        let parts = match settings.score.parts {
            0 => {
                let visits = store.count("select count(*) from unit_visits")?;
                let a_unit = Memory::a_unit(work) + visits * Memory::VISIT / units.max(1);
                // Ids are spread evenly, but not to the last unit.
                let room = store
                    .room()
                    .map(|room| room.saturating_sub(Memory::BASE) / a_unit * 9 / 10);
                let at_once = room.unwrap_or(UNITS_AT_ONCE).clamp(1, UNITS_AT_ONCE);
                let parts = units.div_ceil(at_once).max(1);
                u32::try_from(parts).unwrap_or(MOST_PARTS).min(MOST_PARTS)
            }
            set => set,
        };
        if parts == 1 && units <= fitted {
            return Self::whole(store, settings, work);
        }
        let sampled = if units > fitted {
            (fitted * SAMPLED_OF).div_ceil(units)
        } else {
            SAMPLED_OF
        };
        store.run(&format!(
            "create or replace temp macro part_of(id) as ((id >> 52) * {parts} // {MOST_PARTS})::integer;
             create or replace temp macro is_sampled(id) as (id & {}) < {sampled};",
            SAMPLED_OF - 1
        ))?;
        for script in [
            "features/unit_parts",
            "features/visits_by_part",
            "features/facts_by_part",
        ] {
            store.run(scripts::text(script))?;
        }
        let memory = if store.is_limited() {
            let most = |table: &str| {
                store.count(&format!(
                    "select max(n) from (select count(*) as n from {table} group by part
                     union all select count(*) from {table} where in_sample)"
                ))
            };
            Some(Memory::of(
                work,
                most("unit_parts")?,
                most("visits_by_part")?,
            ))
        } else {
            None
        };
        let mut common = common(store, settings)?;
        // Whether a kind of file says anything by a date is a matter of all its rows.
        store.stream(
            "select signal, min(known_on) as known_on from unit_signals group by signal order by signal",
            |batch| common.signals.extend_first(&batch),
        )?;
        Ok(Self {
            parts,
            units,
            is_sampled: units > fitted,
            memory,
            common,
        })
    }

    /// All units at once.
    fn whole(store: &Store, settings: &Settings, work: Work) -> Result<Self> {
        let units = count_units(store)?;
        let memory = if store.is_limited() {
            let visits = store.count("select count(*) from unit_visits")?;
            Some(Memory::of(work, units, visits))
        } else {
            None
        };
        Ok(Self {
            parts: 1,
            units,
            is_sampled: false,
            memory,
            common: common(store, settings)?,
        })
    }

    /// True where all units are scored and fitted to at once.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.parts == 1 && !self.is_sampled
    }

    /// Units in all, where the models are fitted to a part of the customers alone.
    #[must_use]
    pub const fn sampled_of(&self) -> Option<u64> {
        if self.is_sampled {
            Some(self.units)
        } else {
            None
        }
    }

    /// Number of parts.
    #[must_use]
    pub const fn parts(&self) -> u32 {
        self.parts
    }

    /// Whether all that a customer holds is in this part.
    #[must_use]
    pub const fn holds(&self, part: u32, customer: CustomerId) -> bool {
        self.is_whole() || (customer.0 >> 52) * self.parts as u64 / MOST_PARTS as u64 == part as u64
    }

    /// A condition on a customer's id, for queries of a part.
    #[must_use]
    pub fn condition(&self, part: Part, id: &str) -> String {
        match part {
            Part::At(part) if !self.is_whole() => format!("part_of({id}) = {part}"),
            Part::Fitted if self.is_sampled => format!("is_sampled({id})"),
            _ => "true".to_owned(),
        }
    }

    /// Where VIN and plate of a part's vehicles are.
    #[must_use]
    pub fn named_vehicles(&self, part: u32) -> String {
        self.source(Part::At(part), "vehicles", "vehicles_by_part")
    }

    /// The rows of a part: of the one table where nothing is cut, else of the other.
    fn source(&self, part: Part, whole: &str, cut: &str) -> String {
        match part {
            _ if self.is_whole() => format!("{whole} where true"),
            Part::Fitted if self.is_sampled => format!("{cut} where in_sample"),
            Part::Fitted => format!("{cut} where true"),
            Part::At(part) => format!("{cut} where part = {part}"),
        }
    }

    /// Reads the visits of a part as known at the date scored, and what files state about its units.
    ///
    /// # Errors
    /// As [`read_past`].
    pub fn read(&self, store: &Store, part: Part) -> Result<Past> {
        if let Some(memory) = self.memory {
            // What cannot be done to its end is not begun.
            store.has_room(memory.most)?;
            store.leave_room(memory.visits)?;
        }
        let visits = self.source(part, "unit_visits", "visits_by_part");
        let mut past = Past::new(self.common.clone());
        let rows = store.count(&format!("select count(*) from {visits}"))?;
        past.visits.make_room(usize::try_from(rows).unwrap_or(0));
        store.stream(
            &format!("from {visits} order by unit_id, first_in, visit_id"),
            |batch| past.visits.extend(&batch),
        )?;
        let vehicles = self.source(part, "facts_of_vehicles", "vehicles_by_part");
        store.stream(&format!("from {vehicles} order by unit_id"), |batch| {
            past.facts.extend_vehicles(&batch)
        })?;
        let news = self.source(part, "gone_news", "news_by_part");
        store.stream(&format!("from {news} order by unit_id, gone_on"), |batch| {
            past.facts.extend_news(&batch)
        })?;
        let signals = match part {
            _ if self.is_whole() => "unit_signals".to_owned(),
            Part::Fitted if self.is_sampled => {
                "signals_by_part where of_customer or in_sample".to_owned()
            }
            Part::Fitted => "signals_by_part".to_owned(),
            Part::At(part) => format!("signals_by_part where of_customer or part = {part}"),
        };
        store.stream(
            &format!(
                "from {signals} order by of_customer, party_id, known_on, told_at, signal, row_key"
            ),
            |batch| past.facts.signals.extend(&batch),
        )?;
        past.memory = self.memory;
        Ok(past)
    }

    /// Finds out what was known otherwise at earlier dates than the one scored; all of them at once.
    ///
    /// # Errors
    /// When a script fails.
    pub fn look_back(&self, store: &Store, dates: &[NaiveDate]) -> Result<()> {
        look_back(store, dates)?;
        if self.is_whole() {
            return Ok(());
        }
        store.run(scripts::text("features/then_by_part"))?;
        forget_looked_up(store)
    }

    /// Reads what was known otherwise of the units of a part at the dates that were looked back to.
    ///
    /// # Errors
    /// When a query fails.
    pub fn read_then(
        &self,
        store: &Store,
        past: &mut Past,
        part: Part,
        dates: &[NaiveDate],
    ) -> Result<()> {
        let changed = self.source(part, "changed_parties", "changed_by_part");
        let visits = self.source(part, "unit_visits", "visits_then_by_part");
        read_then(store, past, dates, &changed, &visits)?;
        if self.is_whole() {
            forget_looked_up(store)?;
        }
        Ok(())
    }

    /// Reads one of the parts, with what was known otherwise at the dates that were looked back to; the engine leaves the room
    /// that scoring it takes.
    ///
    /// # Errors
    /// As [`read_past`].
    pub fn read_part(&self, store: &Store, no: u32, dates: &[NaiveDate]) -> Result<Past> {
        let mut past = self.read(store, Part::At(no))?;
        self.read_then(store, &mut past, Part::At(no), dates)?;
        past.leave_room(store)?;
        Ok(past)
    }

    /// Lets go of the tables that parts were read from.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn forget(&self, store: &Store) -> Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        store.run(
            "drop table unit_parts; drop table visits_by_part; drop table vehicles_by_part; drop table news_by_part;
             drop table signals_by_part; drop table if exists visits_then_by_part; drop table if exists changed_by_part;",
        )
    }
}

impl Past {
    /// Finds out what was known otherwise at earlier dates, where everything is read at once.
    ///
    /// # Errors
    /// When a script fails.
    pub fn look_back(&mut self, store: &Store, dates: &[NaiveDate]) -> Result<()> {
        look_back(store, dates)?;
        read_then(
            store,
            self,
            dates,
            "changed_parties where true",
            "unit_visits where true",
        )?;
        forget_looked_up(store)
    }

    /// From here on the engine has the rest of the memory that the scoring does not take; without a limit nothing changes.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn leave_room(&self, store: &Store) -> Result<()> {
        self.memory
            .map_or(Ok(()), |memory| store.leave_room(memory.most))
    }
}

fn count_units(store: &Store) -> Result<u64> {
    store.count(
        "select count(*) from (select unit_id from unit_visits union select unit_id from facts_of_vehicles)",
    )
}

/// What is stated whatever the unit.
fn common(store: &Store, settings: &Settings) -> Result<UnitFacts> {
    let mut facts = UnitFacts::new(
        store.day("select min(in_at)::date from orders")?,
        store.count("select coalesce(bool_or(has_class), false)::integer from orders")? > 0,
        settings.visit.max_stay_days,
    );
    store.stream(
        "select customer_id, kind from customers_merged where kind <> 'person' order by customer_id",
        |batch| facts.extend_kinds(&batch),
    )?;
    store.stream(
        "select customer_id, person_id from customer_aliases order by customer_id",
        |batch| facts.extend_persons(&batch),
    )?;
    Ok(facts)
}

/// Makes the tables of what was known otherwise at earlier dates.
fn look_back(store: &Store, dates: &[NaiveDate]) -> Result<()> {
    let rows: Vec<String> = dates
        .iter()
        .enumerate()
        .map(|(no, date)| format!("({no}, date '{date}')"))
        .collect();
    // A date that nothing can have been known by, where there is none: the tables are there and empty.
    let rows = if rows.is_empty() {
        "(0, date '0001-01-01')".to_owned()
    } else {
        rows.join(", ")
    };
    store.run(&format!(
        "create or replace temp table earlier_dates as select * from (values {rows}) d(date_no, as_of)"
    ))?;
    for script in [
        "visits/changed_parties",
        "visits/orders_then",
        "visits/orders_known",
        "visits/orders_to_regroup",
        "visits/group_orders",
        "visits/visits_regrouped",
        "features/visits_then",
        "features/unit_visits",
    ] {
        store.run_as_written(scripts::text(script))?;
    }
    Ok(())
}

/// Drops what was only needed to find out: it takes memory that the scoring needs.
fn forget_looked_up(store: &Store) -> Result<()> {
    store.run(
        "drop table changed_visits; drop table changed_parties; drop view orders_dated; drop table orders_at_dates; drop table visits_regrouped;
         drop table orders_of_changed;",
    )
}

/// Reads what was known otherwise at each of the dates, from the rows of two tables.
fn read_then(
    store: &Store,
    past: &mut Past,
    dates: &[NaiveDate],
    changed: &str,
    visits: &str,
) -> Result<()> {
    let mut then: Vec<Then> = dates.iter().map(|_| Then::default()).collect();
    store.stream(
        &format!("select date_no, party from {changed} order by date_no, party"),
        |batch| {
            let parties = column::<UInt64Array>(&batch, "party")?;
            for (no, party) in column::<Int32Array>(&batch, "date_no")?
                .values()
                .iter()
                .zip(parties.values())
            {
                of_date(&mut then, *no)?.changed.push(UnitId(*party));
            }
            Ok(())
        },
    )?;
    for replaces in [false, true] {
        let rows = format!(
            "from {visits} and replaces = {replaces} order by date_no, unit_id, first_in, visit_id"
        );
        store.stream(&rows, |batch| {
            let numbers = column::<Int32Array>(&batch, "date_no")?;
            let mut from = 0;
            for run in numbers.values().chunk_by(|a, b| a == b) {
                let then = of_date(&mut then, run[0])?;
                let part = batch.slice(from, run.len());
                if replaces {
                    then.replaced.extend(&part)?;
                } else {
                    then.visits.extend(&part)?;
                }
                from += run.len();
            }
            Ok(())
        })?;
    }
    past.then.extend(dates.iter().copied().zip(then));
    Ok(())
}

fn of_date(then: &mut [Then], no: i32) -> Result<&mut Then> {
    usize::try_from(no)
        .ok()
        .and_then(|no| then.get_mut(no))
        .ok_or_else(|| Error::internal("a date that was not asked for"))
}
