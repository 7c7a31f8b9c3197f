-- Units whose customers were promised a call for today or earlier, and were not called since.
-- grain: one row a unit, by unit_id
-- inputs: follow_up_tasks, vehicle_scores, run (calling_day date)
-- output: unit_id, customer_id, store_id, as_of, band, churn_state, loyalty_tier, priority, value_at_stake, last_visit_on, last_maintenance_on, next_due_on, overdue_days, overdue_ratio, odometer_now_km, visits_12m, visits_24m, spend_12m, spend_24m, act_by, reason_codes
select
    t.unit_id,
    coalesce(s.customer_id, t.customer_id) as customer_id,
    s.store_id,
    s.as_of,
    case when s.loyalty_tier = 'loyal' and s.churn_state in ('warning', 'at_risk') then 'loyal_slipping' else 'due' end as band,
    s.churn_state,
    s.loyalty_tier,
    s.priority,
    coalesce(s.expected_spend_365, greatest(s.spend_12m, s.spend_24m / 2)) as value_at_stake,
    s.last_visit_on,
    s.last_maintenance_on,
    s.next_due_on,
    r.calling_day - s.next_due_on as overdue_days,
    s.overdue_ratio,
    s.odometer_now_km,
    s.visits_12m,
    s.visits_24m,
    s.spend_12m,
    s.spend_24m,
    -- The day that was agreed.
    r.calling_day as act_by,
    s.reason_codes
from (
    select unit_id, min(customer_id) as customer_id
    from follow_up_tasks, run
    where list = 'promised' and state in ('open', 'overdue', 'escalated') and open_on <= calling_day
    group by unit_id
) as t
cross join run as r
inner join vehicle_scores as s
    on
        s.unit_id = t.unit_id
        and s.as_of = (select max(v.as_of) from vehicle_scores as v where v.as_of < r.calling_day)
order by t.unit_id
