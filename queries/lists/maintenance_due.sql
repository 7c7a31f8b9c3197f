-- Units whose next maintenance falls due within the window, or is overdue while they are not yet lost.
-- grain: one row a unit, by unit_id
-- inputs: list_scored, run (calling_day date, due_window_days integer, at_risk_ratio double, lost_ratio double)
-- output: unit_id, band, open_on, due_on, about_on, about
select
    s.unit_id,
    'due' as band,
    s.next_due_on - r.due_window_days as open_on,
    -- Before it falls due; where that has passed, before the unit slips further, else within the list's own window.
    case
        when s.next_due_on >= r.calling_day then s.next_due_on
        else s.next_due_on + cast(round(
            (
                case s.churn_state
                    when 'warning' then r.at_risk_ratio
                    when 'at_risk' then r.lost_ratio
                end - 1
            ) * s.expected_interval_days
        ) as integer)
    end as due_on,
    s.next_due_on as about_on,
    '' as about
from list_scored as s
cross join run as r
where
    s.churn_state in ('active', 'won_back', 'new', 'due', 'warning', 'at_risk')
    and s.next_due_on <= r.calling_day + r.due_window_days
order by s.unit_id
