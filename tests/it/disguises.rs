//! One department in many disguises: the tables are the same whatever the file looks like.

use std::io::Write;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16LE};

use super::support::Shop;

/// Orders in the plainest form: number, customer, name, phone, plate, VIN, in, settled, km, class, labour, received,
/// status, comeback.
fn orders() -> Vec<Vec<String>> {
    let classes = ["保养", "维修", "事故", "洗车"];
    (0..120u32)
        .map(|n| {
            let day = 1 + n % 28;
            let month = 1 + n / 28;
            vec![
                format!("WO{:04}", n + 1),
                format!("C{:03}", n % 40),
                format!("王{}", ["伟", "芳", "敏", "静"][(n % 4) as usize]),
                format!("138{:08}", 10_000 + n % 40),
                format!("粤B{:05}", 10_000 + n % 40),
                format!("LSVAA4187E21{:05}", n % 40),
                format!("2025-{month:02}-{day:02} 09:{:02}:00", n % 60),
                format!("2025-{month:02}-{:02}", day),
                format!("{}", 10_000 + n * 120),
                classes[(n % 4) as usize].to_owned(),
                format!("{}.50", 1000 + n * 13),
                format!("{}.00", 20_000 + n * 100),
                if n % 17 == 0 { "作废" } else { "已结算" }.to_owned(),
                if n % 11 == 0 { "是" } else { "否" }.to_owned(),
            ]
        })
        .collect()
}

const PLAIN: [&str; 14] = [
    "工单号",
    "客户编号",
    "客户名称",
    "手机",
    "车牌号",
    "VIN",
    "进厂日期",
    "结算日期",
    "行驶里程",
    "维修类型",
    "工时费",
    "实收金额",
    "工单状态",
    "返修",
];
const OTHER: [&str; 14] = [
    "结算单号",
    "客户编号",
    "车主 姓名",
    "移动电话",
    "车牌号码",
    "车架号",
    "送修日期",
    "收款日期",
    "进厂里程",
    "业务类型",
    "工时费（元）",
    "实收",
    "状态",
    "是否返修",
];
const ENGLISH: [&str; 14] = [
    "RO number",
    "customer id",
    "Customer_Name",
    "MOBILE",
    "license plate",
    "VIN",
    "date in",
    "closed_at",
    "odometer",
    "job type",
    "labor",
    "paid",
    "status",
    "comeback",
];

/// How a file is dressed.
struct Disguise {
    name: &'static str,
    headers: [&'static str; 14],
    /// What becomes of a cell: column, text.
    cell: fn(usize, &str) -> String,
    above: &'static [&'static str],
    below: &'static [&'static str],
    pack: fn(&[Vec<String>]) -> Vec<u8>,
}

fn as_it_is(_: usize, text: &str) -> String {
    text.to_owned()
}

fn chinese(column: usize, text: &str) -> String {
    match column {
        6 => format!("{} {}", chinese(7, &text[..10]), &text[11..]),
        7 => {
            let n = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap();
            format!("{}年{}月{}日", n(0..4), n(5..7), n(8..10))
        }
        8 => format!(
            "{}.{:04}万公里",
            text[..1].to_owned(),
            text[1..].parse::<u32>().unwrap()
        ),
        10 | 11 => format!("¥{},{}元", &text[..text.len() - 6], &text[text.len() - 6..]),
        12 => if text == "作废" {
            "已作废"
        } else {
            "结清"
        }
        .to_owned(),
        13 => if text == "是" { "√" } else { "×" }.to_owned(),
        _ => text.to_owned(),
    }
}

fn slashes(column: usize, text: &str) -> String {
    match column {
        6 | 7 => text.replace('-', "/").replace("/0", "/"),
        4 => format!("{} · {}", &text[..4], &text[4..]),
        8 => format!("{} KM", text),
        9 => match text {
            "保养" => "一般保养",
            "维修" => "机修",
            "事故" => "钣喷",
            _ => "精洗",
        }
        .to_owned(),
        _ => text.to_owned(),
    }
}

