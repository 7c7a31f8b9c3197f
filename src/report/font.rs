//! The fonts by which labels are measured and PDF is set. A page of HTML names the family only: it is read with the
//! fonts of its reader.

/// Family under which the font is registered and named in charts.
pub const FAMILY: &str = "Noto Sans SC";

/// Noto Sans SC Regular, cut to GB2312, ASCII and the signs of reports by `scripts/font-subset.sh` (OFL 1.1).
pub const REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Regular-subset.ttf");

/// The bold cut, for headings: the commoner characters and all of the catalogues; the rest is set in Regular.
#[cfg(feature = "pdf")]
pub const BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-Bold-subset.ttf");

/// Ascent and descent together, in em: the plotting library scales glyphs by this height.
pub const HEIGHT_EM: f64 = 1.448;

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn u16_at(at: usize) -> usize {
        usize::from(u16::from_be_bytes([REGULAR[at], REGULAR[at + 1]]))
    }

    fn u32_at(at: usize) -> usize {
        u16_at(at) << 16 | u16_at(at + 2)
    }

    fn table(tag: &[u8; 4]) -> usize {
        let record = (0..u16_at(4))
            .map(|i| 12 + 16 * i)
            .find(|at| &REGULAR[*at..at + 4] == tag)
            .unwrap();
        u32_at(record + 8)
    }

    /// Every character of the font: the segments of its cmap in format 4, which is what the subset has.
    pub(crate) fn characters() -> BTreeSet<char> {
        let cmap = table(b"cmap");
        let sub = (0..u16_at(cmap + 2))
            .map(|i| cmap + u32_at(cmap + 4 + 8 * i + 4))
            .find(|at| u16_at(*at) == 4)
            .unwrap();
        let segments = u16_at(sub + 6) / 2;
        let (ends, starts) = (sub + 14, sub + 16 + 2 * segments);
        let (deltas, offsets) = (starts + 2 * segments, starts + 4 * segments);
        let mut out = BTreeSet::new();
        for i in 0..segments {
            let (start, end) = (u16_at(starts + 2 * i), u16_at(ends + 2 * i));
            let (delta, offset) = (u16_at(deltas + 2 * i), u16_at(offsets + 2 * i));
            for c in start..=end.min(0xfffe) {
                let glyph = if offset == 0 {
                    (c + delta) & 0xffff
                } else {
                    let raw = u16_at(offsets + 2 * i + offset + 2 * (c - start));
                    if raw == 0 { 0 } else { (raw + delta) & 0xffff }
                };
                if glyph != 0 {
                    out.extend(u32::try_from(c).ok().and_then(char::from_u32));
                }
            }
        }
        out
    }

    #[test]
    fn the_subset_holds_what_charts_need() {
        let have = characters();
        assert!(have.len() > 7_500, "{}", have.len());
        for c in "¥·–—…≤≥±×°％￥−€£₩₫ⅠⅫ①⑳●▲■,。:;()“”元台辆".chars()
        {
            assert!(have.contains(&c), "{c}");
        }
        for c in crate::i18n::SIGNS.iter().flat_map(|(_, sign)| sign.chars()) {
            assert!(have.contains(&c), "{c}");
        }
    }

    #[test]
    fn the_height_of_the_font_is_as_assumed() {
        let (head, hhea) = (table(b"head"), table(b"hhea"));
        let signed = |at: usize| f64::from(i16::from_be_bytes([REGULAR[at], REGULAR[at + 1]]));
        let em = u16_at(head + 18) as f64;
        let height = (signed(hhea + 4) - signed(hhea + 6)) / em;
        assert!((height - HEIGHT_EM).abs() < 1e-6, "{height}");
    }

    #[test]
    fn every_character_of_the_catalogue_is_in_the_font() {
        let have = characters();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files: Vec<_> = Vec::new();
        for lang in ["zh", "en"] {
            let dir = root.join("i18n/locales").join(lang);
            files.extend(std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()));
        }
        files.push(root.join("report/template.html"));
        files.push(root.join("report/pdf/template.typ"));
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let lacking: BTreeSet<char> = text
                .chars()
                .filter(|c| !c.is_control() && !have.contains(c))
                .collect();
            assert!(lacking.is_empty(), "{}: {lacking:?}", file.display());
        }
    }
}
