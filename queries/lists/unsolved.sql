-- Unsolved items: to be reported to the supervisor within days, chased after that, and told to the customer on the day of the answer.
-- grain: one row a unit, by unit_id
-- inputs: list_events, list_first_units, list_answered, complaints, run (calling_day date, unsolved_days integer, recovery_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with items as (
    select
        coalesce(e.unit_id, h.unit_id) as unit_id,
        p.row_key,
        cast(p.complained_at as date) as complained_on,
        cast(p.escalated_at as date) as escalated_on,
        case when p.solved_at < r.calling_day then cast(p.solved_at as date) end as solved_on,
        p.told_customer_at < r.calling_day as told,
        coalesce(p.category, '') as category,
        p.owner
    from list_events as e
    inner join complaints as p on p.row_key = e.row_key
    left join list_first_units as h on e.unit_id is null and h.customer_id = e.customer_id
    cross join run as r
    where
        e.source = 'complaint'
        and coalesce(e.unit_id, h.unit_id) is not null
        and p.complained_at < r.calling_day
        -- What is open keeps the customer from all else: it is asked for until it is closed, however old.
        and (p.solved_at is null or p.solved_at >= r.calling_day or p.complained_at >= r.calling_day - r.recovery_days)
),

staged as (
    select
        i.*,
        case
            when i.solved_on is not null then 'tell'
            when i.escalated_on is null or i.escalated_on >= r.calling_day then 'report'
            else 'chase'
        end as stage,
        -- An answer is told on its own day; what was reported is chased once the days for it are over.
        case
            when i.solved_on is not null then i.solved_on
            when i.escalated_on is null or i.escalated_on >= r.calling_day then i.complained_on
            else i.escalated_on + r.unsolved_days
        end as open_on,
        case
            when i.solved_on is not null then i.solved_on
            when i.escalated_on is null or i.escalated_on >= r.calling_day then i.complained_on + r.unsolved_days
            else i.escalated_on + r.unsolved_days
        end as due_on
    from items as i
    cross join run as r
    where i.solved_on is null or not coalesce(i.told, false)
),

-- The last call about it. Whoever was told the answer knows it; what is not solved yet is asked for again after days.
answered as (
    select unit_id, max(contacted_on) as contacted_on
    from list_answered
    where list_contains(lists, 'unsolved')
    group by unit_id
),

due as (
    select
        s.* replace (
            greatest(s.open_on, coalesce(a.contacted_on + r.unsolved_days, s.open_on)) as open_on,
            greatest(s.due_on, coalesce(a.contacted_on + r.unsolved_days, s.due_on)) as due_on
        )
    from staged as s
    left join answered as a on a.unit_id = s.unit_id and a.contacted_on >= s.complained_on
    cross join run as r
    where s.stage <> 'tell' or a.contacted_on is null or a.contacted_on < s.solved_on
)

select
    s.unit_id,
    'escalation' as band,
    s.open_on,
    s.due_on,
    s.complained_on as about_on,
    concat_ws('|', s.stage, s.category, s.owner) as about
from due as s
cross join run as r
where s.open_on <= r.calling_day
-- An answer comes first: it is told on its day.
qualify row_number() over (partition by s.unit_id order by s.stage <> 'tell', s.due_on, s.row_key) = 1
order by s.unit_id
