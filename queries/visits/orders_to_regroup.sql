-- The orders of all earlier dates as known then, to be grouped into visits at once.
-- grain: one row per order_id
-- inputs: orders_known
-- output: orders_of_changed, orders_to_group
-- The ids of each date are moved into a range of their own, in which they keep their order.
create or replace temp table orders_of_changed as
select
    o.* exclude (as_of, date_no)
    replace (
        o.order_id::hugeint + o.date_no * 18446744073709551616::hugeint as order_id,
        o.party::hugeint + o.date_no * 18446744073709551616::hugeint as party
    )
from orders_known o;

create or replace temp view orders_to_group as
from orders_of_changed;
