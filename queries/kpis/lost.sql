-- Units and customers that became lost in each month, and how many of them had been loyal in the year before.
-- grain: month
-- inputs: run, score_history, customers_merged, customer_aliases
-- output: lost
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- Became lost: lost or dead at the month's last scored date, and neither (nor gone) at that of the month before. Persons only.
with months as (
    select unnest(generate_series(month_start - interval 12 month - to_months(step_months), month_start::timestamp, to_months(step_months)))::date as month
    from run
),
dates as (
    select m.month, max(h.as_of) as as_of
    from months m, run r, (select distinct as_of from score_history) h
    where h.as_of >= m.month and h.as_of <= least((m.month + to_months(r.step_months) - interval 1 day)::date, r.as_of)
    group by m.month
),
pairs as (
    select n.month, n.as_of, b.as_of as before
    from dates n
    cross join run r
    join dates b on b.month = (n.month - to_months(r.step_months))::date
),
ranked as (
    select h.as_of, h.unit_id, coalesce(a.person_id, h.customer_id) as customer_id, h.loyalty_tier, h.churn_state,
        list_position(['active', 'won_back', 'new', 'due', 'warning', 'at_risk', 'never', 'lost', 'dead', 'gone'], h.churn_state) as place
    from score_history h
    left join customer_aliases a on a.customer_id = h.customer_id
    left join customers_merged c on c.customer_id = h.customer_id
    where coalesce(c.kind, 'person') = 'person'
),
fallen as (
    select p.month, p.as_of, n.unit_id,
        exists (
            select 1
            from score_history l
            where l.unit_id = n.unit_id
                and l.loyalty_tier = 'loyal'
                and l.as_of < p.as_of
                and l.as_of >= (p.as_of - interval 12 month)::date
        ) as was_loyal
    from pairs p
    join ranked n on n.as_of = p.as_of and n.churn_state in ('lost', 'dead')
    join ranked b on b.as_of = p.before and b.unit_id = n.unit_id and b.churn_state not in ('lost', 'dead', 'gone')
),
best as (
    select as_of, customer_id, arg_min(churn_state, place) as churn_state
    from ranked
    where customer_id is not null and place is not null
    group by as_of, customer_id
),
fallen_people as (
    select p.month, count(*) as customers
    from pairs p
    join best n on n.as_of = p.as_of and n.churn_state in ('lost', 'dead')
    join best b on b.as_of = p.before and b.customer_id = n.customer_id and b.churn_state not in ('lost', 'dead', 'gone')
    group by p.month
),
fallen_units as (
    select month, count(*) as units, count(*) filter (where was_loyal) as loyal_units
    from fallen
    group by month
)
select p.month,
    coalesce(u.units, 0)::bigint as units,
    coalesce(u.loyal_units, 0)::bigint as loyal_units,
    coalesce(c.customers, 0)::bigint as customers
from pairs p
left join fallen_units u on u.month = p.month
left join fallen_people c on c.month = p.month
order by p.month;
