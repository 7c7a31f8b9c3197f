//! The words of one row, the same in the workbook and in the CSV.

use chrono::NaiveDate;

use crate::follow_up::outcomes::{outcome_code, outcome_label, result_code, result_label};
use crate::follow_up::tasks::{BOOKED, PROMISED};
use crate::follow_up::why::must_be_told;
use crate::follow_up::{CallList, CallRow};
use crate::i18n::{self, is_invisible, number, text};
use crate::types::{CustomerKind, Lang, Reason};

/// Reasons that a row shows.
const REASONS_SHOWN: usize = 2;
/// Characters of a name, plate or model that a row shows.
const NAME_CHARS: usize = 40;
/// Characters of an opening of the user's own.
const OPENING_CHARS: usize = 200;
/// Characters of a note that a row shows.
const NOTE_CHARS: usize = 80;
/// Share of the full mark below which a survey is worth a word.
const LOW_SCORE: f64 = 0.8;

/// Text of others made fit for a cell: one line, nothing that cannot be seen, not endless.
pub(super) fn clean(raw: &str, chars: usize) -> String {
    let line: String = raw
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    let line = line.trim();
    if line.chars().count() <= chars {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(chars.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn named(raw: Option<&String>) -> Option<String> {
    raw.map(|t| clean(t, NAME_CHARS)).filter(|t| !t.is_empty())
}

/// The caller's name as it is read.
pub(super) fn caller(lang: Lang, name: Option<&str>) -> String {
    name.map(|n| clean(n, NAME_CHARS))
        .filter(|n| !n.is_empty())
        .unwrap_or_else(|| text(lang, "list-unassigned", &[]))
}

/// Name, and below it tier and class.
pub(super) fn customer(lang: Lang, row: &CallRow) -> String {
    let name =
        named(row.detail.customer_name.as_ref()).unwrap_or_else(|| text(lang, "list-no-name", &[]));
    let tier = row
        .detail
        .loyalty_tier
        .map(|t| text(lang, &format!("tier-{t}"), &[]));
    let class = row.detail.frequency_class.clone();
    let below: Vec<String> = [tier, class].into_iter().flatten().collect();
    if below.is_empty() {
        name
    } else {
        format!("{name}\n{}", below.join(" "))
    }
}

/// The number to dial.
pub(super) fn phone(lang: Lang, row: &CallRow) -> String {
    row.detail
        .phone()
        .map(|p| clean(p, NAME_CHARS))
        .filter(|p| !p.is_empty())
        .unwrap_or_else(|| text(lang, "list-no-phone", &[]))
}

/// Plate (else the end of the VIN), and below it series and model.
pub(super) fn car(lang: Lang, row: &CallRow) -> String {
    let d = &row.detail;
    if !d.is_vehicle {
        return text(lang, "list-no-car", &[]);
    }
    let key = named(d.plate.as_ref())
        .or_else(|| named(d.vin.as_ref()))
        .unwrap_or_default();
    let mut model: Vec<String> = Vec::new();
    for part in [&d.series, &d.model]
        .into_iter()
        .filter_map(|p| named(p.as_ref()))
    {
        // Models often repeat the series.
        if !model.iter().any(|m| m.contains(&part)) {
            model.retain(|m| !part.contains(m.as_str()));
            model.push(part);
        }
    }
    if model.is_empty() {
        model.extend(named(d.brand.as_ref()));
    }
    [key, model.join(" ")]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The two best reasons, and what must be told beside them, one a line.
pub(super) fn why(lang: Lang, row: &CallRow) -> String {
    let shown = |place: usize, reason: &Reason| place < REASONS_SHOWN || must_be_told(reason);
    row.reasons
        .iter()
        .enumerate()
        .take_while(|(place, reason)| shown(*place, reason))
        .map(|(_, r)| clean(&i18n::reason(lang, r), NOTE_CHARS))
        .collect::<Vec<_>>()
        .join("\n")
}

/// One sentence to begin with.
pub(super) fn opening(lang: Lang, list: &CallList, row: &CallRow) -> String {
    let d = &row.detail;
    let who = match named(d.customer_name.as_ref()) {
        Some(name) if d.customer_kind == Some(CustomerKind::Company) => {
            text(lang, "list-who-company", &[("name", &name)])
        }
        Some(name) => text(lang, "list-who-person", &[("name", &name)]),
        None => text(lang, "list-who-unknown", &[]),
    };
    let shop = clean(&list.department, NAME_CHARS);
    let caller = row
        .caller
        .as_deref()
        .map(|c| clean(c, NAME_CHARS))
        .unwrap_or_default();
    let intro = match (shop.is_empty(), caller.is_empty()) {
        (false, false) => "list-intro-full",
        (false, true) => "list-intro-shop",
        (true, false) => "list-intro-caller",
        (true, true) => "list-intro-none",
    };
    let intro = text(lang, intro, &[("shop", &shop), ("caller", &caller)]);
    let car = named(d.series.as_ref())
        .or_else(|| named(d.brand.as_ref()))
        .unwrap_or_else(|| text(lang, "list-car-unknown", &[]));
    let own = row
        .rule
        .words
        .as_ref()
        .map(|w| w.opening[usize::from(lang == Lang::En)].clone())
        .filter(|o| !o.is_empty());
    if let Some(own) = own {
        let opening = own
            .replace("{who}", &who)
            .replace("{intro}", &intro)
            .replace("{car}", &car);
        return clean(&opening, OPENING_CHARS);
    }
    let id = if row.rule.words.is_some() {
        "own"
    } else {
        &row.rule.id
    };
    let date = row.about_on.map(|d| d.to_string()).unwrap_or_default();
    let about = clean(&row.about, NOTE_CHARS);
    let args = [
        ("who", &*who),
        ("intro", &intro),
        ("car", &car),
        ("date", &date),
        ("about", &about),
    ];
    let mut key = format!("list-opening-{id}");
    if id == PROMISED {
        // What had been agreed for today, for a day that has passed, or to come.
        if row.about == BOOKED {
            key += "-booked";
        } else if row.about_on.is_some_and(|day| day < list.calling_day) {
            key += "-late";
        }
    } else if brings_answer(row) {
        key += "-tell";
    }
    // A customer without a vehicle is not asked about one.
    let found = (!d.is_vehicle)
        .then(|| i18n::find(lang, &format!("{key}-person"), &args))
        .flatten();
    found.unwrap_or_else(|| text(lang, &key, &args))
}

/// One question to ask.
pub(super) fn question(lang: Lang, row: &CallRow) -> String {
    let id = if row.rule.words.is_some() {
        "own"
    } else {
        &row.rule.id
    };
    let tells = if brings_answer(row) { "-tell" } else { "" };
    text(lang, &format!("list-question-{id}{tells}"), &[])
}

/// The call tells what came of a complaint.
fn brings_answer(row: &CallRow) -> bool {
    row.rule.id == "unsolved" && row.about.split('|').next() == Some("tell")
}

/// What may be offered.
pub(super) fn offer(list: &CallList, row: &CallRow) -> String {
    list.offers
        .get(&*row.rule.id)
        .map(|o| clean(o, NOTE_CHARS))
        .unwrap_or_default()
}

/// The lists that name the unit.
pub(super) fn lists(lang: Lang, row: &CallRow) -> String {
    row.lists
        .iter()
        .map(|l| clean(&l.name(lang), NAME_CHARS))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The channel as it is read.
pub(super) fn channel(lang: Lang, row: &CallRow) -> String {
    text(lang, &format!("channel-{}", row.channel), &[])
}

/// Person or company, in words.
pub(super) fn kind(lang: Lang, row: &CallRow) -> String {
    row.detail
        .customer_kind
        .map(|k| text(lang, &format!("list-kind-{k}"), &[]))
        .unwrap_or_default()
}

/// The numbers beside the first.
pub(super) fn other_phones(row: &CallRow) -> String {
    let first = row.detail.phone();
    row.detail
        .phones
        .iter()
        .map(|p| clean(p, NAME_CHARS))
        .filter(|p| !p.is_empty() && Some(p.as_str()) != first)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Consent to marketing, in words.
pub(super) fn consent(lang: Lang, row: &CallRow) -> String {
    let state = match row.detail.consent_marketing.as_deref() {
        _ if row.detail.opted_out => "no",
        Some("yes") => "yes",
        Some("no") => "no",
        _ => "unknown",
    };
    text(lang, &format!("list-consent-{state}"), &[])
}

/// The last attempt: date, channel, result.
pub(super) fn last_contact(list: &CallList, lang: Lang, row: &CallRow) -> String {
    talk(list, lang, row)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The header of a column; those of money say what it is.
pub(super) fn header(list: &CallList, lang: Lang, key: &str) -> String {
    let currency = [("currency", list.currency.word(lang))];
    text(lang, &format!("list-col-{key}"), &currency)
}

/// What was said last, so that the call does not repeat it, and what was done at the last visit.
pub(super) fn talk(list: &CallList, lang: Lang, row: &CallRow) -> String {
    let d = &row.detail;
    let mut lines = Vec::new();
    match d.contact_on {
        Some(on) => {
            let channel = match d.contact_channel.as_deref() {
                Some(c) if i18n::has(lang, &format!("channel-{c}")) => {
                    text(lang, &format!("channel-{c}"), &[])
                }
                Some(c) => clean(c, NAME_CHARS),
                None => String::new(),
            };
            let result = match (&d.contact_result_l2, &d.contact_result_l1) {
                // Words of another system that mean one of ours are said in the language of the list.
                (Some(l2), _) => match outcome_code(l2) {
                    Some((_, code)) => outcome_label(lang, code),
                    None => l2.clone(),
                },
                (None, Some(l1)) => result_label(lang, result_code(l1).unwrap_or(l1)),
                (None, None) => String::new(),
            };
            // What it was about, so that the next call is about something else.
            let topic = d.contact_purpose.as_deref().unwrap_or_default();
            let topic = if i18n::has(lang, &format!("list-{topic}")) {
                text(lang, &format!("list-{topic}"), &[])
            } else {
                clean(topic, NAME_CHARS)
            };
            let channel = if topic.is_empty() {
                channel
            } else {
                format!("{channel} · {topic}")
            };
            let args = [
                ("date", &*on.to_string()),
                ("channel", &*channel),
                ("result", &*clean(&result, NAME_CHARS)),
            ];
            let said = text(lang, "list-talk", &args);
            lines.push(said.trim_end_matches([' ', ':']).to_owned());
            if let Some(note) = d.contact_note.as_deref().map(|n| clean(n, NOTE_CHARS)) {
                lines.push(note);
            }
        }
        None => lines.push(text(lang, "list-no-talk", &[])),
    }
    if let Some(on) = d.last_visit_on {
        let known = d.last_visit_class.as_deref();
        let class = text(lang, &format!("class-{}", known.unwrap_or("unknown")), &[]);
        let date = on.to_string();
        lines.push(match d.last_visit_amount {
            // An order that no visit is made of yet.
            None if known.is_none() => text(lang, "list-visit-day", &[("date", &date)]),
            Some(amount) => {
                let amount = list.currency.plain(amount);
                text(
                    lang,
                    "list-visit",
                    &[
                        ("date", &date),
                        ("class", &class),
                        ("amount", &amount),
                        ("currency", list.currency.word(lang)),
                    ],
                )
            }
            None => text(
                lang,
                "list-visit-no-amount",
                &[("date", &date), ("class", &class)],
            ),
        });
    }
    if let (Some(score), Some(scale)) = (d.survey_score, d.survey_scale)
        && scale > 0.0
        && score / scale < LOW_SCORE
    {
        let (score, scale) = (number(score, 0), number(scale, 0));
        lines.push(text(
            lang,
            "list-low-score",
            &[("score", &score), ("scale", &scale)],
        ));
    }
    // Lists that are no marketing may name a customer with an open complaint.
    if d.open_complaints > 0 {
        lines.push(text(lang, "list-complaint-mark", &[]));
    }
    lines.join("\n")
}

/// A missed appointment, or one of another vehicle of the same customer.
pub(super) fn booking(lang: Lang, row: &CallRow) -> String {
    let line = |key: &str, date: Option<NaiveDate>| {
        date.map(|d| text(lang, key, &[("date", &d.format("%m-%d").to_string())]))
    };
    [
        line("list-missed", row.detail.missed_on),
        line("list-other-booked", row.detail.other_booked_for),
    ]
    .into_iter()
    .flatten()
    .chain(row.detail.booked_for.map(|d| d.format("%m-%d").to_string()))
    .collect::<Vec<_>>()
    .join("\n")
}
