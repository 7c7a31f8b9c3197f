-- The part of the units in which each one is scored, and whether models are fitted to it.
-- grain: one row per unit_id
-- inputs: unit_visits, facts_of_vehicles, customer_aliases, run
-- output: unit_parts
-- By who holds it at the as-of date: the units of one customer are scored together. part_of and is_sampled are macros of the
-- scoring, a stable cut of the ids, which are hashes.
create or replace temp table unit_parts as
with
visited as (
    select
        v.unit_id,
        arg_max(v.customer_id, (v.first_in, v.visit_id)) filter (v.customer_id is not null) as customer_id
    from unit_visits v cross join run r
    where v.first_on <= r.as_of
    group by v.unit_id
),
stated as (
    select f.unit_id, case when f.known_from <= r.as_of then f.customer_id end as customer_id
    from facts_of_vehicles f cross join run r
),
held as (
    select unit_id, coalesce(v.customer_id, s.customer_id, a.person_id, unit_id) as customer_id
    from visited v
    full join stated s using (unit_id)
    left join customer_aliases a on a.customer_id = unit_id
)
select unit_id, part_of(customer_id) as part, is_sampled(customer_id) as in_sample
from held;
