//! Why a customer went elsewhere: the codes behind what callers choose or write.

use crate::columns::{Synonyms, fold};
use crate::i18n::text;
use crate::types::Lang;

/// The codes, in the order in which they are offered.
pub const LOST_REASONS: &[&str] = &[
    "price",
    "distance",
    "quality",
    "waiting",
    "attitude",
    "moved",
    "car_sold",
    "other_shop",
    "unknown",
];

/// Words that callers use for them.
static WORDS: Synonyms = Synonyms(&[
    (
        "price",
        &[
            "贵",
            "太贵",
            "价格高",
            "收费高",
            "费用高",
            "expensive",
            "cost",
        ],
    ),
    (
        "distance",
        &["远", "太远", "不方便", "距离远", "too far", "far"],
    ),
    (
        "quality",
        &[
            "没修好",
            "修不好",
            "返修",
            "技术差",
            "质量差",
            "质量",
            "维修不好",
            "workmanship",
        ],
    ),
    (
        "waiting",
        &["等太久", "等待", "排队", "慢", "太慢", "too slow"],
    ),
    (
        "attitude",
        &["服务差", "态度差", "态度", "服务态度", "service", "rude"],
    ),
    (
        "moved",
        &["搬走", "搬离", "迁走", "外地", "换城市", "relocated"],
    ),
    (
        "car_sold",
        &[
            "卖车",
            "已卖",
            "已售",
            "车辆已售",
            "车已售",
            "换车",
            "过户",
            "报废",
            "sold",
            "scrapped",
        ],
    ),
    (
        "other_shop",
        &[
            "别家",
            "他店",
            "其他店",
            "其它店",
            "别的店",
            "外面修",
            "路边店",
            "修理厂",
            "competitor",
        ],
    ),
    ("unknown", &["不明", "未说", "不愿说", "不知道", "not said"]),
]);

/// Label of a code; the code itself where it is none of ours.
#[must_use]
pub fn lost_reason_label(lang: Lang, code: &str) -> String {
    if LOST_REASONS.contains(&code) {
        text(lang, &format!("lost-reason-{code}"), &[])
    } else {
        code.to_owned()
    }
}

/// The code of a label in either language, of a word that callers use, or of the code itself.
#[must_use]
pub fn lost_reason_code(label: &str) -> Option<&'static str> {
    let label = fold(label);
    LOST_REASONS
        .iter()
        .copied()
        .find(|code| {
            fold(code) == label
                || [Lang::Zh, Lang::En]
                    .iter()
                    .any(|lang| fold(&lost_reason_label(*lang, code)) == label)
        })
        .or_else(|| WORDS.meaning(&label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_words_lead_to_their_codes() {
        for lang in [Lang::Zh, Lang::En] {
            for code in LOST_REASONS {
                let label = lost_reason_label(lang, code);
                assert!(!label.starts_with("lost-reason"), "{label}");
                assert_eq!(lost_reason_code(&label), Some(*code), "{label}");
            }
        }
        assert_eq!(lost_reason_code(" 太贵 "), Some("price"));
        assert_eq!(lost_reason_code("Sold"), Some("car_sold"));
        assert_eq!(lost_reason_code("who knows"), None);
        // The words of the plan.
        for (code, said) in LOST_REASONS.iter().zip([
            "价格",
            "距离",
            "质量",
            "等待",
            "态度",
            "搬离",
            "车辆已售",
            "其他店",
            "不明",
        ]) {
            assert_eq!(lost_reason_code(said), Some(*code), "{said}");
        }
    }
}
