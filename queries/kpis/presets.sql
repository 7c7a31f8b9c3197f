-- Retention and churn as makers and other programs count them, at the end of each of 13 months.
-- grain: month
-- inputs: base_habits
-- output: presets
-- Units of persons that are not gone by the end of the period. tiers: by months since the last qualified visit, 12 to 24 and
-- over 24. 13 months: of those here in the calendar month 13 months before the last of the period, those here since.
-- What the imported history is too short for is NULL. twice: of those here in the 12 months up to the end, those with two
-- qualified visits or more.
-- classes: all units known by then, by qualified visits in 12 months: A four or more, B two or three, C one, D none.
select
    month, tier_12_24, tier_over_24, cohort, cohort_since, here, here_twice, class_a, class_b, class_c, class_d
from base_habits
order by month;
