//! Nobody is called who must not be, whatever has happened: departments with histories drawn at random, lists of several
//! days between which the answers are drawn too, judged by queries of their own.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use retain::follow_up::outcomes::{OUTCOMES, outcome_label, result_label};
use retain::follow_up::{Rules, Suppression};
use retain::settings::Lists;
use retain::types::Lang;

use super::recording::{lines, write};
use super::support::{Shop, csv_files, retain};

const SCORED: &str = "2025-12-12";
const DAYS: &[&str] = &["2025-12-15", "2025-12-16", "2025-12-19", "2026-01-06"];

/// Numbers in an order that a seed decides (splitmix64).
struct Lot(u64);

impl Lot {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// A moment around the days of the lists, three months at the most.
    fn moment(&mut self, before: usize, after: usize) -> String {
        let first: chrono::NaiveDate = SCORED.parse().unwrap();
        let days = self.below(before + after);
        let day = first + chrono::Days::new(days as u64) - chrono::Days::new(before as u64);
        format!("{day} {:02}:30:00", 8 + self.below(10))
    }

    /// One in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// VIN and holder of each vehicle.
fn fleet(folder: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(folder.join("vehicles.csv")).unwrap();
    let rows = text.lines().skip(1).map(|l| {
        let cells: Vec<&str> = l.split(',').collect();
        (cells[0].to_owned(), cells[2].to_owned())
    });
    rows.collect()
}

/// Files of things that happened to vehicles and people at random, beside what the generator gave them.
fn histories(lot: &mut Lot, fleet: &[(String, String)]) -> Vec<(&'static str, String)> {
    let mut contacts = "任务号,VIN,客户编号,日期,渠道,结果,细分,下次联系,拒绝营销\n".to_owned();
    let mut bookings = "预约号,VIN,客户编号,登记时间,预约时间,状态\n".to_owned();
    let mut troubles = "投诉号,VIN,客户编号,日期,内容,解决时间\n".to_owned();
    let mut orders = "工单号,VIN,客户编号,进厂日期,结算日期,维修类型,实收金额,状态\n".to_owned();
    for n in 0..fleet.len() * 2 {
        let (vin, holder) = &fleet[lot.below(fleet.len())];
        // Some rows know the vehicle alone, some the customer alone.
        let (vin, holder) = match lot.below(3) {
            0 => (vin.as_str(), ""),
            1 => ("", holder.as_str()),
            _ => (vin.as_str(), holder.as_str()),
        };
        let when = lot.moment(90, 20);
        match lot.below(4) {
            0 => {
                let (result, detail) = OUTCOMES[lot.below(OUTCOMES.len())];
                let next = if lot.once_in(2) {
                    lot.moment(5, 40)[..10].to_owned()
                } else {
                    String::new()
                };
                writeln!(
                    contacts,
                    "H{n},{vin},{holder},{when},电话,{},{},{next},{}",
                    result_label(Lang::Zh, result),
                    outcome_label(Lang::Zh, detail),
                    if lot.once_in(6) { "是" } else { "" },
                )
                .unwrap();
            }
            1 => {
                let made = lot.moment(60, 5);
                let status = lot.of(&["", "已预约", "取消", "爽约", "已到店"]);
                let day = lot.moment(10, 40);
                writeln!(bookings, "B{n},{vin},{holder},{made},{day},{status}").unwrap();
            }
            2 => {
                let solved = if lot.once_in(3) {
                    lot.moment(2, 20)
                } else {
                    String::new()
                };
                writeln!(troubles, "C{n},{vin},{holder},{when},异响,{solved}").unwrap();
            }
            _ if !vin.is_empty() => {
                // Mostly after the scores were made.
                let when = if lot.once_in(3) {
                    when
                } else {
                    lot.moment(0, 20)
                };
                let class = lot.of(&["定期保养", "一般维修", "事故", "洗车"]);
                let left = if lot.once_in(8) {
                    String::new()
                } else {
                    when.clone()
                };
                let status = lot.of(&["已结算", "已结算", "已结算", "作废"]);
                writeln!(
                    orders,
                    "R{n},{vin},{holder},{when},{left},{class},500,{status}"
                )
                .unwrap();
            }
            _ => {}
        }
    }
    vec![
        ("contacts.csv", contacts),
        ("bookings.csv", bookings),
        ("troubles.csv", troubles),
        ("more.csv", orders),
    ]
}

/// Rows of the day's workbook that break a law, by law; the laws are told in SQL that the program has no part in.
fn broken(shop: &Shop, day: &str, tasks: &[String]) -> Vec<String> {
    let settings = Lists::default();
    let rules = Rules::new(&settings).unwrap();
    let names = |wanted: &[Suppression]| {
        let ids: Vec<String> = rules
            .iter()
            .filter(|r| wanted.contains(&r.suppression))
            .map(|r| format!("'{}'", r.id))
            .collect();
        ids.join(", ")
    };
    let listed = tasks
        .iter()
        .map(|t| format!("'{t}'"))
        .collect::<Vec<_>>()
        .join(", ");
    let at = "coalesce((select min(u.unit_id) from unit_keys u where u.key = e.vin_key),
                       (select min(u.unit_id) from unit_keys u where u.key = e.plate_key
                        and (u.valid_from is null or u.valid_from <= e.at) and (u.valid_to is null or e.at < u.valid_to)))";
    let who = "coalesce((select a.person_id from customer_aliases a where a.customer_id = e.customer_key), e.customer_key)";
    let sql = format!(
        "with day as (select date '{day}' as day),
         rows as (
             select t.*, list_has_any(coalesce(t.lists, [t.list]), [{marketing}]) as sells,
                 list_has_any(coalesce(t.lists, [t.list]), [{refusable}]) as refusable,
                 coalesce(c.kind, 'person') as kind, coalesce(c.consent_marketing, '') as consent
             from follow_up_tasks t left join customers_merged c on c.customer_id = t.customer_id
             where t.task_id in ({listed})),
         said as (select {at} as unit_id, {who} as customer_id, e.* from (select *, contacted_at as at from follow_ups) e),
         trouble as (select {at} as unit_id, {who} as customer_id, e.* from (select *, complained_at as at from complaints) e),
         booked as (select {at} as unit_id, {who} as customer_id, e.* from (select *, coalesce(booked_at, for_at) as at from appointments) e),
         came as (select {at} as unit_id, e.* from (select *, in_at as at from orders
                  where coalesce(status, '') not in ('void', 'draft', 'deleted') and credit_of is null) e),
         -- What is said to a person is said of all their vehicles; of a company it is about the vehicle.
         heard as (
             select r.task_id, s.* from rows r join said s on s.unit_id = r.unit_id
             union all
             select r.task_id, s.* from rows r join said s on s.customer_id = r.customer_id
             where s.unit_id is null or r.kind <> 'company')
         select 'two rows of one unit', string_agg(task_id, ' ') from rows group by unit_id having count(*) > 1
         union all select 'held out, yet called', task_id from rows where holdout
         union all select 'no reason, owner or day', task_id from rows where len(reasons) = 0 or owner_id is null or due_on is null
         union all select 'refused marketing', task_id from rows r where refusable and (consent = 'no'
             or exists (select 1 from said s where s.opt_out and (s.unit_id = r.unit_id or s.customer_id = r.customer_id)))
         union all select 'never called: ' || kind, task_id from rows where kind in ('taxi', 'internal')
         union all select 'sold', task_id from rows r where exists (select 1 from said s, day where s.unit_id = r.unit_id
             and s.result_l2 = 'car_transferred' and s.at < day
             and not exists (select 1 from came c where c.unit_id = r.unit_id and c.at::date >= s.at::date))
         union all select 'taxi', task_id from rows r where exists (select 1 from said s, day where s.unit_id = r.unit_id
             and s.result_l2 = 'taxi' and s.at < day)
         union all select 'was here since', task_id from rows r where sells and exists (select 1 from came c, day
             where c.unit_id = r.unit_id and c.at::date > date '{SCORED}' and c.at < day)
         union all select 'open complaint', task_id from rows r where sells and exists (select 1 from trouble x, day
             where x.unit_id = r.unit_id and x.at < day and (x.solved_at is null or x.solved_at >= day))
         union all select 'booked', task_id from rows r where sells and exists (select 1 from booked b, day
             where b.unit_id = r.unit_id and b.at < day and b.for_at >= day and b.status = 'booked')
         union all select 'reached lately', task_id from rows r where sells
             and exists (select 1 from heard h, day where h.task_id = r.task_id and h.result_l1 = 'success' and h.at < day and h.at >= day - 30)
             and not exists (select 1 from heard h where h.task_id = r.task_id and h.next_at is not null)
         union all select 'promised for later', task_id from rows r where sells
             and (select arg_max(h.next_at, h.at) from heard h, day where h.task_id = r.task_id and h.at < day
                  having count(*) filter (where h.at < day and h.next_at is not null) = count(*)) >= (select day + 1 from day)
         order by 1, 2",
        marketing = names(&[Suppression::Marketing]),
        refusable = names(&[Suppression::Marketing, Suppression::Refusal]),
    );
    shop.ask(&sql)
}

