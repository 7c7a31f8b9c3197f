-- The orders as known at the as-of date, to be grouped into visits.
-- grain: one row per order_id
-- inputs: orders_known
-- output: orders_to_group
create or replace temp view orders_to_group as
select o.* exclude (as_of)
from orders_known o;
