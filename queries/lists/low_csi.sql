-- Recovery after a low survey: the customer was let down and nobody has spoken with him since.
-- grain: one row a unit, by unit_id
-- inputs: list_events, list_first_units, list_contacts, surveys, run (calling_day date, low_score double, recovery_days integer, unsolved_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with last_survey as (
    select coalesce(e.unit_id, h.unit_id) as unit_id, s.surveyed_at, s.score, s.scale_max
    from list_events as e
    inner join surveys as s on s.row_key = e.row_key
    left join list_first_units as h on e.unit_id is null and h.customer_id = e.customer_id
    cross join run as r
    where
        e.source = 'survey'
        and coalesce(e.unit_id, h.unit_id) is not null
        and s.surveyed_at < r.calling_day
        -- Of an older one nobody is told, whether it was the last or not.
        and e.happened_at >= r.calling_day - r.recovery_days
    qualify row_number() over (partition by coalesce(e.unit_id, h.unit_id) order by s.surveyed_at desc, s.row_key desc) = 1
)

select
    s.unit_id,
    'escalation' as band,
    cast(s.surveyed_at as date) + 1 as open_on,
    cast(s.surveyed_at as date) + r.unsolved_days as due_on,
    cast(s.surveyed_at as date) as about_on,
    concat_ws('/', cast(cast(s.score as double) as varchar), cast(cast(s.scale_max as double) as varchar)) as about
from last_survey as s
cross join run as r
where
    s.scale_max > 0
    and s.score < r.low_score * s.scale_max
    and not exists (
        select 1
        from list_contacts as c
        where c.unit_id = s.unit_id and c.reached and c.contacted_at > s.surveyed_at
    )
order by s.unit_id
