//! Who and what there is: customers, vehicles, policies.

use super::{ADVISOR, CUSTOMER_NO, PLATE, STORE, UNIT_KEY, VIN};
use crate::columns::ValueType::{Count, Date, Flag, Km, Money, Phone, Text, Timestamp, Word};
use crate::columns::synonyms as words;
use crate::columns::{Column, Kind};

/// Columns of `customers`.
pub(super) const CUSTOMERS: Kind = Kind {
    name: "customers",
    table: "customers",
    key_column: "customer_id",
    natural_key: &[],
    required: &[&["customer_no", "phone"]],
    columns: &[
        STORE,
        CUSTOMER_NO,
        Column::new(
            "name",
            "客户名称",
            &["客户姓名", "姓名", "单位名称", "customer name"],
            Text,
        ),
        Column::new(
            "kind",
            "客户类型",
            &["客户性质", "customer type"],
            Word(&words::CUSTOMER_KINDS),
        ),
        Column::new(
            "phone",
            "手机",
            &[
                "电话",
                "移动电话",
                "联系电话",
                "手机号",
                "手机号码",
                "mobile",
                "cell",
            ],
            Phone,
        ),
        Column::new("address", "地址", &["联系地址", "住址"], Text),
        Column::new("district", "区域", &["区", "行政区", "area"], Text),
        Column {
            name: "owner",
            ..ADVISOR
        },
        Column::past(
            "file_opened_at",
            "建档日期",
            &["建档时间", "created at", "file opened"],
            Timestamp,
        ),
        Column::new(
            "consent_marketing",
            "营销同意",
            &["是否同意营销", "marketing consent"],
            Word(&words::CONSENTS),
        ),
        Column::past(
            "consent_at",
            "营销同意日期",
            &[
                "营销同意时间",
                "同意日期",
                "征询日期",
                "marketing consent date",
                "consent date",
            ],
            Date,
        ),
    ],
};

/// Columns of `vehicles`.
pub(super) const VEHICLES: Kind = Kind {
    name: "vehicles",
    table: "vehicle_facts",
    key_column: "vehicle_key",
    natural_key: &[],
    required: &[&["vin", "plate"]],
    columns: &[
        VIN,
        PLATE,
        CUSTOMER_NO,
        Column::new("engine_no", "发动机号", &["engine no"], Text),
        Column::new("brand", "品牌", &["厂牌", "厂家品牌", "make"], Text),
        Column::new("series", "车系", &[], Text),
        Column::new("model", "车型", &["厂牌型号", "车型代码", "trim"], Text),
        Column::new(
            "fuel",
            "能源",
            &["能源类型", "燃料", "燃料类型"],
            Word(&words::FUELS),
        ),
        Column::past(
            "purchase_date",
            "购车日期",
            &["销售日期", "购买日期", "purchased", "sale date"],
            Date,
        ),
        Column::new(
            "sold_by_us",
            "本店购车",
            &["是否本店购车", "本店销售", "sold here"],
            Flag,
        ),
        Column::new(
            "warranty_end",
            "保修到期",
            &["质保到期", "保修到期日"],
            Date,
        ),
        Column::new("interval_km", "保养间隔公里", &["保养间隔里程"], Km),
        Column::new("interval_months", "保养间隔月", &["保养间隔月数"], Count),
        Column::new(
            "next_due_date",
            "下次保养日期",
            &["next service date"],
            Date,
        ),
        Column::new("next_due_km", "下次保养里程", &["next service mileage"], Km),
        Column::new(
            "policy_end",
            "保险到期日",
            &["交强险到期", "商业险到期", "policy expiry"],
            Date,
        ),
        Column::new(
            "inspection_end",
            "年审到期日",
            &["年检", "车检日期", "inspection due"],
            Date,
        ),
        Column::new(
            "status",
            "车辆状态",
            &["vehicle status"],
            Word(&words::VEHICLE_STATUSES),
        ),
        STORE,
    ],
};

/// Columns of `insurance_policies`.
pub(super) const INSURANCE_POLICIES: Kind = Kind {
    name: "insurance_policies",
    table: "insurance_policies",
    key_column: "row_key",
    natural_key: &["policy_no"],
    required: &[UNIT_KEY, &["end_date"]],
    columns: &[
        Column::new("policy_no", "保单号", &["保单号码", "policy number"], Text),
        PLATE,
        VIN,
        CUSTOMER_NO,
        Column::new("insurer", "保险公司", &["承保公司"], Text),
        Column::new("kind", "险种", &["险别"], Word(&words::POLICY_KINDS)),
        Column::new("start_date", "起保日", &["起保日期", "生效日期"], Date),
        Column::new(
            "end_date",
            "到期日",
            &["到期日期", "终保日期", "expiry"],
            Date,
        ),
        Column::new("premium", "保费", &["保费金额"], Money),
        Column::new("sold_by_us", "本店投保", &["是否本店投保"], Flag),
        Column::new(
            "channel",
            "渠道",
            &["投保渠道"],
            Word(&words::POLICY_CHANNELS),
        ),
        Column::new("staff", "业务员", &["续保专员"], Text),
        STORE,
    ],
};
