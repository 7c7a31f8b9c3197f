//! Groups of customers, curves of staying and the next visit, as a user finds them in the tables.

use std::path::Path;

use retain::store::{Access, Engine, Store};

use super::support::{Shop, csv_files, department, small};

#[test]
fn every_customer_with_a_vehicle_that_came_and_is_still_theirs_has_a_segment_and_nobody_else() {
    let shop = Shop::copy_of(department());
    assert_eq!(
        shop.one(
            "with theirs as (
                 select distinct customer_id from features_scored
                 where visits > 0 and (gone_on is null or last_visit_on > gone_on)
             )
             select count(*) filter (c.segment is not null) > 200
                 and bool_and((c.segment is not null) = (t.customer_id is not null))
                 and bool_and(c.segment is not distinct from i.segment)
             from customer_scores c left join theirs t using (customer_id) left join segment_inputs i using (customer_id)"
        ),
        "true"
    );
    // The rows of `segments` are these customers, each segment once, and the shares are whole.
    assert_eq!(
        shop.one(
            "select count(*) between 2 and 7 and bool_and(s.customers = n.n) and abs(sum(s.share) - 1) < 1e-12
             from segments s full join (
                 select segment, count(*) as n from customer_scores where segment is not null group by all) n using (segment)"
        ),
        "true"
    );
    // Nobody stands nearer to another segment than to the own.
    assert_eq!(
        shop.one("select count(*) from segment_inputs where distance > next_distance or next_segment = segment"),
        "0"
    );
    let card = shop.ask(
        "select (measures::json->>'silhouette')::double between -1 and 1,
             (measures::json->>'adjusted_rand_of_halves')::double between 0 and 1, rows > 200
         from model_cards where name = 'segments'",
    );
    assert_eq!(card, ["true|true|true"]);
}

#[test]
fn a_shop_too_small_for_groups_says_so_on_the_card_and_when_asked() {
    let shop = Shop::copy_of(small());
    assert_eq!(shop.one("select count(segment) from customer_scores"), "0");
    assert_eq!(shop.one("select count(*) from segments"), "0");
    assert_eq!(
        shop.one("select caveats like '%caveat-segments-too-few|customers=%' from model_cards where name = 'segments'"),
        "true"
    );
    let plate = shop.one("select min(plate) from vehicle_scores where visits > 1");
    let said = shop
        .retain(&format!("explain {plate} --lang en"))
        .succeeds()
        .stdout;
    assert!(said.contains("No group: "), "{said}");
    assert!(said.contains("100 needed: no segments"), "{said}");
}

#[test]
fn explain_tells_the_segment_with_every_figure_beside_that_of_the_group() {
    let shop = Shop::copy_of(department());
    for plate in shop.ask(
        "select min(s.plate) from vehicle_scores s join customer_scores c using (customer_id)
         where s.plate is not null and c.segment is not null group by c.segment order by 1",
    ) {
        let unit = shop
            .retain(&format!("explain {plate} --json"))
            .succeeds()
            .json()["units"][0]
            .clone();
        let path = unit["path"].as_array().unwrap().iter();
        let step = path.clone().find(|s| s["step"] == "segment").unwrap();
        let keys: Vec<&str> = step["said"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["key"].as_str().unwrap())
            .collect();
        assert_eq!(keys[..2], ["path-segment", "path-segment-next"], "{plate}");
        assert_eq!(keys[2..], ["path-segment-input"; 7], "{plate}");
        let segment = shop.one(&format!(
            "select c.segment from vehicle_scores s join customer_scores c using (customer_id) where s.plate = '{plate}'"
        ));
        assert_eq!(step["said"][0]["values"]["segment"], segment.as_str());
    }
}

#[test]
fn a_file_that_an_earlier_version_scored_is_read_without_groups_and_curves() {
    let shop = Shop::copy_of(department());
    let store = Store::open(&shop.db, Access::Write, &Engine::default()).unwrap();
    store
        .run(
            "drop table segments; drop table segment_inputs; drop table survival;
             update retain_meta set value = 'another' where name = 'schema_shape';",
        )
        .unwrap();
    drop(store);
    shop.retain("report figures --year 2025 --out figures --format csv")
        .succeeds();
    let lines = |name: &str| {
        let text = std::fs::read_to_string(shop.path(&format!("figures/2025-{name}.csv"))).unwrap();
        text.lines().count()
    };
    assert_eq!((lines("year_groups"), lines("year_curves")), (1, 1));
    let plate = shop.one("select min(plate) from vehicle_scores");
    let said = shop
        .retain(&format!("explain {plate} --lang en"))
        .succeeds();
    assert!(
        !said.stdout.contains("Group of the customer"),
        "{}",
        said.stdout
    );
    // Scoring brings them.
    shop.retain("score --as-of 2025-12-31").succeeds();
    assert_ne!(shop.one("select count(*) from segments"), "0");
}

