//! What the sources promise about themselves: who may use whom, what every query says in its header, and
//! that both languages have every message.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::support::{files_below, project, project_file};

/// Groups of modules in order; each uses only those of earlier groups.
const ORDER: &[&[&str]] = &[
    &["types"],
    &["table"],
    &["i18n"],
    &["settings"],
    &["columns"],
    &["store"],
    &["scripts"],
    &["people"],
    &["import", "generate", "features"],
    &["rhythm"],
    &["models"],
    &["scores"],
    &["follow_up"],
    &["analysis"],
    &["kpis"],
    &["report"],
    &["cli"],
    &["pipeline"],
    &["main"],
];

fn rank(module: &str) -> usize {
    ORDER
        .iter()
        .position(|group| group.contains(&module))
        .unwrap_or_else(|| panic!("{module} has no place in the order of dependence"))
}

/// A source file without its comments and tests; its module.
struct Source {
    module: String,
    file: String,
    code: String,
}

/// Every source file that is not a test.
fn sources() -> Vec<Source> {
    files_below("src", ".rs")
        .iter()
        .filter_map(|path| {
            let file = path.strip_prefix(project()).unwrap().display().to_string();
            let test_only = ["/tests", "/sample.rs", "/samples.rs"];
            if test_only.iter().any(|t| file.contains(t)) {
                return None;
            }
            let module = file["src/".len()..]
                .split(['/', '.'])
                .next()
                .unwrap()
                .to_owned();
            let text = fs::read_to_string(path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: String = text
                .lines()
                .filter(|l| !l.trim_start().starts_with("//"))
                .map(|l| format!("{l}\n"))
                .collect();
            Some(Source { module, file, code })
        })
        .filter(|s| s.module != "lib")
        .collect()
}

/// The modules of this crate that the code names: `crate::x`, `crate::{x, y::z}`, in the program `retain::x`.
fn used(code: &str, prefix: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '$' || c == '_') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let (mut depth, mut start) = (0, true);
        for (i, c) in group.char_indices() {
            if start && depth == 0 && c.is_alphanumeric() {
                found.insert(word(&group[i..]));
                start = false;
            }
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => start = true,
                _ => {}
            }
        }
    }
    found.remove("");
    found
}