#[test]
fn whatever_has_happened_nobody_is_called_who_must_not_be() {
    let mut withheld: BTreeMap<String, u64> = BTreeMap::new();
    let mut rows = 0;
    for seed in [3, 14, 159] {
        let mut lot = Lot(seed);
        let shop = Shop::new();
        let out = shop.path("department");
        let words = format!(
            "generate --vehicles 150 --seed {seed} --from 2023-01-01 --to 2025-12-31 --lang zh --quiet --out"
        );
        retain(words.split(' ').chain([out.to_str().unwrap()])).succeeds();
        let mut files: Vec<String> = csv_files(&out)
            .iter()
            .map(|p| p.display().to_string())
            .collect();
        for (name, text) in histories(&mut lot, &fleet(&out)) {
            files.push(shop.file(name, text).display().to_string());
        }
        shop.file(
            "laws.toml",
            "[score]\nhistory_months = 1\n[import]\nmax_reject_share = 0.5\n[lists]\nsupervisor = '主管'\ncapacity_per_caller = 60
             lost_per_caller = 0\n[[lists.callers]]\nname = '甲'\n[[lists.callers]]\nname = '乙'\n",
        );
        shop.retain(&format!(
            "import --config laws.toml --quiet {}",
            files.join(" ")
        ))
        .succeeds();
        shop.retain(&format!(
            "score --config laws.toml --as-of {SCORED} --quiet"
        ))
        .succeeds();
        // A plan that the lists of its days then take the place of.
        shop.retain(
            "list --config laws.toml --for 2025-12-15 --days 4 --capacity 9 --out plan --quiet",
        )
        .succeeds();
        for day in DAYS {
            let said = shop
                .retain(&format!(
                    "list --config laws.toml --lang zh --for {day} --out lists --json"
                ))
                .succeeds()
                .json();
            let sum =
                |keys: &[&str]| -> u64 { keys.iter().map(|k| said[*k].as_u64().unwrap()).sum() };
            assert_eq!(
                sum(&["candidates"]),
                sum(&["rows", "held_out", "withheld", "over_capacity"]),
                "{said}"
            );
            for (why, units) in said["withheld_why"].as_object().unwrap() {
                *withheld.entry(why.clone()).or_default() += units.as_u64().unwrap();
            }
            let mut lines: Vec<_> = lines(&shop.path(&format!("lists/{day}.xlsx")))
                .into_iter()
                .flat_map(|(_, l)| l)
                .collect();
            let tasks: Vec<String> = lines.iter().map(|l| l["task_id"].clone()).collect();
            assert_eq!(tasks.len() as u64, sum(&["rows"]));
            rows += tasks.len();
            assert_eq!(
                broken(&shop, day, &tasks),
                Vec::<String>::new(),
                "seed {seed}, {day}"
            );
            let twice = shop.ask(
                "select unit_id, list from follow_up_tasks where state in ('open', 'overdue', 'escalated')
                 group by all having count(*) > 1",
            );
            assert_eq!(
                twice,
                Vec::<String>::new(),
                "seed {seed}, {day}: two tasks of one need"
            );
            for line in &mut lines {
                if lot.once_in(2) {
                    continue;
                }
                let (result, detail) = OUTCOMES[lot.below(OUTCOMES.len())];
                line.insert("结果".to_owned(), result_label(Lang::Zh, result));
                line.insert("细分".to_owned(), outcome_label(Lang::Zh, detail));
                if detail == "other_date" {
                    line.insert(
                        "约定日期".to_owned(),
                        lot.of(&["2025-12-19", "2026-01-20"]).to_owned(),
                    );
                }
                if lot.once_in(8) {
                    line.insert("拒绝营销".to_owned(), "是".to_owned());
                }
            }
            write(&shop.path("back.xlsx"), &lines, day);
            shop.retain("record back.xlsx --quiet").succeeds();
            // Made again after it came back, it asks for nothing anew that was done on it, but for calls that were agreed for
            // later that day.
            shop.retain(&format!(
                "list --config laws.toml --lang zh --for {day} --out lists --quiet"
            ))
            .succeeds();
            let again = shop.ask(&format!(
                "select unit_id, list from follow_up_tasks
                 where not holdout and state <> 'suppressed' and (done_on = date '{day}' or open_on = date '{day}')
                     and not (list = 'promised' and made_on = due_on and due_on = date '{day}')
                 group by all having count(*) > 1"
            ));
            assert_eq!(
                again,
                Vec::<String>::new(),
                "seed {seed}, {day}: done, and asked for again"
            );
        }
    }
    assert!(rows > 500, "{rows} rows");
    for why in [
        "gone",
        "opted_out",
        "complaint",
        "visited",
        "booked",
        "promised",
        "contacted",
    ] {
        assert!(
            withheld.get(why).is_some_and(|n| *n > 2),
            "{why}: {withheld:?}"
        );
    }
}
