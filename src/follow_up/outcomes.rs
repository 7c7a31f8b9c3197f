//! What can come of a call: the tree that staff choose from and that reading a filled list knows.

use crate::columns::{Synonyms, fold};
use crate::i18n::text;
use crate::types::Lang;

/// First level: reached and understood, not reached, or of no use.
pub const RESULTS: &[&str] = &["success", "failed", "invalid"];

/// Second level, by first level: what a dealer's callers note down.
pub const OUTCOMES: &[(&str, &str)] = &[
    ("success", "will_book"),
    ("success", "booked"),
    ("success", "other_date"),
    ("success", "already_done"),
    ("success", "mileage_not_reached"),
    ("success", "out_of_town"),
    ("success", "no_time"),
    ("failed", "call_rejected"),
    ("failed", "wrong_number"),
    ("failed", "phone_off"),
    ("failed", "suspended"),
    ("failed", "no_answer"),
    ("failed", "not_dialled"),
    ("invalid", "refused"),
    ("invalid", "hung_up"),
    ("invalid", "signal_lost"),
    ("invalid", "car_transferred"),
    ("invalid", "taxi"),
    ("invalid", "given_to_other"),
    ("invalid", "other"),
];

/// Label of a first-level code; the code itself where it is none of ours.
#[must_use]
pub fn result_label(lang: Lang, code: &str) -> String {
    if RESULTS.contains(&code) {
        text(lang, &format!("result-{code}"), &[])
    } else {
        code.to_owned()
    }
}

/// Label of a second-level code; the code itself where it is none of ours.
#[must_use]
pub fn outcome_label(lang: Lang, code: &str) -> String {
    if OUTCOMES.iter().any(|(_, c)| *c == code) {
        text(lang, &format!("outcome-{code}"), &[])
    } else {
        code.to_owned()
    }
}

/// Words that callers write for the first level.
static RESULT_WORDS: Synonyms = Synonyms(&[
    (
        "success",
        &["接通", "已接通", "打通", "联系上", "reached", "spoke"],
    ),
    (
        "failed",
        &[
            "没打通",
            "打不通",
            "未打通",
            "联系不上",
            "失败",
            "not reached",
        ],
    ),
    ("invalid", &["无效电话", "作废"]),
]);

/// Words that callers write for the second level, where they do not choose from the list.
static OUTCOME_WORDS: Synonyms = Synonyms(&[
    (
        "will_book",
        &["答应来", "会来", "愿意来", "考虑来", "同意来", "will come"],
    ),
    (
        "booked",
        &[
            "预约",
            "约好",
            "约好了",
            "预约成功",
            "已约",
            "appointment",
            "appointment made",
        ],
    ),
    (
        "other_date",
        &[
            "改天",
            "改期",
            "下次再约",
            "过几天",
            "再联系",
            "稍后联系",
            "call back",
            "call later",
        ],
    ),
    (
        "already_done",
        &[
            "已保养",
            "做过保养",
            "保养过了",
            "已做",
            "已做保养",
            "already serviced",
            "done already",
        ],
    ),
    (
        "mileage_not_reached",
        &[
            "公里数没到",
            "公里没到",
            "里程没到",
            "里程不够",
            "没到公里",
            "not due",
            "mileage too low",
        ],
    ),
    (
        "out_of_town",
        &["在外地", "外地", "出差", "不在本地", "away", "out of town"],
    ),
    ("no_time", &["没空", "没时间", "忙", "太忙", "no time"]),
    ("call_rejected", &["拒绝接听", "按掉", "rejected"]),
    (
        "wrong_number",
        &[
            "空号",
            "错号",
            "号码错误",
            "打错",
            "不是本人",
            "号码不对",
            "number wrong",
            "not in service",
        ],
    ),
    ("phone_off", &["已关机", "switched off"]),
    ("suspended", &["已停机", "欠费停机", "欠费"]),
    (
        "no_answer",
        &[
            "没人接",
            "无人接",
            "未接",
            "没接",
            "不接",
            "无应答",
            "no reply",
            "not answered",
            "voicemail",
        ],
    ),
    (
        "not_dialled",
        &["未拨打", "未拨", "没打", "未打", "not called"],
    ),
    (
        "refused",
        &[
            "拒绝来店",
            "不来",
            "不来了",
            "不需要",
            "不愿意",
            "没兴趣",
            "not interested",
        ],
    ),
    ("hung_up", &["挂断", "挂了", "hang up"]),
    (
        "signal_lost",
        &["信号不好", "断线", "掉线", "bad line", "cut off"],
    ),
    (
        "car_transferred",
        &[
            "过户",
            "已过户",
            "卖了",
            "车卖了",
            "已卖",
            "转让",
            "sold",
            "car sold",
        ],
    ),
    ("taxi", &["出租车", "出租", "网约车"]),
    ("given_to_other", &["借出", "车借人", "别人开", "lent"]),
    ("other", &["其它"]),
]);