fn full_width(column: usize, text: &str) -> String {
    match column {
        3 | 4 | 5 | 7 | 8 | 10 | 11 => text
            .chars()
            .map(|c| match c {
                '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
                c => c,
            })
            .collect(),
        _ => text.to_owned(),
    }
}

fn compact(column: usize, text: &str) -> String {
    match column {
        6 => text.replace(['-', ':', ' '], ""),
        7 => text.replace('-', ""),
        _ => text.to_owned(),
    }
}

fn serial(column: usize, text: &str) -> String {
    use chrono::{NaiveDate, NaiveDateTime};
    let base = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
    let at = match column {
        6 => NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap(),
        7 => NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap().into(),
        _ => return text.to_owned(),
    };
    let seconds = (at - base.and_hms_opt(0, 0, 0).unwrap()).num_seconds();
    format!("{}", seconds as f64 / 86_400.0)
}

fn weekday(column: usize, text: &str) -> String {
    match column {
        7 => format!("{text} 星期一"),
        12 => if text == "作废" {
            "取消"
        } else {
            "已收款"
        }
        .to_owned(),
        _ => text.to_owned(),
    }
}

fn text(rows: &[Vec<String>], delimiter: &str, end: &str) -> String {
    let quoted = |cell: &String| {
        if cell.contains(delimiter) {
            format!("\"{cell}\"")
        } else {
            cell.clone()
        }
    };
    rows.iter()
        .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(delimiter) + end)
        .collect()
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    if encoding == UTF_16LE {
        return format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    }
    encoding.encode(text).0.into_owned()
}

