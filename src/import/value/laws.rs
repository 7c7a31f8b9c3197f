//! Laws that every parser keeps on thousands of values: what a system writes comes back, in every form that it may be
//! written in; what was read is read the same again; no text makes one panic.
#![allow(clippy::unwrap_used)]

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use proptest::prelude::*;

use super::*;
use crate::columns::Unit;

const CASES: u32 = 4096;

/// Any moment of the years that files speak of, to the second.
fn moment() -> impl Strategy<Value = NaiveDateTime> {
    (0i64..18_000, 0u32..86_400).prop_map(|(day, second)| {
        let first = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        (first + chrono::TimeDelta::days(day)).and_time(time)
    })
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            c => c,
        })
        .collect()
}

/// Thousands in groups of three.
fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Texts of what dates, numbers and identifiers are made of, in any order.
const MOTLEY: &str = "[0-9０-９年月日时分秒点上下午星期周一二三/:：. ,，¥￥$元万千公里km()（）+%eETZ\\-粤京A-Z·*=\"'\u{3000}\u{a0}]{0,24}";

fn read(text: &str) -> Option<NaiveDateTime> {
    timestamp(text, DateOrder::Ymd, 480).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn no_text_makes_a_parser_panic(text in prop_oneof!["\\PC*", MOTLEY, ".*"]) {
        for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
            let _ = timestamp(&text, order, 480);
        }
        for unit in [Unit::One, Unit::Thousand, Unit::TenThousand, Unit::Mile] {
            let _ = (kilometres(&text, unit), money(&text, unit));
        }
        let _ = (decimal(&text, 0), decimal(&text, 4), count(&text), is_no_date(&text));
        let _ = (plate(&text), vin(&text), phones(&text), is_vin(&text), vin_check_digit_holds(&text));
    }

    #[test]
    fn a_day_comes_back_from_every_form(at in moment(), form in 0usize..12) {
        let day = at.date();
        let (y, m, d) = (day.year(), day.month(), day.day());
        let weekday = ["一", "二", "三", "四", "五", "六", "日"][day.weekday().num_days_from_monday() as usize];
        let text = match form {
            0 => format!("{y}-{m:02}-{d:02}"),
            1 => format!("{y}/{m}/{d}"),
            2 => format!("{y}.{m:02}.{d:02}"),
            3 => format!("{y}{m:02}{d:02}"),
            4 => format!("{y}年{m}月{d}日"),
            5 => format!("{y}年{m:02}月{d:02}日 星期{weekday}"),
            6 => full_width(&format!("{y}-{m:02}-{d:02}")),
            7 => format!("{y}-{m:02}-{d:02} 周{weekday}"),
            8 => day.format("%-d %b %Y").to_string(),
            9 => day.format("%B %-d, %Y").to_string(),
            // Days since 1899-12-30, as spreadsheets count.
            10 => (day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days().to_string(),
            _ => format!("{y}-{m:02}-{d:02}T00:00:00+08:00"),
        };
        prop_assert_eq!(read(&text), Some(day.and_time(NaiveTime::MIN)), "{}", text);
    }

    #[test]
    fn a_moment_comes_back_from_every_form(at in moment(), form in 0usize..7) {
        let text = match form {
            0 => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            1 => at.format("%Y/%-m/%-d %-H:%M:%S").to_string(),
            2 => at.format("%Y年%-m月%-d日 %H:%M:%S").to_string(),
            3 => at.format("%Y%m%d%H%M%S").to_string(),
            4 => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
            5 => at.format("%Y/%-m/%-d %-I:%M:%S %p").to_string(),
            _ => (at - chrono::TimeDelta::hours(8)).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        };
        prop_assert_eq!(read(&text), Some(at), "{}", text);
    }

    #[test]
    fn days_of_other_orders_come_back(at in moment()) {
        let day = at.date();
        let (y, m, d) = (day.year(), day.month(), day.day());
        let midnight = Ok(day.and_time(NaiveTime::MIN));
        prop_assert_eq!(timestamp(&format!("{d}/{m}/{y}"), DateOrder::Dmy, 0), midnight);
        prop_assert_eq!(timestamp(&format!("{m:02}/{d:02}/{y}"), DateOrder::Mdy, 0), midnight);
    }

    #[test]
    fn an_amount_comes_back_from_every_form(cents in 0u64..99_999_999_999, form in 0usize..9, below in any::<bool>()) {
        let (whole, rest) = (cents / 100, cents % 100);
        let plain = format!("{whole}.{rest:02}");
        let text = match form {
            0 => plain,
            1 => format!("¥{}.{rest:02}", grouped(whole)),
            2 => format!("{}.{rest:02}元", grouped(whole)),
            3 => format!("￥{plain}"),
            4 => full_width(&plain),
            5 => format!(" {plain} "),
            6 => format!("{}.{:06}万", whole / 10_000, whole % 10_000 * 100 + rest),
            7 => format!("{plain}0"),
            _ => format!("人民币{plain}元").replace("人民币", "¥"),
        };
        let (text, cents) = match (below, cents) {
            (true, 1..) if form != 1 && form != 8 => (format!("({})", text.trim()), -i128::from(cents)),
            _ => (text, i128::from(cents)),
        };
        prop_assert_eq!(decimal(&text, 2), Ok(Some(cents)), "{}", text);
    }

    #[test]
    fn what_a_number_reads_as_is_read_the_same_again(text in MOTLEY) {
        if let Ok(Some(value)) = decimal(&text, 2) {
            let sign = if value < 0 { "-" } else { "" };
            let plain = format!("{sign}{}.{:02}", value.unsigned_abs() / 100, value.unsigned_abs() % 100);
            prop_assert_eq!(decimal(&plain, 2), Ok(Some(value)), "{} {}", text, plain);
        }
    }

    #[test]
    fn kilometres_come_back_from_every_form(km in 0i32..2_000_000, form in 0usize..6) {
        let text = match form {
            0 => km.to_string(),
            1 => format!("{} km", grouped(u64::try_from(km).unwrap())),
            2 => format!("{km}公里"),
            3 => format!("{}.{:04}万公里", km / 10_000, km % 10_000),
            4 => full_width(&km.to_string()),
            _ => format!("{km} KM"),
        };
        prop_assert_eq!(kilometres(&text, Unit::One), Ok(Some(km)), "{}", text);
    }

    #[test]
    fn a_plate_comes_back_however_it_is_set(letters in "[A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}", form in 0usize..6) {
        let bare = format!("粤{letters}");
        let text = match form {
            0 => bare.clone(),
            1 => bare.to_lowercase(),
            2 => format!("粤{}·{}", &letters[..1], &letters[1..]),
            3 => format!(" 粤{} {} ", &letters[..1], &letters[1..]),
            4 => full_width(&bare),
            _ => format!("粤{}-{}", &letters[..1], &letters[1..]),
        };
        let read = plate(&text).map(std::borrow::Cow::into_owned);
        prop_assert_eq!(read.as_deref(), Some(bare.as_str()), "{}", text);
    }

    #[test]
    fn a_vin_comes_back_and_its_check_digit_catches_a_slip(
        body in "[A-HJ-NPR-Z0-9]{17}", at in 0usize..17, to in "[0-9]", form in 0usize..3,
    ) {
        prop_assume!(body.bytes().any(|b| b != b'0'));
        let text = match form {
            0 => body.to_lowercase(),
            1 => format!(" {}-{} ", &body[..8], &body[8..]),
            _ => full_width(&body),
        };
        let read = vin(&text).map(std::borrow::Cow::into_owned);
        prop_assert_eq!(read.as_deref(), Some(body.as_str()), "{}", text);
        // One of the eleven check digits holds; then no slip of one figure for another does.
        let holding = "0123456789X"
            .chars()
            .map(|c| format!("{}{c}{}", &body[..8], &body[9..]))
            .filter(|v| vin_check_digit_holds(v))
            .collect::<Vec<_>>();
        prop_assert_eq!(holding.len(), 1);
        let was = &holding[0][at..=at];
        if at != 8 && was.bytes().all(|b| b.is_ascii_digit()) && was != to {
            let slipped = format!("{}{to}{}", &holding[0][..at], &holding[0][at + 1..]);
            prop_assert!(!vin_check_digit_holds(&slipped), "{}", slipped);
        }
    }

    #[test]
    fn a_mobile_comes_back_however_it_is_set(number in "1[3-9][0-9]{9}", form in 0usize..6) {
        let text = match form {
            0 => number.clone(),
            1 => format!("+86{number}"),
            2 => format!("{} {} {}", &number[..3], &number[3..7], &number[7..]),
            3 => format!("{}-{}-{}", &number[..3], &number[3..7], &number[7..]),
            4 => full_width(&number),
            _ => format!("86-{number}"),
        };
        let read = phones(&text);
        prop_assert_eq!(read.first().map(|p| &**p), Some(number.as_str()), "{}", text);
    }

    #[test]
    fn what_names_something_is_read_the_same_again(text in prop_oneof!["\\PC{0,20}", MOTLEY]) {
        if let Some(once) = plate(&text) {
            let again = plate(&once).map(std::borrow::Cow::into_owned);
            prop_assert_eq!(again.as_deref(), Some(&*once));
        }
        if let Some(once) = vin(&text) {
            let again = vin(&once).map(std::borrow::Cow::into_owned);
            prop_assert_eq!(again.as_deref(), Some(&*once));
        }
        for phone in phones(&text) {
            prop_assert_eq!(phones(&phone), vec![phone.clone()]);
        }
    }
}