#[test]
fn a_list_of_ones_own_may_ask_for_a_segment() {
    let shop = Shop::copy_of(department());
    let segment = shop.one("select segment from segments order by customers desc limit 1");
    let said = shop
        .retain(&format!(
            "campaign plan Some --start 2026-03-01 --where segment={segment} --out campaign --lang en"
        ))
        .succeeds()
        .stdout;
    assert!(said.contains("members of"), "{said}");
}

#[test]
fn curves_of_staying_fall_those_of_visits_rise_and_bands_hold_them() {
    let shop = Shop::copy_of(department());
    assert_eq!(
        shop.one(
            "with steps as (
                 select *, lag(estimate) over w as before, lag(units_at_risk) over w as risk_before, lag(months) over w as month_before
                 from survival window w as (partition by curve, split_by, split_value order by months)
             )
             select count(*) > 200
                 and bool_and(estimate_low is null or (0 <= estimate_low and estimate_low <= estimate and estimate <= estimate_high))
                 and bool_and(curve <> 'staying' or estimate between 0 and 1)
                 and bool_and(before is null or if(curve = 'staying', estimate <= before, estimate >= before))
                 and bool_and(risk_before is null or (units_at_risk <= risk_before and months = month_before + 1))
                 and bool_and(units_at_risk >= 10)
             from steps"
        ),
        "true"
    );
    // Everybody is in the curve of all, at the beginning of the visits.
    assert_eq!(
        shop.one(
            "select (select units_at_risk from survival where curve = 'visits' and split_by = 'all' and months = 0)
                 = (select count(*) from features_scored where visits > 0 and customer_kind = 'person')"
        ),
        "true"
    );
    assert_eq!(
        shop.ask("select distinct split_by from survival order by 1"),
        ["all", "purchase_year", "segment", "warranty"]
    );
}

#[test]
fn who_is_called_lost_has_left_the_curve_by_the_same_limit() {
    let shop = Shop::copy_of(department());
    // By hand from the visits: the first gap beyond the limit, up to the day of news or the scored date.
    assert_eq!(
        shop.one(
            "with days as (
                 select distinct f.unit_id, v.first_on as day, least(f.as_of, if(f.gone_on >= f.last_visit_on, f.gone_on, f.as_of)) as ends,
                     greatest(ceil(greatest(12 * 30.4375, 2 * coalesce(s.expected_interval_days, 0))), 0)::integer as most
                 from (select *, (select max(as_of) from vehicle_scores) as as_of from features_scored) f
                 join vehicle_scores s using (unit_id) join visits v using (unit_id)
                 where v.qualified and f.customer_kind = 'person'
             ),
             gaps as (
                 select unit_id, ends, most, coalesce(lead(day) over (partition by unit_id order by day), ends) - day as gap,
                     min(day) over (partition by unit_id) as began from days
             ),
             units as (
                 select unit_id, bool_or(gap > most) as has_left from gaps where ends - began >= most group by unit_id
             )
             select (select (measures::json->>'left')::integer from model_cards where name = 'survival')
                 = count(*) filter (has_left) and count(*) filter (has_left) > 20 from units"
        ),
        "true"
    );
}

#[test]
fn the_next_visit_lies_ahead_its_ends_are_in_order_and_explain_tells_it() {
    // Large enough for a visit model.
    let shop = Shop::new();
    shop.import_files(&csv_files(Path::new("data-samples/department")))
        .succeeds();
    shop.score_quickly("--as-of 2025-12-31");
    assert_eq!(
        shop.one(
            "select count(next_visit_on) > 1000
                 and bool_and(as_of < next_visit_on_low and next_visit_on_low <= next_visit_on and next_visit_on <= next_visit_on_high)
                 and count(*) filter (churn_state = 'gone' and next_visit_on_low is not null) = 0
             from vehicle_scores"
        ),
        "true"
    );
    // In half of the cases by that day: among those who are surely still customers and have just come, it is about an
    // interval away.
    assert_eq!(
        shop.one(
            "select median((next_visit_on - as_of) / expected_interval_days) between 0.3 and 1.5
             from vehicle_scores where overdue_ratio < 0.2 and visits >= 4"
        ),
        "true"
    );
    let plate =
        shop.one("select min(plate) from vehicle_scores where next_visit_on_high is not null");
    let said = shop
        .retain(&format!("explain {plate} --lang en"))
        .succeeds()
        .stdout;
    let on = shop.one(&format!(
        "select next_visit_on from vehicle_scores where plate = '{plate}'"
    ));
    assert!(
        said.contains(&format!("expected by {on}, with 80 % between")),
        "{said}"
    );
}
