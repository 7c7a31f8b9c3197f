-- Everybody who might have been asked to a campaign, with what is known on its eve and what came of it.
-- grain: one row a campaign and customer, by campaign_key, customer
-- inputs: campaigns, campaign_members, unit_keys, vehicles, customers_merged, customer_aliases, follow_ups, gone_news, visits, campaign_run (as_of date, window_days integer)
-- output: campaign_customers (campaign_key, customer, member, notified, letter, attended, stratum, returned, revenue)
-- Compared are customers alike on the eve of the first day: how long ago they came, and how often in the two years
-- before, in the same store. Whom no campaign would ask is nobody's match: who refused marketing, in the file or to a caller,
-- taxis, the department's own, and whose vehicles had all gone.
create or replace temporary table campaign_customers as
with running as (
    select
        c.row_key as campaign_key,
        c.store_id,
        c.name,
        c.start_on,
        coalesce(c.end_on, c.start_on) + r.window_days as until_on
    from campaigns as c
    cross join campaign_run as r
    -- What is not over yet tells nothing.
    where c.start_on is not null and coalesce(c.end_on, c.start_on) + r.window_days <= r.as_of
),

asked as (
    select
        c.campaign_key,
        coalesce(h.customer_id, a.person_id, m.customer_key, k.unit_id, m.vin_key, m.plate_key) as customer,
        max(m.notified_on is not null) as notified,
        max(m.letter_on is not null) as letter,
        max(m.attended) as attended
    from running as c
    inner join campaign_members as m on m.store_id is not distinct from c.store_id and m.campaign = c.name
    left join unit_keys as k
        on
            k.key = coalesce(m.vin_key, m.plate_key)
            and (k.valid_from is null or k.valid_from <= c.start_on)
            and (k.valid_to is null or c.start_on < k.valid_to)
    left join vehicles as h on h.unit_id = k.unit_id
    left join customer_aliases as a on a.customer_id = m.customer_key
    group by all
),

came as (
    select coalesce(h.customer_id, v.unit_id) as customer, v.store_id, v.first_on, coalesce(v.receivable, v.paid_amount, 0) as paid
    from visits as v
    cross join campaign_run as r
    left join vehicles as h on h.unit_id = v.unit_id
    where v.qualified and v.unit_id is not null and v.known_on <= r.as_of
),

known as (
    select
        c.campaign_key,
        v.customer,
        max(v.first_on) filter (where v.first_on < c.start_on) as last_on,
        count(*) filter (where v.first_on < c.start_on and v.first_on >= c.start_on - interval 24 month) as visits,
        count(*) filter (where v.first_on between c.start_on and c.until_on) > 0 as returned,
        coalesce(sum(v.paid) filter (where v.first_on between c.start_on and c.until_on), 0)::double as revenue,
        any_value(c.start_on) as start_on,
        bool_or(v.store_id is not distinct from c.store_id and v.first_on < c.start_on) as is_of_store
    from running as c
    inner join came as v on v.first_on <= c.until_on
    group by c.campaign_key, v.customer
),

refusals as (
    select coalesce(a.person_id, f.customer_key) as customer, f.contacted_at
    from follow_ups as f
    left join customer_aliases as a on a.customer_id = f.customer_key
    where f.opt_out and f.customer_key is not null
    union all
    select h.customer_id, f.contacted_at
    from follow_ups as f
    inner join unit_keys as k
        on
            k.key = coalesce(f.vin_key, f.plate_key)
            and (k.valid_from is null or k.valid_from <= f.contacted_at)
            and (k.valid_to is null or f.contacted_at < k.valid_to)
    inner join vehicles as h on h.unit_id = k.unit_id
    where f.opt_out
),

refused as (
    select customer, cast(min(contacted_at) as date) as refused_on
    from refusals
    where customer is not null
    group by customer
),

-- From which day on each vehicle was known to have left, where it did not come again.
left_us as (
    select
        h.customer_id,
        max(
            coalesce(
                n.gone_on, case when h.status in ('sold', 'scrapped', 'moved') then h.known_from end, date '9999-12-31'
            )
        ) as gone_on
    from vehicles as h
    left join (
        select g.unit_id, min(g.gone_on) as gone_on
        from gone_news as g
        where not exists (select 1 from visits as v where v.unit_id = g.unit_id and v.first_on > g.gone_on)
        group by g.unit_id
    ) as n on n.unit_id = h.unit_id
    where h.customer_id is not null
    group by h.customer_id
)

select
    coalesce(k.campaign_key, a.campaign_key) as campaign_key,
    coalesce(k.customer, a.customer) as customer,
    a.customer is not null as member,
    coalesce(a.notified, false) as notified,
    coalesce(a.letter, false) as letter,
    a.attended,
    -- NULL: never here before, so that nothing says whom to compare with.
    case
        when k.last_on is null then null
        else concat_ws(
            ' ',
            case
                when k.start_on - k.last_on <= 90 then '90'
                when k.start_on - k.last_on <= 180 then '180'
                when k.start_on - k.last_on <= 365 then '365'
                when k.start_on - k.last_on <= 730 then '730'
                else 'more'
            end,
            least(k.visits, 4)
        )
    end as stratum,
    coalesce(k.returned, false) as returned,
    coalesce(k.revenue, 0) as revenue
from known as k
full join asked as a on a.campaign_key = k.campaign_key and a.customer = k.customer
left join customers_merged as c on c.customer_id = k.customer
left join left_us as g on g.customer_id = k.customer
left join refused as r on r.customer = k.customer
where
    a.customer is not null
    or (
        k.last_on is not null
        and k.is_of_store
        and coalesce(c.consent_marketing, '') <> 'no'
        and coalesce(c.kind, 'person') not in ('taxi', 'internal')
        and coalesce(r.refused_on >= k.start_on, true)
        and coalesce(g.gone_on >= k.start_on, true)
    )
order by campaign_key, customer;
