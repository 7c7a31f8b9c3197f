-- Loyal customers that the base lost in the year, from those who spent most before, and the reason where one was told.
-- grain: place
-- inputs: run, visits, customers_merged, score_history, follow_ups, customer_aliases
-- output: year_lost_loyal
-- run: as_of, month_start, month_end (of the year)
-- The rule is that of `lost_loyal` in `movement`: persons in the base at the beginning, not at the end, not gone, loyal on a
-- scored date of the 12 months up to the end. `customers` is the number of all of them; ten are listed.
with known as (
    select v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_on as day, v.known_on,
        coalesce(v.receivable, v.paid_amount, 0) as revenue
    from visits v, run r
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_on <= r.as_of
),
holders as (
    select unit_id, arg_max(customer_id, (first_in, visit_id)) as customer_id from known group by unit_id
),
persons as (
    select h.unit_id
    from holders h
    left join customers_merged c on c.customer_id = h.customer_id
    where coalesce(c.kind, 'person') = 'person'
),
marks as (
    select (month_start - interval 1 day)::date as d, true as is_opening from run
    union all
    select month_end, false from run
),
base as (
    select m.is_opening, k.unit_id, arg_max(k.customer_id, (k.first_in, k.visit_id)) as customer_id,
        sum(k.revenue) as spend, max(k.day) as last_visit_on
    from marks m
    join known k on k.day <= m.d and k.known_on <= m.d and k.day > (m.d - interval 12 month)::date
    join persons p on p.unit_id = k.unit_id
    where not exists (
        select 1 from score_history g where g.as_of = m.d and g.unit_id = k.unit_id and g.churn_state = 'gone'
    )
    group by m.is_opening, k.unit_id
),
lost as (
    select b.customer_id, sum(b.spend) as spend, max(b.last_visit_on) as last_visit_on,
        bool_and(exists (
            select 1 from score_history g, run r
            where g.as_of = r.month_end and g.unit_id = b.unit_id and g.churn_state = 'gone'
        )) as is_gone
    from base b
    where b.is_opening and b.customer_id is not null
        and b.customer_id not in (select customer_id from base where not is_opening and customer_id is not null)
    group by b.customer_id
),
loyal as (
    select distinct coalesce(a.person_id, h.customer_id) as customer_id
    from score_history h
    left join customer_aliases a on a.customer_id = h.customer_id
    cross join run r
    where h.loyalty_tier = 'loyal' and h.customer_id is not null
        and h.as_of < r.month_end and h.as_of >= (r.month_end - interval 12 month)::date
),
reasons as (
    select coalesce(a.person_id, f.customer_key) as customer_id, arg_max(trim(f.lost_reason), f.contacted_at) as reason
    from follow_ups f
    left join customer_aliases a on a.customer_id = f.customer_key
    cross join run r
    where nullif(trim(f.lost_reason), '') is not null and f.contacted_at < r.month_end + interval 1 day
    group by 1
)
select row_number() over (order by l.spend desc, l.customer_id) as place,
    case when regexp_full_match(c.customer_no, '[A-Za-z0-9_./-]{1,16}')
        and not regexp_matches(c.customer_no, '1[3-9][0-9]{9}')
        and not coalesce(list_contains(c.phones, c.customer_no), false) then c.customer_no end as customer_no,
    l.last_visit_on, l.spend::double as spend, t.reason,
    count(*) over () as customers
from lost l
join loyal y on y.customer_id = l.customer_id
left join customers_merged c on c.customer_id = l.customer_id
left join reasons t on t.customer_id = l.customer_id
where not l.is_gone
order by place
limit 10;
