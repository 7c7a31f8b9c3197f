//! Both catalogues have every message, and every message that the program can ask for is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::support::files_below;

/// Message ids of a language.
fn ids(lang: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files_below(&format!("src/i18n/locales/{lang}"), ".ftl") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some((id, _)) = line.split_once(" =")
                && id.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                assert!(found.insert(id.to_owned()), "{id} stands twice in {lang}");
            }
        }
    }
    found
}

/// Named values in a message's text.
fn arguments(lang: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for path in files_below(&format!("src/i18n/locales/{lang}"), ".ftl") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some((id, _)) = line
                .split_once(" =")
                .filter(|_| !line.starts_with([' ', '#']))
            {
                found.push((id.to_owned(), BTreeSet::new()));
            }
            if let Some((_, names)) = found.last_mut() {
                let named = line.split('$').skip(1).map(|rest| -> String {
                    rest.chars()
                        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
                        .collect()
                });
                // Only English has a form for one and another for many.
                names.extend(named.filter(|n| !n.ends_with("_form")));
            }
        }
    }
    found.sort();
    found
}

fn code() -> String {
    files_below("src", ".rs")
        .iter()
        .map(|p| fs::read_to_string(p).unwrap())
        .collect()
}

/// In a Chinese sentence commas, colons and brackets are Chinese ones; numbers and examples keep theirs.
#[test]
fn chinese_sentences_have_chinese_marks() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for path in files_below("src/i18n/locales/zh", ".ftl") {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let marks: Vec<char> = line.chars().collect();
            for pair in marks.windows(2) {
                let wrong = is_chinese(pair[0]) && matches!(pair[1], ',' | ';' | ':' | '?' | '!')
                    || is_chinese(pair[1]) && matches!(pair[0], ',' | ';' | '?' | '!');
                assert!(!wrong, "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_messages() {
    let zh: BTreeSet<String> = ids("zh")
        .into_iter()
        .filter(|id| !id.starts_with("help-"))
        .collect();
    let en: BTreeSet<String> = ids("en");
    assert_eq!(
        zh.difference(&en).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "only in Chinese"
    );
    assert_eq!(
        en.difference(&zh).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "only in English"
    );
}

#[test]
fn both_languages_use_the_same_values() {
    let en = arguments("en");
    for (id, names) in arguments("zh")
        .iter()
        .filter(|(id, _)| !id.starts_with("help-"))
    {
        let other = en
            .iter()
            .find(|(other, _)| other == id)
            .map(|(_, names)| names);
        assert_eq!(Some(names), other, "{id}");
    }
}

/// `{ $rows } rows` would say "1 rows": the word takes its form from `FORM`.
#[test]
fn english_counts_have_one_and_many() {
    // What a limit counts to is never one.
    let limits = ["most", "least", "needed", "limit", "line"];
    let nouns = [
        "rows",
        "pairs",
        "customers",
        "vehicles",
        "visits",
        "orders",
        "days",
        "months",
        "files",
        "tasks",
        "calls",
        "policies",
        "answers",
        "entries",
    ];
    let mut found = Vec::new();
    for path in files_below("src/i18n/locales/en", ".ftl") {
        let text = fs::read_to_string(&path).unwrap();
        let plain = |l: &&str| !l.starts_with('#') && !l.trim_start().starts_with(['[', '*']);
        for line in text.lines().filter(plain) {
            for (at, _) in line.match_indices(" } ") {
                let count = line[..at].rsplit("{ $").next().unwrap();
                let word = line[at + 3..].split([' ', ',', ';', '.', ':', ')']).next();
                let bare = nouns.contains(&word.unwrap())
                    && count.chars().all(|c| c.is_alphanumeric() || c == '_')
                    && !limits.contains(&count)
                    // Samples of one are not drawn.
                    && !line[..at].ends_with("n = { $n")
                    && !line[at + 3..].contains("vehicles and customers");
                if bare {
                    found.push(format!("{}: {line}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Texts that stand in quotes right after one of the beginnings, blanks and line ends aside.
fn quoted_after(code: &str, beginnings: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for beginning in beginnings {
        for (at, _) in code.match_indices(beginning) {
            let rest = code[at + beginning.len()..].trim_start();
            if let Some(text) = rest.strip_prefix('"')
                && let Some((text, _)) = text.split_once('"')
            {
                found.insert(text.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_error_has_its_message() {
    let code = code();
    let mut keys = quoted_after(
        &code,
        &[
            "Error::data(",
            "Error::usage(",
            "Exit::Busy,",
            "Exit::Interrupted,",
            "Exit::Data,",
            "Exit::Usage,",
        ],
    );
    keys.remove("stop");
    assert!(keys.len() > 40, "{keys:?}");
    let known = ids("en");
    for key in keys {
        assert!(
            known.contains(&format!("error-{key}")),
            "error-{key} is missing"
        );
    }
}

/// A name in a message that nobody gives would leave the bare id in its place.
#[test]
fn every_error_gives_the_names_that_its_message_asks_for() {
    let asked: BTreeMap<String, BTreeSet<String>> = arguments("en").into_iter().collect();
    let code = code();
    let (mut seen, mut missing) = (0, Vec::new());
    for start in ["Error::data(", "Error::usage("] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let Some(key) = rest
                .trim_start()
                .strip_prefix('"')
                .and_then(|r| r.split('"').next())
            else {
                continue;
            };
            let mut given = BTreeSet::new();
            let mut chain = &rest[closing(rest)..];
            while let Some(call) = chain.trim_start().strip_prefix(".with(") {
                let end = closing(call);
                given.extend(call[..end].split('"').nth(1));
                chain = &call[end..];
            }
            // Too many refused rows: `with_example` adds the first of them, and the command where all are.
            if ["no-row-readable", "too-many-rejects"].contains(&key) {
                given.extend(["line", "column", "reason", "rejects"]);
            }
            // The report knows no files: whoever read the font or picture names it.
            if ["font-unreadable", "logo-large", "logo-unknown"].contains(&key) {
                given.insert("path");
            }
            for id in [format!("error-{key}"), format!("error-{key}-hint")] {
                for name in asked.get(&id).into_iter().flatten() {
                    seen += 1;
                    if !given.contains(name.as_str()) {
                        missing.push(format!("{id}: {name}"));
                    }
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
    assert!(missing.is_empty(), "nobody gives {missing:#?}");
}

/// Where the parenthesis that is open at the start closes, behind it.
fn closing(text: &str) -> usize {
    let (mut depth, mut quoted) = (1, false);
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn every_message_of_an_error_has_an_error() {
    let code = code();
    for id in ids("en") {
        if let Some(key) = id
            .strip_prefix("error-")
            .filter(|k| !k.ends_with("-hint") && !k.ends_with("-hint-more") && *k != "usage")
        {
            assert!(code.contains(&format!("\"{key}\"")), "nothing says {id}");
        }
    }
}

#[test]
fn every_id_that_the_program_names_is_in_the_catalogue() {
    let code = code();
    let known = ids("en");
    for beginning in ["said-", "word-", "reason-", "caveat-", "demo-"] {
        for (at, _) in code.match_indices(&format!("\"{beginning}")) {
            let id = code[at + 1..].split('"').next().unwrap();
            let plain = id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            if plain && !id.ends_with('-') {
                assert!(known.contains(id), "{id} is missing");
            }
        }
    }
}

#[test]
fn every_state_tier_class_kind_and_reason_of_refusal_has_a_name() {
    use retain::types::{ChurnState, LoyaltyTier};
    let known = ids("en");
    let mut wanted: Vec<String> = Vec::new();
    wanted.extend(ChurnState::ALL.iter().map(|s| format!("state-{s}")));
    wanted.extend(LoyaltyTier::ALL.iter().map(|t| format!("tier-{t}")));
    wanted.extend(
        retain::columns::JOB_CLASSES
            .0
            .iter()
            .map(|(name, _)| format!("class-{name}")),
    );
    wanted.extend(
        retain::columns::KINDS
            .iter()
            .map(|k| format!("kind-{}", k.name)),
    );
    wanted.extend(retain::follow_up::Band::ALL.iter().map(|b| b.key()));
    use retain::import::Refusal;
    let segments = retain::types::Segment::ALL;
    wanted.extend(segments.iter().map(|s| format!("segment-{s}")));
    let refusals = [
        Refusal::MissingKey,
        Refusal::MissingValue,
        Refusal::BadDate,
        Refusal::FutureDate,
        Refusal::DateOutOfRange,
        Refusal::BadNumber,
        Refusal::Negative,
        Refusal::TooLarge,
        Refusal::Width,
        Refusal::NotUtf8,
        Refusal::Total,
        Refusal::HeaderAgain,
        Refusal::Note,
    ];
    wanted.extend(refusals.iter().map(|r| format!("reject-{}", r.as_str())));
    for list in retain::follow_up::LISTS {
        wanted.extend([
            format!("list-{}", list.id),
            format!("list-opening-{}", list.id),
            list.purpose.to_owned(),
        ]);
    }
    for id in wanted {
        assert!(known.contains(&id), "{id} is missing");
    }
}

#[test]
fn every_command_and_flag_has_its_help_in_chinese() {
    use clap::CommandFactory;
    fn walk(
        command: &clap::Command,
        above: &str,
        known: &BTreeSet<String>,
        missing: &mut Vec<String>,
    ) {
        // What a name means below another command comes first: `merge list` is not `list`.
        let whole = format!("{above}-{}", command.get_name());
        let name = if known.contains(&format!("help-{whole}")) {
            whole.as_str()
        } else {
            command.get_name()
        };
        if !known.contains(&format!("help-{name}")) {
            missing.push(format!("help-{name}"));
        }
        for arg in command
            .get_arguments()
            .filter(|a| !matches!(a.get_id().as_str(), "help" | "version"))
        {
            let id = arg.get_id();
            if !known.contains(&format!("help-{name}-{id}"))
                && !known.contains(&format!("help-flag-{id}"))
            {
                missing.push(format!("help-{name}-{id}"));
            }
        }
        for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
            walk(sub, name, known, missing);
        }
    }
    let mut missing = Vec::new();
    walk(&retain::cli::Cli::command(), "", &ids("zh"), &mut missing);
    assert!(missing.is_empty(), "{missing:?}");
}
