//! The first sheet: who calls how many, what must be done by tonight, who is not called and why,
//! how old the data is, how to fill in.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::follow_up::workbook::CallerSheet;
use crate::follow_up::workbook::look::Look;
use crate::follow_up::{Band, CallList, cells};
use crate::i18n::text;
use crate::types::Lang;

/// From this age on, the data is worth a look before dialling, days.
const OLD_DAYS: i64 = 4;
/// From this age on, calling is likely to embarrass, days.
const STALE_DAYS: i64 = 15;
/// Widths in pixels: caller, rows, must, value, the bands, withheld, over capacity.
const WIDTHS: [u32; 15] = [150, 56, 96, 132, 70, 70, 70, 70, 70, 70, 70, 70, 70, 60, 76];

/// The line that every sheet carries: for which day, up to when the data reaches.
pub(in crate::follow_up) fn age(list: &CallList, lang: Lang) -> String {
    let day = list.calling_day.to_string();
    let (as_of, days) = (list.as_of.to_string(), list.age_days().to_string());
    let form = match list.age_days() {
        0 => "none",
        1 => "one",
        _ => "other",
    };
    let line = text(
        lang,
        "list-age",
        &[
            ("day", &day),
            ("as_of", &as_of),
            ("days", &days),
            ("days_form", form),
        ],
    );
    let mark = match list.age_days() {
        d if d >= STALE_DAYS => "list-age-stale",
        d if d >= OLD_DAYS => "list-age-old",
        _ => "list-age-fresh",
    };
    format!("{line}    {}", text(lang, mark, &[]))
}

/// A sheet written from the top down.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    lang: Lang,
    look: &'a Look,
    /// What money is called.
    money: &'a str,
}

impl Page<'_> {
    fn message(&self, id: &str) -> String {
        text(self.lang, id, &[("currency", self.money)])
    }

    fn heading(&mut self, id: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet
            .write_string_with_format(self.row, 0, self.message(id), &self.look.heading)?;
        self.sheet.set_row_height_pixels(self.row, 24)?;
        self.row += 1;
        Ok(())
    }

    fn sentence(&mut self, sentence: String, muted: bool) -> Result<(), XlsxError> {
        let format = if muted {
            &self.look.note
        } else {
            &self.look.plain
        };
        self.sheet
            .write_string_with_format(self.row, 0, sentence, format)?;
        self.sheet.set_row_height_pixels(self.row, 20)?;
        self.row += 1;
        Ok(())
    }
}

