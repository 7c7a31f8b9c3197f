-- Labour and parts of the reported month and the 12 before it, over the visits of which both are known.
-- grain: month
-- inputs: run, visits
-- output: month_mix
-- run: as_of, month_start
-- Months without such a visit are NULL. A credit without its order has no visit but its money. Both are before discount, as the files have them.
with span as (
    select unnest(generate_series(month_start - interval 12 month, month_start::timestamp, interval 1 month))::date as month
    from run
),
sums as (
    select date_trunc('month', v.first_in)::date as month, sum(v.labour) as labour, sum(v.parts) as parts, count(*) filter (where v.orders > 0) as visits
    from visits v, run r
    where v.known_on <= r.as_of and v.first_in::date <= r.as_of and v.first_in >= r.month_start - interval 12 month
        and v.labour is not null and v.parts is not null
    group by all
)
select s.month, m.labour::double as labour, m.parts::double as parts, coalesce(m.visits, 0)::bigint as visits
from span s
left join sums m on m.month = s.month
order by s.month;