/// The first-level code of a label in either language, of a word that callers use, or of the code itself.
#[must_use]
pub fn result_code(label: &str) -> Option<&'static str> {
    let label = as_written(label);
    RESULTS
        .iter()
        .copied()
        .find(|code| is_label(&label, code, result_label))
        .or_else(|| RESULT_WORDS.meaning(&label))
}

/// The codes of both levels of a second-level label in either language, of a word that callers use, or of the code itself.
#[must_use]
pub fn outcome_code(label: &str) -> Option<(&'static str, &'static str)> {
    let label = as_written(label);
    let pair = |code: &str| OUTCOMES.iter().copied().find(|(_, c)| *c == code);
    OUTCOMES
        .iter()
        .copied()
        .find(|(_, code)| is_label(&label, code, outcome_label))
        .or_else(|| OUTCOME_WORDS.meaning(&label).and_then(pair))
}

/// A word without what a writer puts behind it.
fn as_written(label: &str) -> String {
    fold(
        label
            .trim()
            .trim_end_matches(['。', '.', '！', '!', '，', ',']),
    )
}

/// True where a folded word is the code or what either language calls it.
fn is_label(folded: &str, code: &str, named: fn(Lang, &str) -> String) -> bool {
    fold(code) == folded
        || [Lang::Zh, Lang::En]
            .iter()
            .any(|lang| fold(&named(*lang, code)) == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_leads_back_to_its_code() {
        for lang in [Lang::Zh, Lang::En] {
            for code in RESULTS {
                let label = result_label(lang, code);
                assert!(!label.starts_with("result-"), "{label}");
                assert_eq!(result_code(&label), Some(*code));
            }
            for pair in OUTCOMES {
                let label = outcome_label(lang, pair.1);
                assert!(!label.starts_with("outcome-"), "{label}");
                assert_eq!(outcome_code(&label), Some(*pair), "{label}");
                assert!(RESULTS.contains(&pair.0));
            }
        }
        assert_eq!(result_code("nonsense"), None);
        assert_eq!(outcome_code("说了很多"), None);
    }

    #[test]
    fn what_callers_write_by_themselves_is_understood() {
        for (said, code) in [
            ("没人接", "no_answer"),
            (" No  Answer ", "no_answer"),
            ("约好了", "booked"),
            ("空号", "wrong_number"),
            ("没空", "no_time"),
            ("车卖了", "car_transferred"),
            ("Not interested", "refused"),
            ("无人接听。", "no_answer"),
        ] {
            assert_eq!(outcome_code(said).map(|(_, c)| c), Some(code), "{said}");
        }
        assert_eq!(result_code("没打通"), Some("failed"));
    }

    /// No word means two things, and none hides the label of another code.
    #[test]
    fn every_word_leads_to_its_own_code() {
        let mut seen = std::collections::BTreeSet::new();
        for (code, words) in OUTCOME_WORDS.0 {
            for word in *words {
                assert!(seen.insert(fold(word)), "{word} twice");
                assert_eq!(outcome_code(word).map(|(_, c)| c), Some(*code), "{word}");
            }
        }
        for (code, words) in RESULT_WORDS.0 {
            for word in *words {
                assert_eq!(result_code(word), Some(*code), "{word}");
            }
        }
    }
}
