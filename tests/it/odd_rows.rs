//! Rows that other readers lose or change: of another width somewhere in a long file, with values that come late, with
//! letters of other alphabets, or with a million columns.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use super::support::{Shop, command};

/// Where readers change what they believe of a file: behind what they looked at first, between their chunks, at the end.
const PLACES: [usize; 11] = [
    1, 2, 10, 2_047, 2_048, 2_049, 10_239, 10_240, 10_241, 20_481, 30_000,
];

const HEADER: &str = "工单号,车牌号,进厂日期,实收金额,来源\n";

/// The row of an order whose money is its number, with so many fields of five.
fn order(i: usize, fields: usize) -> String {
    let cells = [
        format!("R{i}"),
        format!("粤A{i:05}"),
        "2025-03-01".to_owned(),
        i.to_string(),
        "x".to_owned(),
        "y".to_owned(),
    ];
    cells[..fields].join(",") + "\n"
}

/// A file of so many orders, the width of each told by its number.
fn orders(count: usize, width: impl Fn(usize) -> usize) -> String {
    let rows = (1..=count).map(|i| order(i, width(i)));
    HEADER.to_owned() + &rows.collect::<String>()
}

#[test]
fn a_row_of_another_width_costs_itself_alone_wherever_it_stands() {
    let last = 30_001;
    for k in PLACES {
        let shop = Shop::new();
        // One field more in row k, one less in the next.
        let text = orders(last, |i| match i {
            _ if i == k => 6,
            _ if i == k + 1 => 4,
            _ => 5,
        });
        let run = shop.import("o.csv", text, "").succeeds();
        let file = &run.json()["files"][0];
        let fates = ["records", "loaded", "rejected"].map(|n| file[n].as_u64().unwrap());
        let all = last as u64;
        assert_eq!(fates, [all, all - 2, 2], "{k}");
        // The header is line 1.
        assert_eq!(
            shop.ask("select line, reason from rejects order by line"),
            [format!("{}|width", k + 1), format!("{}|width", k + 2)]
        );
        // Every other row is there, and once.
        let sum = last * (last + 1) / 2 - k - (k + 1);
        assert_eq!(
            shop.one("select count(*), count(distinct ro_no), sum(received)::bigint from orders"),
            format!("{0}|{0}|{sum}", last - 2),
            "{k}"
        );
    }
}

#[test]
fn a_width_that_changes_for_good_is_refused_with_its_first_line_or_told_row_by_row() {
    for (k, width) in [(2, 6), (2, 4), (2_049, 6), (10_241, 4)] {
        let shop = Shop::new();
        let text = orders(30_000, |i| if i < k { 5 } else { width });
        shop.file("o.csv", text);
        let run = shop.retain("import o.csv").ends_with(1);
        for said in [
            format!("o.csv, line {}", k + 1),
            format!("{} of 30000", 30_001 - k),
        ] {
            assert!(run.stderr.contains(&said), "{k}: {}", run.stderr);
        }
        assert!(!shop.db.exists());
    }
    // Few enough to go on without them: all of them are told.
    let shop = Shop::new();
    let text = orders(30_000, |i| if i < 29_001 { 5 } else { 6 });
    shop.import("o.csv", text, "").succeeds();
    assert_eq!(
        shop.one("select records, loaded, rejected from imports"),
        "30000|29000|1000"
    );
    assert_eq!(
        shop.one("select min(line), max(line), count(distinct line) from rejects"),
        "29002|30001|1000"
    );
}

/// The cells of a CSV file that an export wrote, by column.
fn exported(shop: &Shop, table: &str) -> Vec<Vec<String>> {
    let out = format!("{table}.csv");
    shop.retain(&format!("export {table} --reveal --out {out}"))
        .succeeds();
    let text = fs::read(shop.path(&out)).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&*text);
    let rows = reader.records().map(|r| r.unwrap());
    rows.map(|r| r.iter().map(str::to_owned).collect())
        .collect()
}

/// The named columns of an export, in the order of the first.
fn columns(shop: &Shop, table: &str, names: &[&str]) -> Vec<Vec<String>> {
    let mut rows = exported(shop, table);
    let header = rows.remove(0);
    let place = |name: &&str| header.iter().position(|h| h == name).unwrap();
    let at: Vec<usize> = names.iter().map(place).collect();
    let mut found: Vec<Vec<String>> = rows
        .iter()
        .map(|row| at.iter().map(|c| row[*c].clone()).collect())
        .collect();
    found.sort();
    found
}

