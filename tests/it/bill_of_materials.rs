//! The bill of materials that goes with a release names what is shipped, and nothing else.

use std::collections::BTreeMap;
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
    let components: BTreeMap<&str, &serde_json::Value> = found["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["name"].as_str().unwrap(), c))
        .collect();
    for shipped in ["duckdb", "arrow", "calamine", "clap", "libduckdb-sys"] {
        let crate_ = components[shipped];
        assert_eq!(crate_["scope"], "required", "{shipped}");
        assert_eq!(crate_["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(crate_["purl"].as_str().unwrap().starts_with("pkg:cargo/"));
    }
    for of_tests_alone in ["insta", "assert_cmd", "proptest", "criterion"] {
        assert!(!components.contains_key(of_tests_alone), "{of_tests_alone}");
    }
    for (name, component) in &components {
        let licences = component["licenses"].as_array().unwrap();
        assert!(!licences.is_empty(), "{name} has no licence");
    }
    let engine = &components["libduckdb-sys"]["components"][0];
    assert_eq!(
        (engine["name"].as_str(), engine["version"].as_str()),
        (Some("DuckDB"), Some("2.0.0"))
    );
    assert!(components.contains_key("NotoSansSC-Regular-subset.ttf"));
    // Each is one that another needs.
    let needed = found["dependencies"].to_string();
    for (name, component) in components.iter().filter(|(_, c)| c["type"] == "library") {
        assert!(
            needed.contains(component["bom-ref"].as_str().unwrap()),
            "{name}"
        );
    }
    assert_eq!(bill.stdout, written().stdout);
}
