-- Second call: opens some days after the first contact really happened, not after delivery.
-- grain: one row a unit, by unit_id
-- inputs: list_delivered, list_reached_lately, run (calling_day date, first_call_due integer, second_call_opens integer, second_call_due integer, late_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with first_contact as (
    select d.unit_id, d.about, min(c.contacted_on) as contacted_on
    from list_delivered as d
    inner join list_reached_lately as c on c.unit_id = d.unit_id and c.contacted_on > d.delivered_on
    cross join run as r
    -- A contact long after the visit is about something else.
    where c.contacted_on <= d.delivered_on + r.first_call_due + r.late_days
    group by d.unit_id, d.about
)

select
    f.unit_id,
    'care' as band,
    f.contacted_on + r.second_call_opens as open_on,
    f.contacted_on + r.second_call_due as due_on,
    f.contacted_on as about_on,
    f.about
from first_contact as f
cross join run as r
where
    r.calling_day between f.contacted_on + r.second_call_opens and f.contacted_on + r.second_call_due + r.late_days
    and not exists (
        select 1
        from list_reached_lately as c
        where c.unit_id = f.unit_id and c.contacted_on >= f.contacted_on + r.second_call_opens
    )
order by f.unit_id
