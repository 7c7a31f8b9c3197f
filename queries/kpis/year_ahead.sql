-- Visits and spending that the models expect of the units known, in the 365 days after the scored date.
-- grain: one row
-- inputs: run, vehicle_scores
-- output: year_ahead
-- run: as_of, month_end (of the year)
-- Only where the scores are those of the end of the year. Summed as decimals, so that the order does not matter.
select count(*) as units,
    sum(s.expected_visits_365::decimal(18, 6))::double as visits,
    sum(s.expected_spend_365::decimal(18, 2))::double as spend
from vehicle_scores s, run r
where s.as_of = r.month_end;
