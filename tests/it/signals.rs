//! What files say of units between their visits, as the scores read it.

use super::support::{QUICK, Shop};

const ORDERS: &str = "工单号,客户编号,车牌号,进厂日期,出厂日期,结算日期,行驶里程,维修类型,应收金额,实收金额,工单状态,返修
o1,K1,粤B20001,2024-03-01 09:00,2024-03-01 11:00,2024-03-01,10000,保养,500,500,已结算,
o2,K1,粤B20001,2024-09-01 09:00,2024-09-01 11:00,2024-09-01,15000,保养,500,500,已结算,
o3,K1,粤B20001,2025-02-01 09:00,2025-02-01 11:00,2025-02-01,20000,保养,750,750,已结算,
o4,K1,粤B20001,2025-02-11 09:00,2025-02-11 11:00,2025-02-11,20100,维修,0,0,已结算,是
o5,K1,粤B20001,2025-04-02 09:00,2025-04-02 10:00,2025-04-02,20900,洗车,30,30,已结算,
o6,K2,粤B20002,2025-01-07 09:00,2025-01-07 11:00,2025-01-07,9000,保养,500,500,已结算,
";

const SAID: &str = "select plate, last_seen_on, other_visits_12m, comebacks_24m, maintenance_price_ratio, round(survey_score, 3), complaints_24m,
         missed_since_visit, booked_ahead, policy_sold_end
     from features_scored join vehicles using (unit_id) order by plate";

fn shop(files: &[(&str, &str)]) -> Shop {
    let shop = Shop::new();
    shop.file("quick.toml", QUICK);
    for (name, text) in files {
        shop.file(name, text);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    shop.import(
        "work_orders.csv",
        ORDERS,
        &format!("{} --config quick.toml", names.join(" ")),
    )
    .succeeds();
    shop
}

fn said(shop: &Shop, day: &str) -> Vec<String> {
    shop.retain(&format!("score --as-of {day} --config quick.toml"))
        .succeeds();
    shop.ask(SAID)
}

#[test]
fn surveys_complaints_bookings_and_policies_are_read_by_plate_or_by_order() {
    let shop = shop(&[
        // The survey knows the order alone.
        (
            "surveys.csv",
            "工单号,日期,得分,满分\no3,2025-02-02,4,5\no6,2025-01-08,9,10\n",
        ),
        (
            "complaints.csv",
            "投诉号,车牌号,日期,类别\nc1,粤B20001,2025-02-03,等待\n",
        ),
        (
            "appointments.csv",
            "预约号,车牌号,登记时间,预约时间,状态\na0,粤B20001,2025-01-20 09:00,2025-01-25 10:00,爽约\n\
             a1,粤B20001,2025-03-01 09:00,2025-03-05 10:00,爽约\na2,粤B20001,2025-04-10 09:00,2025-04-20 10:00,已预约\n",
        ),
        (
            "insurance_policies.csv",
            "保单号,车牌号,险种,起保日,到期日,本店投保\np1,粤B20001,商业险,2024-05-01,2025-05-01,是\n\
             p2,粤B20002,商业险,2024-06-01,2025-06-01,否\n",
        ),
    ]);
    // A wash is no return, but the car was seen; the booking missed before the last visit is forgotten.
    assert_eq!(
        said(&shop, "2025-04-15"),
        [
            "粤B20001|2025-04-02|1|1|1.5|0.8|1|1|true|2025-05-01",
            "粤B20002|2025-01-07|0|0|-|0.9|0|0|false|-",
        ]
    );
    // On an earlier day nothing of this was known.
    assert_eq!(
        said(&shop, "2025-01-10"),
        [
            "粤B20001|2024-09-01|0|0|1.0|-|-|-|-|2025-05-01",
            "粤B20002|2025-01-07|0|0|-|0.9|-|-|-|-",
        ]
    );
}

#[test]
fn files_that_were_never_imported_leave_their_inputs_unknown() {
    let shop = shop(&[]);
    assert_eq!(
        said(&shop, "2025-04-15"),
        [
            "粤B20001|2025-04-02|1|1|1.5|-|-|-|-|-",
            "粤B20002|2025-01-07|0|0|-|-|-|-|-|-",
        ]
    );
}
