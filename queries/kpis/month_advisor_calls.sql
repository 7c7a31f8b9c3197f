-- First calls after visits that were due in the month, by the adviser of the visit.
-- grain: advisor
-- inputs: run, calls_after_visits
-- output: month_advisor_calls
-- run: as_of, month_start, month_end
select c.advisor, count(*) as due,
    count(*) filter (where c.first_on <= c.delivered_on + 7) as on_time
from calls_after_visits c, run r
where c.delivered_on + 7 between r.month_start and r.month_end
    and (c.next_on is null or c.next_on > c.delivered_on + 7)
group by c.advisor
order by due desc, c.advisor nulls last;
