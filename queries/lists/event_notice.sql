-- Notice of an event: loyal customers first, everybody two weeks ahead.
-- grain: one row a unit, by unit_id
-- inputs: list_members, list_scored, run (calling_day date, event_notice_days integer, event_loyal_opens integer, event_opens integer)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    m.unit_id,
    'offer' as band,
    m.start_on - case when s.loyalty_tier = 'loyal' then r.event_loyal_opens else r.event_opens end as open_on,
    m.start_on - r.event_notice_days as due_on,
    m.start_on as about_on,
    m.about
from list_members as m
left join list_scored as s on s.unit_id = m.unit_id
cross join run as r
where
    not m.is_focus
    and m.start_on > r.calling_day
    and (m.notified_on is null or m.notified_on >= r.calling_day)
    and r.calling_day >= m.start_on - case when s.loyalty_tier = 'loyal' then r.event_loyal_opens else r.event_opens end
qualify row_number() over (partition by m.unit_id order by m.start_on, m.row_key) = 1
order by m.unit_id
