//! The files and their headers, exactly as the contract names them, and the words used for coded values.

use crate::types::{Lang, TRUTH_FILE};

/// One exported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// Work orders.
    WorkOrders,
    /// Customers.
    Customers,
    /// Vehicles.
    Vehicles,
    /// Lines of work orders.
    WorkOrderLines,
    /// Appointments.
    Appointments,
    /// Insurance policies.
    InsurancePolicies,
    /// Satisfaction surveys.
    Surveys,
    /// Complaints.
    Complaints,
    /// Contacts made.
    FollowUps,
    /// Campaigns.
    Campaigns,
    /// Who was invited to which campaign.
    CampaignMembers,
    /// Targets.
    Targets,
    /// Months of the finance department.
    FinanceMonths,
    /// Claims to the maker.
    WarrantyClaims,
    /// What really became of each vehicle.
    Truth,
}

/// Every file, in the order in which they are written; `Truth` only when asked for.
pub const EXPORTS: [Export; 15] = [
    Export::WorkOrders,
    Export::Customers,
    Export::Vehicles,
    Export::WorkOrderLines,
    Export::Appointments,
    Export::InsurancePolicies,
    Export::Surveys,
    Export::Complaints,
    Export::FollowUps,
    Export::Campaigns,
    Export::CampaignMembers,
    Export::Targets,
    Export::FinanceMonths,
    Export::WarrantyClaims,
    Export::Truth,
];

/// Chinese and English header of each column, in order.
type Columns = &'static [(&'static str, &'static str)];

const WORK_ORDERS: Columns = &[
    ("门店", "store"),
    ("工单号", "ro_no"),
    ("客户编号", "customer_no"),
    ("客户名称", "customer_name"),
    ("手机", "phone"),
    ("车牌号", "plate"),
    ("VIN", "vin"),
    ("进厂日期", "in_at"),
    ("出厂日期", "out_at"),
    ("结算日期", "settled_at"),
    ("行驶里程", "odometer_km"),
    ("维修类型", "job_class"),
    ("付费方式", "payer"),
    ("工时费", "labour"),
    ("配件费", "parts"),
    ("优惠金额", "discount"),
    ("应收金额", "receivable"),
    ("实收金额", "received"),
    ("成本", "cost"),
    ("服务顾问", "advisor"),
    ("来源", "source"),
    ("工单状态", "status"),
    ("返修", "is_comeback"),
    ("下次保养日期", "next_due_date"),
    ("下次保养里程", "next_due_km"),
];
const CUSTOMERS: Columns = &[
    ("客户编号", "customer_no"),
    ("客户名称", "customer_name"),
    ("客户类型", "kind"),
    ("手机", "phone"),
    ("地址", "address"),
    ("区域", "district"),
    ("服务顾问", "owner"),
    ("建档日期", "file_opened_at"),
    ("营销同意", "consent_marketing"),
];
const VEHICLES: Columns = &[
    ("VIN", "vin"),
    ("车牌号", "plate"),
    ("客户编号", "customer_no"),
    ("品牌", "brand"),
    ("车系", "series"),
    ("车型", "model"),
    ("能源", "fuel"),
    ("购车日期", "purchase_date"),
    ("本店购车", "sold_by_us"),
    ("保修到期", "warranty_end"),
    ("保养间隔公里", "interval_km"),
    ("保养间隔月", "interval_months"),
    ("下次保养日期", "next_due_date"),
    ("保险到期日", "policy_end"),
    ("年审到期日", "inspection_end"),
];
const WORK_ORDER_LINES: Columns = &[
    ("工单号", "ro_no"),
    ("行号", "line_no"),
    ("类别", "kind"),
    ("编码", "code"),
    ("名称", "name"),
    ("数量", "qty"),
    ("工时", "hours"),
    ("单价", "unit_price"),
    ("金额", "amount"),
    ("成本", "cost"),
    ("技师", "technician"),
];
const APPOINTMENTS: Columns = &[
    ("预约号", "appointment_no"),
    ("车牌号", "plate"),
    ("VIN", "vin"),
    ("客户编号", "customer_no"),
    ("登记时间", "booked_at"),
    ("预约时间", "for_at"),
    ("渠道", "channel"),
    ("状态", "status"),
    ("工单号", "ro_no"),
    ("服务顾问", "advisor"),
];
const INSURANCE_POLICIES: Columns = &[
    ("保单号", "policy_no"),
    ("车牌号", "plate"),
    ("VIN", "vin"),
    ("保险公司", "insurer"),
    ("险种", "kind"),
    ("起保日", "start_date"),
    ("到期日", "end_date"),
    ("保费", "premium"),
    ("本店投保", "sold_by_us"),
    ("渠道", "channel"),
    ("业务员", "staff"),
];
const SURVEYS: Columns = &[
    ("工单号", "ro_no"),
    ("车牌号", "plate"),
    ("客户编号", "customer_no"),
    ("日期", "surveyed_at"),
    ("得分", "score"),
    ("满分", "scale_max"),
    ("服务顾问", "advisor"),
    ("意见", "verbatim"),
];
const COMPLAINTS: Columns = &[
    ("投诉号", "complaint_no"),
    ("工单号", "ro_no"),
    ("车牌号", "plate"),
    ("客户编号", "customer_no"),
    ("日期", "complained_at"),
    ("类别", "category"),
    ("内容", "text"),
    ("负责人", "owner"),
    ("上报时间", "escalated_at"),
    ("解决时间", "solved_at"),
    ("告知时间", "told_customer_at"),
    ("结果", "result"),
];
const FOLLOW_UPS: Columns = &[
    ("任务号", "task_id"),
    ("客户编号", "customer_no"),
    ("车牌号", "plate"),
    ("日期", "contacted_at"),
    ("渠道", "channel"),
    ("目的", "purpose"),
    ("结果", "result_l1"),
    ("细分", "result_l2"),
    ("备注", "note"),
    ("流失原因", "lost_reason"),
    ("下次联系", "next_at"),
    ("拒绝营销", "opt_out"),
    ("负责人", "staff"),
];
const CAMPAIGNS: Columns = &[
    ("活动名称", "campaign"),
    ("类型", "kind"),
    ("开始", "start_on"),
    ("结束", "end_on"),
    ("地点", "place"),
    ("优惠", "offer"),
];
const CAMPAIGN_MEMBERS: Columns = &[
    ("活动名称", "campaign"),
    ("客户编号", "customer_no"),
    ("车牌号", "plate"),
    ("通知日期", "notified_on"),
    ("信函日期", "letter_on"),
    ("到场", "attended"),
];
const TARGETS: Columns = &[
    ("年", "year"),
    ("月", "month"),
    ("指标", "metric"),
    ("目标", "value"),
];
const FINANCE_MONTHS: Columns = &[
    ("月", "month"),
    ("营业额", "revenue"),
    ("毛利", "gross_profit"),
    ("固定费用", "fixed_expense"),
    ("配件库存", "parts_stock"),
    ("配件采购", "parts_purchased"),
    ("人数", "staff_count"),
];
const WARRANTY_CLAIMS: Columns = &[
    ("工单号", "ro_no"),
    ("金额", "amount"),
    ("提交日期", "submitted_on"),
    ("状态", "status"),
];
const TRUTH: Columns = &[
    ("VIN", "vin"),
    ("车牌号", "plate"),
    ("是否流失", "left"),
    ("流失日期", "left_on"),
    ("流失原因", "cause"),
    ("未来365天回厂次数", "visits_next_365"),
    ("未来180天回厂次数", "visits_next_180"),
    ("未来365天消费", "spend_next_365"),
];

