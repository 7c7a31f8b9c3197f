-- The ten customers who spent most in the year, by their number in the shop's own files.
-- grain: place
-- inputs: run, visits, customers_merged, score_history, customer_aliases
-- output: year_top
-- run: as_of, month_start, month_end (of the year)
-- A number that may be a phone, a plate, a VIN or a name is not shown.
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.month_end
),
spent as (
    select k.customer_id, sum(k.revenue) as revenue, count(*) as visits, max(k.day) as last_visit_on
    from known k, run r
    where k.day >= r.month_start and k.customer_id is not null
    group by k.customer_id
),
states as (
    select coalesce(a.person_id, h.customer_id) as customer_id,
        arg_min(h.churn_state, list_position(['active', 'won_back', 'new', 'due', 'warning', 'at_risk', 'never', 'lost', 'dead', 'gone'], h.churn_state)) as churn_state
    from score_history h
    left join customer_aliases a on a.customer_id = h.customer_id
    cross join run r
    where h.as_of = r.month_end and h.churn_state is not null
    group by 1
)
select row_number() over (order by s.revenue desc, s.customer_id) as place,
    case when regexp_full_match(c.customer_no, '[A-Za-z0-9_./-]{1,16}')
        and not regexp_matches(c.customer_no, '1[3-9][0-9]{9}')
        and not coalesce(list_contains(c.phones, c.customer_no), false) then c.customer_no end as customer_no,
    s.visits, s.revenue::double as revenue, s.last_visit_on, t.churn_state
from spent s
left join customers_merged c on c.customer_id = s.customer_id
left join states t on t.customer_id = s.customer_id
order by place
limit 10;
