-- Loyal units that are well past their own rhythm: the costliest to lose, the likeliest to answer.
-- grain: one row a unit, by unit_id
-- inputs: list_scored, run (at_risk_ratio double, lost_ratio double)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    s.unit_id,
    'loyal_slipping' as band,
    cast(null as date) as open_on,
    -- The day on which the unit would slip into the next state.
    s.next_due_on + cast(round(
        (case s.churn_state when 'warning' then r.at_risk_ratio else r.lost_ratio end - 1)
        * s.expected_interval_days
    ) as integer) as due_on,
    s.last_visit_on as about_on,
    '' as about
from list_scored as s
cross join run as r
where s.loyalty_tier = 'loyal' and s.churn_state in ('warning', 'at_risk')
order by s.unit_id