impl Export {
    /// Name of the file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::WorkOrders => "work_orders.csv",
            Self::Customers => "customers.csv",
            Self::Vehicles => "vehicles.csv",
            Self::WorkOrderLines => "work_order_lines.csv",
            Self::Appointments => "appointments.csv",
            Self::InsurancePolicies => "insurance_policies.csv",
            Self::Surveys => "surveys.csv",
            Self::Complaints => "complaints.csv",
            Self::FollowUps => "follow_ups.csv",
            Self::Campaigns => "campaigns.csv",
            Self::CampaignMembers => "campaign_members.csv",
            Self::Targets => "targets.csv",
            Self::FinanceMonths => "finance_months.csv",
            Self::WarrantyClaims => "warranty_claims.csv",
            Self::Truth => TRUTH_FILE,
        }
    }

    /// Chinese and English header of each column, in order.
    #[must_use]
    pub const fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::WorkOrders => WORK_ORDERS,
            Self::Customers => CUSTOMERS,
            Self::Vehicles => VEHICLES,
            Self::WorkOrderLines => WORK_ORDER_LINES,
            Self::Appointments => APPOINTMENTS,
            Self::InsurancePolicies => INSURANCE_POLICIES,
            Self::Surveys => SURVEYS,
            Self::Complaints => COMPLAINTS,
            Self::FollowUps => FOLLOW_UPS,
            Self::Campaigns => CAMPAIGNS,
            Self::CampaignMembers => CAMPAIGN_MEMBERS,
            Self::Targets => TARGETS,
            Self::FinanceMonths => FINANCE_MONTHS,
            Self::WarrantyClaims => WARRANTY_CLAIMS,
            Self::Truth => TRUTH,
        }
    }

    /// With several stores every file but the orders' (which has the column) ends with the store;
    /// the truth is about vehicles, which belong to no one store.
    pub(super) const fn store_at_end(self) -> bool {
        !matches!(self, Self::WorkOrders | Self::Truth)
    }

    /// First line of the file.
    pub(super) fn header(self, lang: Lang, many_stores: bool) -> String {
        let store = (many_stores && self.store_at_end()).then_some(&WORK_ORDERS[0]);
        let names: Vec<&str> = self
            .columns()
            .iter()
            .chain(store)
            .map(|(zh, en)| if lang == Lang::Zh { *zh } else { *en })
            .collect();
        names.join(",") + "\n"
    }
}
