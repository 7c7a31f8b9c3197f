//! The generate command: the exports of a department that does not exist.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{files, unwritable};
use crate::generate::{self, GenerateParams, GenerateSummary, Sink};
use crate::types::{Error, Result};

/// Writes the files into a folder; they appear when all of them are whole.
///
/// # Errors
/// When a parameter is out of range or the folder cannot be written.
pub fn generate(
    params: &GenerateParams,
    out: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<GenerateSummary> {
    if params.end < params.start {
        return Err(Error::usage("bad-period"));
    }
    files::make_folder(out)?;
    let mut sink = Files {
        folder: out.to_owned(),
        open: BTreeMap::new(),
    };
    let summary = generate::generate(params, &mut sink, progress)?;
    for (name, writer) in sink.open {
        let path = out.join(name);
        let file = writer
            .into_inner()
            .map_err(|e| unwritable(&path, e.error()))?;
        files::finish(file, &path)?;
    }
    Ok(summary)
}

struct Files {
    folder: PathBuf,
    open: BTreeMap<&'static str, BufWriter<NamedTempFile>>,
}

impl Sink for Files {
    fn write(&mut self, file: &'static str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.join(file);
        if !self.open.contains_key(file) {
            self.open.insert(
                file,
                BufWriter::with_capacity(1 << 20, files::begin(&path)?),
            );
        }
        match self.open.get_mut(file) {
            Some(writer) => writer.write_all(bytes).map_err(|e| unwritable(&path, &e)),
            None => Ok(()),
        }
    }
}
