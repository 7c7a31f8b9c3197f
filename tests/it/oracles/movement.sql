-- How the base changed in each month of a span: opening + new + won back - lost - gone = closing.
-- grain: month, subject
-- inputs: run, visits, customers_merged, score_history, customer_aliases
-- output: movement
-- run: as_of, month_start, step_months (1, or 12: then each period is a year), span_months (months before the last one)
-- Asked of few periods at a time in a large shop: what it holds in memory grows with them.
-- Base at a date: not gone, and a qualified visit known then in the 12 months up to it. Subjects: `unit` and `customer`
-- of persons, `company` for units of companies and taxis; the department's own are left out.
-- `lost_loyal`: of those lost, loyal at a scored date of the 12 months before.
-- `opening_spend`, `lost_spend`: what those of the opening base, and the lost among them, spent on qualified visits in the
-- 12 months before it.
-- `frequency_visits`: qualified visits in the 12 months up to the closing, by the units of the closing base.
with months as (
    select unnest(generate_series(month_start - to_months(span_months), month_start::timestamp, to_months(step_months)))::date as month
    from run
),
spans as (
    select m.month,
        (m.month - interval 1 day)::date as opens,
        least((m.month + to_months(r.step_months) - interval 1 day)::date, r.as_of) as closes
    from months m, run r
),
marks as (
    select opens as d from spans
    union
    select closes from spans
),
qualified as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as day, v.known_on,
        coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.as_of
),
holders as (
    select unit_id, arg_max(customer_id, (first_in, visit_id)) as customer_id
    from qualified
    group by unit_id
),
kinds as (
    select h.unit_id, coalesce(c.kind, 'person') as kind
    from holders h
    left join customers_merged c on c.customer_id = h.customer_id
),
-- The day from which a unit, or a customer, was known here at all.
unit_began as (
    select unit_id as id, min(greatest(day, known_on)) as began from qualified group by unit_id
),
customer_began as (
    select customer_id as id, min(greatest(day, known_on)) as began
    from qualified
    where customer_id is not null
    group by customer_id
),
gone as (
    select as_of as d, unit_id from score_history where churn_state = 'gone'
),
loyal as (
    select distinct s.month, 'unit' as subject, h.unit_id as id
    from spans s
    join score_history h on h.loyalty_tier = 'loyal' and h.as_of < s.closes and h.as_of >= (s.closes - interval 12 month)::date
    union
    select s.month, 'customer', coalesce(a.person_id, h.customer_id)
    from spans s
    join score_history h on h.loyalty_tier = 'loyal' and h.as_of < s.closes and h.as_of >= (s.closes - interval 12 month)::date
    left join customer_aliases a on a.customer_id = h.customer_id
    where h.customer_id is not null
),
recent as (
    select m.d, q.unit_id,
        arg_max(q.customer_id, (q.first_in, q.visit_id)) as customer_id,
        count(*) as visits,
        sum(q.revenue) as spend
    from marks m
    join qualified q on q.day <= m.d and q.known_on <= m.d and q.day > (m.d - interval 12 month)::date
    group by m.d, q.unit_id
),
base_units as (
    select b.d, b.unit_id, b.customer_id, b.visits, b.spend, k.kind
    from recent b
    join kinds k on k.unit_id = b.unit_id
    where k.kind <> 'internal'
        and not exists (select 1 from gone g where g.d = b.d and g.unit_id = b.unit_id)
),
members as (
    select case when kind = 'person' then 'unit' else 'company' end as subject, d, unit_id as id, visits, spend
    from base_units
    union all
    select 'customer', d, customer_id, sum(visits)::bigint, sum(spend)
    from base_units
    where kind = 'person' and customer_id is not null
    group by d, customer_id
),
-- A customer is gone where every unit he had in the base has gone.
leavers as (
    select case when b.kind = 'person' then 'unit' else 'company' end as subject, s.month, b.unit_id as id, g.unit_id is not null as is_gone
    from spans s
    join base_units b on b.d = s.opens
    left join gone g on g.d = s.closes and g.unit_id = b.unit_id
    union all
    select 'customer', s.month, b.customer_id, bool_and(g.unit_id is not null)
    from spans s
    join base_units b on b.d = s.opens
    left join gone g on g.d = s.closes and g.unit_id = b.unit_id
    where b.kind = 'person' and b.customer_id is not null
    group by s.month, b.customer_id
),
opening as (
    select s.month, s.opens, m.subject, m.id, m.spend from spans s join members m on m.d = s.opens
),
closing as (
    select s.month, s.opens, m.subject, m.id, m.visits from spans s join members m on m.d = s.closes
),
moves as (
    select coalesce(o.month, c.month) as month,
        coalesce(o.subject, c.subject) as subject,
        o.id is not null as was_in,
        c.id is not null as is_in,
        case when c.id is not null and o.id is null
            then coalesce(u.began, k.began) > c.opens end as is_new,
        case when o.id is not null and c.id is null then coalesce(l.is_gone, false) end as is_gone,
        y.id is not null as was_loyal,
        c.visits,
        o.spend
    from opening o
    full join closing c on c.month = o.month and c.subject = o.subject and c.id = o.id
    left join unit_began u on c.subject <> 'customer' and u.id = c.id
    left join customer_began k on c.subject = 'customer' and k.id = c.id
    left join leavers l on c.id is null and l.month = o.month and l.subject = o.subject and l.id = o.id
    left join loyal y on c.id is null and y.month = o.month and y.subject = o.subject and y.id = o.id
)
select month, subject,
    count(*) filter (where was_in) as opening,
    count(*) filter (where is_new) as new,
    count(*) filter (where not is_new) as won_back,
    count(*) filter (where not is_gone) as lost,
    count(*) filter (where not is_gone and was_loyal) as lost_loyal,
    count(*) filter (where is_gone) as gone,
    count(*) filter (where is_in) as closing,
    coalesce(sum(visits), 0)::bigint as frequency_visits,
    coalesce(sum(spend), 0)::double as opening_spend,
    coalesce(sum(spend) filter (where not is_gone), 0)::double as lost_spend
from moves
group by month, subject
order by month, subject;
