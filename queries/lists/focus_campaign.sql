-- Members of a running campaign of the kind focus, such as purchase dates in a district, not yet spoken with about it.
-- grain: one row a unit, by unit_id
-- inputs: list_events, list_contacts, campaigns, campaign_members, follow_up_tasks, vehicles, run (calling_day date)
-- output: unit_id, band, open_on, due_on, about_on, about
with members as (
    select
        coalesce(e.unit_id, h.unit_id) as unit_id,
        m.row_key,
        c.name,
        c.start_on,
        concat_ws(' · ', c.name, nullif(c.place, ''), nullif(c.offer, '')) as about,
        m.letter_on,
        -- Noted in the member's row, or told by a call that this list opened.
        coalesce(m.notified_on, (
            select min(k.contacted_on)
            from list_contacts as k
            inner join follow_up_tasks as t on t.task_id = k.task_id
            where k.unit_id = coalesce(e.unit_id, h.unit_id) and k.reached and t.reference = c.name
        )) as notified_on
    from list_events as e
    inner join campaign_members as m on m.row_key = e.row_key
    inner join campaigns as c on c.store_id is not distinct from m.store_id and c.name = m.campaign
    left join (
        select customer_id, min(unit_id) as unit_id
        from vehicles
        group by customer_id
    ) as h on e.unit_id is null and h.customer_id = e.customer_id
    cross join run as r
    where
        e.source = 'member'
        and c.kind in ('focus', '专项')
        and c.start_on <= r.calling_day
        and coalesce(c.end_on, c.start_on) >= r.calling_day
),

ends as (
    select c.name, max(coalesce(c.end_on, c.start_on)) as end_on
    from campaigns as c
    group by c.name
)

select m.unit_id, 'offer' as band, m.start_on as open_on, x.end_on as due_on, m.start_on as about_on, m.about
from members as m
inner join ends as x on x.name = m.name
cross join run as r
where m.unit_id is not null and (m.notified_on is null or m.notified_on >= r.calling_day)
qualify row_number() over (partition by m.unit_id order by x.end_on, m.row_key) = 1
order by m.unit_id
