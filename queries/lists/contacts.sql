-- Who was spoken with, told of a campaign or handed a vehicle back: what the lists read of the events.
-- grain: list_contacts_of_customers, list_contacts and list_reached_lately one row a unit and contact; list_members one row a unit and member's row_key; list_delivered one row a unit; list_answered one row a unit, task and contact; list_first_units one row a customer_id
-- inputs: list_events, list_scored, vehicles, follow_ups, follow_up_tasks, campaigns, campaign_members, orders, unit_at, run (calling_day date, late_days integer, first_call_due integer, second_call_due integer)
-- output: list_first_units, list_contacts_of_customers, list_contacts, list_reached_lately, list_answered, list_members, list_delivered
-- Whom what names a customer alone is asked about: one unit that they hold, else the customer, who is a unit then.
create or replace temporary table list_first_units as
select e.customer_id, coalesce(min(h.unit_id), e.customer_id) as unit_id
from (
    select distinct customer_id
    from list_events
    where unit_id is null and customer_id is not null and source in ('complaint', 'survey', 'member')
) as e
left join (
    select unit_id, customer_id
    from vehicles
    union all
    select unit_id, customer_id
    from list_scored
) as h on h.customer_id = e.customer_id
group by e.customer_id;

-- A contact with the customer alone is of all that the customer holds.
create or replace temporary table list_contacts_of_customers as
select h.unit_id, e.row_key, e.happened_at, e.came_by, e.reached, e.wrong_number
from list_events as e
inner join (
    select unit_id, customer_id
    from vehicles
    union
    -- Customers without a vehicle are units of their own.
    select unit_id, customer_id
    from list_scored
    union
    select unit_id, customer_id
    from list_first_units
) as h on h.customer_id = e.customer_id
where e.source = 'follow_up' and e.unit_id is null;

-- One about a vehicle is its own. Nobody reads all of it: a table would cost more than to look through it each time.
create or replace temporary view list_contacts as
select
    c.unit_id, c.row_key, cast(c.happened_at as date) as contacted_on, c.happened_at as contacted_at, c.came_by, c.reached,
    c.wrong_number
from (
    select unit_id, row_key, happened_at, came_by, reached, wrong_number
    from list_events
    where source = 'follow_up' and unit_id is not null
    union all
    from list_contacts_of_customers
) as c
cross join run as r
where c.happened_at < r.calling_day;

-- When somebody was spoken with lately: within the reach of the calls after a visit.
create or replace temporary table list_reached_lately as
select c.unit_id, c.contacted_on
from list_contacts as c
cross join run as r
where c.reached and c.contacted_on >= r.calling_day - r.first_call_due - r.second_call_due - 2 * r.late_days;

-- What was answered under the tasks of which lists, and which campaign was told of by it.
create or replace temporary table list_answered as
select k.unit_id, t.list, coalesce(t.lists, [t.list]) as lists, t.reference, k.contacted_on, f.channel = 'letter' as written
from follow_up_tasks as t
inner join follow_ups as f on f.task_id = t.task_id
inner join list_contacts as k on k.row_key = f.row_key
where k.reached;

-- Who is to be told of a campaign that has not ended, and when they were: noted in the member's row, or reached by a call
-- that a list opened for this campaign, as is the letter that a list asked for. A member without a vehicle of their own in
-- the file is asked for one that they hold.
create or replace temporary table list_members as
with members as (
    select
        m.row_key,
        c.name,
        c.start_on,
        coalesce(c.end_on, c.start_on) as end_on,
        coalesce(c.kind, '') in ('focus', '专项') as is_focus,
        concat_ws(' · ', c.name, nullif(c.place, ''), nullif(c.offer, '')) as about,
        m.notified_on,
        m.letter_on,
        coalesce(e.unit_id, h.unit_id) as unit_id
    from list_events as e
    inner join campaign_members as m on m.row_key = e.row_key
    inner join campaigns as c on c.store_id is not distinct from m.store_id and c.name = m.campaign
    left join list_first_units as h on e.unit_id is null and h.customer_id = e.customer_id
    where e.source = 'member'
),

told as (
    select
        unit_id,
        reference as name,
        min(contacted_on) as told_on,
        min(contacted_on) filter (where written and list_contains(lists, 'event_letter')) as written_on
    from list_answered
    where reference is not null
    group by unit_id, reference
)

select m.* replace (coalesce(m.notified_on, t.told_on) as notified_on, coalesce(m.letter_on, t.written_on) as letter_on)
from members as m
left join told as t on t.unit_id = m.unit_id and t.name = m.name
where m.unit_id is not null;

-- The last time that each unit was handed back, or that its customer came by without an order; again in the shop since.
create or replace temporary table list_delivered as
with handed as (
    select
        coalesce(e.unit_id, unit_at(e.customer_id, o.in_at)) as unit_id,
        o.in_at,
        -- Where the file knows no settlement, the in-date is all there is.
        cast(case when o.has_settlement then coalesce(o.out_at, o.settled_at) else o.in_at end as date) as delivered_on,
        coalesce(o.job_class, 'unknown') as about,
        o.job_class in ('pdi', 'internal', 'accessory_retail') as silent
    from list_events as e
    inner join orders as o on o.order_id = e.row_key
    where e.source = 'order'
    union all
    select c.unit_id, c.contacted_at, c.contacted_on, 'consultation', false
    from list_contacts as c
    cross join run as r
    where c.came_by and c.reached and c.contacted_on >= r.calling_day - r.first_call_due - r.second_call_due - 2 * r.late_days
),

last_handed as (
    select h.unit_id, max(h.delivered_on) as delivered_on, arg_max(h.about, (h.delivered_on, h.about)) as about
    from handed as h
    cross join run as r
    where h.unit_id is not null and h.delivered_on < r.calling_day and not coalesce(h.silent, false)
    group by h.unit_id
)

select l.unit_id, l.delivered_on, l.about
from last_handed as l
where not exists (
    select 1
    from handed as h
    where h.unit_id = l.unit_id and h.delivered_on is null and cast(h.in_at as date) >= l.delivered_on
);
