//! Words that systems use for the same thing, and our name for each.

use super::fold;

/// Our names, each with the words that mean it.
#[derive(Debug, PartialEq, Eq)]
pub struct Synonyms(pub &'static [(&'static str, &'static [&'static str])]);

impl Synonyms {
    /// Our name for a word; `None` where it is not recognised.
    #[must_use]
    pub fn meaning(&self, word: &str) -> Option<&'static str> {
        let folded = fold(word);
        self.0
            .iter()
            .find(|(name, words)| fold(name) == folded || words.iter().any(|w| fold(w) == folded))
            .map(|(name, _)| *name)
    }
}

/// Classes of work.
pub static JOB_CLASSES: Synonyms = Synonyms(&[
    (
        "first_maint",
        &[
            "首保",
            "首次保养",
            "新车首保",
            "first maintenance",
            "first service",
        ],
    ),
    (
        "maint",
        &[
            "保养",
            "一般保养",
            "定期保养",
            "定保",
            "常规保养",
            "免保",
            "免费保养",
            "小保养",
            "大保养",
            "二保",
            "润保",
            "maintenance",
            "service",
            "scheduled maintenance",
        ],
    ),
    (
        "repair",
        &[
            "维修",
            "一般维修",
            "一般修理",
            "普通维修",
            "机修",
            "机电维修",
            "小修",
            "大修",
            "快修",
            "repair job",
            "general repair",
        ],
    ),
    (
        "body_accident",
        &[
            "事故",
            "事故维修",
            "事故车",
            "钣喷",
            "钣金喷漆",
            "机电钣喷",
            "保险理赔",
            "理赔",
            "快速理赔",
            "accident",
            "body",
            "body and paint",
            "collision",
        ],
    ),
    (
        "warranty",
        &[
            "索赔",
            "保修",
            "质保",
            "三包",
            "保修索赔",
            "保修/索赔",
            "warranty claim",
        ],
    ),
    ("recall", &["召回", "服务活动", "campaign recall"]),
    (
        "comeback",
        &["返修", "返工", "返工免单", "内返", "外返", "redo"],
    ),
    (
        "wash_beauty",
        &[
            "洗车",
            "精洗",
            "美容",
            "洗车美容",
            "装潢美容",
            "wash",
            "detailing",
        ],
    ),
    (
        "accessory_retail",
        &[
            "精品",
            "精品加装",
            "商品零售",
            "零售",
            "配件零售",
            "外销",
            "accessories",
            "retail",
        ],
    ),
    ("pdi", &["PDI检测", "新车整备", "pre-delivery inspection"]),
    (
        "internal",
        &["内部", "内修", "内部维修", "试驾车", "公务车"],
    ),
    ("other", &["其他", "其它", "检测", "施救", "年审"]),
]);

pub(super) static PAYERS: Synonyms = Synonyms(&[
    (
        "customer",
        &[
            "自费",
            "客户",
            "客户付费",
            "自付",
            "现金",
            "会员",
            "customer pay",
            "cash",
            "retail",
        ],
    ),
    (
        "insurer",
        &[
            "保险",
            "保险公司",
            "保险理赔",
            "理赔",
            "人保客户",
            "insurance",
        ],
    ),
    (
        "warranty",
        &["索赔", "保修", "厂家", "厂家索赔", "三包", "质保"],
    ),
    ("internal", &["内部", "本店", "公司", "免单"]),
    (
        "contract",
        &["协议", "协议单位", "挂账", "月结", "合同", "fleet"],
    ),
]);

pub(super) static STATUSES: Synonyms = Synonyms(&[
    (
        "open",
        &[
            "在修",
            "维修中",
            "未结算",
            "进行中",
            "待料",
            "已派工",
            "派工",
            "待派工",
            "接车",
            "预检",
            "in progress",
            "wip",
        ],
    ),
    (
        "finished",
        &["完工", "已完工", "竣工", "待结算", "待交车", "completed"],
    ),
    (
        "settled",
        &[
            "已结算",
            "结算",
            "已收款",
            "已付款",
            "结清",
            "closed",
            "paid",
            "invoiced",
        ],
    ),
    (
        "delivered",
        &["已出厂", "出厂", "已交车", "交车", "已提车", "picked up"],
    ),
    (
        "void",
        &[
            "作废",
            "已作废",
            "取消",
            "已取消",
            "废单",
            "cancelled",
            "canceled",
            "voided",
        ],
    ),
    (
        "draft",
        &["草稿", "暂存", "估价", "报价", "estimate", "quote"],
    ),
    ("deleted", &["删除", "已删除"]),
]);

