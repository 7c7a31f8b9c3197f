-- Who left no trace for so long that nothing about them is needed any more, with the vehicles that only they had.
-- grain: one row a kind and key in erased_keys; one row a customer in purge_held
-- inputs: customers, orders, appointments, insurance_policies, surveys, complaints, follow_ups, campaign_members, follow_up_tasks, vehicle_facts, vehicle_pairs, holds, purge_run (before date, today date)
-- output: erased_keys, purge_held
-- A trace is anything with a date: an order, a booking, a policy up to its end, a contact, a survey, a complaint, an
-- invitation, a task that waits. Whoever has none is judged by the day on which the file was opened, else known of; who
-- has no date at all is kept. What was before the first order of the data nobody knows: until then all count as seen.
create or replace temp table traces as
with dated as (
    select vin_key, plate_key, customer_key, in_at::date as on_day from orders
    union all
    select vin_key, plate_key, customer_key, greatest(for_at, booked_at)::date from appointments
    union all
    select vin_key, plate_key, customer_key, greatest(end_date, start_date) from insurance_policies
    union all
    select vin_key, plate_key, customer_key, surveyed_at::date from surveys
    union all
    select vin_key, plate_key, customer_key, greatest(complained_at, solved_at)::date from complaints
    union all
    select vin_key, plate_key, customer_key, greatest(contacted_at, next_at)::date from follow_ups
    union all
    select vin_key, plate_key, customer_key, greatest(notified_on, letter_on) from campaign_members
    union all
    select null, null, customer_id, due_on from follow_up_tasks where state in ('open', 'overdue', 'escalated')
    union all
    select null, null, customer_id, coalesce(file_opened_at::date, known_from) from customers
)

select vin_key, plate_key, customer_key, max(on_day) as last_on
from dated
where on_day is not null
group by vin_key, plate_key, customer_key;

-- What a vehicle leaves is a trace of whoever the vehicles file gives it to.
create or replace temp table traces_of_customers as
select customer_key as customer_id, greatest(max(last_on), (select min(in_at)::date from orders)) as last_on
from (
    select customer_key, last_on from traces
    union all
    select f.customer_key, t.last_on
    from vehicle_facts as f
    inner join traces as t on t.vin_key = f.vin_key or t.plate_key = f.plate_key
)
where customer_key is not null
group by customer_key;

create or replace temp table purge_idle as
select t.customer_id, exists (
    select 1
    from holds as h
    where h.customer_id = t.customer_id and (h.until_day is null or h.until_day >= r.today)
) as held
from traces_of_customers as t
cross join purge_run as r
where t.last_on < r.before;

create or replace temp table purge_held as
select customer_id from purge_idle where held;

create or replace temp table erased_keys as
with gone as (
    select customer_id from purge_idle where not held
),

pairs as (
    select vin_key, plate_key, customer_key, last_on from traces
    union all
    select vin_key, plate_key, customer_key, null from vehicle_facts
    union all
    select vin_key, plate_key, null, null from vehicle_pairs
),

had as (
    select vin_key as key, customer_key, last_on from pairs where vin_key is not null
    union all
    select plate_key, customer_key, last_on from pairs where plate_key is not null
)

select 'customer' as kind, g.customer_id as key, r.today as erased_on
from gone as g
cross join purge_run as r
union all
select 'vehicle', h.key, r.today
from had as h
cross join purge_run as r
group by h.key, r.today, r.before
having
    -- Nobody who stays had it, and it left no trace of late.
    not coalesce(bool_or(h.customer_key is not null and h.customer_key not in (select customer_id from gone)), false)
    and greatest(coalesce(max(h.last_on), date '1900-01-01'), (select min(in_at)::date from orders)) < r.before
    -- A vehicle that no row dates and nobody is named for is kept.
    and (max(h.last_on) is not null or bool_or(h.customer_key is not null))
order by kind, key;

drop table traces;
drop table traces_of_customers;
drop table purge_idle;
