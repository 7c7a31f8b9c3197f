//! Coded values in both languages: the trade's Chinese words, and the canonical English ones.

use crate::types::Lang;

/// A coded value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    zh: &'static str,
    en: &'static str,
}

impl Word {
    pub(super) const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    pub(super) const fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }
}

pub(super) const YES: Word = Word::new("是", "yes");
pub(super) const NO: Word = Word::new("否", "no");

/// What an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    FirstMaintenance,
    Maintenance,
    Repair,
    Body,
    Accident,
    Warranty,
    Recall,
    Comeback,
    Wash,
    Beauty,
    Accessory,
    Pdi,
    Internal,
}

impl Class {
    pub(super) const fn word(self) -> Word {
        match self {
            Self::FirstMaintenance => Word::new("首保", "first_maint"),
            Self::Maintenance => Word::new("定期保养", "maint"),
            Self::Repair => Word::new("一般修理", "repair"),
            Self::Body => Word::new("钣喷", "body_accident"),
            Self::Accident => Word::new("事故", "body_accident"),
            Self::Warranty => Word::new("索赔", "warranty"),
            Self::Recall => Word::new("召回", "recall"),
            Self::Comeback => Word::new("返修", "comeback"),
            Self::Wash => Word::new("精洗", "wash_beauty"),
            Self::Beauty => Word::new("美容", "wash_beauty"),
            Self::Accessory => Word::new("精品", "accessory_retail"),
            Self::Pdi => Word::new("PDI", "pdi"),
            Self::Internal => Word::new("内部", "internal"),
        }
    }

    /// Whether a settled order of this class makes a qualified visit.
    pub(super) const fn qualifies(self) -> bool {
        !matches!(
            self,
            Self::Comeback
                | Self::Wash
                | Self::Beauty
                | Self::Accessory
                | Self::Pdi
                | Self::Internal
        )
    }

    pub(super) const fn is_maintenance(self) -> bool {
        matches!(self, Self::FirstMaintenance | Self::Maintenance)
    }
}

/// Who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payer {
    Customer,
    Insurer,
    Maker,
    House,
    Contract,
}

impl Payer {
    pub(super) const fn word(self) -> Word {
        match self {
            Self::Customer => Word::new("自费", "customer"),
            Self::Insurer => Word::new("保险", "insurer"),
            Self::Maker => Word::new("索赔", "warranty"),
            Self::House => Word::new("内部", "internal"),
            Self::Contract => Word::new("挂账", "contract"),
        }
    }
}

pub(super) mod status {
    use super::Word;
    pub(in super::super) const OPEN: Word = Word::new("在修", "open");
    pub(in super::super) const DELIVERED: Word = Word::new("已交车", "delivered");
    pub(in super::super) const SETTLED: Word = Word::new("已结算", "settled");
    pub(in super::super) const VOID: Word = Word::new("作废", "void");
}

pub(super) mod source {
    use super::Word;
    pub(in super::super) const WALK_IN: Word = Word::new("自主进店", "walk_in");
    pub(in super::super) const CALLED: Word = Word::new("电话招揽", "call");
    pub(in super::super) const INSURER: Word = Word::new("保险导流", "insurer");
    pub(in super::super) const CONTRACT: Word = Word::new("协议单位", "contract");
    pub(in super::super) const REFERRAL: Word = Word::new("转介绍", "referral");
    pub(in super::super) const EVENT: Word = Word::new("店内活动", "event");
}

pub(super) mod channel {
    use super::Word;
    pub(in super::super) const PHONE: Word = Word::new("电话", "phone");
    pub(in super::super) const WECHAT: Word = Word::new("微信", "wechat");
    pub(in super::super) const SMS: Word = Word::new("短信", "sms");
    pub(in super::super) const APP: Word = Word::new("小程序", "wechat");
    pub(in super::super) const COUNTER: Word = Word::new("到店", "visit");
}

pub(super) mod booking {
    use super::Word;
    pub(in super::super) const BOOKED: Word = Word::new("已预约", "booked");
    pub(in super::super) const SHOWN: Word = Word::new("已到店", "shown");
    pub(in super::super) const LATE: Word = Word::new("迟到", "late");
    pub(in super::super) const NO_SHOW: Word = Word::new("爽约", "no_show");
    pub(in super::super) const CANCELLED: Word = Word::new("已取消", "cancelled");
}

pub(super) mod purpose {
    use super::Word;
    pub(in super::super) const CAR_USE: Word = Word::new("用车回访", "car_use");
    pub(in super::super) const REMINDER: Word = Word::new("保养提醒", "reminder");
    pub(in super::super) const RENEWAL: Word = Word::new("续保提醒", "renewal");
    pub(in super::super) const LOST: Word = Word::new("流失回访", "lost");
    pub(in super::super) const COMPLAINT: Word = Word::new("投诉回访", "complaint");
}

