//! Names, phones, plates and VINs: valid in form, different for every index, and nobody's.

use super::calendar::{Day, civil};
use super::random::Draws;

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "罗", "高", "梁", "郑", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾",
    "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余", "欧阳",
];
const GIVEN: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "兰", "霞", "平", "刚", "桂", "文", "辉", "玲", "华", "建", "国", "志", "海", "晓", "春",
    "雪", "梅", "鑫", "宇", "浩", "佳", "欣", "怡", "子", "俊", "思", "雨", "晨", "博", "家", "嘉",
];
const COMPANY_HEADS: &[&str] = &[
    "远帆", "云岭", "禾丰", "启明", "鼎安", "瑞川", "宏图", "蓝海", "星河", "万邦", "天衡", "百川",
];
const COMPANY_TRADES: &[&str] = &[
    "物流",
    "建材",
    "商贸",
    "装饰工程",
    "科技",
    "食品",
    "机电设备",
    "广告",
    "环保",
    "服装",
];
const STREETS: &[&str] = &[
    "榕荫路",
    "木棉街",
    "珠涌路",
    "白荔街",
    "新港里",
    "同乐路",
    "云桥街",
    "凤岭路",
    "长堤巷",
    "望江路",
];
/// Districts by distance from the store, near ones first.
pub(super) const DISTRICTS: [(&str, u32); 8] = [
    ("海珠区", 30),
    ("天河区", 20),
    ("荔湾区", 14),
    ("越秀区", 12),
    ("番禺区", 10),
    ("白云区", 7),
    ("黄埔区", 4),
    ("南沙区", 3),
];

/// Number series that no operator hands out, so that no phone of a real person can come up.
const PHONE_HEADS: [&str; 6] = ["154", "160", "161", "163", "164", "168"];

pub(super) fn surname(draws: &mut Draws) -> &'static str {
    draws.pick::<&str>(SURNAMES)
}

pub(super) fn person(draws: &mut Draws, surname: &str) -> String {
    let mut name = surname.to_owned();
    name.push_str(draws.pick::<&str>(GIVEN));
    if draws.chance(0.72) {
        name.push_str(draws.pick::<&str>(GIVEN));
    }
    name
}

pub(super) fn company(draws: &mut Draws, taxi: bool) -> String {
    let head = draws.pick(COMPANY_HEADS);
    let trade = if taxi {
        "出租汽车"
    } else {
        *draws.pick(COMPANY_TRADES)
    };
    format!("{head}{trade}有限公司")
}

pub(super) fn address(draws: &mut Draws, district: &str) -> String {
    format!(
        "{district}{}{}号",
        draws.pick(STREETS),
        draws.between(1, 399)
    )
}

/// Eleven digits; different for every index below 600 million.
pub(super) fn phone(index: u64) -> String {
    let head = PHONE_HEADS[(index / 100_000_000 + index) as usize % PHONE_HEADS.len()];
    format!("{head}{:08}", scatter(index, 100_000_000))
}

/// A permutation of 0..modulus (a power of ten), so that neighbours do not look alike.
fn scatter(index: u64, modulus: u64) -> u64 {
    ((u128::from(index) * 48_271_867 + 12_345_678_901) % u128::from(modulus)) as u64
}

const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const SERIAL: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Pairs of places that hold letters in the five of a plate's serial part; the first plates of
/// vehicles use the first five, the plates after a change of owner the others.
const LETTER_PLACES: [(usize, usize); 10] = [
    (0, 4),
    (1, 3),
    (0, 2),
    (2, 4),
    (0, 3),
    (1, 2),
    (3, 4),
    (1, 4),
    (2, 3),
    (0, 1),
];

