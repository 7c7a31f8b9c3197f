//! Every figure by month, computed once from the answers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::analysis::{OrderGaps, Record, Table};

/// Value and what it rests on, by figure and month.
#[derive(Debug, Default)]
pub(super) struct Series {
    values: BTreeMap<(&'static str, NaiveDate), (f64, Option<i64>)>,
}

/// States that mean slipping away.
const SLIPPING: [&str; 4] = ["warning", "at_risk", "lost", "dead"];

impl Series {
    /// The figure in that month.
    pub(super) fn value(&self, id: &str, month: NaiveDate) -> Option<f64> {
        self.entry(id, month).map(|(value, _)| *value)
    }

    /// What the figure rests on.
    pub(super) fn n(&self, id: &str, month: NaiveDate) -> Option<i64> {
        self.entry(id, month).and_then(|(_, n)| *n)
    }

    fn entry(&self, id: &str, month: NaiveDate) -> Option<&(f64, Option<i64>)> {
        // The key borrows for 'static only, hence by way of the list of figures.
        let id = super::SPECS.iter().find(|s| s.id == id)?.id;
        self.values.get(&(id, month))
    }

    fn put(&mut self, id: &'static str, month: NaiveDate, value: Option<f64>, n: Option<i64>) {
        if let Some(value) = value {
            self.values.insert((id, month), (value, n));
        }
    }

    /// Visits and money.
    pub(super) fn of_months(&mut self, table: &Table, cost_known_share: f64) {
        for row in table.records() {
            let (Some(month), Some(all)) = (row.date("month"), row.number("all_visits")) else {
                continue;
            };
            self.put("visits", month, row.number("visits"), None);
            self.put("units_served", month, row.number("units"), None);
            self.put("revenue", month, row.number("revenue"), None);
            self.put("received", month, row.number("received"), None);
            if let (Some(revenue), Some(costed)) =
                (row.number("revenue"), row.number("costed_revenue"))
                && revenue > 0.0
                && costed >= cost_known_share * revenue
            {
                self.put("gross_profit", month, row.number("gross_profit"), None);
            }
            let money = |column| row.number(column).unwrap_or(0.0);
            let mut per_visit = |id, revenue: f64, visits: i64| {
                self.put(id, month, ratio(revenue, visits), Some(visits));
            };
            let (paying, body) = (row.count("paying_visits"), row.count("body_visits"));
            let (paying_money, body_money) = (money("paying_revenue"), money("body_revenue"));
            per_visit("revenue_per_visit", paying_money, paying);
            per_visit(
                "revenue_per_visit_all",
                money("qualified_revenue"),
                row.count("visits"),
            );
            per_visit(
                "revenue_per_visit_workshop",
                paying_money - body_money,
                paying - body,
            );
            per_visit("revenue_per_visit_body", body_money, body);
            self.put(
                "visits_maintenance",
                month,
                row.number("maint_visits"),
                None,
            );
            self.put("accessories", month, row.number("accessory_revenue"), None);
            let body_all = row.number("body_all_revenue");
            self.put("revenue_body", month, body_all, None);
            let workshop = row.number("revenue").zip(body_all).map(|(r, b)| r - b);
            self.put("revenue_workshop", month, workshop, None);
            let open_days = row.count("open_days");
            let per_day = ratio(money("visits"), open_days);
            self.put("visits_per_day", month, per_day, Some(open_days));
            #[allow(clippy::cast_possible_truncation)] // a count read back
            let all = all as i64;
            self.put(
                "comeback_rate",
                month,
                ratio(money("comebacks"), all),
                Some(all),
            );
        }
    }

    /// Base and what left it.
    pub(super) fn of_movement(&mut self, table: &Table) {
        for row in table.records() {
            let (Some(month), Some(subject)) = (row.date("month"), row.text("subject")) else {
                continue;
            };
            let closing = row.count("closing");
            match subject {
                "unit" => {
                    self.put("base_units", month, row.number("closing"), None);
                    let visits = row.number("frequency_visits").unwrap_or(0.0);
                    self.put(
                        "visit_frequency",
                        month,
                        ratio(visits, closing),
                        Some(closing),
                    );
                }
                "customer" => {
                    self.put("base_customers", month, row.number("closing"), None);
                    self.put("base_lost", month, row.number("lost"), None);
                    self.put("base_lost_loyal", month, row.number("lost_loyal"), None);
                    let (lost, opening) = (row.number("lost"), row.count("opening"));
                    self.put(
                        "base_lost_rate",
                        month,
                        ratio(lost.unwrap_or(0.0), opening),
                        Some(opening),
                    );
                    let (gone_with, all) = (row.number("lost_spend"), row.number("opening_spend"));
                    // Without a base before there was nobody to lose.
                    if let (Some(part), Some(all)) = (gone_with, all.filter(|all| *all > 0.0)) {
                        self.put("base_lost_value", month, Some(part), None);
                        self.put(
                            "base_lost_value_rate",
                            month,
                            Some(part / all),
                            Some(opening),
                        );
                    }
                }
                "company" => self.put("base_companies", month, row.number("closing"), None),
                _ => {}
            }
        }
    }

