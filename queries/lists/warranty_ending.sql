-- Warranty that ends soon: what is still free is found before it is over.
-- grain: one row a unit, by unit_id
-- inputs: list_scored, vehicles, run (calling_day date, warranty_opens integer, warranty_months integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with ends as (
    select
        h.unit_id,
        coalesce(h.warranty_end, cast(h.purchase_date + to_months(r.warranty_months) as date)) as end_on,
        case when h.warranty_end is null then 'assumed' else 'known' end as about
    from vehicles as h
    cross join run as r
)

select
    e.unit_id,
    'offer' as band,
    e.end_on - r.warranty_opens as open_on,
    -- Half of the window is left for the visit itself.
    e.end_on - r.warranty_opens // 2 as due_on,
    e.end_on as about_on,
    e.about
from ends as e
inner join list_scored as s on s.unit_id = e.unit_id
cross join run as r
where
    r.calling_day between e.end_on - r.warranty_opens and e.end_on
    and s.churn_state is not null
    and s.churn_state not in ('gone', 'dead')
order by e.unit_id
