# Pages of the month: what fell due, how customers were looked after, who was lost.

report-page-service = Maintenance, renewal, campaigns
report-page-discipline = Follow-up and satisfaction
report-page-lost = Lost customers and what to do
report-stage-first = First maintenance
report-stage-second = Second maintenance
report-stage-further = Further maintenance
report-stage-all = All
report-column-stage = Maintenance
report-column-fell-due = Fell due
report-column-reached = Spoken with
report-column-booked = Booked
report-column-came-for-it = Came for it
report-due-title = { $due } { FORM($due, "vehicle", "vehicles") } fell due for maintenance, { $came } came ({ $share })
report-due-title-none = What fell due is not known: no scores of the eve of this month.
report-due-caption = First, second and further maintenance
report-due-subtitle = Vehicles due in the month as expected on its eve, and what happened in it
report-due-figure-note = Each bar is a part of the first
report-note-due = Due: the next maintenance, as expected on the last day of the month before, falls in this month. Spoken with, booked (by phone or appointment) and came count within the month. First and second maintenance are those of cars in their first and second year.
report-heading-renewals = Insurance that ended
report-note-renewals = A renewal is a policy of the same kind for the same vehicle, sold here, that begins within 60 days of the end of one sold here and by the end of the month: renewals after it are not in.
report-renewals-caption = Policies sold here that ended this { $length ->
    [year] year
   *[other] month
    }: first ones and renewals
report-campaigns-caption = Campaigns begun this { $length ->
    [year] year
   *[other] month
    }: asked, there, and came for a visit up to 30 days after
report-campaigns-none = Nothing is known of campaigns begun this { $length ->
    [year] year
   *[other] month
    }: the files campaigns and campaign_members bring it.
report-callers-caption = Follow-ups of the { $length ->
    [year] year
   *[other] month
    }
report-reasons-subtitle = Reasons in follow-ups of the { $length ->
    [year] year
   *[other] month
    }, answers
report-timer-file = Customer file
report-timer-first_call = First call
report-timer-second_call = Second call
report-timer-escalation = Complaint passed on
report-timer-answer = Answer to the customer
report-timer-letter = Letter
report-timer-rule-file = opened within 2 days of the first visit
report-timer-rule-first_call = spoken with within 7 days of delivery
report-timer-rule-second_call = spoken with again 7 to 14 days after the first call
report-timer-rule-escalation = solved or passed on within 2 days
report-timer-rule-answer = told on the day of the solution
report-timer-rule-letter = sent within 2 days of the notice
report-timers-title = Kept least: { $timer }, { $share } in time, { $missed } not done
report-timers-title-good = Every timer was kept nine times in ten
report-timers-title-none = No timer ended this month: follow-ups and complaints bring them.
report-timers-subtitle = Share done in time of what was due in the month
report-timers-figure-note = ● 90 % and more, ▲ 70 % and more, ■ less
report-note-timers = Counted is what had to be done by a day of this month. A visit that is followed by another before its call was due leaves the call to that one. Letters count where one was sent.
report-column-timer = Timer
report-column-in-time = In time
report-column-late = Late
report-column-not-done = Not done
report-heading-effect = Does calling help?
report-effect-none = Not measured yet: a share of customers is left uncalled by lot, and 60 days after the first lists the comparison begins (retain uplift).
report-effect-shares = Up to { $date }: of { $assigned } { FORM($assigned, "task", "tasks") } assigned to a call { $with } came within { $days } { FORM($days, "day", "days") }, of { $held_out } left uncalled by lot { $without }.
report-effect-helps = Being on the list adds { $value } { FORM($value, "point", "points") } (95 %: { $low } to { $high }).
report-effect-harms = Being on the list takes away { $value } { FORM($value, "point", "points") } (95 %: { $low } to { $high }): look at what is said.
report-effect-open = The difference is { $value } { FORM($value, "point", "points") } (95 %: { $low } to { $high }): too uncertain to call it an effect.
report-effect-more = An effect of 5 points would show after about { $rows } more { FORM($rows, "row", "rows") }.
report-heading-satisfaction = Satisfaction and first calls by adviser
report-advisor-care-caption = Satisfaction and first calls of the month by adviser
report-note-advisor-care = Mean of the scores as a share of the full mark, ± half of the 95 % interval; below { $n } scores or calls nothing is said of a person. Calls: first calls due in the month after visits of that adviser, whoever made them.
report-column-calls-due = First calls due
report-care-figures-caption = Satisfaction, complaints, comebacks, delivery
report-heading-lost-calls = Calls to those who were slipping or lost
report-lost-calls-caption = By their state on the eve of the month
report-lost-calls-none = No states are known of the eve of this month.
report-note-lost-calls = Back: here for a qualified visit in the month. Those who came without a call would have come anyway; what calling adds is told by the comparison by lot on the page before.
report-column-called = Called
report-column-back = Back
report-column-back-after-call = Back, spoken with
report-heading-actions = What to do about it
report-actions-caption = The reasons named most, and what is proposed
report-actions-none = No reason was recorded that calls for action.
report-column-action = Proposed
report-column-owner = Who
report-column-until = Until
report-action-owner = ________
report-action-until = ________
report-action-price = Hold package prices for common jobs against two competitors; offer a package to those who left for the price
report-action-distance = Offer collection and delivery, or a mobile service, to those far away
report-action-quality = Go through the orders with the foreman; call back and put right without charge
report-action-waiting = Move work from peak hours by appointments with a saving; say the delivery time at reception
report-action-attitude = Listen to the calls with the adviser concerned; the supervisor apologises
report-action-moved = Mark in the file, no more calls
report-action-car_sold = Ask for the new owner and the new car; mark in the file
report-action-other_shop = Ask what the other shop does better; offer an inspection without charge
report-heading-ahead = The next month
report-ahead-none = The next month is told only in the report of the month that ends with the scored date.
report-ahead-due = In { $month } maintenance falls due for { $due } { FORM($due, "vehicle", "vehicles") }; { $overdue } more { FORM($overdue, "is", "are") } overdue and not lost.
report-ahead-expected = If as many of those due come as this month, { $value } { FORM($value, "visit", "visits") } for maintenance (80 %: { $low } to { $high }); those overdue and repairs come on top.
report-ahead-year-before = { $month } a year before brought { $visits } qualified { FORM($visits, "visit", "visits") }.
