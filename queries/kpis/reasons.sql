-- Why customers stay away, as they said in follow-ups of the period.
-- grain: reason
-- inputs: run, follow_ups
-- output: reasons
-- run: as_of, month_start, month_end (of the period)
select trim(f.lost_reason) as reason, count(*) as answers
from follow_ups f, run r
where nullif(trim(f.lost_reason), '') is not null
    and f.contacted_at >= r.month_start
    and f.contacted_at < r.month_end + interval 1 day
group by 1
order by answers desc, reason;
