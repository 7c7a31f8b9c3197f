-- Satisfaction of the period by adviser: mean, spread and number of scores, as shares of the scale.
-- grain: advisor
-- inputs: run, surveys
-- output: satisfaction
-- run: as_of, month_start, month_end (of the period)
select nullif(trim(s.advisor), '') as advisor, count(*) as n,
    round(avg((s.score / s.scale_max)::double), 9) as mean,
    round(stddev_samp((s.score / s.scale_max)::double), 9) as spread
from surveys s, run r
where s.scale_max > 0 and s.score is not null
    and s.surveyed_at >= r.month_start and s.surveyed_at < r.month_end + interval 1 day
group by 1
order by advisor nulls last;
