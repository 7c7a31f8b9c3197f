//! Tables in HTML, and workbooks in the XML of Excel 2003, under whatever name: what many systems call an Excel export.
//! A tolerant reader of tags: it follows no links, runs nothing, and knows tables, rows, cells and characters alone.

use std::io::Write;

use encoding_rs::Encoding;

use super::encoding;
use super::source::MAX_COLUMNS;
use super::spool::Writer;

/// Whether a text begins as such a page.
pub(super) fn is_page(head: &[u8]) -> bool {
    let (text, ..) = match Encoding::for_bom(head) {
        Some((encoding, _)) => encoding.decode(head),
        None => encoding_rs::WINDOWS_1252.decode(head),
    };
    let text = text.trim_start().to_ascii_lowercase();
    let begins = [
        "<!doctype html",
        "<html",
        "<table",
        "<head",
        "<body",
        "<meta",
        "<style",
        "<div",
        "<!--",
    ];
    begins.iter().any(|b| text.starts_with(b))
        || (text.starts_with("<?xml") && (text.contains("<workbook") || text.contains("<html")))
}

/// The text of a page, in the encoding asked for, else the one that it names, else the one that it looks like.
///
/// # Errors
/// The key of a message.
pub(super) fn decoded(
    bytes: &[u8],
    label: Option<&'static Encoding>,
) -> std::result::Result<(String, &'static Encoding), &'static str> {
    let named = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
        let at = head.find("charset=").map(|at| at + 8);
        let at = at.or_else(|| head.find("encoding=").map(|at| at + 9))?;
        let name: String = head[at..]
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        // What it names is believed where the bytes are that.
        encoding::named(&name).filter(|e| !e.decode_without_bom_handling(bytes).1)
    };
    let encoding = match label
        .or_else(|| Encoding::for_bom(bytes).map(|(e, _)| e))
        .or_else(named)
    {
        Some(encoding) => encoding,
        None => encoding::detect(bytes)?,
    };
    Ok((encoding.decode(bytes).0.into_owned(), encoding))
}

/// Writes each table as a sheet.
///
/// # Errors
/// When there is no place for the rows.
pub(super) fn write<W: Write>(page: &str, to: &mut Writer<W>) -> std::io::Result<()> {
    let mut tables = Tables::default();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        tables.text(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if let Some(raw) = rest.strip_prefix("<![CDATA[") {
            let end = raw.find("]]>").unwrap_or(raw.len());
            tables.raw(&raw[..end]);
            rest = raw.get(end + 3..).unwrap_or("");
            continue;
        }
        // A `<` that begins no tag is one of the text.
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        {
            tables.raw("<");
            rest = &rest[1..];
            continue;
        }
        let end = tag_end(rest);
        let tag = &rest[1..end];
        rest = rest.get(end + 1..).unwrap_or("");
        let name = tag_name(tag);
        if name == "script" || name == "style" {
            let close = format!("</{name}");
            rest = find_ignoring_case(rest, &close).map_or("", |at| &rest[at..]);
            continue;
        }
        tables.tag(&name, tag, to)?;
    }
    tables.text(rest);
    tables.end_row(to)
}

/// Where a tag ends: at the first `>` outside quotes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') if text[..at].ends_with('=') => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// The name of a tag in lower case, without its namespace; with a `/` in front where it closes.
fn tag_name(tag: &str) -> String {
    let (slash, body) = tag.strip_prefix('/').map_or(("", tag), |b| ("/", b));
    let name: String = body
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-'))
        .collect();
    let name = name.rsplit(':').next().unwrap_or_default();
    format!("{slash}{}", name.to_ascii_lowercase())
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes()
        .windows(wanted.len())
        .position(|w| w.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The value of a tag's attribute, whatever its namespace.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = tag.match_indices('=').find_map(|(at, _)| {
        let before = tag[..at].trim_end();
        let key = before.rsplit([' ', '\t', '\n', '\r', ':']).next()?;
        key.eq_ignore_ascii_case(name).then_some(at + 1)
    })?;
    let value = tag[at..].trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split([' ', '\t', '\n', '>', '/']).next(),
    }
}

