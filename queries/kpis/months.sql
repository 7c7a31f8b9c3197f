-- Visits and money of the reported month and the 24 before it, so that 13 months have a last year beside them.
-- grain: month
-- inputs: run, visits
-- output: months
-- run: as_of, month_start, step_months (1, or 12: then each period is a year that begins with the month of month_start)
-- Revenue is receivable after discount (paid where a file has no receivable). Months before the first order are NULL: unknown, not zero.
with span as (
    select unnest(generate_series(month_start - interval 24 month, month_start::timestamp, to_months(step_months)))::date as month
    from run
),
seen as (
    select v.*,
        case when r.step_months = 12
            then (date_trunc('year', v.first_in - to_months(month(r.month_start) - 1)) + to_months(month(r.month_start) - 1))::date
            else date_trunc('month', v.first_in)::date end as month,
        coalesce(v.receivable, v.paid_amount, 0) as revenue,
        coalesce(v.main_class = 'body_accident', false) as is_body,
        coalesce(v.main_class, 'unknown') <> 'unknown' as has_class
    from visits v, run r
    where v.known_on <= r.as_of and v.first_in::date <= r.as_of
),
began as (
    select min(month) as month from seen
),
sums as (
    select month,
        count(*) filter (where qualified) as visits,
        count(*) as all_visits,
        sum(revenue) as revenue,
        sum(paid_amount) as received,
        count(*) filter (where qualified and revenue > 0) as paying_visits,
        sum(revenue) filter (where qualified and revenue > 0) as paying_revenue,
        sum(revenue) filter (where qualified) as qualified_revenue,
        count(*) filter (where qualified and revenue > 0 and is_body) as body_visits,
        sum(revenue) filter (where qualified and revenue > 0 and is_body) as body_revenue,
        sum(gross_profit) as gross_profit,
        sum(revenue) filter (where gross_profit is not null) as costed_revenue,
        count(*) filter (where is_comeback) as comebacks,
        count(distinct unit_id) filter (where qualified) as units,
        count(distinct first_on) filter (where qualified) as open_days,
        -- What depends on classes is unknown where the files have none.
        case when bool_or(has_class) then count(*) filter (where qualified and is_maint) end as maint_visits,
        case when bool_or(has_class) then coalesce(sum(revenue) filter (where is_body), 0) end as body_all_revenue,
        case when bool_or(has_class)
            then coalesce(sum(revenue) filter (where main_class = 'accessory_retail'), 0) end as accessory_revenue
    from seen
    group by month
)
select s.month,
    case when s.month >= b.month then coalesce(m.visits, 0) end::bigint as visits,
    case when s.month >= b.month then coalesce(m.all_visits, 0) end::bigint as all_visits,
    case when s.month >= b.month then coalesce(m.revenue, 0) end::double as revenue,
    m.received::double as received,
    coalesce(m.paying_visits, 0)::bigint as paying_visits,
    m.paying_revenue::double as paying_revenue,
    m.qualified_revenue::double as qualified_revenue,
    coalesce(m.body_visits, 0)::bigint as body_visits,
    m.body_revenue::double as body_revenue,
    m.gross_profit::double as gross_profit,
    m.costed_revenue::double as costed_revenue,
    coalesce(m.comebacks, 0)::bigint as comebacks,
    coalesce(m.units, 0)::bigint as units,
    coalesce(m.open_days, 0)::bigint as open_days,
    m.maint_visits::bigint as maint_visits,
    m.body_all_revenue::double as body_all_revenue,
    m.accessory_revenue::double as accessory_revenue
from span s
cross join began b
left join sums m on m.month = s.month
order by s.month;