#[test]
fn modules_use_only_those_before_them() {
    let mut wrong = Vec::new();
    for source in sources() {
        let prefix = if source.module == "main" {
            "retain::"
        } else {
            "crate::"
        };
        for name in used(&source.code, prefix) {
            if name != source.module && rank(&name) >= rank(&source.module) {
                wrong.push(format!("{} uses {name}", source.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_order_knows_every_module_and_no_other() {
    let found: BTreeSet<String> = sources().into_iter().map(|s| s.module).collect();
    let known: BTreeSet<String> = ORDER
        .iter()
        .copied()
        .flatten()
        .map(|m| (*m).to_owned())
        .collect();
    assert_eq!(found, known);
}

/// Names that only the given places may use.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["duckdb::"], &["src/store"]),
    (&["plotters"], &["src/report/charts"]),
    (
        &[
            "fs::write",
            "File::create",
            "create_dir",
            "fs::rename",
            "fs::copy",
        ],
        &["src/pipeline"],
    ),
    // The store keeps its own lock and its own spill folder.
    (
        &["OpenOptions", "fs::remove"],
        &["src/pipeline", "src/store"],
    ),
    (
        &["println!", "eprintln!", "print!(", "stdout()", "stderr()"],
        &["src/main.rs", "src/pipeline"],
    ),
    (
        &["Local::now", "Utc::now", "SystemTime::now", "Instant::now"],
        &["src/pipeline"],
    ),
    (
        &[
            "thread_rng",
            "rand::rng",
            "from_entropy",
            "from_os_rng",
            "RandomState",
        ],
        &[],
    ),
    (&["unsafe ", "process::exit"], &[]),
];

#[test]
fn engines_files_output_and_clocks_stay_in_their_places() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (names, places) in RESERVED {
            for name in *names {
                if source.code.contains(name) && !places.iter().any(|p| source.file.starts_with(p))
                {
                    wrong.push(format!("{} uses {name}", source.file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_in_the_project_names_a_place_on_a_machine() {
    for folder in [
        "src",
        "queries",
        "tests",
        "data-samples/small",
        "data-samples/other",
        "assets",
        "docs",
        "notebooks",
    ] {
        for ending in [
            ".rs", ".sql", ".md", ".toml", ".ftl", ".html", ".ipynb", ".py",
        ] {
            for path in files_below(folder, ending) {
                let text = fs::read_to_string(&path).unwrap_or_default();
                for place in ["/home/", "/root/", "/work/", "C:\\\\Users"] {
                    let quoted = format!("\"{place}");
                    assert!(
                        !text.replace(&quoted, "").contains(place),
                        "{} names {place}",
                        path.display()
                    );
                }
            }
        }
    }
}

fn queries() -> BTreeMap<String, String> {
    files_below("queries", ".sql")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(project()).unwrap().display().to_string();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_query_says_in_its_header_what_it_is() {
    for (name, text) in queries() {
        let header: Vec<&str> = text.lines().take_while(|l| l.starts_with("--")).collect();
        let sentence = header
            .first()
            .unwrap_or_else(|| panic!("{name} has no header"));
        assert!(
            sentence.len() > 15 && sentence.ends_with('.'),
            "{name} begins with {sentence}"
        );
        for part in ["-- grain: ", "-- inputs: ", "-- output: "] {
            assert!(
                header
                    .iter()
                    .any(|l| l.strip_prefix(part).is_some_and(|v| !v.trim().is_empty())),
                "{name} lacks {part}"
            );
        }
        let lines = text.lines().count();
        // The tables stand in one file, which is as long as they have columns.
        let most = if name == "queries/schema.sql" {
            540
        } else {
            300
        };
        assert!(lines <= most, "{name} has {lines} lines");
    }
}

#[test]
fn every_query_is_part_of_the_program() {
    let read = |file: &str| fs::read_to_string(project_file(file)).unwrap();
    let places = [
        read("src/scripts.rs"),
        read("src/follow_up/rules.rs"),
        read("src/follow_up/rules/table.rs"),
    ]
    .concat();
    let kpis = read("src/kpis/mod.rs");
    for name in queries().keys() {
        let stem = Path::new(name).file_stem().unwrap().to_string_lossy();
        let known = if name.starts_with("queries/kpis/") {
            kpis.contains(&format!("\"{stem}\""))
        } else {
            places.contains(name.as_str())
        };
        assert!(known, "{name} is used by nothing");
    }
}

/// Names that need ICU or ask the clock; `(` stands for a call.
const FORBIDDEN: &[&str] = &[
    "current_date",
    "today(",
    "now(",
    "localtimestamp",
    "localtime",
    "current_timestamp",
    "current_time",
    "get_current_timestamp",
    "transaction_timestamp",
    "timestamptz",
    "timestamp with time zone",
    "collate ",
];

#[test]
fn no_query_needs_icu_or_asks_the_clock() {
    let whole = |text: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let in_code = sources().into_iter().map(|s| (s.file, s.code));
    let called = queries()
        .into_iter()
        .chain(in_code.filter(|(_, code)| code.contains("select ")));
    for (name, text) in called {
        let code: String = text
            .lines()
            .map(|l| {
                if name.ends_with(".sql") {
                    l.split("--").next().unwrap_or("")
                } else {
                    l
                }
            })
            .map(|l| format!("{}\n", l.to_lowercase()))
            .collect();
        let code = code
            .replace("local::now()", "")
            .replace("instant::now()", "");
        for word in FORBIDDEN {
            assert!(!whole(&code, word), "{name} uses {word}");
        }
        for (at, _) in code.match_indices("age(").filter(|(at, _)| {
            name.ends_with(".sql")
                && !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
        }) {
            let arguments = code[at + 4..].split(')').next().unwrap_or("");
            assert!(arguments.contains(','), "{name} uses age of one date");
        }
    }
}

/// Soft limit: four hundred. What passes this one holds two concepts.
const LONGEST: usize = 480;

#[test]
fn source_files_are_cut_by_concept_before_they_grow_long() {
    let long: Vec<String> = sources()
        .iter()
        .map(|s| (s.file.clone(), s.code.lines().count()))
        // A dictionary is as long as it has entries.
        .filter(|(file, n)| *n > LONGEST && !file.starts_with("src/columns/"))
        .map(|(file, n)| format!("{file}: {n}"))
        .collect();
    assert!(long.is_empty(), "cut these by concept: {long:#?}");
}
