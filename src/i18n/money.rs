//! Money as people read it: the one place that knows what it is called and where its sign stands.

use serde::{Deserialize, Serialize};

use super::number;
use crate::types::Lang;

/// What the money in the files is: a label, not a rate; nothing is ever converted.
///
/// How it is written is a matter of trade. Yuan in Chinese have their word behind the number and count in 万 (`51.3 万元`).
/// Every other money in Chinese has its sign before the number, which is written out (`€512,930`): 万 behind a foreign
/// sign (`€51.3 万`) is neither the one habit nor the other, and is taken for a slip. In English the sign stands first
/// and large amounts are short (`¥513k`, `€5.13M`). A code without a sign of its own keeps a space (`CHF 838`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    /// Code, or sign where no code is known.
    name: String,
    /// Sign or code.
    sign: String,
    /// Whether it is yuan, which Chinese has a word for.
    yuan: bool,
    /// Digits after the point where an amount is not shortened.
    digits: usize,
}

impl Default for Currency {
    fn default() -> Self {
        Self::new("CNY", 0)
    }
}

/// Signs of codes (ISO 4217), as they are written where several currencies meet; only such as the fonts of printed pages
/// hold, the rest go by their code.
pub(crate) const SIGNS: [(&str, &str); 15] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "C$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MOP", "MOP$"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("SGD", "S$"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
];

/// Most characters of a sign.
const LONGEST: usize = 6;
/// Most digits after the point; no currency has more (ISO 4217).
pub const MOST_DIGITS: u32 = 3;

impl Currency {
    /// The currency of a code (ISO 4217) or a sign, with that many digits after the point.
    #[must_use]
    pub fn new(name: &str, digits: u32) -> Self {
        let name = name.trim();
        let code = name.to_ascii_uppercase();
        let yuan = ["CNY", "RMB", "YUAN", "¥", "￥", "元", "人民币"].contains(&code.as_str());
        let known = SIGNS.iter().find(|(of, _)| *of == code);
        let sign = match known {
            _ if yuan => "¥",
            Some((_, sign)) => sign,
            None if is_code(&code) => &code,
            None => name,
        };
        Self {
            name: match known {
                Some((code, _)) => (*code).to_owned(),
                None => sign.to_owned(),
            },
            sign: sign.to_owned(),
            yuan,
            digits: digits.min(MOST_DIGITS) as usize,
        }
    }

    /// True for what can stand beside a number in every output: a code, or a sign of a few characters without digits,
    /// quotes, spaces, or what spreadsheets and numbers have a meaning for.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let name = name.trim();
        let odd = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || c.is_numeric()
                || "\"'\\;,@#<>=+-−%()[]{}*_?".contains(c)
        };
        !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(odd)
    }

    /// What stands in a header: `元`, `¥`, `€`, `CHF`.
    #[must_use]
    pub fn unit(&self, lang: Lang) -> &str {
        if self.is_word(lang) {
            "元"
        } else {
            &self.sign
        }
    }

    /// What stands behind a number in running text and in the headers of lists: `元`, `yuan`, `EUR`.
    #[must_use]
    pub fn word(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if self.yuan => "元",
            Lang::En if self.yuan => "yuan",
            _ => &self.name,
        }
    }

    /// What tables call the unit of an amount, whatever the language: `yuan`, else the code or sign. [`Currency::new`]
    /// reads it back.
    #[must_use]
    pub fn table_name(&self) -> &str {
        self.word(Lang::En)
    }

    /// An amount without its unit, in full: `512,930`.
    #[must_use]
    pub fn plain(&self, amount: f64) -> String {
        number(amount, self.digits)
    }

    /// An amount in full: `512,930 元`, `¥512,930`, `CHF 512,930`.
    #[must_use]
    pub fn full(&self, lang: Lang, amount: f64) -> String {
        let (value, unit) = self.with_unit(lang, amount, |v| self.plain(v));
        joined(value, unit)
    }

    /// An amount without its unit, short where large and where the language has a short form: `51.3 万`, `513k`.
    #[must_use]
    pub fn short(&self, lang: Lang, amount: f64) -> String {
        match lang {
            Lang::Zh if self.yuan && amount.abs() >= 1e4 => {
                format!("{} 万", number(amount / 1e4, 1))
            }
            Lang::En if amount.abs() >= 1e6 => format!("{}M", number(amount / 1e6, 2)),
            Lang::En if amount.abs() >= 1e4 => format!("{}k", number(amount / 1e3, 0)),
            _ if amount.abs() >= 1e4 => number(amount, 0),
            _ => self.plain(amount),
        }
    }

    /// An amount, short where large, and the unit that stands apart from it: `51.3` and `万元`, `¥513k` and nothing.
    #[must_use]
    pub fn parts(&self, lang: Lang, amount: f64) -> (String, String) {
        let (value, unit) = self.with_unit(lang, amount, |v| self.short(lang, v));
        match value.strip_suffix(" 万") {
            Some(value) => (value.to_owned(), format!("万{unit}")),
            None => (value, unit),
        }
    }

    /// An amount, short where large: `51.3 万元`, `¥513k`, `€512,930`.
    #[must_use]
    pub fn brief(&self, lang: Lang, amount: f64) -> String {
        let (value, unit) = self.parts(lang, amount);
        joined(value, unit)
    }

    /// How a spreadsheet shows an amount with its unit.
    #[must_use]
    pub fn sheet_format(&self, lang: Lang) -> String {
        let figure = self.plain_sheet_format();
        if self.is_word(lang) {
            format!("{figure}\" 元\"")
        } else {
            format!("\"{}\"{figure}", self.before())
        }
    }

    /// How a spreadsheet shows an amount whose unit stands in the header.
    #[must_use]
    pub fn plain_sheet_format(&self) -> String {
        match self.digits {
            0 => "#,##0".to_owned(),
            digits => format!("#,##0.{}", "0".repeat(digits)),
        }
    }

    /// Whether the unit is a word behind the number.
    fn is_word(&self, lang: Lang) -> bool {
        self.yuan && lang == Lang::Zh
    }

    /// The sign as it stands before a number.
    fn before(&self) -> String {
        // Letters and a number run together: CHF838.
        if self.sign.ends_with(char::is_alphabetic) {
            format!("{} ", self.sign)
        } else {
            self.sign.clone()
        }
    }

    fn with_unit(
        &self,
        lang: Lang,
        amount: f64,
        write: impl Fn(f64) -> String,
    ) -> (String, String) {
        if self.is_word(lang) {
            return (write(amount), "元".to_owned());
        }
        let value = format!("{}{}", self.before(), write(amount.abs()));
        // A rounded zero has no sign.
        let below = amount < 0.0 && write(amount).starts_with('-');
        let value = if below { format!("−{value}") } else { value };
        (value, String::new())
    }
}

