//! What all vehicles share: the period, the stores with their people, the campaigns.

use chrono::{Datelike, NaiveDate};

use super::GenerateParams;
use super::calendar::{DAY_MINUTES, Day, Minute, add_months, civil, day_of};
use super::catalogue::RECALLS;
use super::identity;
use super::random::{Draws, exp, ln};
use super::words::Word;
use crate::types::{Error, Lang, Result};

/// A service adviser, and how well he or she works.
pub(super) struct Adviser {
    pub(super) name: String,
    /// Added to what the customer feels about a visit.
    pub(super) warmth: f64,
    /// Multiplies the share of comebacks.
    pub(super) comebacks: f64,
}

/// One store.
pub(super) struct Store {
    pub(super) name: String,
    pub(super) advisers: Vec<Adviser>,
    pub(super) technicians: Vec<String>,
    pub(super) renewal_staff: Vec<String>,
    pub(super) callers: Vec<String>,
    pub(super) supervisor: String,
}

/// An event or offer.
pub(super) struct Campaign {
    pub(super) name: String,
    pub(super) kind: Word,
    pub(super) start: Day,
    pub(super) end: Day,
    pub(super) place: &'static str,
    pub(super) offer: &'static str,
    /// First day of the notices by phone; the loyal hear first.
    pub(super) notice: Day,
    /// Share of the active vehicles that is invited.
    pub(super) share: f64,
    pub(super) is_coupon: bool,
}

/// What all vehicles share.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) vehicles: u64,
    pub(super) lang: Lang,
    pub(super) truth: bool,
    /// First day of the exports.
    pub(super) start: Day,
    /// Last day of the exports.
    pub(super) end: Day,
    /// Last day that is lived through: a year after the last day of the exports.
    pub(super) horizon: Day,
    pub(super) years: f64,
    pub(super) stores: Vec<Store>,
    pub(super) campaigns: Vec<Campaign>,
}

/// 1970-01-01 as chrono counts days.
const EPOCH: i32 = 719_163;

impl World {
    /// Checks the parameters and founds the department.
    pub(super) fn new(params: &GenerateParams) -> Result<Self> {
        let day = |date: NaiveDate| date.num_days_from_ce() - EPOCH;
        let (start, end) = (day(params.start), day(params.end));
        if end < start || params.start.year() < 1995 || params.end.year() > 2100 {
            return Err(Error::usage("generate-period")
                .with("from", params.start)
                .with("to", params.end));
        }
        if params.stores == 0 || params.stores > 1000 {
            return Err(Error::usage("generate-stores").with("stores", params.stores));
        }
        if params.vehicles > 20_000_000 {
            return Err(Error::usage("generate-vehicles").with("vehicles", params.vehicles));
        }
        Ok(Self {
            seed: params.seed,
            vehicles: params.vehicles,
            lang: params.lang,
            truth: params.truth,
            start,
            end,
            horizon: end + 365,
            years: f64::from(end - start + 1) / 365.25,
            stores: (0..params.stores).map(|i| store(params, i)).collect(),
            campaigns: campaigns(params.seed, start, end + 365),
        })
    }

    pub(super) fn many_stores(&self) -> bool {
        self.stores.len() > 1
    }

    /// The moment at which the exports are made: what happens from then on is not in them.
    pub(super) fn closing(&self) -> Minute {
        (i64::from(self.end) + 1) * DAY_MINUTES
    }

    /// Whether a day is within the exports.
    pub(super) fn exports(&self, day: Day) -> bool {
        (self.start..=self.end).contains(&day)
    }

    /// Prices against those of the first day: 3 % a year.
    pub(super) fn prices(&self, day: Day) -> f64 {
        exp(ln(1.03) * f64::from(day - self.start) / 365.25)
    }

    /// Day on which the recall of a series is announced, if there is one.
    pub(super) fn recall_of(&self, series: &str) -> Option<Day> {
        let (_, part) = RECALLS.iter().find(|(name, _)| *name == series)?;
        Some(self.start + (f64::from(self.end - self.start) * part) as Day)
    }
}

