-- What a list or a campaign of the user's own may ask of a unit: one wide row, names and numbers of persons left out.
-- grain: one row a unit in list_units
-- inputs: list_scored, list_events, vehicles, customers_merged, customer_scores, insurance_policies, run (calling_day date)
-- output: list_units
create or replace temporary table list_units as
with policies as (
    select
        e.unit_id,
        max(p.end_date) as end_on,
        arg_max(p.insurer, (p.end_date, coalesce(p.premium, 0), coalesce(p.insurer, ''))) as insurer
    from list_events as e
    inner join insurance_policies as p on p.row_key = e.row_key
    where e.source = 'policy' and e.unit_id is not null
    group by e.unit_id
)

select
    h.unit_id,
    coalesce(h.customer_id, s.customer_id) as customer_id,
    h.store_id as store,
    h.brand,
    h.series,
    h.model,
    h.fuel,
    h.sold_by_us,
    h.purchase_date,
    h.warranty_end,
    greatest(h.policy_end, p.end_on) as policy_end,
    h.inspection_end,
    p.insurer,
    c.district,
    c.kind as customer_kind,
    c.owner,
    s.loyalty_tier,
    s.churn_state,
    q.frequency_class,
    q.segment,
    s.last_visit_on,
    s.last_maintenance_on,
    s.next_due_on,
    r.calling_day - s.last_visit_on as days_since_visit,
    s.visits,
    s.visits_12m,
    s.visits_24m,
    s.spend_12m,
    s.spend_24m,
    s.overdue_ratio,
    s.churn_probability,
    s.loyalty_score,
    s.odometer_now_km,
    date_diff('month', h.purchase_date, r.calling_day) as age_months
from vehicles as h
cross join run as r
left join list_scored as s on s.unit_id = h.unit_id
left join customers_merged as c on c.customer_id = h.customer_id
left join customer_scores as q on q.customer_id = h.customer_id and q.as_of = s.as_of
left join policies as p on p.unit_id = h.unit_id;
