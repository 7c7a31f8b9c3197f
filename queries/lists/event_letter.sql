-- Letter after the notice of an event, within days, to whoever was told of it.
-- grain: one row a unit, by unit_id
-- inputs: list_members, run (calling_day date, event_letter_days integer, late_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    m.unit_id,
    'offer' as band,
    m.notified_on as open_on,
    m.notified_on + r.event_letter_days as due_on,
    m.start_on as about_on,
    m.about
from list_members as m
cross join run as r
where
    not m.is_focus
    and m.start_on > r.calling_day
    and m.letter_on is null
    and m.notified_on < r.calling_day
    and r.calling_day <= m.notified_on + r.event_letter_days + r.late_days
qualify row_number() over (partition by m.unit_id order by m.start_on, m.row_key) = 1
order by m.unit_id
