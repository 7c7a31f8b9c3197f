//! The profile command: a file on one page, and a mapping file to start from.

use std::path::{Path, PathBuf};

use super::files;
use super::say::{Out, filled, n};
use crate::i18n;
use crate::import::{self, ColumnProfile, Profile, Request};
use crate::settings::Settings;
use crate::types::{Error, Lang, Result};

/// What was described, and where the mapping file is.
#[derive(Debug, serde::Serialize)]
pub struct Profiled {
    /// One entry a table; an archive may hold several.
    pub files: Vec<Profile>,
    /// The mapping file that was written.
    pub mapping_file: Option<PathBuf>,
}

/// Describes a file; with `to`, writes the mapping that it would be imported with, to be edited.
///
/// # Errors
/// When the file is missing or no table, or the mapping file is there already or cannot be written.
pub fn profile(request: &Request, settings: &Settings, to: Option<&Path>) -> Result<Profiled> {
    if !request.path.exists() {
        return Err(Error::usage("file-missing").with("file", request.path.display()));
    }
    // Whatever is there, the file itself by another name too, is somebody's.
    if let Some(to) = to.filter(|to| std::fs::symlink_metadata(to).is_ok()) {
        return Err(Error::usage("mapping-exists").with("path", to.display()));
    }
    let files = import::profile(request, settings)?;
    if let (Some(to), Some(first)) = (to, files.first()) {
        files::write(to, first.mapping.as_bytes())?;
    }
    Ok(Profiled {
        files,
        mapping_file: to.map(Path::to_owned),
    })
}

/// The page in words.
pub(super) fn say(out: &mut Out, lang: Lang, profiled: &Profiled) {
    for file in &profiled.files {
        let container = i18n::text(lang, &format!("said-profile-{}", file.container), &[]);
        let mut about = vec![container, file.encoding.clone()];
        if let Some(delimiter) = &file.delimiter {
            about.push(match delimiter.as_str() {
                "\t" => "TAB".to_owned(),
                other => other.to_owned(),
            });
        }
        about.extend(file.sheet.clone());
        let kind = file.kind.as_ref().map_or_else(
            || i18n::text(lang, "said-profile-no-kind", &[]),
            |k| i18n::text(lang, &format!("kind-{k}"), &[]),
        );
        let args = [
            ("file", file.file.clone()),
            ("about", about.join(" · ")),
            ("kind", kind),
            ("rows", n(file.rows)),
            ("columns", n(file.columns.len() as u64)),
        ];
        out.line(&filled(lang, "said-profile", &args));
        for column in &file.columns {
            out.line(&filled(
                lang,
                "said-profile-column",
                &told(lang, column, file.rows),
            ));
        }
        if let Some((key, args)) = &file.problem {
            let args: Vec<(&str, String)> =
                args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
            out.line(&filled(lang, &format!("error-{key}"), &args));
        }
    }
    if let Some(path) = &profiled.mapping_file {
        let args = [("path", path.display().to_string())];
        out.line(&filled(lang, "said-profile-mapping", &args));
    }
}

fn told<'a>(lang: Lang, column: &ColumnProfile, rows: u64) -> [(&'a str, String); 6] {
    let becomes = match (&column.becomes, column.how) {
        (Some(name), Some(how)) => {
            let how = i18n::text(lang, &format!("said-profile-by-{how}"), &[]);
            format!("{name} ({how})")
        }
        _ if column.could_be.is_empty() => "-".to_owned(),
        _ => {
            let names = column.could_be.join(" / ");
            filled(lang, "said-profile-could-be", &[("names", names)])
        }
    };
    let unreadable = if column.unreadable == 0 {
        String::new()
    } else {
        filled(
            lang,
            "said-profile-unreadable",
            &[("count", n(column.unreadable))],
        )
    };
    #[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
    let filled_share = column.filled as f64 / rows.max(1) as f64;
    [
        ("header", column.header.clone()),
        ("becomes", becomes),
        (
            "looks",
            i18n::text(
                lang,
                &format!("said-profile-{}", column.looks.as_str()),
                &[],
            ),
        ),
        ("filled", format!("{:.1} %", 100.0 * filled_share)),
        ("samples", column.samples.join(", ")),
        ("unreadable", unreadable),
    ]
}