fn store(params: &GenerateParams, index: u32) -> Store {
    const NAMES: [&str; 8] = [
        "海珠店",
        "天河店",
        "番禺店",
        "白云店",
        "荔湾店",
        "黄埔店",
        "越秀店",
        "南沙店",
    ];
    let mut draws = Draws::new(params.seed, "store", u64::from(index));
    let mut taken: Vec<String> = Vec::new();
    let mut staff = |draws: &mut Draws, count: i32| -> Vec<String> {
        (0..count)
            .map(|_| {
                // Two of one name in one store would be one adviser in every table.
                let mut name = String::new();
                while name.is_empty() || taken.contains(&name) {
                    let surname = identity::surname(draws);
                    name = identity::person(draws, surname);
                }
                taken.push(name.clone());
                name
            })
            .collect()
    };
    let count = draws.between(5, 8);
    let advisers = staff(&mut draws, count);
    let technicians = staff(&mut draws, 9);
    let renewal_staff = staff(&mut draws, 2);
    let callers = staff(&mut draws, 3);
    let supervisor = staff(&mut draws, 1).remove(0);
    let name = match (params.stores, NAMES.get(index as usize)) {
        // One store needs no name: the files then fit any name that the import gives it.
        (1, _) => String::new(),
        (_, Some(name)) => (*name).to_owned(),
        _ => format!("第{}店", index + 1),
    };
    Store {
        name,
        advisers: advisers
            .into_iter()
            .map(|name| Adviser {
                name,
                warmth: 0.3 * draws.normal(),
                comebacks: draws.log_normal(1.0, 0.4),
            })
            .collect(),
        technicians,
        renewal_staff,
        callers,
        supervisor,
    }
}

/// Eight a year: four lectures, two free inspections, two coupons.
fn campaigns(seed: u64, start: Day, end: Day) -> Vec<Campaign> {
    const PLAN: [(i32, &str, u8); 8] = [
        (1, "春节前保养券", 2),
        (3, "春季车主讲堂", 0),
        (4, "春季免费检测", 1),
        (6, "夏季车主讲堂", 0),
        (7, "夏季空调免费检测", 1),
        (9, "秋季车主讲堂", 0),
        (10, "金秋保养券", 2),
        (12, "冬季车主讲堂", 0),
    ];
    let mut out = Vec::new();
    for year in civil(start).0..=civil(end).0 {
        let mut draws = Draws::new(seed, "campaigns", year as u64);
        for (month, title, kind) in PLAN {
            let first = day_of(year, month, draws.between(3, 12));
            let (kind, length, place, offer, share) = match kind {
                0 => (
                    Word::new("讲堂", "lecture"),
                    0,
                    "客户休息区",
                    "到场赠送玻璃水",
                    0.03,
                ),
                1 => (
                    Word::new("免费检测", "inspection"),
                    13,
                    "售后车间",
                    "二十项免费检测",
                    0.07,
                ),
                _ => (
                    Word::new("保养券", "coupon"),
                    27,
                    "售后前台",
                    "保养工时八折券",
                    0.08,
                ),
            };
            let notice = first - draws.between(15, 21);
            // An event belongs to the period from its notice on.
            if notice >= start && first <= end {
                out.push(Campaign {
                    name: format!("{year}年{title}"),
                    kind,
                    start: first,
                    end: first + length,
                    place,
                    offer,
                    notice,
                    share,
                    is_coupon: length == 27,
                });
            }
        }
    }
    out
}

/// The months of the period as (year, month), in order.
pub(super) fn months(start: Day, end: Day) -> impl Iterator<Item = (i32, i32)> {
    let (year, month, _) = civil(start);
    let first = day_of(year, month, 1);
    (0..)
        .map(move |n| add_months(first, n))
        .take_while(move |&day| day <= end)
        .map(|day| {
            let (year, month, _) = civil(day);
            (year, month)
        })
}
