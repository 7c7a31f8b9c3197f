//! Where a file lies: drives over a network lose locks and writes, so that two may write one file at a time; behind a
//! link lies somebody else's file.

use std::fs::OpenOptions;
use std::path::Path;

use crate::types::{Error, Result};

/// Refuses a place that is a link: what is written there would go into whatever file the link names.
///
/// # Errors
/// When it is one.
pub fn no_link(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            Err(Error::data("place-is-link").with("path", path.display()))
        }
        _ => Ok(()),
    }
}

/// Options that open no link, also one that was put there a moment ago.
#[cfg(unix)]
pub fn following_no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW.bits();
    options.custom_flags(i32::try_from(flags).unwrap_or_default())
}

/// Options that open no link, as far as the system knows them.
#[cfg(not(unix))]
pub fn following_no_link(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// The lock on a file itself, whatever name it was reached by (a hard link has another lock file); `None` where there is no
/// such file or a drive whose locks are one with those of the engine. It must be let go after the engine has closed the file.
///
/// # Errors
/// The number of the process that holds it.
#[cfg(unix)]
pub fn lock_itself(path: &Path) -> std::result::Result<Option<std::fs::File>, String> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if network_drive(folder.unwrap_or(Path::new("."))).is_some() {
        return Ok(None);
    }
    // What cannot be opened is told by the engine.
    let Ok(file) = std::fs::File::open(path) else {
        return Ok(None);
    };
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => {
            use std::os::unix::fs::MetadataExt;
            let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
            let holder = file.metadata().ok().and_then(|m| holder(&locks, m.ino()));
            Err(holder.unwrap_or_else(|| "?".to_owned()))
        }
        Err(std::fs::TryLockError::Error(_)) => Ok(None),
        Ok(()) => Ok(Some(file)),
    }
}

/// A file that one locks cannot be opened by another here, nor by the engine: its own lock does.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn lock_itself(_: &Path) -> std::result::Result<Option<std::fs::File>, String> {
    Ok(None)
}

/// The process that holds the lock of a file of that number (`locks` as in `proc_locks(5)`).
#[cfg(unix)]
fn holder(locks: &str, inode: u64) -> Option<String> {
    locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", pid, file, ..] = fields[..] else {
            return None;
        };
        let is_it = file.rsplit(':').next() == Some(inode.to_string().as_str());
        is_it.then(|| pid.to_owned())
    })
}

/// What the names of our unfinished files begin with; a number follows, the process that writes them.
pub const TEMPORARY: &str = ".retain-";

/// How the names of this process's unfinished files begin.
#[must_use]
pub fn temporary_prefix() -> String {
    format!("{TEMPORARY}{}-", std::process::id())
}

/// Makes sure that the names in a folder are on disk too.
///
/// # Errors
/// When the disk refuses.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// A folder cannot be opened to be synced here: the system writes names when it writes files.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Numbers by which Linux knows file systems over a network (`statfs(2)`, `magic.h`).
#[cfg(target_os = "linux")]
const NETWORK: &[(u32, &str)] = &[
    (0x0000_6969, "NFS"),
    (0x0000_517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB2"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x4750_4653, "GPFS"),
];

/// The kind of network drive that a folder lies on; `None` on a disk of this machine and where the system does not say.
#[cfg(target_os = "linux")]
#[must_use]
pub fn network_drive(folder: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(folder).ok()?;
    // The width of the number differs by machine; the numbers themselves have 32 bits.
    let number = u32::try_from(found.f_type & 0xFFFF_FFFF).ok()?;
    let mounts = || std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let folder = std::fs::canonicalize(folder).ok()?;
    kind_of(number).or_else(|| {
        let is_other = number == FUSE && !is_on_disk(&mounts(), &folder);
        is_other.then_some("FUSE")
    })
}

/// File systems that a program of a user's serves: those of other machines, and disks of other systems.
#[cfg(target_os = "linux")]
const FUSE: u32 = 0x6573_5546;

/// True where such a folder lies on a disk: the last mount that it is below says so (`mounts` as in `proc(5)`).
#[cfg(target_os = "linux")]
fn is_on_disk(mounts: &str, folder: &Path) -> bool {
    let of = |line: &str| -> Option<(std::path::PathBuf, bool)> {
        let mut fields = line.split(' ').skip(1);
        let place = fields.next()?.replace("\\040", " ");
        Some((place.into(), fields.next()? == "fuseblk"))
    };
    mounts
        .lines()
        .filter_map(of)
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.components().count())
        .is_some_and(|(_, is_disk)| is_disk)
}

/// Not told here.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn network_drive(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(target_os = "linux")]
fn kind_of(number: u32) -> Option<&'static str> {
    NETWORK
        .iter()
        .find(|(n, _)| *n == number)
        .map(|(_, kind)| *kind)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_drives_are_known_by_their_number_and_disks_are_none() {
        assert_eq!(kind_of(0x6969), Some("NFS"));
        assert_eq!(kind_of(0xFF53_4D42), Some("CIFS"));
        // ext4, tmpfs and an overlay of a container.
        for disk in [0xEF53, 0x0102_1994, 0x794C_7630] {
            assert_eq!(kind_of(disk), None);
        }
        assert_eq!(network_drive(Path::new("/proc")), None);
    }

    #[test]
    fn who_holds_a_lock_is_told_by_the_number_of_the_file() {
        let locks = "1: POSIX  ADVISORY  WRITE 11 fe:00:5 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 22 fe:00:55 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 33 fe:00:5 0 EOF\n\
                     3: FLOCK  ADVISORY  WRITE 44 fe:00:5 0 EOF\n";
        assert_eq!(holder(locks, 5).as_deref(), Some("44"));
        assert_eq!(holder(locks, 6), None);
    }

    #[test]
    fn what_a_program_serves_is_no_disk_unless_the_mount_says_so() {
        let mounts = "/dev/vda / ext4 rw 0 0\n\
                      host:/a /media/far fuse.sshfs rw 0 0\n\
                      /dev/sdb1 /media/my\\040stick fuseblk rw 0 0\n";
        for (folder, is_disk) in [
            ("/media/far/shop", false),
            ("/media/my stick/shop", true),
            ("/media/my stick", true),
            ("/media/my stick 2", false),
            ("/home", false),
        ] {
            assert_eq!(is_on_disk(mounts, Path::new(folder)), is_disk, "{folder}");
        }
    }
}
