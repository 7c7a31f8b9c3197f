//! The database file opens in other clients, of this version of the engine and of the one before.

use std::process::Command;

use super::support::{ask, department, run, skip};

/// Counts the scored units with a Python client named by an environment variable.
fn counts_alike(variable: &str, version: &str) {
    let name = format!("the file in a client of version {version}");
    let Some(python) = std::env::var_os(variable) else {
        return skip(&name, &format!("{variable} is not set"));
    };
    let script = "import duckdb, sys\n\
        assert duckdb.__version__.startswith(sys.argv[2]), duckdb.__version__\n\
        c = duckdb.connect(sys.argv[1], read_only=True)\n\
        print(c.execute('select count(*) from vehicle_scores').fetchone()[0])\n\
        for (t,) in c.execute(\"select table_name from duckdb_tables() where not internal union select view_name from duckdb_views() where not internal\").fetchall():\n    \
            c.execute(f'select * from {t}').fetchall()\n";
    let counted = run(Command::new(python)
        .args(["-c", script])
        .arg(department())
        .arg(version))
    .succeeds();
    assert_eq!(
        counted.stdout.trim(),
        ask(department(), "select count(*) from vehicle_scores").join("")
    );
}

#[test]
fn a_client_of_the_same_version_reads_every_table() {
    counts_alike("RETAIN_TEST_PYTHON", "2.0");
}

#[test]
fn a_client_of_the_version_before_reads_every_table() {
    counts_alike("RETAIN_TEST_PYTHON_15", "1.5");
}
