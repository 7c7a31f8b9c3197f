//! What was planned and what the books say.

use super::STORE;
use crate::columns::ValueType::{Count, Figure, Money, Month, Text};
use crate::columns::{Column, Kind};

/// Columns of `targets`.
pub(super) const TARGETS: Kind = Kind {
    name: "targets",
    table: "targets",
    key_column: "row_key",
    natural_key: &["year", "month", "metric"],
    required: &[&["year"], &["metric"], &["value"]],
    columns: &[
        Column::new("year", "年", &["年度", "年份"], Count),
        Column::new("month", "月", &["月份"], Count),
        Column::new("metric", "指标", &["指标名称", "kpi"], Text),
        Column::new("value", "目标", &["目标值", "target"], Figure),
        STORE,
    ],
};

/// Columns of `finance_months`.
pub(super) const FINANCE_MONTHS: Kind = Kind {
    name: "finance_months",
    table: "finance_months",
    key_column: "row_key",
    natural_key: &["month"],
    required: &[&["month"]],
    columns: &[
        Column::new("month", "月", &["月份"], Month),
        Column::new("revenue", "营业额", &["产值"], Money),
        Column::new("gross_profit", "毛利", &[], Money),
        Column::new("fixed_expense", "固定费用", &[], Money),
        Column::new("parts_stock", "配件库存", &[], Money),
        Column::new("parts_purchased", "配件采购", &[], Money),
        Column::new("staff_count", "人数", &["员工人数"], Count),
        STORE,
    ],
};
