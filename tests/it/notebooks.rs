//! The notebooks run from top to bottom on a scored database.

use std::process::Command;

use super::support::{Shop, department, files_below, run, skip};

#[test]
fn every_notebook_runs() {
    let notebooks = files_below("notebooks", ".ipynb");
    if notebooks.is_empty() {
        return skip("notebooks", "there are none");
    }
    let Some(python) = std::env::var_os("RETAIN_TEST_PYTHON") else {
        return skip("notebooks", "RETAIN_TEST_PYTHON is not set");
    };
    if run(Command::new(&python).args(["-c", "import nbclient, nbformat, ipykernel"])).status != 0 {
        return skip(
            "notebooks",
            "nbclient, nbformat or ipykernel is not installed",
        );
    }
    let script = "import nbformat, sys\nfrom nbclient import NotebookClient\n\
        book = nbformat.read(sys.argv[1], as_version=4)\n\
        NotebookClient(book, timeout=300, resources={'metadata': {'path': sys.argv[2]}}).execute()\n";
    for notebook in notebooks {
        let shop = Shop::copy_of(department());
        // One of them holds the figures of the report against the visits.
        shop.retain("report month --month 2025-12 --out r")
            .succeeds();
        run(Command::new(&python)
            .args(["-c", script])
            .arg(&notebook)
            .arg(notebook.parent().unwrap())
            .env("RETAIN_DB", &shop.db))
        .succeeds();
    }
}