/// A plate: mostly of the one city. Different for every index and change; green ones are longer.
pub(super) fn plate(
    draws: &mut Draws,
    index: u64,
    green: bool,
    fuel_battery: bool,
    change: bool,
) -> String {
    let space: u64 = if green {
        2 * 34 * 10_000
    } else {
        5 * 576 * 1000
    };
    let group = (index / space) as usize;
    let serial = index % space;
    let city = if group > 0 {
        // The next group of vehicles is from other cities, so that serials cannot meet.
        format!("粤{}", char::from(LETTERS[6 + (group - 1) % 17]))
    } else {
        draws
            .weighted(&[("粤A", 86), ("粤E", 7), ("粤B", 3), ("湘A", 2), ("桂A", 2)])
            .to_owned()
    };
    if green {
        // D and A (battery), F and G (plug-in) for first plates, B and H after a change.
        let letters: &[u8; 4] = if fuel_battery { b"DABC" } else { b"FGHJ" };
        let serial = (serial * 7919 + 4241) % space;
        let first = letters[(serial / 340_000) as usize + if change { 2 } else { 0 }];
        let second = SERIAL[(serial / 10_000 % 34) as usize];
        return format!(
            "{city}{}{}{:04}",
            char::from(first),
            char::from(second),
            serial % 10_000
        );
    }
    let serial = (serial * 999_983 + 77_777) % space;
    let (left, right) = LETTER_PLACES[(serial / 576_000) as usize + if change { 5 } else { 0 }];
    let letters = serial / 1000 % 576;
    let mut digits = serial % 1000;
    let mut text = city;
    for place in 0..5 {
        if place == left {
            text.push(char::from(LETTERS[(letters / 24) as usize]));
        } else if place == right {
            text.push(char::from(LETTERS[(letters % 24) as usize]));
        } else {
            text.push(char::from(b'0' + (digits / 100) as u8));
            digits = digits % 100 * 10;
        }
    }
    text
}

const YEAR_CODES: &[u8; 30] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
const PLANTS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A vehicle identification number with its check digit; different for every index below 23 million x 10.
pub(super) fn vin(maker: &str, series: usize, purchase: Day, index: u64) -> String {
    let mut text = [b'0'; 17];
    text[..3].copy_from_slice(&maker.as_bytes()[..3]);
    text[3] = b'A' + (series % 8) as u8;
    text[4..7].copy_from_slice(b"2B3");
    text[7] = b'0' + (index / 23_000_000 % 10) as u8;
    let year = civil(purchase).0;
    text[9] = YEAR_CODES[(year - 2010).rem_euclid(30) as usize];
    text[10] = PLANTS[(index / 1_000_000 % 23) as usize];
    let mut serial = scatter(index, 1_000_000);
    for place in (11..17).rev() {
        text[place] = b'0' + (serial % 10) as u8;
        serial /= 10;
    }
    text[8] = check_digit(&text);
    text.iter().map(|&b| char::from(b)).collect()
}

/// Check digit of a VIN (GB 16735, the ninth character).
fn check_digit(vin: &[u8; 17]) -> u8 {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |b: u8| match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'H' => u32::from(b - b'A') + 1,
        b'J'..=b'R' => u32::from(b - b'J') + 1,
        b'S'..=b'Z' => u32::from(b - b'S') + 2,
        _ => 0,
    };
    let sum: u32 = vin.iter().zip(WEIGHTS).map(|(&b, w)| value(b) * w).sum();
    match sum % 11 {
        10 => b'X',
        n => b'0' + n as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_is_given_out_twice() {
        let mut draws = Draws::new(1, "identity", 0);
        let (mut plates, mut vins, mut phones) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for index in (0..40_000).chain(2_880_000..2_890_000) {
            for change in [false, true] {
                let plain = plate(&mut draws, index, false, false, change);
                assert_eq!(plain.chars().count(), 7);
                assert!(plates.insert(plain));
                let green = plate(&mut draws, index, true, change, change);
                assert_eq!(green.chars().count(), 8);
                assert!(plates.insert(green));
            }
            assert!(vins.insert(vin("L7N", 2, 19_000, index)));
            assert!(phones.insert(phone(index)));
        }
        assert!(plates.iter().all(|p| !p.contains(['I', 'O'])));
    }

    #[test]
    fn the_check_digit_is_the_published_one() {
        // The worked example of the standard.
        assert_eq!(check_digit(b"1M8GDM9A_KP042788"), b'X');
        let made = vin("L8Z", 1, 18_000, 12_345);
        assert_eq!(made.len(), 17);
    }
}
