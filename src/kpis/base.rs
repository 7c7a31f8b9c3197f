//! The base of a department at dates, counted unit by unit: who came in and who left it, and the habits of those in it.
//!
//! Base at a date: not gone, and a qualified visit known then in the 12 months up to it. A unit's visits are looked at once
//! for all dates, since what an engine would join (every visit with every date) is many times as large.

mod habits;

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, Months, NaiveDate};

pub use habits::Habits;

use crate::types::{CustomerId, CustomerKind, UnitId};

/// Months after which who did not come is no part of the base.
const BASE_MONTHS: u32 = 12;

/// A period whose opening and closing base are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// Its first day.
    month: NaiveDate,
    /// Place of the day before it among the marks.
    opens: usize,
    /// Place of its last day among the marks.
    closes: usize,
}

/// A date at which the base is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    on: NaiveDate,
    /// Visits after this day are of the 12 months up to the mark.
    after: NaiveDate,
}

/// A qualified visit of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseVisit {
    /// Its day.
    pub on: NaiveDate,
    /// Day from which it is known.
    pub known_on: NaiveDate,
    /// Customer whom it names.
    pub customer_id: Option<CustomerId>,
    /// Receivable, else paid; hundredths of a yuan.
    pub revenue: i64,
}

/// Who is counted as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A unit of a company or a taxi.
    Company,
    /// A person.
    Customer,
    /// A unit of a person.
    Unit,
}

impl Subject {
    /// Its name in the tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Customer => "customer",
            Self::Unit => "unit",
        }
    }
}

/// How the base of a period changed: opening + new + won back - lost - gone = closing. Money in hundredths of a yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// In the base when the period opens.
    pub opening: i64,
    /// Came into it and were never known before.
    pub new: i64,
    /// Came into it again.
    pub won_back: i64,
    /// Left it by staying away.
    pub lost: i64,
    /// Those of them that were loyal at a scored date of the 12 months before.
    pub lost_loyal: i64,
    /// Left it for good: sold, scrapped, moved.
    pub gone: i64,
    /// In the base when the period closes.
    pub closing: i64,
    /// Visits of the closing base in the 12 months before.
    pub frequency_visits: i64,
    /// Spent by the opening base in the 12 months before.
    pub opening_spend: i64,
    /// Spent by the lost in the 12 months before the opening.
    pub lost_spend: i64,
}

/// The base of each date, as units are told one after the other.
#[derive(Clone, Debug, Default)]
pub struct Base {
    marks: Vec<Mark>,
    spans: Vec<Span>,
    kinds: HashMap<CustomerId, CustomerKind>,
    /// Marks at which a unit is gone, as bits.
    gone: HashMap<UnitId, u64>,
    /// Spans in the 12 months before whose closing a unit was loyal, as bits.
    loyal_units: HashMap<UnitId, u64>,
    loyal_customers: HashMap<CustomerId, u64>,
    customers: HashMap<CustomerId, Customer>,
    /// What each customer has in the base, `marks` cells each.
    cells: Vec<Cell>,
    moves: BTreeMap<(usize, Subject), Moves>,
    habits: Vec<Habits>,
    /// The first day of all.
    began: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug)]
struct Customer {
    /// Place of the first cell.
    cells: usize,
    /// Day from which the first visit is known.
    began: NaiveDate,
}

/// What a customer has in the base at a mark.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    spend: i64,
    visits: u32,
    /// Units that are not gone when the period closes that the mark opens.
    staying: u32,
}

/// One unit in the base at a mark.
#[derive(Clone, Copy)]
struct InBase {
    visits: u32,
    spend: i64,
    customer: Option<CustomerId>,
}

fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months))
        .unwrap_or(NaiveDate::MIN)
}

