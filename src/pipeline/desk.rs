//! The commands of the follow-up desk as they are typed, and what they say: lists, what comes back, tasks, registers,
//! campaigns.

use std::path::Path;

use super::say::{self, Out, filled, n};
use super::terminal::{Speak, context};
use super::{campaign, lists, reassign, record, register, uplift};
use crate::cli::{CampaignCommand, Command, Common, ListArgs, RegisterArgs, TaskCommand};
use crate::follow_up::record::Repeated;
use crate::follow_up::uplift::Interval;
use crate::i18n;
use crate::types::{Error, Lang, Result};

/// Runs one of these commands.
pub(super) fn dispatch(command: Command, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    match command {
        Command::List(args) => list(args, common, speak),
        Command::Record { file, db, replace } => {
            let repeated = if replace {
                Repeated::Replace
            } else {
                Repeated::Keep
            };
            let recorded = record::record(&context(common, &db, lang)?, &file, repeated)?;
            speak.result(&recorded, |out| record::say(out, lang, &recorded))
        }
        Command::Task(TaskCommand::Reassign {
            from,
            to,
            db,
            lists,
            from_day,
            until,
            dry_run,
            undo,
        }) => {
            let wish = reassign::Wish {
                from,
                to,
                lists,
                from_day,
                until,
                dry_run,
                undo,
            };
            let made = reassign::reassign(&context(common, &db, lang)?, &wish)?;
            speak.result(&made, |out| reassign::say(out, lang, &made))
        }
        Command::Register(args) => registers(&args, common, speak),
        Command::Campaign(command) => campaigns(command, common, speak),
        Command::Uplift { db } => {
            let found = uplift::uplift(&context(common, &db, lang)?)?;
            speak.result(&found, |out| uplift::say(out, lang, &found))
        }
        _ => Err(Error::internal("not a command of this kind")),
    }
}

fn list(args: ListArgs, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    let context = context(common, &args.db, lang)?;
    let wanted = lists::Wanted {
        day: args.day,
        days: args.days,
        capacity: args.capacity,
        per_caller: args.per_caller,
        format: args.format,
        lang,
    };
    let listed = lists::list(&context, &args.out, wanted, common.lang.map(Lang::from))?;
    speak.result(&say::listed_json(&listed), |out| {
        say::listed(out, lang, &listed)
    })
}

fn registers(args: &RegisterArgs, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    let wish = register::Wish {
        key: args.key.as_deref(),
        month: args.month,
        format: args.format,
        lang,
    };
    let made = register::register(&context(common, &args.db, lang)?, &wish, &args.out)?;
    speak.result(&made, |out| {
        for written in &made.registers {
            let args = [
                (
                    "name",
                    i18n::text(lang, &format!("register-{}", written.register), &[]),
                ),
                ("rows", n(written.rows as u64)),
            ];
            out.line(&filled(lang, "said-register", &args));
        }
        files(out, lang, &made.files);
        out.line(&i18n::text(lang, "said-register-care", &[]));
    })
}

fn files(out: &mut Out, lang: Lang, files: &[impl AsRef<Path>]) {
    for file in files {
        let path = file.as_ref().display().to_string();
        out.line(&filled(lang, "said-file", &[("path", path)]));
    }
}

fn campaigns(command: CampaignCommand, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    match command {
        CampaignCommand::Plan {
            name,
            db,
            start,
            end,
            kind,
            place,
            offer,
            conditions,
            most,
            out,
        } => {
            let wish = campaign::Wish {
                name,
                start,
                end,
                kind,
                place,
                offer,
                conditions,
                most,
            };
            let planned = campaign::plan(&context(common, &db, lang)?, &wish, &out)?;
            speak.result(&planned, |to| say_planned(to, lang, &planned, &db))
        }
        CampaignCommand::Result { name, db } => {
            let found = campaign::result(&context(common, &db, lang)?, name.as_deref())?;
            speak.result(&found, |out| say_results(out, lang, &found))
        }
    }
}

