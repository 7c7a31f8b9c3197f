//! The commands of the README pages run as they stand and say what the page shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{project_file, run, skip, speak_english};

/// Commands that belong to other tools.
const OTHERS: &[&str] = &[
    "cargo", "python", "just", "git", "jupyter", "pip", "cd ", "duckdb",
];

/// A command of a page: its words, the status it ends with, the lines it shows.
struct Shown {
    line: String,
    status: i32,
    says: Vec<String>,
}

/// The commands in the `console` blocks of a page, in order.
fn commands(page: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line.trim() {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            line => {
                if let Some(command) = line.strip_prefix("$ ") {
                    let (command, status) = match command.rsplit_once("# exit ") {
                        Some((command, status)) => (command, status.trim().parse().unwrap()),
                        None => (command, 0),
                    };
                    found.push(Shown {
                        line: command.trim().to_owned(),
                        status,
                        says: Vec::new(),
                    });
                } else if let Some(last) = found.last_mut() {
                    last.says.push(line.to_owned());
                }
            }
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Text with all white space as single blanks, so that alignment does not matter.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run_page(name: &str) {
    let Ok(page) = fs::read_to_string(project_file(name)) else {
        return skip(name, "there is no such page");
    };
    let folder = tempfile::tempdir().unwrap();
    copy(
        &project_file("data-samples"),
        &folder.path().join("data-samples"),
    );
    let program = Path::new(env!("CARGO_BIN_EXE_retain"));
    let mut path = vec![program.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let commands = commands(&page);
    assert!(!commands.is_empty(), "{name} shows no command");
    for shown in commands {
        let line = shown.line.replace("cargo run --release --", "retain");
        if OTHERS.iter().any(|o| line.starts_with(o)) {
            continue;
        }
        let mut command = Command::new("sh");
        command
            .args(["-c", &line])
            .current_dir(folder.path())
            .env("PATH", std::env::join_paths(&path).unwrap());
        speak_english(&mut command);
        if name.contains(".zh.") {
            command.env("LANG", "zh_CN.UTF-8");
        }
        let ran = run(&mut command);
        assert_eq!(ran.status, shown.status, "{name}: {line}\n{ran:?}");
        let said = plain(&format!("{}\n{}", ran.stdout, ran.stderr));
        for wanted in shown
            .says
            .iter()
            .map(|l| plain(l))
            .filter(|l| !l.is_empty())
        {
            for part in wanted.split('…').map(str::trim).filter(|p| !p.is_empty()) {
                assert!(
                    said.contains(part),
                    "{name}: {line}\nshows: {part}\nsays: {said}"
                );
            }
        }
    }
}

#[test]
fn the_english_page_does_what_it_says() {
    run_page("README.md");
}

#[test]
fn the_chinese_page_does_what_it_says() {
    run_page("README.zh.md");
}
