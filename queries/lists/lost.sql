-- Lost units: twelve months and two expected intervals without a visit, not yet long lost.
-- grain: one row a unit, by unit_id
-- inputs: list_scored
-- output: unit_id, band, open_on, due_on, about_on, about
select
    s.unit_id,
    'lost' as band,
    cast(null as date) as open_on,
    cast(null as date) as due_on,
    s.last_visit_on as about_on,
    '' as about
from list_scored as s
where s.churn_state = 'lost'
order by s.unit_id
