//! The export command: any table out, with what identifies people masked unless it is asked for in full.

mod analysis;

use std::io::Write;
use std::path::Path;

use arrow::array::{Array, StringArray};

use super::{Context, Reach, audit, files, unwritable};
use crate::cli::{ExportFormat, FiguresFormat};
use crate::columns::privacy::{self, Class};
use crate::follow_up::csv::disarmed;
use crate::store::{Access, Store, quote_identifier, quote_text};
use crate::types::{Error, Result};

/// Writes a table to a file, or to `stdout` where there is none; returns the rows written.
///
/// # Errors
/// When the table is unknown or the place cannot be written.
pub fn export(
    context: &Context,
    table: &str,
    format: ExportFormat,
    out: Option<&Path>,
    reveal: &Reveal,
    stdout: &mut dyn Write,
) -> Result<u64> {
    if let Some(path) = out {
        files::spare_database(path, &context.database)?;
    }
    let reach = out.map_or(Reach::OwnFolder, Reach::FolderOf);
    let (store, _) = context.open_reaching(Access::Read, reach)?;
    let columns = columns_of(&store, table)?;
    if *reveal == Reveal::Full {
        audit::note(
            &context.database,
            "export",
            serde_json::json!({ "revealed": true, "table": table, "file": out.and_then(|p| std::path::absolute(p).ok()) }),
        )?;
    }
    let (selected, columns) = match reveal {
        Reveal::Analysis(purpose) => {
            analysis::selection(&store, &context.database, purpose, table, columns)?
        }
        reveal => (selection(table, &columns, reveal), columns),
    };
    match (format, out) {
        (ExportFormat::Parquet, None) => Err(Error::usage("parquet-needs-file")),
        (ExportFormat::Parquet, Some(path)) => parquet(&store, &selected, path),
        (_, Some(path)) => text_file(&store, &selected, &columns, format, path),
        (_, None) => text(&store, &selected, &columns, format, stdout, Path::new("-")),
    }
}

/// How much of what identifies people an export shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// Masked.
    Masked,
    /// In full; the use is noted.
    Full,
    /// Nothing: keyed codes of that purpose in place of numbers, months in place of days.
    Analysis(String),
}

/// The view that an answer is read from.
const ANSWER: &str = "answer";

/// Writes the answer to a question to a file, what identifies people masked.
///
/// # Errors
/// When the place cannot be written.
pub(super) fn answer(store: &Store, sql: &str, format: FiguresFormat, path: &Path) -> Result<u64> {
    store.run(&format!(
        "create or replace temp view {ANSWER} as {}",
        sql.trim_end().trim_end_matches(';')
    ))?;
    let columns = columns_in(store, ANSWER)?;
    // Questions give their rows in the order in which they are read.
    let shown = expressions(ANSWER, &columns, &Reveal::Masked).join(", ");
    let selected = format!("select {shown} from {ANSWER}");
    match format {
        FiguresFormat::Parquet => parquet(store, &selected, path),
        FiguresFormat::Csv => text_file(store, &selected, &columns, ExportFormat::Csv, path),
    }
}

/// A column of the table: its name and what it holds.
struct Exported {
    name: String,
    kind: String,
    is_text: bool,
    is_list: bool,
}

fn columns_of(store: &Store, table: &str) -> Result<Vec<Exported>> {
    let known = store.table(
        "select table_name as name from duckdb_tables() where not internal and not temporary and schema_name = 'main'
         union select view_name from duckdb_views() where not internal and not temporary and schema_name = 'main' order by 1",
    )?;
    let names = known
        .iter()
        .map(|r| Ok(r.text("name")?.unwrap_or_default()))
        .collect::<Result<Vec<_>>>()?;
    if !names.iter().any(|n| n == table) {
        return Err(Error::usage("table-unknown")
            .with("table", table)
            .with("tables", names.join(", ")));
    }
    columns_in(store, table)
}

fn columns_in(store: &Store, table: &str) -> Result<Vec<Exported>> {
    let columns = store.table(&format!(
        "select column_name as name, data_type as type from duckdb_columns() where table_name = {} and schema_name = 'main' \
         and not internal order by column_index",
        quote_text(table)
    ))?;
    columns
        .iter()
        .map(|r| {
            let kind = r.text("type")?.unwrap_or_default();
            Ok(Exported {
                name: r.text("name")?.unwrap_or_default(),
                is_text: kind.starts_with("VARCHAR"),
                is_list: kind.ends_with("[]"),
                kind,
            })
        })
        .collect()
}

