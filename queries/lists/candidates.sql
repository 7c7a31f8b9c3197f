-- Everybody whom a list names, with what the scores say of the unit.
-- grain: one row a list and unit
-- inputs: list_named (list, unit_id, band, open_on, due_on, about_on, about), list_scored, vehicles, run (as_of date, calling_day date)
-- output: list, unit_id, customer_id, as_of, band, open_on, due_on, about_on, about, churn_state, loyalty_tier, churn_probability, value_year, value_two_years, last_visit_on, last_maintenance_on, next_due_on, overdue_days, overdue_ratio, odometer_now_km, spend_24m, reason_codes
select
    n.list,
    n.unit_id,
    coalesce(s.customer_id, h.customer_id) as customer_id,
    r.as_of,
    n.band,
    n.open_on,
    n.due_on,
    n.about_on,
    n.about,
    s.churn_state,
    s.loyalty_tier,
    s.churn_probability,
    -- What a customer who stays will spend: the chance of leaving is a factor of its own.
    coalesce(
        s.expected_spend_365 / nullif(s.probability_active, 0), greatest(s.spend_12m, s.spend_24m / 2)
    ) as value_year,
    -- Of the lost nothing was spent in the last twelve months by definition; the year before says what is lost.
    s.spend_24m as value_two_years,
    s.last_visit_on,
    s.last_maintenance_on,
    s.next_due_on,
    r.calling_day - s.next_due_on as overdue_days,
    s.overdue_ratio,
    s.odometer_now_km,
    s.spend_24m,
    s.reason_codes
from list_named as n
cross join run as r
left join list_scored as s on s.unit_id = n.unit_id
left join vehicles as h on h.unit_id = n.unit_id
order by n.list, n.unit_id, n.band
