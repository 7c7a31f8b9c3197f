//! What is asked of the operating system, and what stands in where it is not one of the Unix family: who may read what is
//! written, limits, signals, processes, room on a disk.

#[cfg(unix)]
pub(super) use unix::{be_private, free_space, is_alive, is_open_to_others, names_of, on_signal};

#[cfg(not(unix))]
pub(super) use other::{be_private, free_space, is_alive, is_open_to_others, names_of, on_signal};

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use rustix::process::{Pid, Resource, Rlimit, Signal};

    use crate::types::{Error, Result};

    /// Files for their owner alone, and no picture of memory left behind.
    pub(in crate::pipeline) fn be_private() {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        // A system that refuses to forbid core dumps has its reasons; names and phones would be in one.
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = rustix::process::setrlimit(Resource::Core, none);
    }

    /// Has `stop` called at the first signal that asks the program to end, in a thread of its own.
    pub(in crate::pipeline) fn on_signal(stop: impl FnOnce(i32) + Send + 'static) -> Result<()> {
        // A file that may not grow any further is an error to tell, not a reason to be killed.
        signal_hook::flag::register(
            Signal::XFSZ.as_raw(),
            std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)),
        )
        .map_err(Error::internal)?;
        let mut signals = signal_hook::iterator::Signals::new([
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
        ])
        .map_err(Error::internal)?;
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                stop(signal);
            }
        });
        Ok(())
    }

    /// True for the number of a process that runs.
    pub(in crate::pipeline) fn is_alive(pid: i32) -> bool {
        Pid::from_raw(pid).is_none_or(|pid| {
            !matches!(
                rustix::process::test_kill_process(pid),
                Err(rustix::io::Errno::SRCH)
            )
        })
    }

    /// Bytes that may still be written in a folder; `None` where the system does not say.
    pub(in crate::pipeline) fn free_space(folder: &Path) -> Option<u64> {
        let found = rustix::fs::statvfs(folder).ok()?;
        // A file system that does not count says that it has no blocks at all.
        (found.f_blocks > 0).then_some(())?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }

    /// True for a file or folder that others than its owner may use.
    pub(in crate::pipeline) fn is_open_to_others(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }

    /// How many names a file has.
    pub(in crate::pipeline) fn names_of(path: &Path) -> Option<u64> {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|m| m.nlink())
    }
}

#[cfg(not(unix))]
mod other {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use crate::types::{Error, Result};

    /// Files have the rights of their folder.
    pub(in crate::pipeline) fn be_private() {}

    /// Has `stop` called at the first signal that asks the program to end, in a thread of its own.
    pub(in crate::pipeline) fn on_signal(stop: impl FnOnce(i32) + Send + 'static) -> Result<()> {
        let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
        let came = signals.map(|signal| (signal, Arc::new(AtomicBool::new(false))));
        for (signal, flag) in &came {
            signal_hook::flag::register(*signal, Arc::clone(flag)).map_err(Error::internal)?;
        }
        std::thread::spawn(move || {
            loop {
                let first = came.iter().find(|(_, flag)| flag.load(Ordering::SeqCst));
                if let Some((signal, _)) = first {
                    return stop(*signal);
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        Ok(())
    }

    /// True: what cannot be told to be left over is left.
    pub(in crate::pipeline) fn is_alive(_: i32) -> bool {
        true
    }

    /// The system is not asked.
    pub(in crate::pipeline) fn free_space(_: &Path) -> Option<u64> {
        None
    }

    /// The system is not asked.
    pub(in crate::pipeline) fn names_of(_: &Path) -> Option<u64> {
        None
    }

    /// The rights of a folder are not looked at.
    pub(in crate::pipeline) fn is_open_to_others(_: &Path) -> bool {
        false
    }
}
