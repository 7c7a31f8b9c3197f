//! Files of refused rows hold what a source file said in full: the rows of a person go from them too.

use std::fs;
use std::path::Path;

use crate::pipeline::{files, unwritable};
use crate::types::Result;

/// Takes the rows that name the person out of the files of refused rows.
pub(super) fn clean_refused(folder: &Path, words: &[String]) -> Result<u64> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(0);
    };
    let mut gone = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        let bytes = fs::read(&path).map_err(|e| unwritable(&path, &e))?;
        let text = String::from_utf8_lossy(&bytes);
        let (kept, dropped) = without(&text, words);
        if dropped > 0 {
            files::write(&path, kept.as_bytes())?;
            gone += dropped;
        }
    }
    Ok(gone)
}

/// The records of a file of ours, every field quoted, without those that hold one of the words; and how many those were.
fn without(text: &str, words: &[String]) -> (String, u64) {
    let plain = |s: &str| -> String {
        s.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect()
    };
    let words: Vec<String> = words
        .iter()
        .map(|w| plain(w))
        .filter(|w| !w.is_empty())
        .collect();
    let (mut kept, mut dropped, mut begin, mut quoted) = (String::new(), 0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                let record = &text[begin..=at];
                let is_header = begin == 0;
                let named = record.trim_end().split("\",\"").map(plain).any(|cell| {
                    words
                        .iter()
                        .any(|w| cell == *w || (w.chars().count() > 6 && cell.contains(w.as_str())))
                });
                if named && !is_header {
                    dropped += 1;
                } else {
                    kept.push_str(record);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
    kept.push_str(&text[begin..]);
    (kept, dropped)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_refused_row_of_the_person_goes_however_the_plate_is_written_and_others_stay() {
        let text = "\"车牌\",\"电话\"\n\"粤a·12 345\",\"1\"\n\"粤B99999\",\"two\nlines\"\n\"x\",\"138-0013-8000\"\n";
        let (kept, dropped) = without(text, &["粤A12345".to_owned(), "13800138000".to_owned()]);
        assert_eq!(dropped, 2);
        assert_eq!(kept, "\"车牌\",\"电话\"\n\"粤B99999\",\"two\nlines\"\n");
    }
}