/// What came of a contact: the group, and within it the particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome(pub(super) Word, pub(super) Word);

pub(super) mod outcome {
    use super::{Outcome, Word};
    const SUCCESS: Word = Word::new("成功", "success");
    const FAILED: Word = Word::new("未接通", "failed");
    const INVALID: Word = Word::new("无效", "invalid");
    macro_rules! outcomes { ($($name:ident = $group:ident, $zh:literal, $en:literal;)+) => {
        $(pub(in super::super) const $name: Outcome = Outcome($group, Word::new($zh, $en));)+
    } }
    outcomes! {
        SPOKEN_TO = SUCCESS, "", "";
        WILL_BOOK = SUCCESS, "答应来，待定时间", "will_book";
        BOOKED = SUCCESS, "已预约", "booked";
        OTHER_DATE = SUCCESS, "改天再约", "other_date";
        ALREADY_DONE = SUCCESS, "已做过保养", "already_done";
        KM_NOT_REACHED = SUCCESS, "里程未到", "mileage_not_reached";
        OUT_OF_TOWN = SUCCESS, "车在外地", "out_of_town";
        NO_TIME = SUCCESS, "暂时没空", "no_time";
        CALL_REJECTED = FAILED, "拒接", "call_rejected";
        WRONG_NUMBER = FAILED, "空号或错号", "wrong_number";
        OFF = FAILED, "关机", "phone_off";
        SUSPENDED = FAILED, "停机", "suspended";
        NO_ANSWER = FAILED, "无人接听", "no_answer";
        NOT_DIALLED = FAILED, "没拨", "not_dialled";
        REFUSED = INVALID, "明确拒绝", "refused";
        HUNG_UP = INVALID, "中途挂断", "hung_up";
        SIGNAL_LOST = INVALID, "信号断了", "signal_lost";
        SOLD = INVALID, "车已过户", "car_transferred";
        TAXI = INVALID, "是出租车", "taxi";
        OTHER_USER = INVALID, "车给别人开了", "given_to_other";
        OTHER = INVALID, "其他", "other";
    }
}

/// Why somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Price,
    Distance,
    Quality,
    Waiting,
    Attitude,
    Moved,
    Sold,
    Competitor,
    Unknown,
}

impl Cause {
    pub(super) const fn word(self) -> Word {
        match self {
            Self::Price => Word::new("价格", "price"),
            Self::Distance => Word::new("距离", "distance"),
            Self::Quality => Word::new("质量", "quality"),
            Self::Waiting => Word::new("等待", "waiting"),
            Self::Attitude => Word::new("态度", "attitude"),
            Self::Moved => Word::new("搬离", "moved"),
            Self::Sold => Word::new("车辆已售", "sold"),
            Self::Competitor => Word::new("其他店", "competitor"),
            Self::Unknown => Word::new("不明", "unknown"),
        }
    }
}

/// Metrics of the target table, with the value of the plan for one department of 1,500 people
/// (requirements R16 to R26) and whether it grows with the size of the department.
pub(super) const PLAN: [(Word, f64, bool); 15] = [
    (Word::new("营业额", "revenue"), 6_000_000.0, true),
    (
        Word::new("保险理赔产值", "revenue_insurance"),
        2_200_000.0,
        true,
    ),
    (
        Word::new("维修及索赔产值", "revenue_repair"),
        3_800_000.0,
        true,
    ),
    (Word::new("CSI", "csi"), 0.93, false),
    (Word::new("基盘客户数", "active_customers"), 1500.0, true),
    (Word::new("日接车台次", "visits_per_day"), 20.0, true),
    (Word::new("月接车台次", "visits_per_month"), 650.0, true),
    (
        Word::new("维修单车产值", "revenue_per_visit_repair"),
        800.0,
        false,
    ),
    (
        Word::new("保险单车产值", "revenue_per_visit_insurance"),
        1800.0,
        false,
    ),
    (Word::new("返修率", "comeback_rate"), 0.02, false),
    (Word::new("索赔通过率", "claim_acceptance"), 0.95, false),
    (
        Word::new("纯正配件采购", "parts_purchased"),
        800_000.0,
        true,
    ),
    (Word::new("精品销售", "accessory_sales"), 300_000.0, true),
    (Word::new("配件库存", "parts_stock"), 100_000.0, true),
    (Word::new("车主讲堂次数", "lectures"), 4.0, false),
];