impl Base {
    /// The base of periods of so many months: the one that begins on `start` and those that begin up to `span_months`
    /// before it; nothing after `as_of` counts.
    #[must_use]
    pub fn new(as_of: NaiveDate, start: NaiveDate, step_months: u32, span_months: u32) -> Self {
        let step = step_months.max(1);
        let periods: Vec<(NaiveDate, NaiveDate, NaiveDate)> = (0..=span_months / step)
            .rev()
            .map(|k| {
                let month = months_before(start, span_months % step + k * step);
                let next = month
                    .checked_add_months(Months::new(step))
                    .unwrap_or(NaiveDate::MAX);
                let (opens, closes) = (month - Days::new(1), next - Days::new(1));
                (month, opens, closes.min(as_of))
            })
            .collect();
        let mut days: Vec<NaiveDate> = periods.iter().flat_map(|p| [p.1, p.2]).collect();
        days.sort_unstable();
        days.dedup();
        let place = |day: NaiveDate| days.partition_point(|d| *d < day);
        let spans: Vec<Span> = periods
            .iter()
            .map(|&(month, opens, closes)| Span {
                month,
                opens: place(opens),
                closes: place(closes),
            })
            .collect();
        Self {
            habits: vec![Habits::default(); spans.len()],
            marks: days
                .iter()
                .map(|&on| Mark {
                    on,
                    after: months_before(on, BASE_MONTHS),
                })
                .collect(),
            spans,
            ..Self::default()
        }
    }

    /// The dates whose states count as gone.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.marks.iter().map(|mark| mark.on)
    }

    /// A customer who is no person.
    pub fn is_of_kind(&mut self, customer: CustomerId, kind: CustomerKind) {
        self.kinds.insert(customer, kind);
    }

    /// A unit was gone at a scored date.
    pub fn is_gone(&mut self, unit: UnitId, at: NaiveDate) {
        if let Ok(mark) = self.marks.binary_search_by_key(&at, |m| m.on) {
            *self.gone.entry(unit).or_default() |= 1 << mark;
        }
    }

    /// A unit, and the customer who held it then, were loyal at a scored date.
    pub fn is_loyal(&mut self, unit: UnitId, customer: Option<CustomerId>, at: NaiveDate) {
        let mut of = 0;
        for (no, span) in self.spans.iter().enumerate() {
            let closes = self.marks[span.closes];
            if at < closes.on && at >= closes.after {
                of |= 1 << no;
            }
        }
        if of != 0 {
            *self.loyal_units.entry(unit).or_default() |= of;
            if let Some(customer) = customer {
                *self.loyal_customers.entry(customer).or_default() |= of;
            }
        }
    }

    /// All qualified visits of a unit, in the order of time.
    pub fn add(&mut self, unit: UnitId, visits: &[BaseVisit]) {
        let Some(began) = visits.iter().map(|v| v.on.max(v.known_on)).min() else {
            return;
        };
        let first = visits.iter().map(|v| v.on).min();
        self.began = [self.began, first].into_iter().flatten().min();
        self.customers_of(visits);
        let holder = visits.iter().rev().find_map(|v| v.customer_id);
        let kind = holder
            .and_then(|customer| self.kinds.get(&customer).copied())
            .unwrap_or(CustomerKind::Person);
        let gone = self.gone.get(&unit).copied().unwrap_or(0);
        if kind == CustomerKind::Person {
            self.habits_of(visits, gone);
        }
        if kind == CustomerKind::Internal {
            return;
        }
        let held: Vec<Option<InBase>> = (0..self.marks.len())
            .map(|mark| in_base(self.marks[mark], visits).filter(|_| gone >> mark & 1 == 0))
            .collect();
        let (subject, loyal) = if kind == CustomerKind::Person {
            let loyal = self.loyal_units.get(&unit).copied().unwrap_or(0);
            (Subject::Unit, loyal)
        } else {
            (Subject::Company, 0)
        };
        for (no, span) in self.spans.iter().enumerate() {
            let side = |at: usize| held[at].map(|b| (i64::from(b.visits), b.spend));
            let change = Change {
                opening: side(span.opens),
                closing: side(span.closes),
                is_new: began > self.marks[span.opens].on,
                is_gone: gone >> span.closes & 1 == 1,
                was_loyal: loyal >> no & 1 == 1,
            };
            change.count(self.moves.entry((no, subject)).or_default());
        }
        if kind == CustomerKind::Person {
            self.give_to_customers(&held, gone);
        }
    }

    /// Takes note of the customers of a unit's visits.
    fn customers_of(&mut self, visits: &[BaseVisit]) {
        let mut named: Vec<(CustomerId, NaiveDate)> = visits
            .iter()
            .filter_map(|v| Some((v.customer_id?, v.on.max(v.known_on))))
            .collect();
        // Of each customer the first.
        named.sort_unstable();
        named.dedup_by_key(|(customer, _)| *customer);
        for (customer, began) in named {
            let cells = self.cells.len();
            let entry = self.customers.entry(customer);
            let known = entry.or_insert(Customer { cells, began });
            known.began = known.began.min(began);
            if known.cells == cells {
                self.cells.resize(cells + self.marks.len(), Cell::default());
            }
        }
    }

    /// What a person's unit has in the base is the person's.
    fn give_to_customers(&mut self, held: &[Option<InBase>], gone: u64) {
        for (mark, in_base) in held.iter().enumerate() {
            let Some(InBase {
                visits,
                spend,
                customer: Some(customer),
            }) = in_base
            else {
                continue;
            };
            let Some(customer) = self.customers.get(customer) else {
                continue;
            };
            let cell = &mut self.cells[customer.cells + mark];
            cell.visits += visits;
            cell.spend += spend;
            let stays = |span: &Span| span.opens == mark && gone >> span.closes & 1 == 0;
            cell.staying += u32::from(self.spans.iter().any(stays));
        }
    }

    /// How the base changed in each period, by period and subject; without those of which there is nobody.
    #[must_use]
    pub fn moves(&self) -> Vec<(NaiveDate, Subject, Moves)> {
        let mut all = self.moves.clone();
        for (customer, of) in &self.customers {
            let cells = &self.cells[of.cells..of.cells + self.marks.len()];
            let loyal = self.loyal_customers.get(customer).copied().unwrap_or(0);
            for (no, span) in self.spans.iter().enumerate() {
                let side = |at: usize| {
                    let cell = cells[at];
                    (cell.visits > 0).then_some((i64::from(cell.visits), cell.spend))
                };
                let change = Change {
                    opening: side(span.opens),
                    closing: side(span.closes),
                    is_new: of.began > self.marks[span.opens].on,
                    is_gone: cells[span.opens].staying == 0,
                    was_loyal: loyal >> no & 1 == 1,
                };
                change.count(all.entry((no, Subject::Customer)).or_default());
            }
        }
        all.into_iter()
            .filter(|(_, moves)| moves.opening > 0 || moves.closing > 0)
            .map(|((no, subject), moves)| (self.spans[no].month, subject, moves))
            .collect()
    }
}

