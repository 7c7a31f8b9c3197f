-- Loyal units that are well past their own rhythm: the costliest to lose, the likeliest to answer.
-- grain: one row a unit, by unit_id
-- inputs: vehicle_scores, run (calling_day date, at_risk_ratio double, lost_ratio double)
-- output: unit_id, customer_id, store_id, as_of, band, churn_state, loyalty_tier, priority, value_at_stake, last_visit_on, last_maintenance_on, next_due_on, overdue_days, overdue_ratio, odometer_now_km, visits_12m, visits_24m, spend_12m, spend_24m, act_by, reason_codes
select
    s.unit_id,
    s.customer_id,
    s.store_id,
    s.as_of,
    'loyal_slipping' as band,
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
    -- The day on which the unit would slip into the next state.
    s.next_due_on + cast(round(
        (case s.churn_state when 'warning' then r.at_risk_ratio else r.lost_ratio end - 1)
        * s.expected_interval_days
    ) as integer) as act_by,
    s.reason_codes
from vehicle_scores as s
cross join run as r
where
    s.as_of = (select max(v.as_of) from vehicle_scores as v where v.as_of < r.calling_day)
    and s.loyalty_tier = 'loyal'
    and s.churn_state in ('warning', 'at_risk')
order by s.unit_id
