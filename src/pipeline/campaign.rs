//! The campaign commands: choosing members by conditions, as files that import takes, and measuring what came of those
//! that are over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::{Context, Reach, audit, files, lists};
use crate::cli::CampaignKind;
use crate::follow_up::campaigns::{COVERAGE, CampaignRow, Comparison, WINDOW_DAYS, compare};
use crate::follow_up::csv::plain;
use crate::follow_up::uplift::Interval;
use crate::follow_up::{
    Helps, ListContext, Reassignments, Rules, UnitDetail, UnitFacts, Withheld, WorkCalendar,
    withheld::withheld,
};
use crate::i18n::Currency;
use crate::scripts;
use crate::settings::{CustomList, Lists, Settings};
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, LoyaltyTier, Result, UnitId};

/// A campaign to come.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub name: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day; `None`: the first.
    pub end: Option<NaiveDate>,
    /// How the lists treat it.
    pub kind: CampaignKind,
    /// Where; may be empty.
    pub place: String,
    /// What is offered; may be empty.
    pub offer: String,
    /// Conditions on the unit.
    pub conditions: Vec<String>,
    /// Most members; 0: no limit.
    pub most: u32,
}

/// What was planned.
#[derive(Debug, serde::Serialize)]
pub struct Planned {
    /// The campaign.
    pub name: String,
    /// The files to import.
    pub files: Vec<PathBuf>,
    /// Units that fulfil the conditions.
    pub found: usize,
    /// Members by loyalty tier, the loyal first; `none` where it is unknown.
    pub members: Vec<(String, usize)>,
    /// Units left out, by reason.
    pub withheld: BTreeMap<String, usize>,
    /// Units beyond the most that were asked for.
    pub over: usize,
    /// First day of notice calls for the loyal, for the others, and the last in time; `None` for calls while it lasts.
    pub notice: Option<[NaiveDate; 3]>,
}

/// A list of its own name that no settings have.
const LIST: &str = "campaign_plan";

/// Chooses the members and writes both files.
///
/// # Errors
/// When a condition cannot be read, nobody fulfils them, or nothing is scored yet.
pub fn plan(context: &Context, wish: &Wish, out: &Path) -> Result<Planned> {
    let (store, settings) = context.open_reaching(Access::Read, Reach::OwnFolder)?;
    let name = wish.name.trim();
    if name.is_empty() {
        return Err(Error::usage("campaign-nameless"));
    }
    let end = wish.end.unwrap_or(wish.start);
    let scored = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    if end < wish.start || wish.start <= scored {
        return Err(Error::usage("campaign-days")
            .with("start", wish.start)
            .with("end", end)
            .with("as_of", scored));
    }
    let chosen = choose(&store, &settings, wish, scored)?;
    if chosen.members.is_empty() {
        return Err(Error::usage("campaign-nobody")
            .with("conditions", wish.conditions.join("; "))
            .with("withheld", chosen.withheld.values().sum::<usize>()));
    }
    let mut campaign = vec!["活动名称,类型,开始,结束,地点,优惠".to_owned()];
    let kind = match wish.kind {
        CampaignKind::Event => "event",
        CampaignKind::Focus => "focus",
    };
    let (start, last) = (wish.start.to_string(), end.to_string());
    campaign.push(line(&[name, kind, &start, &last, &wish.place, &wish.offer]));
    let mut members = vec!["活动名称,客户编号,车牌号,VIN,通知日期,信函日期,到场".to_owned()];
    members.extend(
        chosen
            .members
            .iter()
            .map(|m| line(&[name, &m.customer_no, &m.plate, &m.vin, "", "", ""])),
    );
    files::make_folder(out)?;
    // What leaves in full is noted before it is written.
    audit::note(
        &context.database,
        "campaign",
        json!({ "rows": chosen.members.len(), "folder": std::path::absolute(out).unwrap_or_else(|_| out.to_owned()) }),
    )?;
    let mut paths = Vec::new();
    for (file, lines) in [
        ("campaigns.csv", campaign),
        ("campaign_members.csv", members),
    ] {
        let path = out.join(file);
        files::write(
            &path,
            format!("\u{feff}{}\r\n", lines.join("\r\n")).as_bytes(),
        )?;
        paths.push(path);
    }
    let before = |days: u32| {
        wish.start
            .checked_sub_days(Days::new(u64::from(days)))
            .unwrap_or(wish.start)
    };
    let l = &settings.lists;
    Ok(Planned {
        name: name.to_owned(),
        files: paths,
        found: chosen.found,
        members: chosen.tiers(),
        withheld: chosen.withheld,
        over: chosen.over,
        notice: (wish.kind == CampaignKind::Event).then(|| {
            [
                before(l.event_loyal_opens),
                before(l.event_opens),
                before(l.event_notice_days),
            ]
        }),
    })
}

