#![allow(clippy::unwrap_used)]
use super::*;
use crate::columns::Unit;

fn at(text: &str) -> Result<String, Refusal> {
    timestamp(text, DateOrder::Ymd, 480).map(|t| t.format("%Y-%m-%d %H:%M:%S").to_string())
}

#[test]
fn dates_are_read_in_the_forms_that_systems_write() {
    for (text, expected) in [
        ("2015-03-24 09:25:11", "2015-03-24 09:25:11"),
        ("42086", "2015-03-23 00:00:00"),
        ("42087.3924884259", "2015-03-24 09:25:11"),
        ("2015-03-03", "2015-03-03 00:00:00"),
        ("2015/3/3", "2015-03-03 00:00:00"),
        ("2015.3.3", "2015-03-03 00:00:00"),
        ("20150303", "2015-03-03 00:00:00"),
        ("20150303 091011", "2015-03-03 09:10:11"),
        ("2015年3月3日", "2015-03-03 00:00:00"),
        ("2015年3月3日 9:05", "2015-03-03 09:05:00"),
        ("２０１５－３－３", "2015-03-03 00:00:00"),
        ("2015-03-03T09:00:00Z", "2015-03-03 17:00:00"),
        ("2015-03-03 23:00:00+00", "2015-03-04 07:00:00"),
        ("2015/3/3 3:04:05 PM", "2015-03-03 15:04:05"),
    ] {
        assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn dates_that_do_not_exist_or_are_ambiguous_are_refused() {
    for text in [
        "2025-02-30",
        "2025-13-01",
        "03/15/2018",
        "infinity",
        "2025-1",
        "2025-01-01 25:00",
        "昨天",
    ] {
        assert_eq!(at(text), Err(Refusal::BadDate), "{text}");
    }
    assert!(timestamp("03/15/2018", DateOrder::Mdy, 480).is_ok());
    assert!(timestamp("15/03/2018", DateOrder::Mdy, 480).is_err());
}

#[test]
fn amounts_are_read_as_written_and_never_rounded_away() {
    for (text, cents) in [
        ("1234.5", 123_450),
        ("1,234.00", 123_400),
        ("¥800", 80_000),
        ("800元", 80_000),
        ("3.5万", 3_500_000),
        ("(120.50)", -12_050),
        ("-1.00", -100),
        ("-¥5", -500),
        ("１２．５", 1_250),
        ("0.125", 13),
    ] {
        assert_eq!(decimal(text, 2), Ok(Some(cents)), "{text}");
    }
    for text in ["1_000", "1e3", "nan", "12..3", "1,23", "abc", "1 2 x"] {
        assert_eq!(decimal(text, 2), Err(Refusal::BadNumber), "{text}");
    }
    assert_eq!(decimal("-", 2), Ok(None));
}

#[test]
fn kilometres_below_zero_are_refused() {
    assert_eq!(kilometres("31200", Unit::One), Ok(Some(31_200)));
    assert_eq!(kilometres("3.12万公里", Unit::One), Ok(Some(31_200)));
    assert_eq!(kilometres("31,200 KM", Unit::One), Ok(Some(31_200)));
    assert_eq!(kilometres("-5", Unit::One), Err(Refusal::Negative));
    assert_eq!(kilometres("99999999", Unit::One), Err(Refusal::TooLarge));
}

#[test]
fn plates_and_vins_lose_what_people_vary() {
    assert_eq!(plate(" 粤a·12345 ").as_deref(), Some("粤A12345"));
    assert_eq!(plate("无"), None);
    assert_eq!(
        vin("lsvaa49j-132012345").as_deref(),
        Some("LSVAA49J132012345")
    );
    assert!(vin_check_digit_holds("1M8GDM9AXKP042788"));
    assert!(!vin_check_digit_holds("1M8GDM9A1KP042788"));
}

#[test]
fn several_phones_in_a_cell_are_told_apart() {
    assert_eq!(
        phones("020-88886666/138 0013 8000"),
        vec!["13800138000", "02088886666"]
    );
    assert_eq!(phones("+8613800138000"), vec!["13800138000"]);
    assert!(phones("0").is_empty());
}

#[test]
fn units_of_a_header_count_where_the_cell_names_none() {
    assert_eq!(kilometres("3.12", Unit::TenThousand), Ok(Some(31_200)));
    assert_eq!(kilometres("3.12万", Unit::TenThousand), Ok(Some(31_200)));
    assert_eq!(kilometres("31200 km", Unit::TenThousand), Ok(Some(31_200)));
    assert_eq!(kilometres("10,000", Unit::Mile), Ok(Some(16_093)));
    assert_eq!(kilometres("100 miles", Unit::One), Ok(Some(161)));
    assert_eq!(money("1.23456", Unit::TenThousand), Ok(Some(1_234_560)));
    assert_eq!(money("800元", Unit::TenThousand), Ok(Some(80_000)));
    assert_eq!(money("(1.5)", Unit::Thousand), Ok(Some(-150_000)));
}

#[test]
fn days_of_the_week_and_names_of_months_are_read() {
    for text in [
        "2025年3月3日 星期一",
        "2025-03-03 周一",
        "2025/3/3(星期一)",
        "星期一 2025.3.3",
        "Mon, 3 Mar 2025",
        "March 3, 2025",
        "3-Mar-2025",
    ] {
        assert_eq!(at(text).as_deref(), Ok("2025-03-03 00:00:00"), "{text}");
    }
    for text in [
        "2025年3月3日9时25分11秒",
        "2025年3月3日 上午9:25:11",
        "3 Mar 2025 09:25:11",
    ] {
        assert_eq!(at(text).as_deref(), Ok("2025-03-03 09:25:11"), "{text}");
    }
    for text in [
        "3 Mar 25",
        "周一",
        "星期一星期二",
        "Mar 2025",
        "March",
        "2025-03-03 周",
    ] {
        assert!(at(text).is_err(), "{text}");
    }
}
