-- What the month after may bring: maintenance that falls due in it, what is overdue already, visits a year before it.
-- grain: one row
-- inputs: run, vehicle_scores, visits
-- output: month_ahead
-- run: as_of, month_start, month_end
-- Known only where the scores are of the last day of the month.
with ahead as (
    select (r.month_start + interval 1 month)::date as starts_on, (r.month_start + interval 2 month - interval 1 day)::date as ends_on,
        (r.month_start - interval 11 month)::date as before_from, (r.month_start - interval 10 month - interval 1 day)::date as before_to
    from run r
),
scored as (
    select count(*) as units,
        count(*) filter (where s.next_due_on between a.starts_on and a.ends_on and s.churn_state not in ('gone', 'dead')) as due,
        count(*) filter (where s.next_due_on < a.starts_on and s.churn_state in ('due', 'warning', 'at_risk')) as overdue
    from vehicle_scores s, run r, ahead a
    where s.as_of = r.month_end
),
before as (
    select count(*) as visits
    from visits v, ahead a
    where v.qualified and v.first_on between a.before_from and a.before_to
)
select a.starts_on, s.units, s.due, s.overdue, b.visits as visits_year_before
from ahead a, scored s, before b;
