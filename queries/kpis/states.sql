-- Units and customers by churn state at the last scored date of each of 13 months.
-- grain: month, churn_state
-- inputs: run, score_history, customers_merged, customer_aliases
-- output: states
-- run: as_of, month_start, step_months (1, or 12: then each period is a year)
-- Units and customers are those of persons, companies and taxis apart; a customer has the best state of his units.
with months as (
    select unnest(generate_series(month_start - interval 12 month, month_start::timestamp, to_months(step_months)))::date as month
    from run
),
dates as (
    select m.month, max(h.as_of) as as_of
    from months m, run r, (select distinct as_of from score_history) h
    where h.as_of >= m.month and h.as_of <= least((m.month + to_months(r.step_months) - interval 1 day)::date, r.as_of)
    group by m.month
),
ranked as (
    select d.month, h.as_of, h.unit_id, coalesce(a.person_id, h.customer_id) as customer_id, h.loyalty_tier,
        coalesce(h.churn_state, 'none') as churn_state,
        coalesce(c.kind, 'person') as kind,
        list_position(['active', 'won_back', 'new', 'due', 'warning', 'at_risk', 'never', 'lost', 'dead', 'gone', 'none'],
            coalesce(h.churn_state, 'none')) as place
    from dates d
    join score_history h on h.as_of = d.as_of
    left join customer_aliases a on a.customer_id = h.customer_id
    left join customers_merged c on c.customer_id = h.customer_id
),
units as (
    select month, as_of, churn_state,
        count(*) filter (where kind = 'person') as units,
        count(*) filter (where kind = 'person' and loyalty_tier = 'loyal') as loyal_units,
        count(*) filter (where kind in ('company', 'taxi')) as company_units
    from ranked
    where kind <> 'internal'
    group by all
),
best as (
    select month, customer_id, arg_min(churn_state, place) as churn_state
    from ranked
    where kind = 'person' and customer_id is not null
    group by month, customer_id
),
people as (
    select month, churn_state, count(*) as customers from best group by all
)
select u.month, u.as_of, u.churn_state, u.units, coalesce(p.customers, 0)::bigint as customers, u.company_units, u.loyal_units
from units u
left join people p on p.month = u.month and p.churn_state = u.churn_state
order by u.month, u.churn_state;
