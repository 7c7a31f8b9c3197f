-- How many units are still there, and how often they have come, by months since the first visit, at the end of the year.
-- grain: curve, split_by, split_value, months
-- inputs: run, survival
-- output: year_curves
-- run: as_of, month_end (of the year)
-- None unless the scored date is the end of the year; up to five years.
select s.curve, s.split_by, s.split_value, s.months, s.units_at_risk, s.estimate, s.estimate_low, s.estimate_high
from survival s
join run r on s.as_of = r.month_end
where s.months <= 60
order by s.curve, s.split_by, s.split_value, s.months;
