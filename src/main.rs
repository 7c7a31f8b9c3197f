//! The program: parse, call, print what went wrong with its next step, exit with the documented status.

use std::process::ExitCode;

use retain::cli::Cli;
use retain::pipeline::{process, terminal};

fn main() -> ExitCode {
    if let Some(code) = process::parse_file(std::env::args_os()) {
        return code;
    }
    let lang = process::language_before_parsing(std::env::args_os());
    let command = retain::cli::localised(lang);
    let cli = match command
        .try_get_matches()
        .and_then(|m| <Cli as clap::FromArgMatches>::from_arg_matches(&m))
    {
        Ok(cli) => cli,
        Err(error) => return process::wrong_use(&error, lang),
    };
    terminal::run(cli)
}
