-- First call after a visit: opens some days after delivery or consultation, until somebody was reached.
-- grain: one row a unit, by unit_id
-- inputs: list_delivered, list_reached_lately, run (calling_day date, first_call_opens integer, first_call_due integer, late_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    d.unit_id,
    'care' as band,
    d.delivered_on + r.first_call_opens as open_on,
    d.delivered_on + r.first_call_due as due_on,
    d.delivered_on as about_on,
    d.about
from list_delivered as d
cross join run as r
where
    r.calling_day between d.delivered_on + r.first_call_opens and d.delivered_on + r.first_call_due + r.late_days
    -- On the day itself one rings to say that the vehicle is ready.
    and not exists (
        select 1
        from list_reached_lately as c
        where c.unit_id = d.unit_id and c.contacted_on > d.delivered_on
    )
order by d.unit_id
