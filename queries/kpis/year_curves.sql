-- How many units are still there, and how often they have come, by months since the first visit, at the end of the year.
-- grain: curve, split_by, split_value, months
-- inputs: run, survival, model_cards
-- output: year_curves
-- run: as_of, month_end (of the year)
-- of_sample: of a large file the curves are of a part of the customers.
-- None unless the scored date is the end of the year; up to five years.
select s.curve, s.split_by, s.split_value, s.months, s.units_at_risk, s.estimate, s.estimate_low, s.estimate_high,
    coalesce(contains(c.caveats, 'caveat-sampled'), false) as of_sample
from survival s
join run r on s.as_of = r.month_end
left join model_cards c on c.as_of = s.as_of and c.name = 'survival'
where s.months <= 60
order by s.curve, s.split_by, s.split_value, s.months;