/// One line of a file that import takes: what a spreadsheet would read as a formula stays text, and every cell is one.
fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|c| plain(c)).collect();
    cells.join(",")
}

struct Member {
    tier: Option<LoyaltyTier>,
    value: f64,
    unit: UnitId,
    customer_no: String,
    plate: String,
    vin: String,
}

struct Chosen {
    found: usize,
    members: Vec<Member>,
    withheld: BTreeMap<String, usize>,
    over: usize,
}

impl Chosen {
    fn tiers(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for member in &self.members {
            *counts.entry(place(member.tier)).or_insert(0) += 1;
        }
        let name = |p: Option<usize>| {
            p.and_then(|p| LoyaltyTier::ALL.get(p))
                .map_or_else(|| "none".to_owned(), ToString::to_string)
        };
        let (known, unknown): (Vec<_>, Vec<_>) = counts.into_iter().partition(|(p, _)| p.is_some());
        known
            .into_iter()
            .chain(unknown)
            .map(|(p, n)| (name(p), n))
            .collect()
    }
}

/// Where a tier stands, best first.
fn place(tier: Option<LoyaltyTier>) -> Option<usize> {
    tier.and_then(|t| LoyaltyTier::ALL.iter().position(|a| *a == t))
}

/// Who fulfils the conditions and may be asked, the loyal first, then by what is at stake.
fn choose(store: &Store, settings: &Settings, wish: &Wish, scored: NaiveDate) -> Result<Chosen> {
    let calendar = WorkCalendar::new(&settings.lists);
    let day = calendar.next(scored);
    let own = Lists {
        custom: vec![CustomList {
            id: LIST.to_owned(),
            band: "offer".to_owned(),
            filter: wish.conditions.clone(),
            ..CustomList::default()
        }],
        // An invitation is no call: somebody spoken with last week is invited all the same.
        contact_gap_days: 0,
        ..settings.lists.clone()
    };
    let rules = Rules::only_own(&own)?;
    lists::prepare(store, settings, scored, day)?;
    store.run(&rules.script())?;
    let mut candidates = lists::candidates(store)?;
    candidates.sort_unstable_by_key(|c| c.unit_id);
    let facts: BTreeMap<UnitId, UnitFacts> = lists::facts(store)?
        .into_iter()
        .map(|f| (f.unit_id, f))
        .collect();
    let details: BTreeMap<UnitId, UnitDetail> = lists::details(store, facts.keys().copied())?
        .into_iter()
        .map(|d| (d.unit_id, d))
        .collect();
    let numbers = store.table(
        "select distinct c.customer_id, c.customer_no from customers_merged c
         inner join list_candidates n on n.customer_id = c.customer_id
         where trim(c.customer_no) <> '' order by 1",
    )?;
    let numbers: BTreeMap<u64, String> = numbers
        .records()
        .filter_map(|r| Some((r.id("customer_id")?, r.text("customer_no")?.to_owned())))
        .collect();
    let helps = Helps::assumed(&own);
    let nobody = Reassignments::default();
    let ctx = ListContext {
        as_of: scored,
        calling_day: day,
        capacity: 0,
        capacity_per_caller: 0,
        lang: settings.lang,
        currency: &settings.currency(),
        settings: &own,
        department: &settings.department,
        rules: &rules,
        calendar: &calendar,
        helps: &helps,
        held_out: None,
        reassigned: &nobody,
    };
    let mut chosen = Chosen {
        found: candidates.len(),
        members: Vec::new(),
        withheld: BTreeMap::new(),
        over: 0,
    };
    let mut leave = |why: &str| *chosen.withheld.entry(why.to_owned()).or_insert(0) += 1;
    for candidate in candidates {
        let (Some((_, rule)), Some(facts), Some(detail)) = (
            rules.find(&candidate.list),
            facts.get(&candidate.unit_id),
            details.get(&candidate.unit_id),
        ) else {
            leave("unknown");
            continue;
        };
        // Who is in the shop or booked these days may come to an event in some weeks.
        if let Some(why) = withheld(rule, facts, &ctx)
            && !matches!(
                why,
                Withheld::Visited | Withheld::Booked | Withheld::Promised | Withheld::Contacted
            )
        {
            leave(why.key().trim_start_matches("withheld-"));
            continue;
        }
        let member = Member {
            tier: candidate.loyalty_tier,
            value: candidate
                .value_year
                .filter(|v| v.is_finite())
                .unwrap_or(0.0),
            unit: candidate.unit_id,
            customer_no: candidate
                .customer_id
                .and_then(|c| numbers.get(&c.0).cloned())
                .unwrap_or_default(),
            plate: detail.plate.clone().unwrap_or_default(),
            vin: detail.vin.clone().unwrap_or_default(),
        };
        if member.customer_no.is_empty() && member.plate.is_empty() && member.vin.is_empty() {
            leave("nameless");
        } else {
            chosen.members.push(member);
        }
    }
    chosen.members.sort_by(|a, b| {
        let worst = LoyaltyTier::ALL.len();
        place(a.tier)
            .unwrap_or(worst)
            .cmp(&place(b.tier).unwrap_or(worst))
            .then_with(|| b.value.total_cmp(&a.value))
            .then_with(|| a.unit.cmp(&b.unit))
    });
    let most = wish.most as usize;
    if most > 0 && chosen.members.len() > most {
        chosen.over = chosen.members.len() - most;
        chosen.members.truncate(most);
    }
    Ok(chosen)
}

