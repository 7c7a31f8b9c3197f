//! What the program says when all is well: help, one JSON object, silence where it is asked for, two languages.

use super::support::{Run, Shop, command, department, project, retain, run, small};

const COMMANDS: &[&str] = &[
    "demo",
    "init",
    "run",
    "import",
    "undo-import",
    "merge",
    "merge list",
    "merge accept",
    "merge undo",
    "quality",
    "profile",
    "score",
    "list",
    "record",
    "uplift",
    "report",
    "report month",
    "report year",
    "purge",
    "hold",
    "task",
    "task reassign",
    "register",
    "campaign",
    "campaign plan",
    "campaign result",
    "report diff",
    "report figures",
    "explain",
    "export",
    "generate",
    "backtest",
    "backup",
    "restore",
    "compact",
    "erase",
    "subject",
    "doctor",
    "inventory",
    "audit",
    "audit verify",
    "status",
];

#[test]
fn help_of_every_command_ends_well_and_shows_an_example() {
    for lang in ["en", "zh"] {
        for command in COMMANDS {
            let run = retain(format!("--lang {lang} {command} --help").split(' ')).succeeds();
            assert!(run.stdout.contains("Example"), "{command}: {}", run.stdout);
            assert!(
                run.stdout.contains(&format!("retain {command}")),
                "{command}"
            );
            assert_eq!(run.stderr, "");
        }
    }
}

#[test]
fn a_command_below_another_has_its_own_help() {
    let of = |line: &str| {
        let run = retain(format!("--lang zh {line} --help").split(' ')).succeeds();
        run.stdout.lines().next().unwrap_or_default().to_owned()
    };
    assert_ne!(of("list"), of("merge list"));
}

#[test]
fn the_list_of_commands_here_is_the_programs_own() {
    let help = retain(["--help"]).succeeds().stdout;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|l| !l.starts_with("Commands:"))
        .skip(1)
        .take_while(|l| !l.trim().is_empty())
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        .filter(|c| *c != "help")
        .collect();
    let known: Vec<&str> = COMMANDS
        .iter()
        .copied()
        .filter(|c| !c.contains(' '))
        .collect();
    let (mut listed, mut known) = (listed, known);
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn the_examples_of_the_help_can_be_parsed() {
    use clap::{CommandFactory, Parser};
    fn examples(command: &clap::Command, found: &mut Vec<String>) {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        found.extend(
            help.lines()
                .filter_map(|l| l.strip_prefix("Example: "))
                .map(str::to_owned),
        );
        for sub in command.get_subcommands() {
            examples(sub, found);
        }
    }
    let mut found = Vec::new();
    examples(&retain::cli::Cli::command(), &mut found);
    assert!(found.len() >= COMMANDS.len(), "{found:?}");
    for example in found {
        if let Err(error) = retain::cli::Cli::try_parse_from(example.split_whitespace()) {
            panic!("{example}: {error}");
        }
    }
}

#[test]
fn version_is_said() {
    assert!(
        retain(["--version"])
            .succeeds()
            .stdout
            .contains(env!("CARGO_PKG_VERSION"))
    );
}

/// Exactly one JSON object on standard output, one line, and nothing on standard error.
#[track_caller]
fn one_object(run: Run) -> serde_json::Value {
    let run = run.succeeds();
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert_eq!(run.stderr, "");
    run.json()
}

#[test]
fn json_is_one_object_of_every_command() {
    let shop = Shop::new();
    shop.file(
        "o.csv",
        "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n粤A10001,2025-09-01,100\n",
    );
    for line in [
        "import o.csv",
        "import o.csv --dry-run",
        "score",
        "list --out lists",
        "report month --out reports",
        "report diff 2025-08",
        "report year --out reports",
        "report diff 2025",
        "report figures --out figures",
        "explain 粤A10001",
        "export vehicle_scores --out v.csv",
        "export vehicle_scores",
        "status",
    ] {
        let said = shop.retain(&format!("{line} --json")).succeeds();
        assert_eq!(said.stdout.lines().count(), 1, "{line}: {}", said.stdout);
        assert!(said.json().is_object(), "{line}: {}", said.stdout);
        assert_eq!(said.stderr, "", "{line}");
    }
    let folder = shop.path("");
    let in_folder = |line: &str| run(command(line.split(' ')).current_dir(&folder));
    one_object(in_folder("init made.toml --json"));
    one_object(in_folder("generate --vehicles 3 --out made --json"));
}

#[test]
fn a_failure_with_json_is_one_object_on_standard_error() {
    let shop = Shop::new();
    let run = shop.retain("import nowhere.csv --json").ends_with(2);
    assert_eq!(run.stdout, "");
    let said: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(said["code"], "file-missing");
    assert!(said["message"].as_str().unwrap().contains("nowhere.csv"));
    assert!(said["hint"].is_string());
}

#[test]
fn quiet_says_nothing() {
    let shop = Shop::new();
    shop.file(
        "o.csv",
        "车牌号,进厂日期,实收金额\n粤A10001,2025-03-01,100\n粤A10001,2025-09-01,100\n",
    );
    for line in [
        "import o.csv",
        "score",
        "list --out lists",
        "report month --out reports",
    ] {
        let run = shop.retain(&format!("{line} --quiet")).succeeds();
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            ("", ""),
            "{line}"
        );
    }
}

