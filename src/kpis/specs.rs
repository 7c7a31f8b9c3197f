//! The list of figures: what each is called, counted in and held against.

use crate::analysis::Unit;

/// How a yearly target becomes one of a month, and those of stores become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Adds up over months and stores: a twelfth of the year's target.
    Flow,
    /// A level that adds up over stores only: the year's target holds each month.
    Stock,
    /// A ratio: the year's target holds each month, the mean of the stores.
    Ratio,
}

/// One figure of the reports.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Name; messages `kpi-<id>` and `definition-<id>`.
    pub id: &'static str,
    /// Short number of the definition.
    pub definition: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// True where more is better, false where less is.
    pub more_is_better: Option<bool>,
    /// How its targets add up.
    pub span: Span,
    /// What a targets file may call it.
    pub target_names: &'static [&'static str],
}

const fn spec(
    id: &'static str,
    definition: &'static str,
    unit: Unit,
    more_is_better: Option<bool>,
    span: Span,
    target_names: &'static [&'static str],
) -> Spec {
    Spec {
        id,
        definition,
        unit,
        more_is_better,
        span,
        target_names,
    }
}

const MORE: Option<bool> = Some(true);
const LESS: Option<bool> = Some(false);

/// Every figure, in the order in which the report lists them.
#[rustfmt::skip]
pub const SPECS: &[Spec] = &[
    spec("revenue", "R1", Unit::Money, MORE, Span::Flow, &["revenue", "营业额", "总营业额", "产值", "售后产值", "售后营业额"]),
    spec("received", "R2", Unit::Money, None, Span::Flow, &["received", "实收", "实收金额"]),
    spec("gross_profit", "R3", Unit::Money, MORE, Span::Flow, &["gross_profit", "毛利", "毛利润"]),
    spec("revenue_per_visit", "R4", Unit::Money, MORE, Span::Ratio, &["revenue_per_visit", "单车产值", "平均单车产值"]),
    spec("revenue_per_visit_all", "R5", Unit::Money, None, Span::Ratio, &["revenue_per_visit_all"]),
    spec("revenue_per_visit_workshop", "R6", Unit::Money, MORE, Span::Ratio, &["revenue_per_visit_workshop", "维修单车产值", "维修平均单车产值", "revenue_per_visit_repair"]),
    spec("revenue_per_visit_body", "R7", Unit::Money, MORE, Span::Ratio, &["revenue_per_visit_body", "保险单车产值", "保险平均单车产值", "事故单车产值", "revenue_per_visit_insurance"]),
    spec("revenue_body", "R8", Unit::Money, MORE, Span::Flow, &["revenue_body", "保险理赔产值", "保险理赔", "钣喷产值", "事故产值", "revenue_insurance"]),
    spec("revenue_workshop", "R9", Unit::Money, MORE, Span::Flow, &["revenue_workshop", "维修及索赔产值", "车间维修及索赔", "维修产值", "revenue_repair"]),
    spec("accessories", "R10", Unit::Money, MORE, Span::Flow, &["accessories", "精品销售", "精品销售额", "accessory_sales"]),
    spec("visits", "V1", Unit::Visits, MORE, Span::Flow, &["visits", "进厂台次", "接车台次", "台次", "月接车台次", "visits_per_month"]),
    spec("visits_maintenance", "V5", Unit::Visits, MORE, Span::Flow, &["visits_maintenance", "润保台次", "保养台次"]),
    spec("units_served", "V2", Unit::Units, None, Span::Stock, &["units_served", "进厂车辆"]),
    spec("visit_frequency", "V3", Unit::Mean, MORE, Span::Ratio, &["visit_frequency", "回厂频次"]),
    spec("comeback_rate", "V4", Unit::Share, LESS, Span::Ratio, &["comeback_rate", "返修率", "车辆返修率"]),
    spec("visits_per_day", "V6", Unit::PerDay, MORE, Span::Ratio, &["visits_per_day", "日接车台次"]),
    spec("base_units", "B1", Unit::Units, MORE, Span::Stock, &["base_units", "基盘车辆", "基盘台数"]),
    spec("base_customers", "B2", Unit::Customers, MORE, Span::Stock, &["base_customers", "基盘客户", "基盘客户数", "有效客户", "有效客户数", "active_customers"]),
    spec("base_companies", "B3", Unit::Units, None, Span::Stock, &["base_companies"]),
    spec("base_lost", "B4", Unit::Customers, LESS, Span::Flow, &["base_lost", "流失客户数"]),
    spec("base_lost_loyal", "B5", Unit::Customers, LESS, Span::Flow, &["base_lost_loyal"]),
    spec("base_lost_rate", "B6", Unit::Share, LESS, Span::Ratio, &["base_lost_rate", "月流失率"]),
    spec("base_lost_value", "B7", Unit::Money, LESS, Span::Flow, &[]),
    spec("base_lost_value_rate", "B8", Unit::Share, LESS, Span::Ratio, &["base_lost_value_rate", "产值流失率"]),
    spec("churn_cohort12", "C1", Unit::Share, LESS, Span::Ratio, &["churn_cohort12", "流失率", "客户流失率"]),
    spec("tier_12_24", "C8", Unit::Units, LESS, Span::Stock, &["tier_12_24"]),
    spec("tier_over_24", "C9", Unit::Units, None, Span::Stock, &["tier_over_24"]),
    spec("retention_13m", "C10", Unit::Share, MORE, Span::Ratio, &["retention_13m", "13个月保持率"]),
    spec("retention_2in12", "C11", Unit::Share, MORE, Span::Ratio, &["retention_2in12", "一年两次保持率"]),
    spec("due", "C2", Unit::Units, None, Span::Stock, &[]),
    spec("warning", "C3", Unit::Units, LESS, Span::Stock, &[]),
    spec("at_risk", "C4", Unit::Units, LESS, Span::Stock, &[]),
    spec("lost", "C5", Unit::Units, LESS, Span::Stock, &[]),
    spec("lost_in_month", "C6", Unit::Units, LESS, Span::Flow, &[]),
    spec("loyal_lost", "C7", Unit::Units, LESS, Span::Flow, &[]),
    spec("loyal_units", "L1", Unit::Units, MORE, Span::Stock, &["loyal_units", "忠诚客户", "忠诚客户数"]),
    spec("loyal_slipping", "L2", Unit::Units, LESS, Span::Stock, &[]),
    spec("appointment_share", "A1", Unit::Share, MORE, Span::Ratio, &["appointment_share", "预约率"]),
    spec("show_rate", "A2", Unit::Share, MORE, Span::Ratio, &["show_rate", "履约率", "预约到店率"]),
    spec("renewal_rate", "I1", Unit::Share, MORE, Span::Ratio, &["renewal_rate", "续保率"]),
    spec("csi", "S1", Unit::Share, MORE, Span::Ratio, &["csi", "客户满意度", "满意度"]),
    spec("complaint_closure", "S2", Unit::Share, MORE, Span::Ratio, &["complaint_closure", "两周结案率"]),
    spec("on_time", "S3", Unit::Share, MORE, Span::Ratio, &["on_time", "准时交车率"]),
    spec("claims_accepted", "W1", Unit::Share, MORE, Span::Ratio, &["claims_accepted", "索赔通过率", "claim_acceptance"]),
    spec("absorption", "F1", Unit::Share, MORE, Span::Ratio, &["absorption", "零服吸收率"]),
    spec("parts_purchased", "P1", Unit::Money, MORE, Span::Flow, &["parts_purchased", "纯正配件采购", "配件采购"]),
    spec("parts_stock", "P2", Unit::Money, MORE, Span::Stock, &["parts_stock", "配件库存"]),
    spec("lectures", "E1", Unit::Count, MORE, Span::Flow, &["lectures", "车主讲堂次数", "讲堂次数"]),
    spec("without_vin", "Q1", Unit::Share, LESS, Span::Ratio, &[]),
];
