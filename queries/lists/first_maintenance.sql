-- First maintenance of a car sold here that has had none.
-- grain: one row a unit, by unit_id
-- inputs: list_scored, vehicles, run (calling_day date, due_window_days integer, first_interval_months integer, never_months integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with due as (
    select h.unit_id, h.purchase_date, cast(h.purchase_date + to_months(r.first_interval_months) as date) as due_on
    from list_scored as s
    inner join vehicles as h on h.unit_id = s.unit_id
    cross join run as r
    where
        h.sold_by_us
        and h.purchase_date < r.calling_day
        and s.last_maintenance_on is null
        and coalesce(s.churn_state, 'new') not in ('gone', 'lost', 'dead', 'never')
        -- Twelve months without make it lost for the first maintenance.
        and h.purchase_date + to_months(r.never_months) > r.calling_day
)

select d.unit_id, 'due' as band, d.due_on - r.due_window_days as open_on, d.due_on, d.due_on as about_on, cast(d.purchase_date as varchar) as about
from due as d
cross join run as r
where r.calling_day >= d.due_on - r.due_window_days
order by d.unit_id
