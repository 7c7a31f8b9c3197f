//! Names of persons, as far as two of them can be held against each other: surname, and the given name where it is told.

use crate::columns::half_width;

/// A person's name, normalised: half width, lower case, without blanks, marks and titles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Family name.
    pub surname: String,
    /// Given name; `None` where a title or a mask stands in its place (王先生, 王**).
    pub given: Option<String>,
}

/// How much two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Surname and given name.
    Same,
    /// Surname; of the given name one of them says nothing, or an initial.
    Surname,
    /// Surname, with two different given names: maybe two of a family.
    GivenDiffers,
    /// Nothing.
    Different,
}

/// Surnames of two characters; every other Chinese one has a single character.
const COMPOUND: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "公孫",
    "慕容", "令狐", "长孙", "宇文", "司徒", "端木", "夏侯", "南宫", "申屠", "太史", "闻人", "澹台",
    "公冶", "宗政", "濮阳", "淳于", "单于", "钟离", "司空", "轩辕", "呼延", "独孤", "拓跋", "西门",
    "东郭", "百里", "第五",
];

/// What is written after a surname in place of a name.
const TITLES: &[&str] = &[
    "先生", "女士", "小姐", "太太", "夫人", "师傅", "師傅", "经理", "經理", "老板", "老闆", "老师",
    "老師", "同志", "主任", "医生", "大哥", "大姐", "阿姨", "叔叔",
];

/// Titles of one character, after a surname alone: 王总.
const SHORT_TITLES: &[char] = &[
    '总', '總', '哥', '姐', '工', '叔', '姨', '局', '董', '女', '男', '某',
];

/// Words that name nobody, normalised.
const NOBODY: &[&str] = &[
    "散客",
    "零散客户",
    "临时客户",
    "客户",
    "客人",
    "顾客",
    "车主",
    "司机",
    "驾驶员",
    "无名",
    "无名氏",
    "未知",
    "不详",
    "匿名",
    "测试",
    "测试客户",
    "试驾",
    "新客户",
    "老客户",
    "会员",
    "个人",
    "本人",
    "先生",
    "女士",
    "小姐",
    "无",
    "无姓名",
    "暂无",
    "空",
    "walkin",
    "cash",
    "customer",
    "unknown",
    "anonymous",
    "nobody",
    "none",
    "null",
    "na",
    "test",
    "tester",
    "mr",
    "mrs",
    "ms",
];

/// What only names of companies, offices and fleets have in them.
const COMPANY: &[&str] = &[
    "公司",
    "集团",
    "有限",
    "股份",
    "企业",
    "工厂",
    "商店",
    "商行",
    "超市",
    "酒店",
    "饭店",
    "学校",
    "大学",
    "中学",
    "小学",
    "幼儿园",
    "医院",
    "银行",
    "保险",
    "中心",
    "合作社",
    "协会",
    "政府",
    "委员会",
    "管理局",
    "公安",
    "车队",
    "租赁",
    "物流",
    "运输",
    "贸易",
    "科技",
    "工程",
    "建筑",
    "装饰",
    "出租",
    "网约",
    "4s店",
    "事务所",
    "工作室",
    "经营部",
    "服务部",
];

/// The same in words of other languages.
const COMPANY_WORDS: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "llc",
    "co",
    "corp",
    "corporation",
    "company",
    "gmbh",
    "ag",
    "plc",
    "group",
    "fleet",
    "rental",
    "taxi",
    "school",
    "hospital",
    "bank",
    "hotel",
];

/// How much of a name a company's ends with, where it is long enough to be none of a person.
const COMPANY_ENDS: &[char] = &[
    '厂', '店', '行', '局', '部', '院', '社', '队', '处', '所', '站', '馆', '会',
];