fn page(rows: &[Vec<String>]) -> Vec<u8> {
    let mut html = "<html><meta charset=gbk><table>".to_owned();
    for row in rows {
        html += &format!("<tr><td>{}</td></tr>", row.join("</td><td>"));
    }
    encoded(&(html + "</table></html>"), GB18030)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("导出/工单", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

fn workbook(rows: &[Vec<String>], numbers: bool) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "说明").unwrap();
    let sheet = book.add_worksheet();
    for (r, row) in (0u32..).zip(rows) {
        for (c, cell) in (0u16..).zip(row) {
            match cell.parse::<f64>() {
                Ok(n) if numbers => sheet.write(r, c, n).unwrap(),
                _ => sheet.write(r, c, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

const TITLE: &[&str] = &["某某店维修工单明细", "", "导出时间：2025-06-01"];
const SUMS: &[&str] = &["", "合计,,,,,,,,,,99999,99999", "制表人：李四"];

fn disguises() -> Vec<Disguise> {
    let d = |name, headers, cell, above, below, pack| Disguise {
        name,
        headers,
        cell,
        above,
        below,
        pack,
    };
    vec![
        d("semicolon.csv", PLAIN, chinese, TITLE, &[], |r| {
            encoded(&text(r, ";", "\r\n"), GB18030)
        }),
        d("tab.xls", OTHER, slashes, &[], SUMS, |r| {
            encoded(&text(r, "\t", "\n"), GB18030)
        }),
        d("pipe.txt", ENGLISH, compact, &[], &[], |r| {
            text(r, "|", "\r").into_bytes()
        }),
        d("utf16.txt", OTHER, full_width, TITLE, SUMS, |r| {
            encoded(&text(r, "\t", "\r\n"), UTF_16LE)
        }),
        d("bom.csv", PLAIN, weekday, &[], SUMS, |r| {
            encoded(&format!("\u{feff}{}", text(r, ",", "\n")), UTF_8)
        }),
        d("gbk.csv", ENGLISH, chinese, TITLE, SUMS, |r| {
            encoded(&text(r, ",", "\r\n"), GB18030)
        }),
        d("text.xlsx", PLAIN, chinese, TITLE, SUMS, |r| {
            workbook(r, false)
        }),
        d("numbers.xlsx", OTHER, serial, &[], &[], |r| {
            workbook(r, true)
        }),
        d("book.csv", ENGLISH, slashes, TITLE, SUMS, |r| {
            workbook(r, true)
        }),
        d("page.xls", OTHER, chinese, TITLE, SUMS, page),
        d("page.html", PLAIN, weekday, &[], &[], page),
        d("orders.csv.gz", PLAIN, compact, &[], SUMS, |r| {
            gzip(&encoded(&text(r, ",", "\n"), GB18030))
        }),
        d("orders.zip", ENGLISH, full_width, TITLE, &[], |r| {
            zip(&encoded(&text(r, ";", "\n"), UTF_16LE))
        }),
        d("book.zip", OTHER, weekday, TITLE, SUMS, |r| {
            zip(&workbook(r, false))
        }),
        d("page.gz", ENGLISH, slashes, &[], SUMS, |r| gzip(&page(r))),
        d("serial.csv", PLAIN, serial, TITLE, SUMS, |r| {
            text(r, ",", "\r\n").into_bytes()
        }),
        d("spaces.csv", OTHER, as_it_is, TITLE, &[], |r| {
            text(r, " , ", " \n").into_bytes()
        }),
    ]
}

/// Everything that the rows say.
fn tables(shop: &Shop) -> Vec<String> {
    [
        "select * exclude (import_id) from orders order by all",
        "select * exclude (import_id) from customers order by all",
        "select * from vehicles order by all",
        "select * from unit_keys order by all",
    ]
    .iter()
    .flat_map(|sql| shop.ask(sql))
    .collect()
}

#[test]
fn one_department_in_seventeen_disguises_gives_the_same_tables() {
    let orders = orders();
    let head = |headers: &[&str; 14]| headers.map(str::to_owned).to_vec();
    let plain = Shop::new();
    let rows: Vec<Vec<String>> = [vec![head(&PLAIN)], orders.clone()].concat();
    plain
        .import("plain.csv", text(&rows, ",", "\n"), "")
        .succeeds();
    let expected = tables(&plain);
    assert_eq!(plain.one("select count(*) from orders"), "120");
    let all = disguises();
    assert!(all.len() > 16);
    for disguise in all {
        let line = |text: &&str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let mut rows: Vec<Vec<String>> = disguise.above.iter().map(line).collect();
        rows.push(head(&disguise.headers));
        for (n, order) in orders.iter().enumerate() {
            if n == 60 && !disguise.below.is_empty() {
                // A printer repeats the header on each page, below an empty row.
                rows.push(vec![String::new(); 14]);
                rows.push(head(&disguise.headers));
            }
            let cells = order.iter().enumerate();
            rows.push(cells.map(|(c, t)| (disguise.cell)(c, t)).collect());
        }
        rows.extend(disguise.below.iter().map(line));
        let shop = Shop::new();
        let run = shop
            .import(disguise.name, (disguise.pack)(&rows), "")
            .succeeds();
        let outcome = &run.json()["files"][0];
        let n = |name: &str| outcome[name].as_u64().unwrap();
        assert_eq!(n("loaded"), 120, "{}: {outcome}", disguise.name);
        assert_eq!(
            n("records"),
            n("loaded") + n("rejected"),
            "{}",
            disguise.name
        );
        let asides = if disguise.below.is_empty() { 0 } else { 3 };
        assert_eq!(n("rejected"), asides, "{}: {outcome}", disguise.name);
        let found = tables(&shop);
        assert!(
            expected == found,
            "{}\n{}",
            disguise.name,
            super::support::difference(&expected, &found)
        );
    }
}

#[test]
fn figures_in_ten_thousands_and_miles_are_told_from_the_header() {
    let shop = Shop::new();
    let csv = "车牌号,进厂日期,行驶里程(万公里),实收金额（万元）\n粤A10001,2025-01-02,3.12,0.05\n粤A10002,2025-01-03,2万公里,500元\n";
    shop.import("units.csv", csv, "").succeeds();
    assert_eq!(
        shop.ask("select odometer_km, received from orders order by in_at"),
        ["31200|500.00", "20000|500.00"]
    );
    let shop = Shop::new();
    shop.import(
        "miles.csv",
        "license plate,date in,mileage (miles)\nABC123,2025-01-02,10000\n",
        "",
    )
    .succeeds();
    assert_eq!(shop.one("select odometer_km from orders"), "16093");
}
