//! What passes between the department and its customers.

use super::{ADVISOR, CUSTOMER_NO, PLATE, RO_NO, STORE, UNIT_KEY, VIN};
use crate::columns::ValueType::{Date, Flag, Small, Text, Timestamp, Word};
use crate::columns::synonyms as words;
use crate::columns::{Column, Kind};

/// Columns of `surveys`.
pub(super) const SURVEYS: Kind = Kind {
    name: "surveys",
    table: "surveys",
    key_column: "row_key",
    natural_key: &[],
    required: &[
        &["ro_no", "plate", "vin", "customer_no"],
        &["surveyed_at"],
        &["score"],
    ],
    columns: &[
        RO_NO,
        PLATE,
        VIN,
        CUSTOMER_NO,
        Column::past(
            "surveyed_at",
            "日期",
            &["调查日期", "回访日期", "date"],
            Timestamp,
        ),
        Column::new("score", "得分", &["分数", "满意度"], Small),
        Column::new("scale_max", "满分", &["scale"], Small),
        ADVISOR,
        Column::new("verbatim", "意见", &["客户意见", "comment"], Text),
        STORE,
    ],
};

/// Columns of `complaints`.
pub(super) const COMPLAINTS: Kind = Kind {
    name: "complaints",
    table: "complaints",
    key_column: "row_key",
    natural_key: &["complaint_no"],
    required: &[UNIT_KEY, &["complained_at"]],
    columns: &[
        Column::new(
            "complaint_no",
            "投诉号",
            &["投诉单号", "complaint number"],
            Text,
        ),
        RO_NO,
        PLATE,
        VIN,
        CUSTOMER_NO,
        Column::past(
            "complained_at",
            "日期",
            &["投诉日期", "投诉时间", "date"],
            Timestamp,
        ),
        Column::new("category", "类别", &["投诉类别"], Text),
        Column::new("text", "内容", &["投诉内容"], Text),
        Column::new("owner", "负责人", &["责任人"], Text),
        Column::new("escalated_at", "上报时间", &[], Timestamp),
        Column::new("solved_at", "解决时间", &[], Timestamp),
        Column::new("told_customer_at", "告知时间", &[], Timestamp),
        Column::new("result", "结果", &["处理结果"], Text),
        STORE,
    ],
};

/// Columns of `follow_ups`.
pub(super) const FOLLOW_UPS: Kind = Kind {
    name: "follow_ups",
    table: "follow_ups",
    key_column: "row_key",
    natural_key: &[],
    required: &[UNIT_KEY, &["contacted_at"]],
    columns: &[
        Column::new("task_id", "任务号", &["任务编号"], Text),
        CUSTOMER_NO,
        PLATE,
        VIN,
        Column::past(
            "contacted_at",
            "日期",
            &["回访日期", "联系时间", "date"],
            Timestamp,
        ),
        Column::new(
            "channel",
            "渠道",
            &["回访方式", "联系方式"],
            Word(&words::CHANNELS),
        ),
        Column::new("purpose", "目的", &["回访目的"], Text),
        Column::new("result_l1", "结果", &["回访结果", "result"], Text),
        Column::new("result_l2", "细分", &["结果细分"], Text),
        Column::new("note", "备注", &["记录", "谈话要点"], Text),
        Column::new("lost_reason", "流失原因", &[], Text),
        Column::new("next_at", "下次联系", &["下次联系时间"], Timestamp),
        Column::new("opt_out", "拒绝营销", &["拒绝推销"], Flag),
        Column::new("staff", "负责人", &["回访人", "回访员"], Text),
        STORE,
    ],
};

/// Columns of `campaigns`.
pub(super) const CAMPAIGNS: Kind = Kind {
    name: "campaigns",
    table: "campaigns",
    key_column: "row_key",
    natural_key: &["name"],
    required: &[&["name"]],
    columns: &[
        Column::new("name", "活动名称", &["活动", "campaign"], Text),
        Column::new("kind", "类型", &["活动类型"], Text),
        Column::new("start_on", "开始", &["开始日期"], Date),
        Column::new("end_on", "结束", &["结束日期"], Date),
        Column::new("place", "地点", &["活动地点"], Text),
        Column::new("offer", "优惠", &["优惠内容"], Text),
        STORE,
    ],
};

/// Columns of `campaign_members`.
pub(super) const CAMPAIGN_MEMBERS: Kind = Kind {
    name: "campaign_members",
    table: "campaign_members",
    key_column: "row_key",
    natural_key: &["campaign", "customer_no", "plate", "vin"],
    required: &[&["campaign"], UNIT_KEY],
    columns: &[
        Column::new("campaign", "活动名称", &["活动"], Text),
        CUSTOMER_NO,
        PLATE,
        VIN,
        Column::new("notified_on", "通知日期", &[], Date),
        Column::new("letter_on", "信函日期", &[], Date),
        Column::new("attended", "到场", &["是否到场"], Flag),
        STORE,
    ],
};
