//! The secret beside the database (`F.key`): what pseudonyms, tombstones and the audit file are keyed with.
//! Never in the database, never in an output: who holds both holds everything.

use std::io::Read;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{beside, files, unwritable};
use crate::types::{Error, Result};

/// Bytes of the secret.
const LENGTH: usize = 32;

/// The secret of one database for one purpose. Different purposes give unrelated codes of the same thing.
#[derive(Clone)]
pub struct Key([u8; LENGTH]);

impl Key {
    /// The key for `purpose`, derived from the secret beside the database; the secret is drawn where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or does not hold a secret.
    pub fn of(database: &Path, purpose: &str) -> Result<Self> {
        match Self::existing(database, purpose)? {
            Some(key) => Ok(key),
            None => {
                draw(database)?;
                Self::existing(database, purpose)?.ok_or_else(|| damaged(&path_of(database)))
            }
        }
    }

    /// The key for `purpose` where there is a secret already.
    ///
    /// # Errors
    /// When the file cannot be read or does not hold a secret.
    pub fn existing(database: &Path, purpose: &str) -> Result<Option<Self>> {
        let path = path_of(database);
        let mut text = String::new();
        match std::fs::File::open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => {
                return Err(Error::data("key-unreadable")
                    .with("path", path.display())
                    .because(e.kind()));
            }
            Ok(file) => file
                .take(1024)
                .read_to_string(&mut text)
                .map_err(|_| damaged(&path))?,
        };
        let secret = from_hex(text.trim()).ok_or_else(|| damaged(&path))?;
        Ok(Some(Self(mac(&secret, &[purpose.as_bytes()]))))
    }

    /// Code of `parts` under this key (HMAC-SHA-256, RFC 2104), 64 hexadecimal digits. Parts are told apart by length.
    #[must_use]
    pub fn code(&self, parts: &[&[u8]]) -> String {
        let mut framed: Vec<Vec<u8>> = Vec::with_capacity(parts.len());
        for part in parts {
            let mut bytes = (part.len() as u64).to_le_bytes().to_vec();
            bytes.extend_from_slice(part);
            framed.push(bytes);
        }
        let framed: Vec<&[u8]> = framed.iter().map(Vec::as_slice).collect();
        hex(&mac(&self.0, &framed))
    }
}

/// Where the secret of a database lies.
#[must_use]
pub fn path_of(database: &Path) -> PathBuf {
    beside(database, ".key")
}

fn damaged(path: &Path) -> Error {
    Error::data("key-damaged").with("path", path.display())
}

/// Draws a secret; where another process is first, its secret counts.
fn draw(database: &Path) -> Result<()> {
    use std::io::Write;
    let path = path_of(database);
    let mut secret = [0; LENGTH];
    getrandom::fill(&mut secret).map_err(Error::internal)?;
    let mut file = files::begin(&path)?;
    writeln!(file, "{}", hex(&secret)).map_err(|e| unwritable(&path, &e))?;
    file.as_file()
        .sync_all()
        .map_err(|e| unwritable(&path, &e))?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(unwritable(&path, &e.error)),
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; LENGTH] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Bytes as hexadecimal digits.
#[must_use]
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * LENGTH || !text.is_ascii() {
        return None;
    }
    (0..LENGTH)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_same_person_has_unrelated_codes_for_two_purposes_and_two_databases() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("a"), folder.path().join("b"));
        let code = |db: &Path, purpose: &str| Key::of(db, purpose).unwrap().code(&[b"13800138000"]);
        assert_eq!(code(&one, "audit"), code(&one, "audit"));
        assert_ne!(code(&one, "audit"), code(&one, "export"));
        assert_ne!(code(&one, "audit"), code(&two, "audit"));
    }

    #[test]
    fn parts_are_not_run_together() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::of(&folder.path().join("a"), "x").unwrap();
        assert_ne!(key.code(&[b"ab", b"c"]), key.code(&[b"a", b"bc"]));
    }

    #[test]
    fn hmac_is_the_published_one() {
        // RFC 4231, test case 2.
        let code = hex(&mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]));
        assert_eq!(
            code,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_damaged_secret_is_told_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a");
        std::fs::write(path_of(&database), "not a secret").unwrap();
        assert_eq!(Key::of(&database, "x").err().unwrap().key, "key-damaged");
        assert_eq!(
            std::fs::read_to_string(path_of(&database)).unwrap(),
            "not a secret"
        );
    }
}
