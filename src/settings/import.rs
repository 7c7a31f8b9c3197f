//! What may come in: limits of files and their parts, of refused rows, and what is known about the files beforehand.

use serde::{Deserialize, Serialize};

settings! {
    /// Limits of an import.
    Import {
        /// Rejected rows that are always tolerated.
        max_reject_rows: u64 = 20,
        /// Share of rejected rows that is tolerated.
        max_reject_share: f64 = 0.05,
        /// Largest file, MB.
        max_file_mb: u64 = 16_384,
        /// Most rows of a table.
        max_rows: u64 = 100_000_000,
        /// Longest row of a text, kB: a longer one is a quote that was never closed.
        max_row_kb: usize = 1024,
        /// Most columns of a table.
        max_columns: usize = 4096,
        /// Longest cell, kB.
        max_cell_kb: usize = 512,
        /// Most that the sheets of a workbook, or the tables of a page, may unpack to, MB.
        max_sheet_mb: u64 = 1024,
        /// Most that an archive may unpack to, MB.
        max_unpacked_mb: u64 = 4096,
        /// Most that an archive or a workbook may unpack to, as a multiple of its own size.
        max_unpack_ratio: u64 = 200,
        /// Most files in one archive.
        max_archive_files: usize = 1000,
        /// Memory for the process that parses a workbook (.xls, .xlsb, .ods) or a Parquet file, MB.
        max_parse_memory_mb: u64 = 2048,
        /// Runs of the import command that can be taken back: what the last ones replaced is kept.
        undo_depth: u32 = 3,
        /// Keys that are nobody: their orders count, they themselves do not.
        placeholders: Vec<String> = ["散客", "WALK_IN", "WALKIN", "WALK-IN"].map(str::to_owned).to_vec(),
        /// Store name for files without a store column.
        store: String = String::new(),
    }
}

impl Import {
    /// The first setting that lies where it means nothing.
    pub(super) fn out_of_range(&self) -> Option<(&'static str, String)> {
        if !(0.0..=1.0).contains(&self.max_reject_share) {
            return Some(("import.max_reject_share", self.max_reject_share.to_string()));
        }
        [
            ("import.max_file_mb", self.max_file_mb),
            ("import.max_rows", self.max_rows),
            ("import.max_row_kb", self.max_row_kb as u64),
            ("import.max_columns", self.max_columns as u64),
            ("import.max_cell_kb", self.max_cell_kb as u64),
            ("import.max_sheet_mb", self.max_sheet_mb),
            ("import.max_unpack_ratio", self.max_unpack_ratio),
            ("import.max_parse_memory_mb", self.max_parse_memory_mb),
        ]
        .into_iter()
        .find(|(_, value)| *value == 0)
        .map(|(name, value)| (name, value.to_string()))
    }
}