/// Kinds of customers.
pub static CUSTOMER_KINDS: Synonyms = Synonyms(&[
    (
        "person",
        &["个人", "私人", "私户", "个人客户", "private", "individual"],
    ),
    (
        "company",
        &[
            "公司",
            "单位",
            "企业",
            "公户",
            "协议单位",
            "单位客户",
            "business",
            "fleet",
        ],
    ),
    (
        "taxi",
        &["出租", "出租车", "网约车", "营运", "ride hailing"],
    ),
    ("internal", &["内部", "本店", "自店", "公务车", "试驾车"]),
]);

/// What vehicles run on.
pub static FUELS: Synonyms = Synonyms(&[
    (
        "ice",
        &[
            "汽油",
            "柴油",
            "燃油",
            "汽油车",
            "柴油车",
            "燃油车",
            "petrol",
            "gasoline",
            "diesel",
        ],
    ),
    ("hev", &["混动", "油电混动", "油电混合", "hybrid"]),
    (
        "phev",
        &[
            "插电混动",
            "插电式混合动力",
            "插混",
            "增程",
            "增程式",
            "plug-in hybrid",
        ],
    ),
    (
        "bev",
        &["纯电", "纯电动", "电动", "新能源", "electric", "ev"],
    ),
]);

pub(super) static VEHICLE_STATUSES: Synonyms = Synonyms(&[
    ("active", &["正常", "在用"]),
    (
        "sold",
        &[
            "已售",
            "已转让",
            "转让",
            "过户",
            "已过户",
            "二手",
            "transferred",
        ],
    ),
    ("scrapped", &["报废", "已报废"]),
    ("moved", &["迁出", "外迁", "搬走", "已迁出"]),
]);

pub(super) static CONSENTS: Synonyms = Synonyms(&[
    ("yes", &["是", "同意", "已同意", "Y", "true", "1"]),
    ("no", &["否", "不同意", "拒绝", "已拒绝", "N", "false", "0"]),
    ("unknown", &["未知", "未征询", "不详"]),
]);

pub(super) static LINE_KINDS: Synonyms = Synonyms(&[
    ("labour", &["工时", "工时费", "项目", "维修项目", "labor"]),
    ("part", &["配件", "零件", "材料", "parts"]),
    ("sublet", &["外加工", "外包"]),
    ("other", &["其他", "其它"]),
]);

pub(super) static APPOINTMENT_STATUSES: Synonyms = Synonyms(&[
    ("booked", &["已预约", "预约", "待到店", "确认", "已确认"]),
    ("shown", &["到店", "已到店", "准时", "履约", "arrived"]),
    ("late", &["迟到"]),
    ("no_show", &["未到", "爽约", "未到店"]),
    ("cancelled", &["取消", "已取消", "canceled"]),
]);

pub(super) static POLICY_KINDS: Synonyms = Synonyms(&[
    ("compulsory", &["交强险", "交强"]),
    ("commercial", &["商业险", "商业"]),
]);

pub(super) static POLICY_CHANNELS: Synonyms = Synonyms(&[
    ("new_car", &["新车", "新保", "新车投保"]),
    ("renewal", &["续保"]),
    ("referral", &["转介绍", "售前转介绍"]),
    ("service", &["售后", "售后推荐"]),
]);

pub(super) static CHANNELS: Synonyms = Synonyms(&[
    ("phone", &["电话", "来电", "call"]),
    ("wechat", &["微信", "企业微信", "公众号", "小程序"]),
    ("sms", &["短信"]),
    ("letter", &["信函", "信件", "邮寄"]),
    ("visit", &["上门", "到店", "面谈", "现场", "walk-in"]),
    ("app", &["APP", "网络", "线上", "平台", "online"]),
]);

pub(super) static CLAIM_STATUSES: Synonyms = Synonyms(&[
    (
        "accepted",
        &["通过", "已通过", "批准", "已批准", "approved"],
    ),
    (
        "refused",
        &["拒绝", "驳回", "不通过", "已驳回", "rejected", "denied"],
    ),
    (
        "submitted",
        &["已提交", "待审", "审核中", "提交", "pending"],
    ),
]);

/// Yes and no.
pub(super) static FLAGS: Synonyms = Synonyms(&[
    (
        "yes",
        &[
            "是",
            "有",
            "Y",
            "T",
            "true",
            "1",
            "√",
            "返修",
            "到场",
            "已到",
            "本店",
            "内返",
            "外返",
            "拒绝",
            "已拒绝",
        ],
    ),
    (
        "no",
        &[
            "否",
            "无",
            "N",
            "F",
            "false",
            "0",
            "×",
            "未到",
            "非本店",
            "外店",
            "同意",
        ],
    ),
]);

/// Reads yes and no; `None` where the word is neither.
#[must_use]
pub(crate) fn flag(word: &str) -> Option<bool> {
    FLAGS.meaning(word).map(|m| m == "yes")
}
