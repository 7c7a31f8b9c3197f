-- Every day from the first order to the last, with its orders.
-- grain: one row per day
-- inputs: quality_orders
-- output: on_day, weekday, orders
select d.on_day, isodow(d.on_day)::integer as weekday, count(o.order_id) as orders
from (
    select unnest(generate_series(min(in_on)::timestamp, max(in_on)::timestamp, interval 1 day))::date as on_day
    from quality_orders
) d
left join quality_orders o on o.in_on = d.on_day
group by d.on_day
order by d.on_day;
