-- Campaigns begun in the period: who was asked, who was there, who came for a visit from its first day to 30 days after its last.
-- grain: campaign, start_on
-- inputs: run, campaigns, campaign_members, unit_keys, visits
-- output: campaigns
-- run: as_of, month_start, month_end (of the period)
-- A visit counts for each campaign that asked for its unit; whether it came for the campaign nobody wrote down.
with campaigns_of_year as (
    select c.store_id, c.name as campaign, c.kind, c.start_on, coalesce(c.end_on, c.start_on) as end_on
    from campaigns c, run r
    where c.start_on >= r.month_start and c.start_on <= r.month_end and c.name is not null
),
members as (
    select distinct c.store_id, c.campaign, c.start_on, c.end_on, m.row_key, m.attended,
        coalesce(u.unit_id, m.vin_key, m.plate_key, m.customer_key) as unit_id
    from campaigns_of_year c
    join campaign_members m on m.store_id is not distinct from c.store_id and m.campaign = c.campaign
    left join unit_keys u on u.key = coalesce(m.vin_key, m.plate_key)
        and (u.valid_from is null or u.valid_from <= c.start_on)
        and (u.valid_to is null or c.start_on < u.valid_to)
),
came as (
    select m.store_id, m.campaign, m.start_on, m.row_key, v.visit_id, coalesce(v.receivable, v.paid_amount, 0) as revenue
    from members m
    cross join run r
    join visits v on v.unit_id = m.unit_id
    where v.qualified and v.known_on <= r.as_of and v.first_on between m.start_on and m.end_on + 30
),
sums as (
    select store_id, campaign, start_on, count(distinct row_key) as came, sum(revenue) as revenue
    -- A visit of a unit that was asked twice counts once.
    from (
        select store_id, campaign, start_on, visit_id, revenue, min(row_key) as row_key
        from came
        group by all
    )
    group by store_id, campaign, start_on
),
asked as (
    select store_id, campaign, start_on,
        count(distinct row_key) as members,
        count(distinct row_key) filter (where attended) as attended
    from members
    group by all
)
select c.campaign, any_value(c.kind) as kind, c.start_on,
    sum(coalesce(a.members, 0))::bigint as members,
    sum(coalesce(a.attended, 0))::bigint as attended,
    sum(coalesce(s.came, 0))::bigint as came,
    sum(coalesce(s.revenue, 0))::double as revenue
from campaigns_of_year c
left join asked a on a.store_id is not distinct from c.store_id and a.campaign = c.campaign and a.start_on = c.start_on
left join sums s on s.store_id is not distinct from c.store_id and s.campaign = c.campaign and s.start_on = c.start_on
group by c.campaign, c.start_on
order by c.start_on, c.campaign;
