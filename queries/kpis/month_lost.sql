-- Those who were slipping or lost on the eve of the month: called, reached, come back in it.
-- grain: churn_state
-- inputs: run, score_history, contacts_of_units, visits
-- output: month_lost
-- run: as_of, month_start, month_end
with eve as (
    select h.unit_id, h.churn_state
    from score_history h, run r
    where h.as_of = r.month_start - 1 and h.churn_state in ('warning', 'at_risk', 'lost', 'dead')
),
called as (
    select c.unit_id, bool_or(c.reached) as reached
    from contacts_of_units c, run r
    where c.contacted_on between r.month_start and r.month_end
    group by c.unit_id
),
came as (
    select distinct v.unit_id
    from visits v, run r
    where v.qualified and v.known_on <= r.as_of and v.first_on between r.month_start and r.month_end
)
select e.churn_state, count(*) as units,
    count(c.unit_id) as called,
    count(*) filter (where c.reached) as reached,
    count(v.unit_id) as came,
    count(v.unit_id) filter (where c.reached) as came_reached
from eve e
left join called c on c.unit_id = e.unit_id
left join came v on v.unit_id = e.unit_id
group by e.churn_state
order by e.churn_state;
