-- What calling does, as measured last: those assigned to a call against those held out by lot.
-- grain: as_of
-- inputs: run, uplift_results
-- output: month_effect
-- run: as_of, month_start, month_end
select u.as_of, u.window_days, u.assigned, u.held_out, u.returned_assigned, u.returned_held_out,
    u.return_difference, u.return_difference_low, u.return_difference_high,
    u.revenue_difference, u.revenue_difference_low, u.revenue_difference_high, u.more_rows
from uplift_results u, run r
where u.scope = 'all' and u.as_of <= r.month_end;
