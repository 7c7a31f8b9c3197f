//! Parquet, by an engine that holds nothing and reaches nothing but the file's folder. What it reads comes back as text, in
//! batches, with a word at the end: what broke off is no table.

use std::io::{BufReader, BufWriter, Error as IoError, ErrorKind, Read, Result as IoResult, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use arrow::array::{Array, Int64Array, RecordBatch, StringArray};

use super::super::parquet::{no_pattern, shape};
use super::super::records::Records;
use super::super::source::BATCH;
use super::{Job, wanted_too_much};
use crate::store::{Store, quote_identifier, quote_text};
use crate::types::{Error, Result};

const COLUMN: u8 = 1;
const ROWS: u8 = 2;
const TOO_MUCH: u8 = 3;
const END: u8 = 4;

/// Bytes of text after which a batch is handed on, however few its rows.
const BATCH_BYTES: usize = 4 << 20;

/// What is wrong with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Fault {
    /// It is no valid Parquet.
    Unreadable,
    /// Reading it takes more than it may.
    TooMuch,
}

/// Has the columns of a file told by a process of its own: names and the engine's types.
///
/// # Errors
/// What is wrong with the file.
pub(in crate::import) fn columns(
    path: &Path,
    memory_mb: u64,
) -> std::result::Result<Vec<(String, String)>, Fault> {
    let mut columns = Vec::new();
    each(Job::ParquetColumns, path, memory_mb, |said| {
        if let Said::Column(name, kind) = said {
            columns.push((name, kind));
        }
        true
    })?;
    Ok(columns)
}

/// Has the rows of a file read by a process of its own and hands them on in batches, until `take` wants no more.
///
/// # Errors
/// What is wrong with the file.
pub(in crate::import) fn rows(
    path: &Path,
    memory_mb: u64,
    mut take: impl FnMut(Records) -> bool,
) -> std::result::Result<(), Fault> {
    each(Job::ParquetRows, path, memory_mb, |said| match said {
        Said::Rows(records) => take(records),
        _ => true,
    })
}

/// What the process says.
enum Said {
    Column(String, String),
    Rows(Records),
    TooMuch,
    End,
    /// Nobody wants to hear more.
    Enough,
}

fn each(
    job: Job,
    path: &Path,
    memory_mb: u64,
    mut take: impl FnMut(Said) -> bool,
) -> std::result::Result<(), Fault> {
    let unreadable = |_| Fault::Unreadable;
    let mut process = job.process(path, memory_mb).map_err(unreadable)?;
    let mut child = process.stdout(Stdio::piped()).spawn().map_err(unreadable)?;
    let heard = hear(&mut child, &mut take);
    if !matches!(heard, Ok(Said::End)) {
        // It may be at work still, or waiting to be heard.
        let _ = child.kill();
    }
    let status = child.wait().map_err(unreadable)?;
    match heard {
        Ok(Said::TooMuch) => Err(Fault::TooMuch),
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::UnexpectedEof && wanted_too_much(status) => {
            Err(Fault::TooMuch)
        }
        Err(_) => Err(Fault::Unreadable),
    }
}

/// Listens until the process has said all, or nobody wants to hear more; returns what was said last.
fn hear(child: &mut Child, take: &mut impl FnMut(Said) -> bool) -> IoResult<Said> {
    let pipe = child.stdout.take();
    let mut from = BufReader::with_capacity(1 << 18, pipe.ok_or(ErrorKind::BrokenPipe)?);
    loop {
        let said = match byte(&mut from)? {
            COLUMN => Said::Column(text(&mut from)?, text(&mut from)?),
            ROWS => Said::Rows(Records::read_from(&mut from)?),
            TOO_MUCH => return Ok(Said::TooMuch),
            END => return Ok(Said::End),
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        if !take(said) {
            return Ok(Said::Enough);
        }
    }
}

fn byte(from: &mut impl Read) -> IoResult<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn text(from: &mut impl Read) -> IoResult<String> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    let mut text = String::new();
    from.take(u64::from(length)).read_to_string(&mut text)?;
    Ok(text)
}