/// Three letters.
fn is_code(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|b| b.is_ascii_uppercase())
}

fn joined(value: String, unit: String) -> String {
    if unit.is_empty() {
        value
    } else {
        format!("{value} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_short_in_the_way_of_each_language() {
        let yuan = Currency::default();
        assert_eq!(yuan.brief(Lang::Zh, 512_930.0), "51.3 万元");
        assert_eq!(yuan.brief(Lang::Zh, 838.4), "838 元");
        assert_eq!(yuan.brief(Lang::En, 512_930.0), "¥513k");
        assert_eq!(yuan.brief(Lang::En, -838.4), "−¥838");
        assert_eq!(yuan.brief(Lang::En, -0.4), "¥0");
        assert_eq!(yuan.full(Lang::Zh, 512_930.4), "512,930 元");
        assert_eq!(Currency::new(yuan.table_name(), 0), yuan);
        for name in ["cny", "RMB", "￥", "元"] {
            assert_eq!(Currency::new(name, 0), yuan, "{name}");
        }
    }

    #[test]
    fn other_money_has_its_sign_and_never_counts_in_ten_thousands() {
        let euro = Currency::new("eur", 2);
        assert_eq!(euro.brief(Lang::Zh, 5_129_300.0), "€5,129,300");
        assert_eq!(euro.brief(Lang::En, 5_129_300.0), "€5.13M");
        assert_eq!(euro.short(Lang::Zh, 512_930.0), "512,930");
        assert_eq!(euro.brief(Lang::Zh, 838.5), "€838.50");
        assert_eq!(euro.full(Lang::Zh, 838.5), "€838.50");
        assert_eq!(euro.unit(Lang::Zh), "€");
        assert_eq!(euro.word(Lang::Zh), "EUR");
        assert_eq!(Currency::default().word(Lang::En), "yuan");
        assert_eq!(Currency::new("CHF", 0).full(Lang::En, -838.0), "−CHF 838");
        assert_eq!(Currency::new("JPY", 0).unit(Lang::Zh), "¥");
        assert_eq!(Currency::new("kr.", 0).full(Lang::En, 5.0), "kr.5");
    }

    #[test]
    fn a_spreadsheet_shows_the_same_sign_and_digits() {
        let yuan = Currency::default();
        assert_eq!(yuan.sheet_format(Lang::Zh), "#,##0\" 元\"");
        assert_eq!(yuan.sheet_format(Lang::En), "\"¥\"#,##0");
        assert_eq!(
            Currency::new("KWD", 3).sheet_format(Lang::Zh),
            "\"KWD \"#,##0.000"
        );
    }

    #[test]
    fn a_name_is_a_code_or_a_short_sign() {
        for good in ["CNY", "€", "HK$", "元", "kr.", "руб."] {
            assert!(Currency::is_name(good), "{good}");
        }
        for bad in ["", "  ", "a b", "$1", "\"x", "Renminbi", "=€", "€;€"] {
            assert!(!Currency::is_name(bad), "{bad}");
        }
    }
}
