-- Contacts that are known, each with the units that it was about: its own, else all that its customer holds.
-- grain: one row a contact and unit in contacts_of_units
-- inputs: follow_ups, follow_up_tasks, unit_keys, customer_aliases, vehicles, is_answer, run (as_of date)
-- output: contacts_of_units
create or replace temporary view contacts_of_units as
with known as (
    select
        f.row_key,
        cast(f.contacted_at as date) as contacted_on,
        is_answer(f.task_id, f.result_l1, f.result_l2, f.lost_reason, f.next_at, f.opt_out) as reached,
        f.result_l2 = 'booked' or regexp_matches(concat_ws(' ', f.result_l1, f.result_l2), '预约') as says_booked,
        nullif(trim(f.staff), '') as staff,
        coalesce(a.person_id, f.customer_key) as customer_id,
        coalesce(t.unit_id, k.unit_id) as unit_id
    from follow_ups as f
    cross join run as r
    left join customer_aliases as a on a.customer_id = f.customer_key
    left join follow_up_tasks as t on t.task_id = f.task_id
    left join unit_keys as k
        on
            k.key = coalesce(f.vin_key, f.plate_key)
            and (k.valid_from is null or k.valid_from <= f.contacted_at)
            and (k.valid_to is null or f.contacted_at < k.valid_to)
    where f.contacted_at < r.as_of + 1
)

select n.row_key, n.unit_id, n.contacted_on, n.reached, n.says_booked, n.staff
from known as n
where n.unit_id is not null
union all
select n.row_key, coalesce(h.unit_id, n.customer_id), n.contacted_on, n.reached, n.says_booked, n.staff
from known as n
left join vehicles as h on h.customer_id = n.customer_id
where n.unit_id is null and n.customer_id is not null;