fn write_text(out: &mut impl Write, text: &str) -> IoResult<()> {
    let length = u32::try_from(text.len()).map_err(IoError::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(text.as_bytes())
}

/// Writes the columns of a file.
pub(super) fn columns_here(path: &Path, memory_mb: u64, out: impl Write) -> IoResult<()> {
    told(out, |out| {
        let store = engine(path, memory_mb)?;
        for (name, kind) in described(&store, path)? {
            write_column(out, &name, &kind).map_err(Error::internal)?;
        }
        Ok(())
    })
}

fn write_column(out: &mut impl Write, name: &str, kind: &str) -> IoResult<()> {
    out.write_all(&[COLUMN])?;
    write_text(out, name)?;
    write_text(out, kind)
}

/// Writes the rows of a file.
pub(super) fn rows_here(path: &Path, memory_mb: u64, out: impl Write) -> IoResult<()> {
    told(out, |out| {
        parquet_rows(&engine(path, memory_mb)?, path, memory_mb, out)
    })
}

/// Writes the rows of a Parquet file as the process does that parses one, by an engine that may read it; the line is the
/// row's number in the file, from 1.
///
/// # Errors
/// When it is no valid Parquet, or takes too much.
pub fn parquet_rows(
    store: &Store,
    path: &Path,
    memory_mb: u64,
    out: &mut impl Write,
) -> Result<()> {
    let columns: Vec<String> = described(store, path)?
        .iter()
        .enumerate()
        .map(|(i, (name, kind))| match shape(kind) {
            Some(_) => format!("null::varchar as c{i}"),
            None => format!("{}::varchar as c{i}", quote_identifier(name)),
        })
        .collect();
    // One thread reads them in their order.
    let sql = format!(
        "select file_row_number + 1 as line, {} from read_parquet({}, file_row_number = true)",
        columns.join(", "),
        place(path)
    );
    // A row that takes much of the memory would take it of whoever listens, too.
    let most = memory_mb.saturating_mul(1 << 20) / 8;
    let (mut current, mut last) = (Records::new(), 0);
    store.stream(&sql, |batch| {
        let cells = Cells::of(&batch)?;
        for row in 0..batch.num_rows() {
            if cells.lines.value(row) != last + 1 {
                return Err(Error::internal("rows come in the order of the file"));
            }
            last += 1;
            if cells.fields(row).map(<[u8]>::len).sum::<usize>() as u64 > most {
                return Err(Error::internal("Out of Memory: one row"));
            }
            current.push(last.unsigned_abs(), cells.fields(row));
            if current.len() == BATCH || current.bytes_held() > BATCH_BYTES {
                let full = std::mem::replace(&mut current, Records::new());
                write_rows(out, &full).map_err(Error::internal)?;
            }
        }
        Ok(())
    })?;
    write_rows(out, &current).map_err(Error::internal)
}

/// The cells of a batch as the query gives them.
struct Cells<'a> {
    lines: &'a Int64Array,
    texts: Vec<&'a StringArray>,
}

impl<'a> Cells<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self> {
        let lines = batch.column(0).as_any().downcast_ref();
        let texts = batch.columns()[1..]
            .iter()
            .map(|c| c.as_any().downcast_ref().ok_or("columns are VARCHAR"));
        Ok(Self {
            lines: lines.ok_or_else(|| Error::internal("row numbers are BIGINT"))?,
            texts: texts
                .collect::<std::result::Result<_, _>>()
                .map_err(Error::internal)?,
        })
    }

    fn fields(&self, row: usize) -> impl Iterator<Item = &[u8]> {
        self.texts
            .iter()
            .map(move |texts| match texts.is_null(row) {
                true => &[][..],
                false => texts.value(row).as_bytes(),
            })
    }
}

fn write_rows(out: &mut impl Write, records: &Records) -> IoResult<()> {
    if records.is_empty() {
        return Ok(());
    }
    out.write_all(&[ROWS])?;
    records.write_to(out)
}

/// Says what `work` says, and the word at the end; nothing more where the file cannot be read.
fn told<W: Write>(out: W, work: impl FnOnce(&mut BufWriter<W>) -> Result<()>) -> IoResult<()> {
    let mut out = BufWriter::with_capacity(1 << 18, out);
    let last = match work(&mut out) {
        Ok(()) => END,
        Err(error) if is_want_of_memory(&error) => TOO_MUCH,
        Err(_) => return Err(ErrorKind::InvalidData.into()),
    };
    out.write_all(&[last])?;
    out.flush()
}

/// Whether the engine had too little memory, by its own limit or by the process's: its texts are the only sign.
fn is_want_of_memory(error: &Error) -> bool {
    let said = error.detail.as_deref().unwrap_or_default();
    let words = ["Out of Memory", "bad_alloc", "allocat"];
    error.key == "out-of-memory" || words.iter().any(|word| said.contains(word))
}

/// An engine for the file alone; half of the memory is left to what its reader takes beside it.
fn engine(path: &Path, memory_mb: u64) -> Result<Store> {
    let store = Store::in_memory_within(memory_mb.div_ceil(2))?;
    let real = path.canonicalize().map_err(Error::internal)?;
    let folder = real.parent().unwrap_or(&real);
    // Also as the engine is told of it where its name could be a pattern, since it holds the two against each other.
    store.confine(&[folder, Path::new(&no_pattern(folder))])?;
    Ok(store)
}

fn described(store: &Store, path: &Path) -> Result<Vec<(String, String)>> {
    let table = store.table(&format!(
        "select column_name as name, column_type as type from (describe select * from read_parquet({}))",
        place(path)
    ))?;
    table
        .iter()
        .map(|r| {
            let text = |name| Ok::<_, Error>(r.text(name)?.unwrap_or_default());
            Ok((text("name")?, text("type")?))
        })
        .collect()
}

/// The file as the engine is told of it: where it really lies, and no pattern.
fn place(path: &Path) -> String {
    let real = path.canonicalize();
    quote_text(&no_pattern(real.as_deref().unwrap_or(path)))
}
