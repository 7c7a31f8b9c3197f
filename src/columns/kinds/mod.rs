//! The kinds of file and their columns, in the order of the canonical layout.

mod contacts;
mod people;
mod plan;
mod workshop;

use super::ValueType::{CustomerNo, Plate, Store, Text, Vin};
use super::{Column, Kind};

pub(super) const STORE: Column = Column::new(
    "store_id",
    "门店",
    &[
        "店",
        "门店名称",
        "经销商",
        "店名",
        "store",
        "branch",
        "dealer",
    ],
    Store,
);
pub(super) const PLATE: Column = Column::new(
    "plate",
    "车牌号",
    &[
        "车牌号码",
        "车牌",
        "车号",
        "牌照号",
        "license plate",
        "registration",
        "reg no",
        "plate no",
    ],
    Plate,
);
pub(super) const VIN: Column = Column::new(
    "vin",
    "VIN",
    &[
        "VIN码",
        "车架号",
        "车架号码",
        "底盘号",
        "车辆识别代码",
        "车辆识别代号",
        "chassis no",
        "vin no",
    ],
    Vin,
);
pub(super) const CUSTOMER_NO: Column = Column::new(
    "customer_no",
    "客户编号",
    &[
        "客户号",
        "客户代码",
        "会员号",
        "客户ID",
        "customer id",
        "customer number",
        "customer code",
        "client",
        "client id",
        "customer",
    ],
    CustomerNo,
);
pub(super) const ADVISOR: Column = Column::new(
    "advisor",
    "服务顾问",
    &[
        "SA",
        "维修顾问",
        "接车人",
        "接待",
        "接待人",
        "service advisor",
        "writer",
    ],
    Text,
);
pub(super) const RO_NO: Column = Column::new(
    "ro_no",
    "工单号",
    &[
        "维修单号",
        "施工单号",
        "接车单号",
        "结算单号",
        "结算清单编号",
        "委托书号",
        "派工单号",
        "单据号",
        "RO number",
        "repair order no",
        "work order",
        "job no",
        "invoice no",
        "ticket",
        "order number",
        "receipt",
    ],
    Text,
);

pub(super) const UNIT_KEY: &[&str] = &["vin", "plate", "customer_no"];

/// Every kind of file.
pub static KINDS: &[Kind] = &[
    workshop::WORK_ORDERS,
    people::CUSTOMERS,
    people::VEHICLES,
    workshop::WORK_ORDER_LINES,
    workshop::APPOINTMENTS,
    people::INSURANCE_POLICIES,
    contacts::SURVEYS,
    contacts::COMPLAINTS,
    contacts::FOLLOW_UPS,
    contacts::CAMPAIGNS,
    contacts::CAMPAIGN_MEMBERS,
    plan::TARGETS,
    plan::FINANCE_MONTHS,
    workshop::WARRANTY_CLAIMS,
];