/// How a column that identifies a person or a vehicle is shown, as an SQL expression; `None`: as it is.
fn masked(table: &str, column: &Exported) -> Option<String> {
    let c = quote_identifier(&column.name);
    // Where nothing would be left to hide, nothing is shown.
    let parts = |c: &str, first: usize, middle: &str, last: usize| {
        format!(
            "case when length({c}) > {} then left({c}, {first}) || '{middle}' || right({c}, {last}) \
             else repeat('*', length({c})) end",
            first + last + 1
        )
    };
    let each = |inner: String| {
        if column.is_list {
            format!("list_transform({c}, lambda p: {inner})")
        } else {
            inner
        }
    };
    let one = if column.is_list { "p" } else { c.as_str() };
    // What our own questions answer is known; what a table holds that nobody classified is not.
    let may_name = column.is_text && table != ANSWER;
    Some(match privacy::class(table, &column.name, may_name) {
        Class::Direct if column.name == "name" => format!("left({c}, 1) || '**'"),
        // Free text may hold anything.
        Class::Direct if column.is_text => format!("case when {c} is not null then '***' end"),
        Class::Direct => format!("null::{}", column.kind),
        Class::Contact => each(parts(one, 3, "****", 4)),
        Class::Vehicle => each(match column.name.as_str() {
            "plate" => parts(one, 2, "·**", 3),
            "vin" => parts(one, 0, "***********", 6),
            _ => parts(one, 0, "***", 3),
        }),
        Class::Surrogate | Class::Quasi | Class::Plain => return None,
    })
}

fn selection(table: &str, columns: &[Exported], reveal: &Reveal) -> String {
    format!(
        "select {} from {} order by all",
        expressions(table, columns, reveal).join(", "),
        quote_identifier(table)
    )
}

/// Each column as it is shown.
fn expressions(table: &str, columns: &[Exported], reveal: &Reveal) -> Vec<String> {
    columns
        .iter()
        .map(|c| {
            let name = quote_identifier(&c.name);
            match masked(table, c).filter(|_| *reveal == Reveal::Masked) {
                Some(mask) => format!("{mask} as {name}"),
                None => name,
            }
        })
        .collect()
}

fn text_file(
    store: &Store,
    selected: &str,
    columns: &[Exported],
    format: ExportFormat,
    path: &Path,
) -> Result<u64> {
    let mut file = files::begin(path)?;
    let mut writer = std::io::BufWriter::new(file.as_file_mut());
    let rows = text(store, selected, columns, format, &mut writer, path)?;
    writer.flush().map_err(|e| unwritable(path, &e))?;
    drop(writer);
    files::finish(file, path)?;
    Ok(rows)
}

/// Writes the rows of a query as Parquet; how many.
///
/// # Errors
/// When the query fails or the file cannot be written.
pub(super) fn parquet(store: &Store, selected: &str, path: &Path) -> Result<u64> {
    let file = files::begin(path)?;
    store.run(&format!(
        "copy ({selected}) to {} (format parquet)",
        quote_text(&file.path().display().to_string())
    ))?;
    let rows = store.count(&format!("select count(*) from ({selected})"))?;
    files::finish(file, path)?;
    Ok(rows)
}

fn text(
    store: &Store,
    selected: &str,
    columns: &[Exported],
    format: ExportFormat,
    out: &mut dyn Write,
    path: &Path,
) -> Result<u64> {
    let failed = |e: std::io::Error| unwritable(path, &e);
    let sql = match format {
        ExportFormat::Json => format!("select to_json(t)::varchar from ({selected}) t"),
        _ => format!("select columns(*)::varchar from ({selected})"),
    };
    if format == ExportFormat::Csv {
        let header: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        writeln!(out, "{}", header.join(",")).map_err(failed)?;
    }
    let mut rows = 0;
    store.stream(&sql, |batch| {
        let cells: Vec<&StringArray> = batch
            .columns()
            .iter()
            .filter_map(|c| c.as_any().downcast_ref::<StringArray>())
            .collect();
        let mut line = String::new();
        for row in 0..batch.num_rows() {
            line.clear();
            for (i, cell) in cells.iter().enumerate() {
                if i > 0 {
                    line.push(',');
                }
                if !cell.is_null(row) {
                    let value = cell.value(row);
                    match format {
                        ExportFormat::Csv => csv_field(&mut line, value, columns[i].is_text),
                        _ => line.push_str(value),
                    }
                }
            }
            line.push('\n');
            out.write_all(line.as_bytes()).map_err(failed)?;
            rows += 1;
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Text is quoted, and disarmed where a spreadsheet would take it, or a part of it, for a formula.
pub(super) fn csv_field(line: &mut String, value: &str, is_text: bool) {
    if !is_text {
        line.push_str(value);
        return;
    }
    line.push('"');
    // Nothing that was read holds control characters, but the name of a file may. They go first: one of them before a
    // sign would hide it.
    let shown: String = value
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    for c in disarmed(&shown).chars() {
        if c == '"' {
            line.push('"');
        }
        line.push(c);
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_formula_is_neutralised_and_numbers_are_not() {
        let mut line = String::new();
        csv_field(&mut line, "=1+1", true);
        csv_field(&mut line, "-12.50", false);
        csv_field(&mut line, "＋\u{1b}\"1", true);
        csv_field(&mut line, "\u{1b}=1;-2", true);
        assert_eq!(line, "\"'=1+1\"-12.50\"'＋\"\"1\"\"'=1;'-2\"");
    }
}
