//! Every odd case of `data-samples/small` comes out as its README says.

use super::support::{Shop, ask, project_file, small};

fn one(sql: &str) -> String {
    ask(small(), sql).join("\n")
}

/// The visit that holds an order of the first store: its orders, paid amount, qualified or not.
fn visit(ro_no: &str) -> String {
    one(&format!(
        "select v.orders, v.paid_amount, v.qualified
         from visits v join orders o on o.store_id = '海珠店' and o.ro_no = '{ro_no}'
         where v.first_in <= o.in_at and o.in_at::date <= v.last_in_on
             and v.party = coalesce(o.vin_key, (select any_value(unit_id) from unit_keys where key = o.plate_key),
                 (select any_value(unit_id) from unit_keys where key = o.customer_key and o.plate_key is null), o.order_id)"
    ))
}

fn state(plate: &str) -> String {
    one(&format!(
        "select churn_state from vehicle_scores where plate = '{plate}'"
    ))
}

/// The page that says what must come out.
fn readme() -> String {
    std::fs::read_to_string(project_file("data-samples/small/README.md")).unwrap()
}

/// The whole numbers of the first line of the page that begins so.
fn numbers_of(beginning: &str) -> Vec<String> {
    let page = readme();
    let line = page
        .lines()
        .find(|l| l.starts_with(beginning))
        .unwrap_or_else(|| panic!("the page has no line {beginning}"));
    line.replace(',', "")
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_record_is_accounted_for_as_the_readme_counts_them() {
    for file in ["appointments", "customers", "vehicles", "work_orders"] {
        let counted = one(&format!(
            "select records, loaded, duplicate, rejected from imports where file = '{file}.csv'"
        ));
        assert_eq!(
            counted,
            numbers_of(&format!("| {file}.csv")).join("|"),
            "{file}"
        );
    }
    let said = numbers_of("The ");
    let found = one(
        "select sum(orders)::bigint + (select count(*) from orders where receivable < 0 or status = 'void'), count(*),
             count(*) filter (qualified), count(distinct unit_id) filter (qualified)
         from visits where orders > 0",
    );
    assert_eq!(found, said[..4].join("|"));
    assert_eq!(one("select count(*) from visits where orders = 0"), "1");
    let received = one("select sum(received)::bigint from orders where status = 'settled'");
    assert_eq!(numbers_of("The settled orders"), [received]);
    assert_eq!(
        one("select distinct as_of from vehicle_scores"),
        "2025-12-28"
    );
}

#[test]
fn units_are_in_the_states_that_the_readme_names() {
    let page = readme();
    let said = page.split_once("States on 2025-12-28:").unwrap().1;
    let said = said
        .split_once("none ")
        .unwrap()
        .0
        .replace("at risk", "at_risk");
    let mut checked = 0;
    for part in said.split(';').filter(|p| !p.trim().is_empty()) {
        let mut words = part.split([' ', ',', '\n']).filter(|w| !w.is_empty());
        let expected = words.next().unwrap();
        for plate in words.filter(|w| w.starts_with('粤')) {
            assert_eq!(state(plate), expected, "{plate}");
            checked += 1;
        }
    }
    assert!(checked > 10);
    assert_eq!(state("粤A66666"), "-");
}

#[test]
fn a_free_first_service_is_a_qualified_visit_of_nothing() {
    assert_eq!(visit("1001"), "1|0.00|true");
}

#[test]
fn a_changed_plate_does_not_change_the_unit() {
    assert_eq!(
        one("select count(distinct k.unit_id), count(*) from vehicle_pairs p join unit_keys k on k.key = p.plate_key
             where p.plate in ('粤A10001', '粤A10088')"),
        "1|2"
    );
    assert_eq!(
        one("select visits from vehicle_scores where vin = 'LGG8D2D19PZ100001'"),
        "5"
    );
    assert_eq!(
        one("select plate from vehicle_scores where vin = 'LGG8D2D19PZ100001'"),
        "粤A10088"
    );
}

#[test]
fn orders_of_one_day_are_one_visit() {
    assert_eq!(visit("1005"), "2|940.00|true");
}

#[test]
fn a_repair_during_a_stay_is_part_of_that_visit() {
    assert_eq!(visit("1007"), "2|3580.00|true");
}

#[test]
fn comebacks_washes_internal_work_and_pdi_are_visits_that_do_not_qualify() {
    for order in ["1010", "1012", "1026", "1036", "1037"] {
        assert!(
            visit(order).ends_with("|false"),
            "{order}: {}",
            visit(order)
        );
    }
}

#[test]
fn a_comeback_does_not_reset_the_clock() {
    assert_eq!(
        one("select last_visit_on from vehicle_scores where plate = '粤A20002'"),
        "2025-09-12"
    );
}

#[test]
fn a_stay_that_was_never_closed_does_not_qualify_and_swallows_nothing() {
    assert!(visit("1014").ends_with("|false"));
    assert_eq!(visit("1015"), "1|660.00|true");
}

#[test]
fn a_credit_is_netted_against_its_order() {
    assert_eq!(visit("1016"), "1|0.00|true");
    assert_eq!(
        one("select count(*) from visits where first_on = date '2025-08-03'"),
        "0"
    );
}

#[test]
fn a_credit_without_an_order_is_revenue_but_no_visit() {
    assert_eq!(
        one("select orders, qualified, paid_amount from visits where first_on = date '2025-12-01'"),
        "0|false|-200.00"
    );
}

#[test]
fn a_void_order_is_kept_and_never_counted() {
    assert_eq!(
        one("select status from orders where ro_no = '1019'"),
        "void"
    );
    assert_eq!(
        one("select count(*) from visits where first_on = date '2025-02-10'"),
        "0"
    );
}

#[test]
fn warranty_for_nothing_qualifies() {
    assert_eq!(visit("1020"), "1|0.00|true");
    assert_eq!(visit("1021"), "1|0.00|true");
}

#[test]
fn a_plate_written_in_three_ways_is_one_unit_with_three_visits() {
    assert_eq!(
        one("select count(*), sum(visits) from vehicle_scores where plate = '粤A50005'"),
        "1|3"
    );
}

#[test]
fn what_was_received_is_what_was_paid() {
    assert_eq!(visit("1025"), "1|700.00|true");
}

#[test]
fn a_customer_without_vehicle_is_a_unit() {
    assert_eq!(visit("1027"), "1|450.00|true");
    assert_eq!(
        one(
            "select s.visits, s.plate is null and s.vin is null from vehicle_scores s
             join customers c on c.customer_id = s.customer_id where c.customer_no = 'C006'"
        ),
        "2|true"
    );
}

#[test]
fn nobody_counts_in_the_revenue_and_belongs_to_no_unit() {
    assert_eq!(
        one(
            "select unit_id is null, customer_id is null, orders, paid_amount from visits where first_on = date '2025-05-05'"
        ),
        "true|true|1|40.00"
    );
}

#[test]
fn a_company_has_two_units_and_is_one_customer() {
    assert_eq!(
        one(
            "select s.vehicles, c.kind from customer_scores s join customers c using (customer_id)
             where c.customer_no = 'C007'"
        ),
        "2|company"
    );
}

#[test]
fn a_class_that_nobody_knows_is_kept_as_unknown_and_qualifies() {
    assert_eq!(
        one("select job_class from orders where ro_no = '1032'"),
        "unknown"
    );
    assert_eq!(visit("1032"), "1|500.00|true");
}

#[test]
fn on_account_is_a_visit_of_nothing_paid() {
    assert_eq!(visit("1033"), "1|0.00|true");
}

#[test]
fn an_odometer_that_falls_is_not_believed() {
    assert_eq!(
        one("select odometer_now_km >= 48000 from vehicle_scores where plate = '粤A70007'"),
        "true"
    );
}

#[test]
fn a_temporary_plate_is_none() {
    assert_eq!(
        one("select plate_key is null from orders where ro_no = '1037'"),
        "true"
    );
}

#[test]
fn dates_and_amounts_are_read_however_they_are_written() {
    assert_eq!(
        one(
            "select in_at, out_at, settled_at, odometer_km, receivable, received from orders where ro_no = '1038'"
        ),
        "2025-12-22 00:00:00|2025-12-22 00:00:00|2025-12-22 00:00:00|3150|0.00|0.00"
    );
    assert_eq!(
        one("select in_at, labour, receivable, received from orders where ro_no = '1039'"),
        "2025-12-28 00:00:00|800.00|1234.00|1234.00"
    );
}

#[test]
fn of_two_rows_with_one_number_the_last_wins() {
    assert_eq!(
        one("select received from orders where ro_no = '1040'"),
        "680.00"
    );
}

#[test]
fn numbers_of_another_store_are_other_orders_and_other_people() {
    assert_eq!(
        one("select count(distinct order_id) from orders where ro_no = '1001'"),
        "2"
    );
    assert_eq!(
        ask(
            small(),
            "select store_id, name from customers where customer_no = 'C001' order by 1"
        ),
        ["海珠店|王伟", "番禺店|陈志强"]
    );
}

#[test]
fn an_order_without_number_is_loaded() {
    assert_eq!(
        one("select count(*), sum(received) from orders where ro_no is null"),
        "1|680.00"
    );
}

#[test]
fn a_unit_belongs_to_the_store_of_its_last_qualified_visit() {
    assert_eq!(
        one("select store_id from vehicle_scores where plate = '粤A10088'"),
        "番禺店"
    );
}

#[test]
fn rows_that_cannot_be_true_are_refused_with_their_line_and_reason() {
    let text = std::fs::read_to_string(project_file("data-samples/small/work_orders.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let refused: Vec<String> = ask(small(), "select line, reason from rejects order by line")
        .iter()
        .map(|row| {
            let (line, reason) = row.split_once('|').unwrap();
            let order = lines[line.parse::<usize>().unwrap() - 1]
                .split(',')
                .nth(1)
                .unwrap();
            format!("{order} {reason}")
        })
        .collect();
    assert_eq!(
        refused,
        [
            "1901 future-date",
            "1902 negative",
            "1903 bad-date",
            "1904 missing-key"
        ]
    );
    assert_eq!(
        ask(
            small(),
            "select \"column\" from rejects order by line limit 3"
        ),
        ["进厂日期", "行驶里程", "进厂日期"]
    );
}

#[test]
fn the_list_calls_and_leaves_out_whom_the_readme_says() {
    let shop = Shop::copy_of(small());
    let said = shop
        .retain("list --out lists --for 2026-01-05 --format csv --json")
        .succeeds()
        .json();
    assert_eq!(
        (said["rows"].as_u64(), said["withheld"].as_u64()),
        (Some(4), Some(3))
    );
    let list = std::fs::read_to_string(shop.path("lists/2026-01-05.csv")).unwrap();
    for called in ["粤A14141", "粤A15151", "粤AB1111", "陈静怡"] {
        assert!(
            list.contains(called),
            "{called} is not on the list:\n{list}"
        );
    }
    for plate in ["粤A10088", "粤A50005", "粤AT8008", "粤A66666", "粤A70008"] {
        assert!(!list.contains(plate), "{plate} is on the list:\n{list}");
    }
}

#[test]
fn appointments_have_their_status_and_a_list_knows_what_no_score_knows() {
    assert_eq!(
        ask(
            small(),
            "select appointment_no, status from appointments order by 1"
        ),
        [
            "Y001|shown",
            "Y002|shown",
            "Y003|late",
            "Y004|no_show",
            "Y005|cancelled",
            "Y006|shown",
            "Y007|booked",
            "Y008|booked",
            "Y009|unknown",
        ]
    );
    assert_eq!(
        one("select booked_at is null from appointments where appointment_no = 'Y008'"),
        "true"
    );
}