pub(super) fn write(
    sheet: &mut Worksheet,
    list: &CallList,
    callers: &[CallerSheet<'_>],
    lang: Lang,
    look: &Look,
) -> Result<(), XlsxError> {
    sheet.set_name(text(lang, "list-today", &[]))?;
    for (col, width) in (0u16..).zip(WIDTHS) {
        sheet.set_column_width_pixels(col, width)?;
    }
    let mut page = Page {
        sheet,
        row: 0,
        lang,
        look,
        money: list.currency.word(lang),
    };
    let shop = cells::clean(&list.department, 40);
    let title = if shop.is_empty() {
        text(lang, "list-title", &[])
    } else {
        text(lang, "list-title-shop", &[("shop", &shop)])
    };
    page.sheet
        .write_string_with_format(0, 0, title, &look.title)?;
    page.sheet.set_row_height_pixels(0, 30)?;
    page.row = 1;
    page.sentence(age(list, lang), false)?;
    page.heading("list-section-callers")?;
    callers_table(&mut page, list, callers)?;
    if !list.plan.is_empty() {
        page.heading("list-section-plan")?;
        plan_table(&mut page, list)?;
    }
    page.heading("list-section-lists")?;
    lists_table(&mut page, list)?;
    page.heading("list-section-withheld")?;
    withheld_table(&mut page, list)?;
    page.heading("list-section-quality")?;
    quality(&mut page, list)?;
    page.heading("list-section-howto")?;
    for n in 1..=5 {
        let sentence = page.message(&format!("list-howto-{n}"));
        page.sentence(sentence, false)?;
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.5, 0.2, 0.2);
    sheet.set_screen_gridlines(false);
    sheet.protect();
    Ok(())
}

fn callers_table(
    page: &mut Page<'_>,
    list: &CallList,
    callers: &[CallerSheet<'_>],
) -> Result<(), XlsxError> {
    let look = page.look;
    let mut heads: Vec<String> = ["caller", "rows", "must", "value"]
        .iter()
        .map(|k| page.message(&format!("list-head-{k}")))
        .collect();
    heads.extend(Band::ALL.iter().map(|b| page.message(&b.key())));
    heads.extend(
        ["withheld", "over"]
            .iter()
            .map(|k| page.message(&format!("list-head-{k}"))),
    );
    for (col, head) in (0u16..).zip(heads) {
        let format = if col == 0 {
            &look.head
        } else {
            &look.head_number
        };
        page.sheet
            .write_string_with_format(page.row, col, head, format)?;
    }
    page.sheet.set_row_height_pixels(page.row, 36)?;
    page.row += 1;
    let figures = |part: &CallerSheet<'_>| -> Vec<f64> {
        let count = |n: usize| u32::try_from(n).map_or(f64::NAN, f64::from);
        let mut out = vec![
            count(part.rows.len()),
            count(part.must(list)),
            part.value().round(),
        ];
        out.extend(
            Band::ALL
                .iter()
                .map(|b| count(part.rows.iter().filter(|r| r.band == *b).count())),
        );
        out.extend([count(part.withheld), count(part.over)]);
        out
    };
    let mut totals = vec![0.0; 3 + Band::ALL.len() + 2];
    for part in callers {
        page.sheet
            .write_string_with_format(page.row, 0, part.name.as_str(), &look.name)?;
        for (i, figure) in figures(part).into_iter().enumerate() {
            totals[i] += figure;
            write_figure(page, i, figure, &look.number)?;
        }
        page.sheet.set_row_height_pixels(page.row, 20)?;
        page.row += 1;
    }
    let total = page.message("list-total");
    page.sheet
        .write_string_with_format(page.row, 0, total, &look.total_text)?;
    for (i, figure) in totals.iter().enumerate() {
        write_figure(page, i, *figure, &look.total_number)?;
    }
    page.sheet.set_row_height_pixels(page.row, 20)?;
    page.row += 1;
    if list.rows.is_empty() {
        let sentence = page.message("list-empty");
        page.sentence(sentence, false)?;
    }
    let note = page.message("list-value-note");
    page.sentence(note, true)?;
    if !list.over_capacity.is_empty() {
        let note = page.message("list-over-note");
        page.sentence(note, true)?;
    }
    Ok(())
}

/// The days of a plan.
fn plan_table(page: &mut Page<'_>, list: &CallList) -> Result<(), XlsxError> {
    let look = page.look;
    for (col, key) in (0u16..).zip(["day", "rows", "must", "value", "over"]) {
        let format = if col == 0 {
            &look.head
        } else {
            &look.head_number
        };
        let head = page.message(&format!("list-head-{key}"));
        page.sheet
            .write_string_with_format(page.row, col, head, format)?;
    }
    page.row += 1;
    let count = |n: usize| u32::try_from(n).map_or(f64::NAN, f64::from);
    for day in &list.plan {
        let format = if day.day == list.calling_day {
            &look.name
        } else {
            &look.entry
        };
        page.sheet
            .write_string_with_format(page.row, 0, day.day.to_string(), format)?;
        let figures = [
            count(day.rows.values().sum()),
            count(day.must),
            day.value.round(),
            count(day.over),
        ];
        for (i, figure) in figures.into_iter().enumerate() {
            write_figure(page, i, figure, &look.number)?;
        }
        page.sheet.set_row_height_pixels(page.row, 20)?;
        page.row += 1;
    }
    let note = page.message("list-plan-note");
    page.sentence(note, true)
}

/// How many rows each list brings, and how many of them stand on it first.
fn lists_table(page: &mut Page<'_>, list: &CallList) -> Result<(), XlsxError> {
    let look = page.look;
    // In the order in which they first appear on the page.
    let mut found: Vec<(String, usize, usize)> = Vec::new();
    for row in &list.rows {
        for (i, rule) in row.lists.iter().enumerate() {
            let name = cells::clean(&rule.name(page.lang), 40);
            let at = found
                .iter()
                .position(|(n, ..)| *n == name)
                .unwrap_or_else(|| {
                    found.push((name, 0, 0));
                    found.len() - 1
                });
            found[at].1 += usize::from(i == 0);
            found[at].2 += 1;
        }
    }
    if found.is_empty() {
        let none = page.message("list-none");
        return page.sentence(none, true);
    }
    for (col, key) in (0u16..).zip(["list", "rows", "named"]) {
        let format = if col == 0 {
            &look.head
        } else {
            &look.head_number
        };
        let head = page.message(&format!("list-head-{key}"));
        page.sheet
            .write_string_with_format(page.row, col, head, format)?;
    }
    page.row += 1;
    let count = |n: usize| u32::try_from(n).map_or(f64::NAN, f64::from);
    for (name, first, named) in found {
        page.sheet
            .write_string_with_format(page.row, 0, name, &look.entry)?;
        write_figure(page, 0, count(first), &look.number)?;
        write_figure(page, 1, count(named), &look.number)?;
        page.sheet.set_row_height_pixels(page.row, 20)?;
        page.row += 1;
    }
    let note = page.message("list-lists-note");
    page.sentence(note, true)
}

fn write_figure(
    page: &mut Page<'_>,
    index: usize,
    figure: f64,
    format: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    let col = u16::try_from(index + 1).unwrap_or(u16::MAX);
    page.sheet
        .write_number_with_format(page.row, col, figure, format)?;
    Ok(())
}

fn withheld_table(page: &mut Page<'_>, list: &CallList) -> Result<(), XlsxError> {
    let look = page.look;
    let counts = list.withheld_counts();
    if counts.is_empty() {
        let none = page.message("list-none");
        return page.sentence(none, true);
    }
    for (col, key, format) in [
        (0, "why", &look.head),
        (1, "count", &look.head_number),
        (2, "next", &look.head_beside),
    ] {
        let head = page.message(&format!("list-head-{key}"));
        if col == 2 {
            page.sheet
                .merge_range(page.row, col, page.row, col + 1, &head, format)?;
        } else {
            page.sheet
                .write_string_with_format(page.row, col, head, format)?;
        }
    }
    page.row += 1;
    for (why, count) in counts {
        let (name, next) = (
            page.message(why.key()),
            page.message(&format!("{}-next", why.key())),
        );
        page.sheet
            .write_string_with_format(page.row, 0, name, &look.entry)?;
        let count = u32::try_from(count).map_or(f64::NAN, f64::from);
        page.sheet
            .write_number_with_format(page.row, 1, count, &look.number)?;
        page.sheet
            .merge_range(page.row, 2, page.row, 3, &next, &look.beside)?;
        page.sheet.set_row_height_pixels(page.row, 20)?;
        page.row += 1;
    }
    Ok(())
}

/// What is missing in the rows themselves; such rows stay on the list, since a visit can mend them.
fn quality(page: &mut Page<'_>, list: &CallList) -> Result<(), XlsxError> {
    let count =
        |f: &dyn Fn(&crate::follow_up::CallRow) -> bool| list.rows.iter().filter(|r| f(r)).count();
    let gaps = [
        ("list-quality-phone", count(&|r| r.detail.phone().is_none())),
        (
            "list-quality-name",
            count(&|r| r.detail.customer_name.is_none()),
        ),
        ("list-quality-unassigned", count(&|r| r.caller.is_none())),
        ("list-quality-value", count(&|r| r.value_at_stake.is_none())),
        (
            "list-quality-channel",
            count(&|r| r.rule.channel == "phone" && r.channel != "phone"),
        ),
        ("list-quality-late", count(&|r| r.due_on < list.calling_day)),
    ];
    let mut good = true;
    for (key, gap) in gaps.into_iter().filter(|(_, gap)| *gap > 0) {
        good = false;
        let sentence = text(page.lang, key, &[("count", &gap.to_string())]);
        page.sentence(format!("▲ {sentence}"), false)?;
    }
    if good {
        let sentence = page.message("list-quality-good");
        page.sentence(format!("● {sentence}"), false)?;
    }
    Ok(())
}