impl Name {
    /// The name that a cell holds; `None` where it names nobody, no person, or says nothing that could agree.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text: String = text
            .chars()
            .map(half_width)
            .flat_map(char::to_lowercase)
            .collect();
        let words: Vec<String> = words(&text);
        let whole: String = words.concat();
        if whole.is_empty()
            || whole.chars().any(|c| c.is_ascii_digit())
            || NOBODY.contains(&whole.as_str())
            || COMPANY.iter().any(|part| whole.contains(part))
            || words.iter().any(|w| COMPANY_WORDS.contains(&w.as_str()))
        {
            return None;
        }
        // A mask hides the given name.
        let is_masked = text.contains(['*', '×', '?']);
        if whole.chars().all(is_han) {
            return Self::chinese(&whole, is_masked);
        }
        // Names of both kinds in one cell are read by nobody.
        if whole.chars().any(is_han) {
            return None;
        }
        Self::western(&text, words)
    }

    fn chinese(whole: &str, is_masked: bool) -> Option<Self> {
        let count = whole.chars().count();
        let ends_as_company = whole.ends_with(COMPANY_ENDS) && count > 3;
        if count > 6 || ends_as_company {
            return None;
        }
        let compound = COMPOUND.iter().find(|c| whole.starts_with(**c));
        let length = compound.map_or_else(
            || whole.chars().next().map_or(0, char::len_utf8),
            |c| c.len(),
        );
        let (surname, rest) = whole.split_at(length);
        let untitled = TITLES
            .iter()
            .find_map(|t| rest.strip_suffix(t))
            .unwrap_or(rest);
        let is_short_title = untitled.chars().count() == 1 && untitled.ends_with(SHORT_TITLES);
        let given =
            (!untitled.is_empty() && !is_short_title && !is_masked).then(|| untitled.to_owned());
        Some(Self {
            surname: surname.to_owned(),
            given,
        })
    }

    /// `John Smith`, or `Smith, John`.
    fn western(text: &str, mut words: Vec<String>) -> Option<Self> {
        words.retain(|w| !matches!(w.as_str(), "mr" | "mrs" | "ms" | "miss" | "dr" | "prof"));
        let surname_first = text.contains(',');
        let surname = if surname_first {
            (!words.is_empty()).then(|| words.remove(0))
        } else {
            words.pop()
        }?;
        // A letter is no surname.
        if surname.chars().count() < 2 {
            return None;
        }
        let given = words.join(" ");
        Some(Self {
            surname,
            given: (!given.is_empty()).then_some(given),
        })
    }

    /// How much another name agrees with this one.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.surname != other.surname {
            return Likeness::Different;
        }
        match (&self.given, &other.given) {
            (Some(a), Some(b)) if a == b => Likeness::Same,
            (Some(a), Some(b)) if is_initial(a, b) || is_initial(b, a) => Likeness::Surname,
            (Some(_), Some(_)) => Likeness::GivenDiffers,
            _ => Likeness::Surname,
        }
    }
}

/// Words of letters; Chinese names have none between them, whatever blanks a form puts there.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .filter(|w| !w.is_empty())
        .map(|w| w.replace(['\'', '-'], ""))
        .collect()
}

fn is_initial(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && !short.chars().all(is_han) && long.starts_with(short)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn name(surname: &str, given: Option<&str>) -> Option<Name> {
        Some(Name {
            surname: surname.to_owned(),
            given: given.map(str::to_owned),
        })
    }

    #[test]
    fn names_are_read_as_forms_write_them() {
        for (text, expected) in [
            ("王伟", name("王", Some("伟"))),
            (" 王 伟 ", name("王", Some("伟"))),
            ("欧阳娜娜", name("欧阳", Some("娜娜"))),
            ("王先生", name("王", None)),
            ("王伟先生", name("王", Some("伟"))),
            ("王总", name("王", None)),
            ("王*", name("王", None)),
            ("王", name("王", None)),
            ("Ｊｏｈｎ　Smith", name("smith", Some("john"))),
            ("Smith, John", name("smith", Some("john"))),
            ("Mr. O'Neil", name("oneil", None)),
        ] {
            assert_eq!(Name::of(text), expected, "{text}");
        }
    }

    #[test]
    fn nobody_companies_and_figures_are_no_persons() {
        for text in [
            "",
            "散客",
            "测试",
            "客户1",
            "13800000001",
            "粤A12345",
            "某某贸易有限公司",
            "南山出租车队",
            "第三人民医院",
            "Walk-in",
            "Acme Ltd",
            "N/A",
            "先生",
            "--",
            "张三 Zhang San",
            "东方红小学",
        ] {
            assert_eq!(Name::of(text), None, "{text}");
        }
    }

    #[test]
    fn names_agree_wholly_in_part_or_not() {
        let likeness = |a: &str, b: &str| Name::of(a).unwrap().likeness(&Name::of(b).unwrap());
        assert_eq!(likeness("王伟", "王 伟"), Likeness::Same);
        assert_eq!(likeness("王伟", "王先生"), Likeness::Surname);
        assert_eq!(likeness("王女士", "王先生"), Likeness::Surname);
        assert_eq!(likeness("王伟", "王芳"), Likeness::GivenDiffers);
        assert_eq!(likeness("王伟", "李伟"), Likeness::Different);
        assert_eq!(likeness("J. Smith", "John Smith"), Likeness::Surname);
        // A compound surname is no single one with a longer given name.
        assert_eq!(likeness("欧阳娜", "欧娜"), Likeness::Different);
    }
}
