-- Policies that end soon: the last one of each unit, so that a renewal takes it off the list.
-- grain: one row a unit, by unit_id
-- inputs: list_events, list_scored, insurance_policies, vehicles, run (calling_day date, renewal_opens integer, renewal_due integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with ends as (
    select e.unit_id, max(p.end_date) as end_on, arg_max(p.insurer, (p.end_date, coalesce(p.premium, 0), coalesce(p.insurer, ''))) as insurer
    from list_events as e
    inner join insurance_policies as p on p.row_key = e.row_key
    where e.source = 'policy' and e.unit_id is not null
    group by e.unit_id
),

latest as (
    select h.unit_id, greatest(e.end_on, h.policy_end) as end_on, e.insurer
    from vehicles as h
    left join ends as e on e.unit_id = h.unit_id
)

select
    l.unit_id,
    'offer' as band,
    l.end_on - r.renewal_opens as open_on,
    l.end_on - r.renewal_due as due_on,
    l.end_on as about_on,
    coalesce(l.insurer, '') as about
from latest as l
left join list_scored as s on s.unit_id = l.unit_id
cross join run as r
where
    r.calling_day between l.end_on - r.renewal_opens and l.end_on
    and coalesce(s.churn_state, 'new') <> 'gone'
order by l.unit_id