/// What came of campaigns.
#[derive(Debug, serde::Serialize)]
pub struct Results {
    /// What money is called.
    #[serde(skip)]
    pub currency: Currency,
    /// What is known up to this day.
    pub as_of: NaiveDate,
    /// Days after the last day of a campaign in which a visit counts.
    pub window_days: u32,
    /// Campaigns whose window is not over.
    pub waiting: u64,
    /// Those that are over, by first day and name.
    pub campaigns: Vec<Measured>,
}

/// What came of one campaign: customers, shares between 0 and 1, money in yuan a customer.
#[derive(Debug, serde::Serialize)]
#[expect(missing_docs, reason = "the columns of `campaign_results`, told there")]
pub struct Measured {
    pub store: String,
    pub campaign: String,
    pub start_on: NaiveDate,
    pub until_on: NaiveDate,
    pub members: u64,
    pub notified: u64,
    pub letters: u64,
    pub attended: Option<u64>,
    pub compared: usize,
    pub not_compared: usize,
    pub comparable: usize,
    pub returned_members: Option<f64>,
    pub returned_comparable: Option<f64>,
    pub return_difference: Option<Interval>,
    pub revenue_members: Option<f64>,
    pub revenue_comparable: Option<f64>,
    pub revenue_difference: Option<Interval>,
}

/// Measures all campaigns that are over, keeps that in `campaign_results`, and gives those of the name.
///
/// # Errors
/// When nothing is scored yet, or no campaign has the name.
pub fn result(context: &Context, name: Option<&str>) -> Result<Results> {
    let (store, settings) = context.open(Access::Write)?;
    let as_of = store
        .day("select max(as_of) from vehicle_scores")?
        .ok_or_else(|| Error::data("not-scored").with("path", store.shown()))?;
    let mut names = BTreeSet::new();
    for row in store
        .table("select distinct name from campaigns where name is not null order by 1")?
        .iter()
    {
        names.extend(row.text("name")?);
    }
    if let Some(wanted) = name
        && !names.contains(wanted.trim())
    {
        let shown: Vec<&str> = names.iter().map(String::as_str).take(12).collect();
        return Err(Error::usage("campaign-unknown")
            .with("name", wanted)
            .with("names", shown.join(", ")));
    }
    let measured = store.transaction(|store| measure(store, as_of))?;
    store.checkpoint()?;
    let filter = name.map_or_else(String::new, |n| {
        format!(" and name = {}", quote_text(n.trim()))
    });
    let waiting = store.count(&format!(
        "select count(*) from campaigns where start_on is not null
             and coalesce(end_on, start_on) + {WINDOW_DAYS} > date '{as_of}'{filter}"
    ))?;
    Ok(Results {
        currency: settings.currency(),
        as_of,
        window_days: WINDOW_DAYS,
        waiting,
        campaigns: measured
            .into_iter()
            .filter(|m| name.is_none_or(|n| m.campaign == n.trim()))
            .collect(),
    })
}

