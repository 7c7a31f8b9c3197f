//! The help in the reader's language.

use super::Cli;
use crate::i18n;
use crate::types::Lang;

/// The command line with its help in the given language: what the catalogue has as `help-<command>` and
/// `help-<command>-<flag>` (or `help-<flag>`) takes the place of the English text.
#[must_use]
pub fn localised(lang: Lang) -> clap::Command {
    let command = <Cli as clap::CommandFactory>::command();
    if lang == Lang::En {
        command
    } else {
        translated(command, lang, "")
    }
}

fn translated(command: clap::Command, lang: Lang, above: &str) -> clap::Command {
    let name = command.get_name().to_owned();
    // A name may mean different things below different commands: `list`, `merge list`.
    let whole = format!("{above}-{name}");
    let name = if i18n::has(lang, &format!("help-{whole}")) {
        whole
    } else {
        name
    };
    let about = i18n::find(lang, &format!("help-{name}"), &[]);
    let mut command = command.mut_args(|arg| {
        let id = arg.get_id().as_str().to_owned();
        let text = i18n::find(lang, &format!("help-{name}-{id}"), &[])
            .or_else(|| i18n::find(lang, &format!("help-flag-{id}"), &[]));
        match text {
            Some(text) => arg.help(text.clone()).long_help(text),
            None => arg,
        }
    });
    if let Some(about) = about {
        command = command.about(about.clone()).long_about(about);
    }
    command.mut_subcommands(|sub| translated(sub, lang, &name))
}
