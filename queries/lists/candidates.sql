-- Everybody whom a list names, with what the scores say of the unit.
-- grain: one row a list and unit
-- inputs: list_named (list, unit_id, band, open_on, due_on, about_on, about), list_scored, list_first_units, vehicles
-- output: list, unit_id, customer_id, band, open_on, due_on, about_on, about, loyalty_tier, churn_probability, overdue_ratio, value_year, value_two_years
select
    n.list,
    n.unit_id,
    coalesce(s.customer_id, h.customer_id, c.customer_id) as customer_id,
    n.band,
    n.open_on,
    n.due_on,
    n.about_on,
    n.about,
    s.loyalty_tier,
    s.churn_probability,
    s.overdue_ratio,
    -- What a customer who stays will spend: the chance of leaving is a factor of its own.
    coalesce(
        s.expected_spend_365 / nullif(s.probability_active, 0), greatest(s.spend_12m, s.spend_24m / 2)
    ) as value_year,
    -- Of the lost nothing was spent in the last twelve months by definition; the year before says what is lost.
    s.spend_24m as value_two_years
from list_named as n
left join list_scored as s on s.unit_id = n.unit_id
left join vehicles as h on h.unit_id = n.unit_id
-- Of whom the shop knows neither a vehicle nor a visit.
left join list_first_units as c on c.unit_id = n.unit_id and c.customer_id = n.unit_id
