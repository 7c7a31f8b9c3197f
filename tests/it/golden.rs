//! Databases that earlier versions left (`tests/it/golden`, one a version): they are read as they are, brought up to this
//! version by the first command that writes, and lose nothing. `scripts/golden.sh` makes one at each release.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use retain::store::{Access, Engine, Store};

use super::support::{Shop, ask, files_below, rows, small};

fn golden() -> Vec<PathBuf> {
    let files = files_below("tests/it/golden", ".duckdb.gz");
    assert!(!files.is_empty());
    files
}

fn unpacked(file: &Path) -> Shop {
    let shop = Shop::new();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(file).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    fs::write(&shop.db, bytes).unwrap();
    shop
}

/// Each table, by the columns that `columns` names of it.
fn tables(db: &Path, columns: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let store = Store::open(db, Access::Read, &Engine::default()).unwrap();
    columns
        .iter()
        .map(|(table, columns)| {
            let sql = format!("select {columns} from \"{table}\" order by all");
            (table.clone(), rows(&store, &sql))
        })
        .collect()
}

/// The columns of each table, as a list of SQL.
fn columns(db: &Path) -> BTreeMap<String, String> {
    let store = Store::open(db, Access::Read, &Engine::default()).unwrap();
    rows(
        &store,
        "select table_name, string_agg('\"' || column_name || '\"', ', ' order by column_index)
         from duckdb_columns() where not internal and table_name in (select table_name from duckdb_tables())
             and table_name <> 'retain_meta' group by 1 order by 1",
    )
    .iter()
    .map(|row| {
        let (table, columns) = row.split_once('|').unwrap();
        (table.to_owned(), columns.to_owned())
    })
    .collect()
}

#[test]
fn a_database_of_an_earlier_version_is_read_as_it_is() {
    for file in golden() {
        let shop = unpacked(&file);
        let before = fs::read(&shop.db).unwrap();
        for line in [
            "status",
            "explain C001",
            "export orders",
            "export customer_scores --format json",
            "inventory",
            "quality",
            "export kpis",
            "subject C005",
        ] {
            let run = shop.retain(line);
            assert_eq!(run.status, 0, "{}: {line}: {}", file.display(), run.stderr);
        }
        assert!(fs::read(&shop.db).unwrap() == before, "reading changed it");
    }
}

#[test]
fn a_database_of_an_earlier_version_is_brought_up_and_loses_nothing() {
    for file in golden() {
        let shop = unpacked(&file);
        let what = file.display();
        // A file of this version's shape too stands for one from before a column and a table came.
        Store::open(&shop.db, Access::Write, &Engine::default())
            .unwrap()
            .run(
                "alter table reports drop column orders; drop table survival;
                 update retain_meta set value = 'older' where name = 'schema_shape'; checkpoint;",
            )
            .unwrap();
        let columns = columns(&shop.db);
        let before = tables(&shop.db, &columns);
        assert!(before["orders"].len() > 20 && before["vehicle_scores"].len() > 5);
        for kept in [
            "follow_ups",
            "customer_merges",
            "holds",
            "backtest_results",
            "backtest_visits",
        ] {
            assert!(!before[kept].is_empty(), "{what}: no {kept}");
        }
        shop.retain("compact").succeeds();
        // As it was it is kept, and can be put back.
        let kept = shop.path("shop.duckdb.backups/shop-2026-01-02.duckdb");
        assert!(tables(&kept, &columns) == before, "{what}: the backup");
        let after = tables(&shop.db, &columns);
        for (table, rows) in &before {
            assert!(*rows == after[table], "{what}: {table} is other");
        }
        // It has the shape of one that this version made, no more and no less, and everything can be done with it.
        shop.retain("score").succeeds();
        let shape = |db: &Path| -> BTreeSet<String> {
            let sql = "select table_name, column_name, data_type from duckdb_columns() where not internal";
            ask(db, sql).into_iter().collect()
        };
        let (brought_up, wanted) = (shape(&shop.db), shape(small()));
        let missing: Vec<&String> = wanted.difference(&brought_up).collect();
        let surplus: Vec<&String> = brought_up.difference(&wanted).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{what} lacks {missing:?}, and alone has {surplus:?}"
        );
        for meta in ["schema_version", "schema_shape"] {
            let sql = format!("select value from retain_meta where name = '{meta}'");
            assert_eq!(shop.ask(&sql), ask(small(), &sql), "{what}: {meta}");
        }
        shop.file("few.toml", "[churn]\nmin_units = 2\n");
        shop.import(
            "more.csv",
            "门店,客户编号,营销同意,手机\n海珠店,C005,是,13800000105\n",
            "",
        )
        .succeeds();
        let consent = "select consent_marketing from customers where customer_no = 'C005' and store_id = '海珠店'";
        assert_eq!(shop.one(consent), "no", "{what}");
        for line in [
            "undo-import",
            "score",
            "list --out lists --for 2026-01-05",
            "merge list",
            "hold",
            "backtest --cutoff 2025-06-30 --horizon-days 180 --config few.toml",
            "report month --out reports",
            "report year --year 2025 --out reports",
            "erase C005 --all",
            "backup",
            "doctor",
        ] {
            let run = shop.retain(line);
            assert_eq!(
                run.status, 0,
                "{what}: {line}: {} {}",
                run.stdout, run.stderr
            );
        }
    }
}

/// A file of an earlier version that is named by a link, or has another name, stays one file by every name.
#[test]
#[cfg(unix)]
fn a_database_of_an_earlier_version_stays_one_by_whatever_name() {
    let version = |db: &Path| {
        let store = Store::open(db, Access::Read, &Engine::default()).unwrap();
        rows(
            &store,
            "select count(*) from orders where ro_no = 'BY-A-NAME'",
        )
    };
    let import = |shop: &Shop, db: &str| {
        shop.file(
            "o.csv",
            "工单号,车牌号,进厂日期\nBY-A-NAME,粤A10001,2025-03-01\n",
        );
        let words = ["import", "o.csv", "--db", db, "--today", "2026-01-02"];
        let run = super::support::run(super::support::command(words).current_dir(shop.path("")));
        assert_eq!(run.status, 0, "{}", run.stderr);
    };
    for file in golden() {
        let shop = unpacked(&file);
        std::os::unix::fs::symlink(&shop.db, shop.path("link.duckdb")).unwrap();
        import(&shop, "link.duckdb");
        assert!(shop.path("link.duckdb").is_symlink());
        assert_eq!(version(&shop.db), ["1"], "{}", file.display());

        let shop = unpacked(&file);
        fs::hard_link(&shop.db, shop.path("hard.duckdb")).unwrap();
        import(&shop, "hard.duckdb");
        assert_eq!(version(&shop.db), ["1"], "{}", file.display());
        let said = shop.retain("erase C005 --all").succeeds().stdout;
        assert!(said.contains("1 other name"), "{said}");

        use std::os::unix::fs::PermissionsExt;
        let shop = unpacked(&file);
        fs::set_permissions(&shop.db, fs::Permissions::from_mode(0o660)).unwrap();
        import(&shop, "shop.duckdb");
        let mode = fs::metadata(&shop.db).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660, "{}", file.display());
    }
}
