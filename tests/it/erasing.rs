//! Whoever is erased is gone: from every table, from the bytes of the file, from later imports and restored backups;
//! what they paid stays, and nobody else loses anything.

use std::fs;
use std::path::Path;

use super::support::Shop;

const ORDERS: &str = "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期,维修类型,实收金额\n\
    1,K1,夏侯鹂歌,13911112222,粤A12345,LGBH52E01JY100001,2025-01-05,2025-01-05,保养,500\n\
    2,K1,夏侯鹂歌,13911112222,粤A12345,LGBH52E01JY100001,2025-06-05,2025-06-05,保养,600.50\n\
    3,K2,王伟,13922223333,粤B54321,LGBH52E01JY100002,2025-06-06,2025-06-06,保养,700\n\
    4,K1,夏侯鹂歌,13911112222,粤B54321,LGBH52E01JY100002,2025-07-06,2025-07-06,保养,80\n\
    5,K1,夏侯鹂歌,13911112222,粤A12345,LGBH52E01JY100001,never,2025-07-06,保养,80\n";

const CANARY: &[&str] = &["夏侯鹂歌", "13911112222", "粤A12345", "LGBH52E01JY100001"];

fn shop() -> Shop {
    let shop = Shop::new();
    shop.import("orders.csv", ORDERS, "").succeeds();
    shop.import(
        "surveys.csv",
        "工单号,车牌号,日期,得分,满分,意见\n1,粤A12345,2025-01-09,7,10,夏侯鹂歌 waited long\n",
        "",
    )
    .succeeds();
    shop.score_quickly("");
    shop
}

/// The words of the person that some bytes hold.
fn held(bytes: &[u8]) -> Vec<&'static str> {
    let holds = |word: &&str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
    CANARY.iter().copied().filter(holds).collect()
}