fn measure(store: &Store, as_of: NaiveDate) -> Result<Vec<Measured>> {
    store.run(&format!(
        "create or replace temp table campaign_run as select date '{as_of}' as as_of, {WINDOW_DAYS}::integer as window_days"
    ))?;
    store.run(scripts::text("features/gone_news"))?;
    store.run(scripts::text("campaigns/campaign_customers"))?;
    let heads = store.table(&format!(
        "select c.row_key as campaign_key, c.store_id, c.name, c.start_on, coalesce(c.end_on, c.start_on) + {WINDOW_DAYS} as until_on,
             count(*) filter (where x.member) as members,
             count(*) filter (where x.member and x.notified) as notified,
             count(*) filter (where x.member and x.letter) as letters,
             count(*) filter (where x.member and x.attended) as attended,
             count(x.attended) filter (where x.member) as told
         from campaigns c inner join campaign_customers x on x.campaign_key = c.row_key
         group by all having count(*) filter (where x.member) > 0
         order by c.start_on, c.name, c.row_key"
    ))?;
    store.run("delete from campaign_results")?;
    let mut found = Vec::new();
    for head in heads.records() {
        let (Some(key), Some(start_on), Some(until_on)) = (
            head.id("campaign_key"),
            head.date("start_on"),
            head.date("until_on"),
        ) else {
            continue;
        };
        // One campaign at a time: as many rows as there are customers.
        let rows: Vec<CampaignRow> = store
            .table(&format!(
                "select stratum, member, returned, revenue from campaign_customers where campaign_key = {key} order by customer"
            ))?
            .records()
            .map(|r| CampaignRow {
                stratum: r.text("stratum").map(str::to_owned),
                member: r.flag("member"),
                returned: r.flag("returned"),
                revenue: r.number("revenue").unwrap_or(0.0),
            })
            .collect();
        let count = |name: &str| u64::try_from(head.count(name)).unwrap_or(0);
        let c: Comparison = compare(&rows);
        let measured = Measured {
            store: head.text("store_id").unwrap_or_default().to_owned(),
            campaign: head.text("name").unwrap_or_default().to_owned(),
            start_on,
            until_on,
            members: count("members"),
            notified: count("notified"),
            letters: count("letters"),
            attended: (count("told") > 0).then(|| count("attended")),
            compared: c.compared,
            not_compared: c.not_compared,
            comparable: c.comparable,
            returned_members: c.returned_members,
            returned_comparable: c.returned_comparable,
            return_difference: c.return_difference,
            revenue_members: c.revenue_members,
            revenue_comparable: c.revenue_comparable,
            revenue_difference: c.revenue_difference,
        };
        store.run(&insert(&measured, as_of))?;
        found.push(measured);
    }
    store.run("drop table campaign_customers")?;
    Ok(found)
}

fn insert(m: &Measured, as_of: NaiveDate) -> String {
    let mut sql = format!(
        "insert into campaign_results values (date '{as_of}', {}, {}, date '{}', date '{}', {COVERAGE}, {}, {}, {}, {}, {}, {}, {}",
        quote_text(&m.store),
        quote_text(&m.campaign),
        m.start_on,
        m.until_on,
        m.members,
        m.notified,
        m.letters,
        m.attended
            .map_or_else(|| "null".to_owned(), |n| n.to_string()),
        m.compared,
        m.not_compared,
        m.comparable,
    );
    let ends = |i: Option<Interval>| [i.map(|i| i.value), i.map(|i| i.low), i.map(|i| i.high)];
    for value in [m.returned_members, m.returned_comparable]
        .into_iter()
        .chain(ends(m.return_difference))
        .chain([m.revenue_members, m.revenue_comparable])
        .chain(ends(m.revenue_difference))
    {
        // Writing to a String cannot fail.
        let _ = match value.filter(|v| v.is_finite()) {
            Some(v) => write!(sql, ", {v:e}::double"),
            None => write!(sql, ", null"),
        };
    }
    sql.push(')');
    sql
}
