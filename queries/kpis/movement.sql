-- How the base changed in each month of a span: opening + new + won back - lost - gone = closing.
-- grain: month, subject
-- inputs: base_moves
-- output: movement
-- Base at a date: not gone, and a qualified visit known then in the 12 months up to it. Subjects: `unit` and `customer`
-- of persons, `company` for units of companies and taxis; the department's own are left out.
-- `lost_loyal`: of those lost, loyal at a scored date of the 12 months before.
-- `opening_spend`, `lost_spend`: what those of the opening base, and the lost among them, spent on qualified visits in the
-- 12 months before it.
-- `frequency_visits`: qualified visits in the 12 months up to the closing, by the units of the closing base.
select
    month, subject, opening, new, won_back, lost, lost_loyal, gone, closing,
    frequency_visits, opening_spend, lost_spend
from base_moves
order by month, subject;
