//! The bill of materials that goes with a release names what is shipped, and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use super::support::{project, run, skip};

#[test]
fn the_bill_of_materials_names_what_is_shipped() {
    let name = "the bill of materials";
    let written = || {
        run(Command::new("python3")
            .arg("scripts/sbom.py")
            .env("CARGO", env!("CARGO"))
            .current_dir(project()))
    };
    let has = "import sys, tomllib";
    if Command::new("python3")
        .args(["-c", has])
        .output()
        .is_ok_and(|o| !o.status.success())
        || Command::new("python3").arg("--version").output().is_err()
    {
        return skip(name, "no Python 3.11");
    }
    let bill = written().succeeds();
    let found = bill.json();
    assert_eq!(found["bomFormat"], "CycloneDX");
    // A list, not a map by name: a crate may be there in two versions.
    let components = found["components"].as_array().unwrap();
    let text = |of: &serde_json::Value, name: &str| of[name].as_str().unwrap_or("").to_owned();
    let named = |name: &str| -> Vec<&serde_json::Value> {
        components.iter().filter(|c| c["name"] == name).collect()
    };
    for shipped in ["duckdb", "arrow", "calamine", "clap", "libduckdb-sys"] {
        assert!(!named(shipped).is_empty(), "{shipped} is not there");
        for crate_ in named(shipped) {
            assert_eq!(crate_["scope"], "required", "{shipped}");
            assert_eq!(crate_["hashes"][0]["content"].as_str().unwrap().len(), 64);
            assert!(text(crate_, "purl").starts_with("pkg:cargo/"));
        }
    }
    for of_tests_alone in ["insta", "assert_cmd", "proptest", "criterion"] {
        assert!(named(of_tests_alone).is_empty(), "{of_tests_alone}");
    }
    for component in components {
        let licences = component["licenses"].as_array().unwrap();
        assert!(!licences.is_empty(), "{} has no licence", component["name"]);
    }
    let engine = &named("libduckdb-sys")[0]["components"][0];
    assert_eq!(
        (engine["name"].as_str(), engine["version"].as_str()),
        (Some("DuckDB"), Some("2.0.0"))
    );
    // Compression, regular expressions, hashes and more, each somebody else's: two dozen in this version.
    let carried = engine["components"].as_array().unwrap();
    assert!(carried.len() > 10, "{carried:?}");
    assert!(!named("NotoSansSC-Regular-subset.ttf").is_empty());
    // Each crate is one that another needs, and what is needed is listed; the program itself stands above all.
    let program = text(&found["metadata"]["component"], "bom-ref");
    let needed: BTreeSet<String> = found["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|d| d["dependsOn"].as_array().unwrap())
        .map(|reference| reference.as_str().unwrap().to_owned())
        .collect();
    assert!(!needed.contains(&program));
    let crates: BTreeSet<String> = components
        .iter()
        .filter(|c| c["type"] == "library")
        .map(|c| text(c, "bom-ref"))
        .collect();
    assert_eq!(crates, needed);
    assert_eq!(bill.stdout, written().stdout);
}