    /// Units by churn state, and the loyal among them.
    pub(super) fn of_states(&mut self, table: &Table) {
        let mut months: BTreeMap<NaiveDate, Vec<Record<'_>>> = BTreeMap::new();
        for row in table.records() {
            if let Some(month) = row.date("month") {
                months.entry(month).or_default().push(row);
            }
        }
        for (month, rows) in months {
            #[allow(clippy::cast_precision_loss)] // counts
            let sum = |column: &str, states: &[&str]| -> f64 {
                rows.iter()
                    .filter(|r| {
                        states.is_empty()
                            || r.text("churn_state").is_some_and(|s| states.contains(&s))
                    })
                    .map(|r| r.count(column))
                    .sum::<i64>() as f64
            };
            for (id, states) in [
                ("due", ["due"]),
                ("warning", ["warning"]),
                ("at_risk", ["at_risk"]),
                ("lost", ["lost"]),
            ] {
                self.put(id, month, Some(sum("units", &states)), None);
            }
            let loyal = sum("loyal_units", &[]) - sum("loyal_units", &["gone", "none"]);
            self.put("loyal_units", month, Some(loyal), None);
            let slipping = sum("loyal_units", &SLIPPING);
            self.put("loyal_slipping", month, Some(slipping), None);
        }
    }

    /// What became lost.
    pub(super) fn of_lost(&mut self, table: &Table) {
        for row in table.records() {
            if let Some(month) = row.date("month") {
                self.put("lost_in_month", month, row.number("units"), None);
                self.put("loyal_lost", month, row.number("loyal_units"), None);
            }
        }
    }

    /// Those of the same month last year that have not come since.
    pub(super) fn of_cohort(&mut self, table: &Table) {
        for row in table.records() {
            if let Some(month) = row.date("month") {
                let cohort = row.count("cohort");
                let not_back = row.number("not_back").unwrap_or(0.0);
                self.put(
                    "churn_cohort12",
                    month,
                    ratio(not_back, cohort),
                    Some(cohort),
                );
            }
        }
    }

    /// Retention and churn as other programs count them.
    pub(super) fn of_presets(&mut self, table: &Table) {
        for row in table.records() {
            let Some(month) = row.date("month") else {
                continue;
            };
            self.put("tier_12_24", month, row.number("tier_12_24"), None);
            self.put("tier_over_24", month, row.number("tier_over_24"), None);
            for (id, part, whole) in [
                ("retention_13m", "cohort_since", "cohort"),
                ("retention_2in12", "here_twice", "here"),
            ] {
                let n = row.count(whole);
                let share = row.number(part).and_then(|part| ratio(part, n));
                self.put(id, month, share, Some(n));
            }
        }
    }

    /// Shares that rest on files beside the orders.
    pub(super) fn of_services(&mut self, table: &Table) {
        for row in table.records() {
            let (Some(month), Some(id)) = (row.date("month"), row.text("id")) else {
                continue;
            };
            let (Some(top), Some(bottom)) = (row.number("top"), row.number("bottom")) else {
                continue;
            };
            if let Some(spec) = super::SPECS.iter().find(|s| s.id == id)
                && bottom > 0.0
            {
                self.put(spec.id, month, Some(top / bottom), Some(row.count("n")));
            }
        }
    }

    /// Lines of the plan that files beside the orders bring.
    pub(super) fn of_plan_lines(&mut self, table: &Table) {
        for row in table.records() {
            if let (Some(month), Some(id)) = (row.date("month"), row.text("id"))
                && let Some(spec) = super::SPECS.iter().find(|s| s.id == id)
            {
                self.put(spec.id, month, row.number("value"), None);
            }
        }
    }

    /// What the month's orders lack.
    pub(super) fn of_orders(&mut self, month: NaiveDate, orders: &OrderGaps) {
        #[allow(clippy::cast_precision_loss)] // counts
        let missing = orders.without_vin as f64;
        self.put(
            "without_vin",
            month,
            ratio(missing, orders.orders),
            Some(orders.orders),
        );
    }
}

#[allow(clippy::cast_precision_loss)] // counts
fn ratio(numerator: f64, denominator: i64) -> Option<f64> {
    (denominator > 0).then(|| numerator / denominator as f64)
}