/// A unit's visits in the 12 months up to a mark, as known then.
fn in_base(mark: Mark, visits: &[BaseVisit]) -> Option<InBase> {
    let mut found: Option<InBase> = None;
    for visit in visits {
        if visit.on > mark.on || visit.known_on > mark.on || visit.on <= mark.after {
            continue;
        }
        let of = found.get_or_insert(InBase {
            visits: 0,
            spend: 0,
            customer: None,
        });
        of.visits += 1;
        of.spend += visit.revenue;
        of.customer = visit.customer_id.or(of.customer);
    }
    found
}

/// One unit or customer over a period: visits and spend of the 12 months before its opening and its closing.
struct Change {
    opening: Option<(i64, i64)>,
    closing: Option<(i64, i64)>,
    is_new: bool,
    is_gone: bool,
    was_loyal: bool,
}

impl Change {
    fn count(&self, moves: &mut Moves) {
        if let Some((_, spend)) = self.opening {
            moves.opening += 1;
            moves.opening_spend += spend;
        }
        if let Some((visits, _)) = self.closing {
            moves.closing += 1;
            moves.frequency_visits += visits;
        }
        match (self.opening, self.closing) {
            (None, Some(_)) if self.is_new => moves.new += 1,
            (None, Some(_)) => moves.won_back += 1,
            (Some(_), None) if self.is_gone => moves.gone += 1,
            (Some((_, spend)), None) => {
                moves.lost += 1;
                moves.lost_spend += spend;
                moves.lost_loyal += i64::from(self.was_loyal);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