#[test]
fn results_go_to_standard_output_without_colour_or_progress() {
    let shop = Shop::copy_of(small());
    for line in ["score", "status", "explain 粤A20002"] {
        let run = shop.retain(line).succeeds();
        assert!(!run.stdout.is_empty());
        assert!(run.stderr.is_empty(), "{line}: {}", run.stderr);
        assert!(!run.stdout.contains('\u{1b}'), "{line}");
    }
}

#[test]
fn both_languages_say_everything_in_their_own_words() {
    let shop = Shop::copy_of(small());
    for line in [
        "score",
        "score --as-of 2024-04-30",
        "score --as-of 2025-12-31",
        "status",
        "explain 粤A20002",
        "list --out l --for 2026-01-05",
        "report month --out r",
        "report year --out r",
    ] {
        let zh = shop.retain(&format!("{line} --lang zh")).succeeds().stdout;
        let en = shop.retain(&format!("{line} --lang en")).succeeds().stdout;
        assert_ne!(zh, en, "{line}");
        for text in [&zh, &en] {
            // An id without its message would be shown as it is.
            for id in [
                "said-", "state-", "tier-", "reason-", "kind-", "word-", "class-",
            ] {
                assert!(!text.contains(id), "{line}: {id} in {text}");
            }
        }
    }
}

#[test]
fn hostile_names_reach_the_terminal_harmless() {
    let shop = Shop::new();
    let name = "a\u{1b}[2Jb\u{202e}c.csv";
    let file = shop.file(name, "x\n");
    let run = shop.import_files(&[file]);
    let run2 = shop.retain("import no\u{1b}[31m.csv");
    for text in [&run.stderr, &run2.stderr] {
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text:?}"
        );
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let db = department().display().to_string();
    let mut child = command(["export", "work_orders", "--db", &db])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_settings_file_is_written_once_and_can_be_run() {
    let shop = Shop::new();
    let folder = shop.path("");
    let in_folder = |line: &str| run(command(line.split(' ')).current_dir(&folder));
    in_folder("init").succeeds();
    in_folder("init").ends_with(2);
    in_folder("init --force").succeeds();
    in_folder("run").ends_with(2);
    in_folder("run --config retain.toml").ends_with(2);
    let mut text = std::fs::read_to_string(shop.path("retain.toml")).unwrap();
    for kind in ["work_orders", "customers", "vehicles", "appointments"] {
        let path = project().join(format!("data-samples/small/{kind}.csv"));
        text += &format!("\n[[run.files]]\npath = '{}'\n", path.display());
    }
    shop.file("retain.toml", text);
    in_folder("run --config retain.toml --today 2026-01-02").succeeds();
    for made in ["retain.duckdb", "out/lists", "out/reports"] {
        assert!(shop.path(made).exists(), "{made}");
    }
}

#[test]
fn a_job_without_calls_says_so_and_a_customer_without_name_or_car_has_a_heading() {
    let shop = Shop::new();
    shop.file(
        "log.csv",
        "客户编号,进厂日期,实收金额\n7,2025-06-01,100\n8,2025-06-02,50\n",
    );
    let config = shop.file("shop.toml", "[run]\n[[run.files]]\npath = 'log.csv'\n");
    let config = config.display();
    let line = format!("run --config {config} --today 2025-06-02 --lang en");
    let job = retain(line.split(' ')).succeeds();
    assert!(job.stdout.contains("Nobody to call"), "{}", job.stdout);
    assert!(!job.stdout.contains("Call these first"), "{}", job.stdout);
    let database = shop.path("retain.duckdb");
    let line = format!("explain 7 --lang en --db {}", database.display());
    let explained = retain(line.split(' ')).succeeds();
    assert!(
        explained.stdout.starts_with("── no name"),
        "{}",
        explained.stdout
    );
}

/// Whoever scores an earlier day is told that there is newer data, and nobody else is.
#[test]
fn data_after_the_day_of_scoring_are_said_to_be_unread() {
    let shop = Shop::copy_of(super::support::small());
    // The last order is of 2025-12-28.
    for (flags, en, zh, days) in [
        ("--as-of 2025-06-30", "181 days of data", "181 天", 181),
        ("--as-of 2025-12-27", "1 day of data", "1 天", 1),
        ("--as-of 2025-12-28", "", "", 0),
        ("", "", "", 0),
    ] {
        for (lang, wanted, unread) in [("en", en, "left unread"), ("zh", zh, "没有读取")] {
            let said = shop
                .retain(&format!("score {flags} --lang {lang}"))
                .succeeds()
                .stdout;
            let line = said.lines().find(|l| l.contains(unread));
            assert_eq!(line.is_some(), days > 0, "{flags}: {said}");
            assert!(line.is_none_or(|l| l.contains(wanted)), "{flags}: {said}");
        }
        let scored = shop.retain(&format!("score {flags} --json")).succeeds();
        assert_eq!(scored.json()["unread_days"], days, "{flags}");
    }
}
