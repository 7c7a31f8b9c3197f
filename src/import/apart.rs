//! Files whose reader holds them whole in memory, or is not ours to trust, are parsed by a process of their own: it may take
//! so much memory and time and no more, and what happens to it does not happen to us.

pub(super) mod parquet;
pub(super) mod workbook;

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Seconds of computing that any file may take; one more for each MiB of it.
const SECONDS: u64 = 120;
/// Addresses that the program and the engine lay claim to beside what a file takes.
const CLAIMED: u64 = 2 << 30;

/// What such a process is started for: the hidden command that a run of this program then begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// The rows of all sheets of a workbook.
    Workbook,
    /// The columns of a Parquet file.
    ParquetColumns,
    /// The rows of a Parquet file.
    ParquetRows,
}

impl Job {
    const ALL: [(Self, &str); 3] = [
        (Self::Workbook, "parse-workbook"),
        (Self::ParquetColumns, "parse-parquet-columns"),
        (Self::ParquetRows, "parse-parquet-rows"),
    ];

    /// The job that a command names.
    #[must_use]
    pub fn named(command: &OsStr) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, name)| command == *name);
        found.map(|(job, _)| *job)
    }

    /// This program, to be started for the job.
    fn process(self, path: &Path, memory_mb: u64) -> std::io::Result<Command> {
        let name = Self::ALL.iter().find(|(job, _)| *job == self);
        let mut process = Command::new(std::env::current_exe()?);
        process
            .args(name.map(|(_, name)| name))
            .arg(path)
            .arg(memory_mb.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        Ok(process)
    }

    /// Does the job in this process, within limits that it sets itself, and writes what came out.
    ///
    /// # Errors
    /// When nothing can be written, or the limits cannot be set.
    pub fn run_here(self, path: &Path, memory_mb: u64, out: impl Write) -> std::io::Result<()> {
        let bytes = memory_mb.saturating_mul(1 << 20);
        let seconds = SECONDS + (std::fs::metadata(path)?.len() >> 20);
        // The engine keeps its own limit; addresses are the last resort, and it lays claim to more than it uses.
        let claimed = match self {
            Self::Workbook => 0,
            Self::ParquetColumns | Self::ParquetRows => CLAIMED,
        };
        take_no_more_than(bytes.saturating_add(claimed), seconds)?;
        match self {
            Self::Workbook => workbook::parse_here(path, bytes, out),
            Self::ParquetColumns => parquet::columns_here(path, memory_mb, out),
            Self::ParquetRows => parquet::rows_here(path, memory_mb, out),
        }
    }
}

/// Limits memory and computing time of this process.
#[cfg(unix)]
fn take_no_more_than(bytes: u64, seconds: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::As, bytes), (Resource::Cpu, seconds)] {
        let both = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, both)?;
    }
    Ok(())
}

/// A process cannot limit itself here; that it is one of its own still keeps its end from being ours.
#[cfg(not(unix))]
fn take_no_more_than(_: u64, _: u64) -> std::io::Result<()> {
    Ok(())
}

/// Whether a process ended because it wanted more than it may have: the system stopped it, or it gave up itself.
#[cfg(unix)]
fn wanted_too_much(status: ExitStatus) -> bool {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    [Signal::XCPU, Signal::KILL, Signal::ABORT]
        .iter()
        .any(|signal| status.signal() == Some(signal.as_raw()))
}

#[cfg(not(unix))]
fn wanted_too_much(_: ExitStatus) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_known_by_its_command_and_no_other_word_is_one() {
        for (job, name) in Job::ALL {
            assert_eq!(Job::named(OsStr::new(name)), Some(job));
        }
        assert_eq!(Job::named(OsStr::new("import")), None);
    }
}