/// What looks like whole numbers for 20,000 rows, and is none in the last ten, was none before.
#[test]
fn values_that_come_late_and_zeros_in_front_are_kept_as_they_are_to_the_export() {
    const ROWS: usize = 21_000;
    let long = "12345678901234567890";
    let longer = "000111111111111111111111111111";
    let mut text = "工单号,客户编号,手机,车牌号,进厂日期,实收金额,来源,服务顾问\n".to_owned();
    for i in 1..=ROWS {
        let late = i > ROWS - 10;
        let (money, source, adviser) = if late {
            ("12.75".to_owned(), longer.to_owned(), long.to_owned())
        } else {
            (i.to_string(), i.to_string(), i.to_string())
        };
        writeln!(
            text,
            "{i:06},{i:07},0755{i:08},粤A{i:05},2025-03-01,{money},{source},{adviser}"
        )
        .unwrap();
    }
    let shop = Shop::new();
    shop.import("o.csv", text, "").succeeds();
    let rows = columns(&shop, "orders", &["ro_no", "received", "source", "advisor"]);
    assert_eq!(rows.len(), ROWS);
    assert_eq!(rows[122], ["000123", "123.00", "123", "123"]);
    for (i, row) in (1..).zip(&rows).skip(ROWS - 10) {
        assert_eq!(row[..], [&format!("{i:06}"), "12.75", longer, long]);
    }
    let people = columns(&shop, "customers", &["customer_no", "phone_primary"]);
    assert_eq!(people.len(), ROWS);
    for (i, row) in (1..).zip(&people) {
        assert_eq!(row[..], [format!("{i:07}"), format!("0755{i:08}")]);
    }
}

/// A sum that no column can hold is none: neither cut nor rounded to something near it.
#[test]
fn a_number_of_twenty_digits_in_a_column_of_money_costs_its_row() {
    let shop = Shop::new();
    let row = "123,粤A00123,2025-03-01,12345678901234567890,x\n";
    let text = orders(100, |_| 5) + row;
    shop.import("o.csv", text, "").succeeds();
    assert_eq!(
        shop.ask("select line, \"column\", reason from rejects"),
        ["102|实收金额|bad-number"]
    );
    assert_eq!(shop.one("select max(received) from orders"), "100.00");
}

#[test]
fn western_names_in_windows_1252_come_in_as_they_are_and_it_is_said() {
    let names = [
        "Jürgen Groß",
        "Zoë Brontë",
        "André Lefèvre",
        "Søren Ångström",
        "Nuño Peña",
        "Œuvre “Ltd” – 5€",
    ];
    let mut text = "plate,date in,customer name\n".to_owned();
    for (i, name) in names.iter().enumerate() {
        writeln!(text, "M-AB {i}1,2025-01-02,{name}").unwrap();
    }
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(&text);
    assert!(!lost);
    // Told from the bytes, or named as the subset that it is often called by.
    for flags in ["", "--encoding latin1"] {
        let shop = Shop::new();
        let run = shop.import("o.csv", &*bytes, flags).succeeds();
        assert_eq!(run.json()["files"][0]["encoding"], "windows-1252");
        assert_eq!(run.json()["files"][0]["lost_characters"], 0);
        let mut wanted = names;
        wanted.sort_unstable();
        assert_eq!(shop.ask("select name from customers order by name"), wanted);
    }
}

/// Some program before us wrote it in place of a letter: nobody can bring that back, but nobody has to find out alone.
#[test]
fn characters_that_were_lost_before_are_kept_counted_and_said() {
    let text = "工单号,车牌号,进厂日期,客户名称\n1,粤A10001,2025-01-01,王\u{fffd}\n2,粤A10002,2025-01-02,\u{fffd}\u{fffd}英\n3,粤A10003,2025-01-03,张三\n";
    let utf_16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for content in [text.as_bytes(), &utf_16] {
        let shop = Shop::new();
        let run = shop.import("o.csv", content, "").succeeds();
        assert_eq!(run.json()["files"][0]["lost_characters"], 3);
        assert_eq!(
            shop.ask("select name from customers order by name"),
            ["张三", "王\u{fffd}", "\u{fffd}\u{fffd}英"]
        );
    }
    let shop = Shop::new();
    shop.file("o.csv", text);
    let said = shop.retain("import o.csv").succeeds().stdout;
    assert!(said.contains("3 characters were lost before"), "{said}");
    shop.file("p.csv", text.replace('\u{fffd}', "明").replace('1', "4"));
    let said = shop.retain("import p.csv").succeeds().stdout;
    assert!(!said.contains("lost"), "{said}");
}

/// The most memory that a process had until now, MB; none once it has ended.
fn peak_mb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kb: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kb / 1024)
}

/// The engine's own reader took 28 seconds and 2 GB for a fifth of this.
#[test]
fn a_header_of_a_million_columns_is_refused_in_little_time_and_memory() {
    let mut text = "车牌号,进厂日期".to_owned();
    for i in 0..1_000_000 {
        write!(text, ",column{i}").unwrap();
    }
    for end in ["", "\n粤A1,2025-01-01\n"] {
        let shop = Shop::new();
        let file = shop.file("wide.csv", format!("{text}{end}"));
        let output = shop.file("said.txt", "");
        let begun = Instant::now();
        let mut child = command(["import".as_ref(), file.as_os_str(), "--db".as_ref()])
            .arg(&shop.db)
            .stderr(fs::File::create(&output).unwrap())
            .spawn()
            .unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak.max(peak_mb(child.id()).unwrap_or(0));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(2));
        };
        assert_eq!(status.code(), Some(1));
        assert!(peak < 300, "{peak} MB");
        assert!(peak > 0 || !cfg!(target_os = "linux"));
        let said = fs::read_to_string(output).unwrap();
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(
            said.contains("wide.csv") && said.contains("import.max_columns"),
            "{said}"
        );
        assert!(!shop.db.exists());
    }
}