fn number(tag: &str, name: &str) -> usize {
    attribute(tag, name)
        .and_then(|v| v.trim().parse().ok())
        .unwrap_or(0)
}

/// What is open while a page is read.
#[derive(Default)]
struct Tables {
    /// Tables begun so far.
    count: usize,
    /// True once the table in hand has been said to the writer.
    begun: bool,
    name: Option<String>,
    row: u32,
    /// The row in hand, where one is open.
    cells: Option<Vec<String>>,
    /// The cell in hand and how many columns it takes.
    cell: Option<(String, usize)>,
    /// Columns that cells of rows above still cover: column, rows left.
    covered: Vec<usize>,
}

impl Tables {
    /// Text of the page: blanks in a row are one, characters may be written by name or number.
    fn text(&mut self, text: &str) {
        if self.cell.is_some() && !text.is_empty() {
            let mut plain = String::with_capacity(text.len());
            for c in text.chars() {
                let blank = matches!(c, ' ' | '\n' | '\r' | '\t');
                if !blank {
                    plain.push(c);
                } else if !plain.ends_with(' ') {
                    plain.push(' ');
                }
            }
            self.raw(&characters(&plain));
        }
    }

    fn raw(&mut self, text: &str) {
        if let Some((cell, _)) = &mut self.cell {
            cell.push_str(text);
        }
    }

    fn tag<W: Write>(&mut self, name: &str, tag: &str, to: &mut Writer<W>) -> std::io::Result<()> {
        match name {
            "table" | "worksheet" => {
                self.end_row(to)?;
                if name == "table" && self.name.is_some() && !self.begun {
                    // The table of a worksheet that has a name already.
                    return Ok(());
                }
                self.count += 1;
                self.begun = false;
                self.row = 0;
                self.covered.clear();
                self.name = (name == "worksheet").then(|| {
                    let name = attribute(tag, "name").unwrap_or("sheet");
                    characters(name)
                });
            }
            "/table" | "/worksheet" => {
                self.end_row(to)?;
                if name == "/worksheet" {
                    self.name = None;
                }
            }
            "tr" | "row" => {
                self.end_row(to)?;
                let index = number(tag, "index");
                if name == "row" && index > 0 {
                    self.row = u32::try_from(index - 1).unwrap_or(self.row).max(self.row);
                }
                self.cells = Some(Vec::new());
            }
            "/tr" | "/row" => self.end_row(to)?,
            "td" | "th" | "cell" => self.begin_cell(name, tag),
            "/td" | "/th" | "/cell" => self.end_cell(),
            "br" | "/p" | "/div" => self.raw(" "),
            _ => {}
        }
        Ok(())
    }

    fn begin_cell(&mut self, name: &str, tag: &str) {
        self.end_cell();
        let cells = self.cells.get_or_insert_default();
        if name == "cell" {
            let index = number(tag, "index").min(MAX_COLUMNS + 1);
            if index > cells.len() + 1 {
                cells.resize(index - 1, String::new());
            }
        }
        while self.covered.get(cells.len()).is_some_and(|rows| *rows > 0)
            && cells.len() <= MAX_COLUMNS
        {
            cells.push(String::new());
        }
        let width = if name == "cell" {
            number(tag, "mergeacross") + 1
        } else {
            number(tag, "colspan").max(1)
        };
        let width = width.min(MAX_COLUMNS);
        let height = number(tag, "rowspan").min(10_000);
        if height > 1 {
            let end = (cells.len() + width).min(MAX_COLUMNS);
            if self.covered.len() < end {
                self.covered.resize(end, 0);
            }
            for rows in &mut self.covered[cells.len().min(end)..end] {
                *rows = height;
            }
        }
        self.cell = Some((String::new(), width));
        if tag.ends_with('/') {
            self.end_cell();
        }
    }

