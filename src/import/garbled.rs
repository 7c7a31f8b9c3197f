//! Headers whose Chinese was lost before the file was saved: its UTF-8 was opened as another encoding, as a spreadsheet program
//! does with a text without a mark in front, and what that showed was kept. The rest of the file is as lost as they are.

use encoding_rs::{Encoding, GBK, WINDOWS_1252};

use super::mapping::is_known;

/// What UTF-8 is mistaken for, and the name that people know it by.
const TAKEN_FOR: &[(&str, &Encoding)] = &[("GBK", GBK), ("Windows-1252", WINDOWS_1252)];
/// So many headers must have meant Chinese, one of them a name that is known: a single one may be a coincidence.
const LEAST: usize = 2;

/// The encoding that the headers' UTF-8 was read as; `None` where they are what they seem.
pub(super) fn taken_for(headers: &[String]) -> Option<&'static str> {
    let unknown: Vec<&String> = headers
        .iter()
        .filter(|h| !h.is_ascii() && !is_known(h))
        .collect();
    TAKEN_FOR.iter().find_map(|(name, encoding)| {
        let meant: Vec<String> = unknown
            .iter()
            .filter_map(|h| as_meant(h, encoding))
            .collect();
        let most = meant.len() >= LEAST && 2 * meant.len() > unknown.len();
        (most && meant.iter().any(|m| is_known(m))).then_some(*name)
    })
}

/// The Chinese that was mistaken; an end that was lost is left out.
fn as_meant(text: &str, encoding: &'static Encoding) -> Option<String> {
    // What fits into no character of the wrong encoding is shown as one of these.
    let kept = text.split(['\u{fffd}', '?']).next().unwrap_or_default();
    let (bytes, _, lost) = encoding.encode(kept);
    if lost {
        return None;
    }
    let whole = match std::str::from_utf8(&bytes) {
        Ok(meant) => meant,
        // Only the last character may be in pieces.
        Err(e) if bytes.len() - e.valid_up_to() < 3 => {
            std::str::from_utf8(&bytes[..e.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    (whole.chars().filter(|c| is_chinese(*c)).count() >= 2).then(|| whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEANT: [&str; 5] = ["工单号", "客户", "车牌号", "进厂日期", "VIN"];

    fn mistaken(encoding: &'static Encoding) -> Vec<String> {
        MEANT
            .iter()
            .map(|h| {
                encoding
                    .decode_without_bom_handling(h.as_bytes())
                    .0
                    .into_owned()
            })
            .collect()
    }

    #[test]
    fn headers_that_were_read_wrongly_are_told_by_how() {
        assert_eq!(taken_for(&mistaken(GBK)), Some("GBK"));
        assert_eq!(taken_for(&mistaken(WINDOWS_1252)), Some("Windows-1252"));
    }

    #[test]
    fn headers_in_any_language_are_what_they_are() {
        let own = |headers: &[&str]| headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>();
        for headers in [
            own(&MEANT),
            own(&["Kennzeichen", "Fälligkeit", "Größe", "Prüfung"]),
            own(&["ro_no", "plate", "in_at"]),
            own(&["單號", "車牌", "日期"]),
            own(&["联通", "电话", "备注", "推荐人", "会员等级", "来店"]),
        ] {
            assert_eq!(taken_for(&headers), None, "{headers:?}");
        }
    }
}
