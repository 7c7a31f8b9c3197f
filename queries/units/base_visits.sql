-- The qualified visits that the base of a date is counted from, and who was gone or loyal at scored dates.
-- grain: one row per visit_id; one row per as_of and unit_id
-- inputs: visits, score_history, customer_aliases, run
-- output: base_visits, base_marks
create or replace temp view base_visits as
select
    v.unit_id, v.customer_id, v.visit_id, v.first_in, v.first_in::date as first_on, v.known_on,
    coalesce(v.receivable, v.paid_amount, 0) as revenue
from visits v cross join run r
where v.qualified and v.unit_id is not null and v.known_on <= r.as_of and v.first_in::date <= r.as_of;

create or replace temp view base_marks as
select
    h.as_of, h.unit_id, coalesce(a.person_id, h.customer_id) as customer_id,
    coalesce(h.churn_state = 'gone', false) as is_gone,
    coalesce(h.loyalty_tier = 'loyal', false) as is_loyal
from score_history h
left join customer_aliases a on a.customer_id = h.customer_id
where h.churn_state = 'gone' or h.loyalty_tier = 'loyal';
