//! The hidden sheet: what the drop-downs offer, and the mark by which a returned file is known.

use rust_xlsxwriter::{DataValidation, Formula, Worksheet, XlsxError};

use crate::follow_up::CallList;
use crate::follow_up::lost_reasons::{LOST_REASONS, lost_reason_label};
use crate::follow_up::outcomes::{OUTCOMES, RESULTS, outcome_label, result_label};
use crate::follow_up::workbook::MARK;
use crate::i18n::text;
use crate::types::Lang;

/// Row of the first-level results, from 0; their second levels stand below each.
const RESULT_ROW: u32 = 3;

/// Row of the channels, from 0, below the longest second level.
const CHANNEL_ROW: u32 = 30;
/// How a customer may be reached.
const CHANNELS: &[&str] = &["phone", "wechat", "sms", "letter", "visit"];

/// Row of the reasons for staying away, from 0.
const REASON_ROW: u32 = 32;

/// Writes the hidden sheet: mark, dates, then one column a result.
pub(super) fn write(sheet: &mut Worksheet, list: &CallList, lang: Lang) -> Result<(), XlsxError> {
    sheet
        .set_name(text(lang, "list-options", &[]))?
        .set_hidden(true);
    sheet.write_string(0, 0, MARK)?;
    sheet.write_string(1, 0, list.calling_day.to_string())?;
    sheet.write_string(1, 1, list.as_of.to_string())?;
    sheet.write_string(2, 0, text(lang, "list-yes", &[]))?;
    for (col, result) in (0u16..).zip(RESULTS) {
        sheet.write_string(RESULT_ROW, col, result_label(lang, result))?;
        let offered = OUTCOMES.iter().filter(|(r, _)| r == result);
        for (row, (_, outcome)) in (RESULT_ROW + 1..).zip(offered) {
            sheet.write_string(row, col, outcome_label(lang, outcome))?;
        }
    }
    for (col, channel) in (0u16..).zip(CHANNELS) {
        sheet.write_string(
            CHANNEL_ROW,
            col,
            text(lang, &format!("channel-{channel}"), &[]),
        )?;
    }
    for (col, reason) in (0u16..).zip(LOST_REASONS) {
        sheet.write_string(REASON_ROW, col, lost_reason_label(lang, reason))?;
    }
    sheet.protect();
    Ok(())
}

fn sheet_ref(lang: Lang) -> String {
    format!("'{}'!", text(lang, "list-options", &[]).replace('\'', "''"))
}

fn chosen(list: Formula, lang: Lang) -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_formula(list)
        .set_error_message(text(lang, "list-fill-list-error", &[]))
}

/// Drop-down of the first-level results.
pub(super) fn results(lang: Lang) -> Result<DataValidation, XlsxError> {
    let row = RESULT_ROW + 1;
    chosen(
        Formula::new(format!("={}$A${row}:$C${row}", sheet_ref(lang))),
        lang,
    )
}

/// Drop-down of the channels.
pub(super) fn channels(lang: Lang) -> Result<DataValidation, XlsxError> {
    let row = CHANNEL_ROW + 1;
    chosen(
        Formula::new(format!("={}$A${row}:$E${row}", sheet_ref(lang))),
        lang,
    )
}

/// Drop-down of the reasons for staying away.
pub(super) fn lost_reasons(lang: Lang) -> Result<DataValidation, XlsxError> {
    let row = REASON_ROW + 1;
    let last = char::from(b'A' + u8::try_from(LOST_REASONS.len() - 1).unwrap_or(0));
    chosen(
        Formula::new(format!("={}$A${row}:${last}${row}", sheet_ref(lang))),
        lang,
    )
}

/// Drop-down of the second level that belongs to the result in `cell` (`$K3`), first row's reference.
pub(super) fn outcomes(lang: Lang, cell: &str) -> Result<DataValidation, XlsxError> {
    let (at, row, end) = (sheet_ref(lang), RESULT_ROW + 1, RESULT_ROW + 21);
    let column = format!("MATCH({cell},{at}$A${row}:$C${row},0)-1");
    let height = format!("COUNTA(OFFSET({at}$A${row},1,{column},{},1))", end - row);
    chosen(
        Formula::new(format!("=OFFSET({at}$A${row},1,{column},{height},1)")),
        lang,
    )
}

/// Drop-down with the one word that refuses marketing.
pub(super) fn yes(lang: Lang) -> Result<DataValidation, XlsxError> {
    chosen(Formula::new(format!("={}$A$3:$A$3", sheet_ref(lang))), lang)
}