/// Everything that may hold a byte of the database: the file, its log, what is spilled, backups.
#[track_caller]
fn nothing_holds_the_canary(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nothing_holds_the_canary(&path);
        } else if !path
            .extension()
            .is_some_and(|e| e == "csv" && !path.to_string_lossy().contains(".rejects"))
        {
            let found = held(&fs::read(&path).unwrap());
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn a_person_is_gone_from_every_byte_and_what_they_paid_stays() {
    let shop = shop();
    let total = "select sum(received)::varchar || ' ' || count(*) from orders";
    let before = shop.ask(total);
    assert!(
        !held(&fs::read(&shop.db).unwrap()).is_empty(),
        "the search would find nothing in any case"
    );
    let planned = shop
        .retain("erase 13911112222 --dry-run --json")
        .succeeds()
        .json();
    assert_eq!(
        (&planned["customers"], &planned["vehicles"]),
        (&1.into(), &2.into())
    );
    assert_eq!(
        shop.ask("select name from customers order by 1"),
        ["夏侯鹂歌", "王伟"]
    );

    let erased = shop.retain("erase 13911112222 --json").succeeds().json();
    assert_eq!(erased["refused_rows"], 1);
    nothing_holds_the_canary(shop.db.parent().unwrap());
    assert_eq!(shop.ask(total), before);
    assert_eq!(shop.ask("select name from customers"), ["王伟"]);
    // The other customer's car stays his, without the visit that the person brought it in for.
    assert_eq!(shop.ask("select plate from vehicles"), ["粤B54321"]);
    assert_eq!(
        shop.ask("select ro_no from orders where vin_key is not null"),
        ["3"]
    );
    assert_eq!(
        shop.ask("select score::varchar from surveys where plate_key is null and verbatim is null"),
        ["7.00"]
    );
    shop.score_quickly("");
    shop.retain("explain 粤A12345").ends_with(2);
    nothing_holds_the_canary(shop.db.parent().unwrap());
    assert_eq!(
        shop.ask("select count(*)::varchar from vehicle_scores"),
        ["1"]
    );
    shop.retain("erase 13911112222").ends_with(2);
}

#[test]
fn a_later_file_does_not_bring_them_back_until_they_are_let_in() {
    let shop = shop();
    shop.retain("erase K1").succeeds();
    let orders = shop.ask("select count(*)::varchar from orders");
    // The same rows in a file that is not the same, a new order, and a new customer number with the known phone.
    let more = format!(
        "{ORDERS}6,K1,夏侯鹂歌,13911112222,粤A12345,LGBH52E01JY100001,2025-11-01,2025-11-01,保养,90\n\
         7,K9,夏侯鹂歌,139 1111 2222,,,2025-11-02,2025-11-02,保养,95\n"
    );
    shop.import("more.csv", &more, "").succeeds();
    assert_eq!(shop.ask("select name from customers"), ["王伟"]);
    assert_eq!(shop.ask("select plate from vehicles"), ["粤B54321"]);
    assert_eq!(orders, ["4"]);
    assert_eq!(shop.ask("select count(*)::varchar from orders"), ["6"]);
    assert_eq!(
        shop.ask("select ro_no from orders where vin_key is not null or customer_key is not null"),
        ["3"]
    );

    for key in ["K1", "13911112222", "粤A12345", "LGBH52E01JY100001"] {
        shop.retain(&format!("erase {key} --lift")).succeeds();
    }
    shop.retain("erase K1 --lift").ends_with(2);
    let again = "工单号,客户编号,客户名称,手机,车牌号,进厂日期,结算日期\n8,K1,夏侯鹂歌,13911112222,粤A12345,2025-12-01,2025-12-01\n";
    shop.import("again.csv", again, "").succeeds();
    assert_eq!(
        shop.ask("select name from customers order by 1"),
        ["夏侯鹂歌", "王伟"]
    );
}

#[test]
fn whoever_buys_the_car_afterwards_is_a_customer_with_a_car() {
    let shop = shop();
    shop.retain("erase K1").succeeds();
    let run = shop.file(
        "sold.csv",
        "工单号,客户编号,客户名称,手机,车牌号,VIN,进厂日期,结算日期\n\
         9,K7,李雷,13933334444,粤C00007,LGBH52E01JY100001,2026-03-01,2026-03-01\n",
    );
    super::support::retain([
        "import".as_ref(),
        run.as_os_str(),
        "--db".as_ref(),
        shop.db.as_os_str(),
        "--today".as_ref(),
        std::ffi::OsStr::new("2026-03-02"),
    ])
    .succeeds();
    assert_eq!(
        shop.ask("select plate from vehicles order by 1"),
        ["粤B54321", "粤C00007"]
    );
    assert_eq!(
        shop.ask("select ro_no from orders where customer_key is not null order by 1"),
        ["3", "9"]
    );
}

#[test]
fn a_backup_from_before_does_not_bring_them_back() {
    let shop = shop();
    shop.retain("backup --out b.duckdb").succeeds();
    let erased = shop.retain("erase K1 --json").succeeds().json();
    assert_eq!(
        erased["elsewhere"].as_array().unwrap().len(),
        0,
        "only what lies where backups lie is known"
    );
    let restored = shop.retain("restore b.duckdb --json").succeeds().json();
    assert!(restored["erased_again"].as_u64() >= Some(1));
    assert_eq!(shop.ask("select name from customers"), ["王伟"]);
    let bytes = fs::read(&shop.db).unwrap();
    assert_eq!(held(&bytes), [""; 0]);
}

#[test]
fn whoever_erases_is_told_which_backups_still_hold_them() {
    let shop = shop();
    let made = shop.retain("backup --json").succeeds().json();
    let erased = shop.retain("erase K1 --json").succeeds().json();
    assert_eq!(
        erased["elsewhere"].as_array().unwrap(),
        &[made["file"].clone()]
    );
    let said = shop.retain("erase K2").succeeds().stdout;
    assert!(said.contains(made["file"].as_str().unwrap()), "{said}");
}

/// As the engine compresses what it holds, a name may stand in the file in pieces; here it stands as it is.
#[test]
fn a_person_is_gone_from_a_file_that_is_not_compressed() {
    let shop = shop();
    let plain = shop.path("plain.duckdb");
    {
        let db = duckdb::Connection::open(&shop.db).unwrap();
        db.execute_batch(&format!(
            "set force_compression = 'uncompressed'; attach '{}' as plain (storage_version 'v1.5.0');
             copy from database shop to plain; checkpoint plain; detach plain;",
            plain.display()
        ))
        .unwrap();
    }
    fs::rename(&plain, &shop.db).unwrap();
    assert_eq!(held(&fs::read(&shop.db).unwrap()), CANARY);
    shop.retain("erase 13911112222").succeeds();
    nothing_holds_the_canary(shop.db.parent().unwrap());
    assert_eq!(shop.ask("select name from customers"), ["王伟"]);
}

#[test]
fn without_its_secret_an_erasure_is_not_forgotten_silently() {
    let shop = shop();
    shop.retain("erase K1").succeeds();
    fs::remove_file(shop.path("shop.duckdb.key")).unwrap();
    let run = shop
        .import("more.csv", format!("{ORDERS}\n"), "")
        .ends_with(1);
    assert!(run.stderr.contains("key-missing"), "{}", run.stderr);
}

#[test]
fn several_with_one_phone_are_not_taken_for_one() {
    let shop = Shop::new();
    shop.import(
        "o.csv",
        "客户编号,客户名称,手机,车牌号,进厂日期\nK1,甲,13911112222,粤A12345,2025-01-05\nK2,乙,13911112222,粤A12346,2025-01-05\n",
        "",
    )
    .succeeds();
    let run = shop.retain("erase 13911112222").ends_with(2);
    assert!(run.stderr.contains("--all"), "{}", run.stderr);
    shop.retain("erase 13911112222 --all").succeeds();
    assert_eq!(shop.ask("select count(*)::varchar from customers"), ["0"]);
}

#[test]
fn a_person_is_told_everything_that_is_held_on_them() {
    let shop = shop();
    let held = shop.retain("subject 粤A12345 --json").succeeds().json();
    let text = held.to_string();
    for word in CANARY {
        assert!(text.contains(word), "{word}");
    }
    assert!(text.contains("waited long") && !text.contains("王伟"));
    assert_eq!(held["held"]["orders"].as_array().unwrap().len(), 3);
    assert!(!held["explained"].as_array().unwrap().is_empty());
    assert!(
        shop.retain("subject K1")
            .succeeds()
            .stdout
            .contains("夏侯鹂歌")
    );
    shop.retain("subject nobody").ends_with(2);
    let audit = fs::read_to_string(shop.path("shop.duckdb.audit")).unwrap();
    assert!(audit.contains("\"subject\"") && CANARY.iter().all(|w| !audit.contains(w)));
}

/// A copy takes the file's place, so that another name of the old file keeps it: that is said, before and with the certificate.
#[test]
#[cfg(unix)]
fn another_name_of_the_file_that_keeps_whoever_is_erased_is_told() {
    let shop = shop();
    fs::hard_link(&shop.db, shop.path("hard.duckdb")).unwrap();
    for line in ["erase K1 --dry-run", "erase K1"] {
        let said = shop.retain(line).succeeds().stdout;
        assert!(said.contains("1 other name (hard links)"), "{said}");
    }
    assert!(held(&fs::read(&shop.db).unwrap()).is_empty());
    assert!(!held(&fs::read(shop.path("hard.duckdb")).unwrap()).is_empty());
    let said = shop.retain("erase K2").succeeds().stdout;
    assert!(!said.contains("other name"), "{said}");
}