    fn end_cell(&mut self) {
        if let Some((text, width)) = self.cell.take() {
            let cells = self.cells.get_or_insert_default();
            // More columns than anybody exports are told from the one that is over the limit.
            if cells.len() <= MAX_COLUMNS {
                cells.push(text.trim().to_owned());
                cells.resize(cells.len() + width - 1, String::new());
            }
        }
    }

    fn end_row<W: Write>(&mut self, to: &mut Writer<W>) -> std::io::Result<()> {
        self.end_cell();
        let Some(cells) = self.cells.take() else {
            return Ok(());
        };
        if !self.begun {
            let name = match &self.name {
                Some(name) => name.clone(),
                None => self.count.max(1).to_string(),
            };
            to.sheet(&name, false)?;
            self.begun = true;
        }
        to.row(self.row, &cells)?;
        self.row += 1;
        for rows in &mut self.covered {
            *rows = rows.saturating_sub(1);
        }
        Ok(())
    }
}

/// Characters written by name or number.
fn characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((character(&rest[..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(|c| if c == '\u{a0}' { ' ' } else { c });
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" => ' ',
        "yen" => '¥',
        "middot" => '·',
        "mdash" => '—',
        "ndash" => '–',
        "times" => '×',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::spool::Spool;
    use super::*;
    use proptest::prelude::*;

    type Found = Vec<(String, Vec<(u32, Vec<String>)>)>;

    fn sheets(page: &str) -> Found {
        let file = tempfile::tempfile().unwrap();
        let mut out = Writer::new(file.try_clone().unwrap(), 1 << 24);
        write(page, &mut out).unwrap();
        out.end().unwrap();
        let spool = Spool::open(file).unwrap();
        spool
            .names()
            .into_iter()
            .map(|name| {
                let mut rows = Vec::new();
                spool
                    .each_row(&name, |row| {
                        rows.push((row.number, row.cells));
                        Ok(true)
                    })
                    .unwrap();
                (name, rows)
            })
            .collect()
    }

    #[test]
    fn cells_are_read_with_their_spans_and_characters() {
        let found = sheets(
            "<html><style>td{a:b}</style><!-- <table> --><TABLE border=1>\n<tr><td rowspan=2>A</td><th colspan='2'>B &amp; C\
             </th></tr><tr><td>x<br>y<td>&yen;1&#44;2 < 3</tr><tr><td></td></tr></table><table><tr><td>z</table>",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0].1,
            [
                (0, vec!["A".to_owned(), "B & C".to_owned()]),
                (
                    1,
                    vec![String::new(), "x y".to_owned(), "¥1,2 < 3".to_owned()]
                )
            ]
        );
        assert_eq!(found[1].1[0].1, ["z"]);
    }

    #[test]
    fn the_xml_of_excel_2003_is_a_workbook_too() {
        let page = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">\
            <Worksheet ss:Name=\"工单\"><Table><Row ss:Index=\"3\"><Cell><Data ss:Type=\"String\">a</Data></Cell>\
            <Cell ss:Index=\"3\"><Data ss:Type=\"Number\">2</Data></Cell></Row></Table></Worksheet></Workbook>";
        assert!(is_page(page.as_bytes()));
        let found = sheets(page);
        assert_eq!(found[0].0, "工单");
        assert_eq!(
            found[0].1,
            [(2, vec!["a".to_owned(), String::new(), "2".to_owned()])]
        );
    }

    proptest! {
        #[test]
        fn no_page_makes_it_stumble(
            parts in proptest::collection::vec(
                prop_oneof![
                    "[<>&;=\"'/a-z0-9 工]{0,12}",
                    Just("<table>".to_owned()), Just("<tr>".to_owned()), Just("<td colspan=3>".to_owned()),
                    Just("<td rowspan='9999999999'>".to_owned()), Just("</td>".to_owned()), Just("</tr>".to_owned()),
                    Just("<Cell ss:Index='999999'>".to_owned()), Just("<![CDATA[".to_owned()), Just("<!--".to_owned()),
                    Just("<script>".to_owned()), Just("&#x41;&#1114112;".to_owned()),
                ],
                0..40,
            )
        ) {
            sheets(&parts.concat());
        }
    }
}
