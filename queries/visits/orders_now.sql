-- All orders, to be read as known at the as-of date.
-- grain: one row per order_id
-- inputs: orders_resolved, run
-- output: orders_dated
create or replace temp view orders_dated as
select o.*, r.as_of
from orders_resolved o
cross join run r;