fn say_planned(out: &mut Out, lang: Lang, planned: &campaign::Planned, db: &Path) {
    let members: usize = planned.members.iter().map(|(_, n)| n).sum();
    let tiers: Vec<String> = planned
        .members
        .iter()
        .map(|(tier, count)| {
            let tier = if tier == "none" {
                i18n::text(lang, "said-campaign-no-tier", &[])
            } else {
                i18n::text(lang, &format!("tier-{tier}"), &[])
            };
            format!("{tier} {}", n(*count as u64))
        })
        .collect();
    let args = [
        ("name", planned.name.clone()),
        ("members", n(members as u64)),
        ("found", n(planned.found as u64)),
        ("tiers", i18n::listed(lang, &tiers)),
    ];
    out.line(&filled(lang, "said-campaign-planned", &args));
    for (why, count) in &planned.withheld {
        let why = i18n::find(lang, &format!("withheld-{why}"), &[])
            .unwrap_or_else(|| i18n::text(lang, &format!("campaign-{why}"), &[]));
        let args = [("why", why), ("count", n(*count as u64))];
        out.line(&filled(lang, "said-campaign-withheld", &args));
    }
    if planned.over > 0 {
        out.line(&filled(
            lang,
            "said-campaign-over",
            &[("count", n(planned.over as u64))],
        ));
    }
    if let Some([loyal, others, last]) = planned.notice {
        let args = [
            ("loyal", loyal.to_string()),
            ("others", others.to_string()),
            ("last", last.to_string()),
        ];
        out.line(&filled(lang, "said-campaign-notice", &args));
    }
    files(out, lang, &planned.files);
    let command = format!(
        "retain import {} --db {}",
        planned
            .files
            .iter()
            .map(|f| f.display().to_string())
            .collect::<Vec<_>>()
            .join(" "),
        db.display()
    );
    out.line(&filled(lang, "said-campaign-next", &[("command", command)]));
}

fn say_results(out: &mut Out, lang: Lang, found: &campaign::Results) {
    let head = [
        ("as_of", found.as_of.to_string()),
        ("days", found.window_days.to_string()),
        ("waiting", n(found.waiting)),
    ];
    if found.campaigns.is_empty() {
        out.line(&filled(lang, "said-campaign-none", &head));
        return;
    }
    out.line(&filled(lang, "said-campaign-results", &head));
    let share = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), i18n::percent);
    let yuan = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| found.currency.plain(v));
    for c in &found.campaigns {
        let args = [
            ("name", c.campaign.clone()),
            ("start", c.start_on.to_string()),
            ("until", c.until_on.to_string()),
            ("members", n(c.members)),
            ("notified", n(c.notified)),
            ("letters", n(c.letters)),
            ("attended", c.attended.map_or_else(|| "-".to_owned(), n)),
        ];
        out.line(&filled(lang, "said-campaign", &args));
        if c.compared == 0 {
            out.line(&i18n::text(lang, "said-campaign-alone", &[]));
            continue;
        }
        let points = |v: f64| i18n::number(100.0 * v, 1);
        let ends = |i: Option<Interval>, show: &dyn Fn(f64) -> String| {
            i.map_or_else(
                || i18n::text(lang, "said-campaign-no-interval", &[]),
                |i| format!("{} ({} … {})", show(i.value), show(i.low), show(i.high)),
            )
        };
        let args = [
            ("with", share(c.returned_members)),
            ("without", share(c.returned_comparable)),
            ("difference", ends(c.return_difference, &points)),
            ("comparable", n(c.comparable as u64)),
        ];
        out.line(&filled(lang, "said-campaign-return", &args));
        let args = [
            ("with", yuan(c.revenue_members)),
            ("without", yuan(c.revenue_comparable)),
            (
                "difference",
                ends(c.revenue_difference, &|v| i18n::number(v, 0)),
            ),
            ("currency", found.currency.word(lang).to_owned()),
        ];
        out.line(&filled(lang, "said-campaign-revenue", &args));
        if c.not_compared > 0 {
            let args = [("count", n(c.not_compared as u64))];
            out.line(&filled(lang, "said-campaign-unmatched", &args));
        }
    }
    out.line(&i18n::text(lang, "said-campaign-caution", &[]));
}
