-- Members of a running campaign of the kind focus, such as purchase dates in a district, not yet spoken with about it.
-- grain: one row a unit, by unit_id
-- inputs: list_members, run (calling_day date)
-- output: unit_id, band, open_on, due_on, about_on, about
select m.unit_id, 'offer' as band, m.start_on as open_on, m.end_on as due_on, m.start_on as about_on, m.about
from list_members as m
cross join run as r
where
    m.is_focus
    and m.start_on <= r.calling_day
    and m.end_on >= r.calling_day
    and (m.notified_on is null or m.notified_on >= r.calling_day)
qualify row_number() over (partition by m.unit_id order by m.end_on, m.row_key) = 1
order by m.unit_id
