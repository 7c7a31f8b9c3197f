//! What the Spring Festival's shift does to a January or February, in sentences.

use crate::analysis::{Festival, FestivalDays};
use crate::report::block::{Block, Item};
use crate::report::format;
use crate::report::words::Words;

/// A list of one or two sentences; nothing for other months.
pub(super) fn of_month(w: &Words<'_>) -> Option<Block> {
    let festival = w.a.care.as_ref()?.festival?;
    let mut items = vec![Item {
        mark: None,
        text: moved(w, &festival),
    }];
    items.extend(festival.together.map(|both| Item {
        mark: None,
        text: together(w, both),
    }));
    Some(Block::List { items })
}

/// January and February together beside those of the year before.
pub(super) fn together(w: &Words<'_>, [now, before]: [(f64, f64); 2]) -> String {
    let change = |now: f64, before: f64| {
        if before > 0.0 {
            format::change(now / before - 1.0)
        } else {
            format::UNKNOWN.to_owned()
        }
    };
    let args = [
        ("visits", &*crate::i18n::number(now.0, 0)),
        ("visits_change", &change(now.0, before.0)),
        ("revenue", &w.money(now.1)),
        ("revenue_change", &change(now.1, before.1)),
    ];
    w.ta("festival-together", &args)
}

fn moved(w: &Words<'_>, festival: &Festival) -> String {
    let day = |d| format::day(d);
    let dates = [
        ("day", day(festival.day)),
        ("day_before", day(festival.day_before)),
        ("from", day(festival.before.from)),
        ("to", day(festival.before.to)),
    ];
    let change = |of: fn(&FestivalDays) -> Option<f64>| {
        let (now, before) = (of(&festival.now)?, of(&festival.before)?);
        (before > 0.0).then(|| format::change(now / before - 1.0))
    };
    let mut args: Vec<(&str, String)> = dates.to_vec();
    let unknown = || format::UNKNOWN.to_owned();
    let key = match change(|d| d.visits) {
        Some(visits) => {
            args.push(("visits", visits));
            args.push(("revenue", change(|d| d.revenue).unwrap_or_else(unknown)));
            let calendar = |id: &str| {
                let kpi = w.a.kpi(id);
                let then = kpi.and_then(|k| k.last_year.filter(|v| *v > 0.0));
                let now = kpi.and_then(|k| k.value);
                now.zip(then)
                    .map_or_else(unknown, |(now, then)| format::change(now / then - 1.0))
            };
            // A part of a month is no match for a whole one.
            if festival.is_whole {
                args.push(("visits_calendar", calendar("visits")));
                args.push(("revenue_calendar", calendar("revenue")));
                "festival-moved"
            } else {
                "festival-moved-so-far"
            }
        }
        None => "festival-unknown",
    };
    let args: Vec<(&str, &str)> = args.iter().map(|(n, v)| (*n, v.as_str())).collect();
    w.ta(key, &args)
}
