# The monthly report
report-title = After-sales month · { $month }
report-department-none = After-sales department
report-meta-as-of = Data to { $date }
report-meta-version = retain { $version }
report-meta-data = Data { $hash }
report-meta-settings = Settings { $hash }
report-frame-skip = Skip to content
report-frame-contents = Contents
report-frame-values = Show the figures
report-frame-good = Good
report-frame-watch = Watch
report-frame-bad = Alert
report-frame-generated = Made from the data alone: the same data and settings give the same report. Marks: ● on target or improving, ▲ watch, ■ alert.
report-page-summary = The month at a glance
report-page-revenue = Visits and revenue
report-page-base = Customer base and loyalty
report-page-definitions = Definitions and settings

# Months and days
report-month-short-1 = Jan
report-month-short-2 = Feb
report-month-short-3 = Mar
report-month-short-4 = Apr
report-month-short-5 = May
report-month-short-6 = Jun
report-month-short-7 = Jul
report-month-short-8 = Aug
report-month-short-9 = Sep
report-month-short-10 = Oct
report-month-short-11 = Nov
report-month-short-12 = Dec
report-month-long-1 = January
report-month-long-2 = February
report-month-long-3 = March
report-month-long-4 = April
report-month-long-5 = May
report-month-long-6 = June
report-month-long-7 = July
report-month-long-8 = August
report-month-long-9 = September
report-month-long-10 = October
report-month-long-11 = November
report-month-long-12 = December
report-month-and-year = { $month } { $year }
report-year-on-axis = { $year }
report-day-and-month = { $day } { $month }
report-weekday-1 = Mo
report-weekday-2 = Tu
report-weekday-3 = We
report-weekday-4 = Th
report-weekday-5 = Fr
report-weekday-6 = Sa
report-weekday-7 = Su

# Units
report-unit-visits = visits
report-unit-units = vehicles
report-unit-customers = customers
report-unit-share = { "" }
report-unit-mean = a year
report-unit-per_day = a day
report-unit-count = times
report-points = { $sign }{ $points } pp

# Figures
span-month = month
span-year = year
kpi-revenue = Revenue
kpi-received = Money received
kpi-gross_profit = Gross profit
kpi-revenue_per_visit = Revenue per visit
kpi-revenue_per_visit_all = Revenue per visit, free visits included
kpi-revenue_per_visit_workshop = Revenue per visit, workshop
kpi-revenue_per_visit_body = Revenue per visit, body and accident
kpi-revenue_body = Revenue, body and accident
kpi-revenue_workshop = Revenue, workshop and warranty
kpi-accessories = Revenue, accessories
kpi-visits = Visits
kpi-visits_maintenance = Visits with maintenance
kpi-units_served = Vehicles served
kpi-visit_frequency = Visits per vehicle and year
kpi-comeback_rate = Comeback rate
kpi-visits_per_day = Visits per open day
kpi-base_units = Vehicles in the base
kpi-base_customers = Customer base
kpi-base_companies = Company and taxi vehicles
kpi-base_lost = Customers lost this { $span }
kpi-base_lost_loyal = of them formerly loyal
kpi-base_lost_rate = { $length ->
    [year] Yearly loss rate
   *[month] Monthly loss rate
}
kpi-base_lost_value = Revenue lost with customers
kpi-base_lost_value_rate = Loss rate by value
kpi-churn_cohort12 = { $length ->
    [year] Not back since last year
   *[month] Not back since the same month last year
}
kpi-due = Vehicles due
kpi-warning = Vehicles in warning
kpi-at_risk = Vehicles at risk
kpi-lost = Vehicles lost (all)
kpi-lost_in_month = Newly lost this { $span }
kpi-loyal_lost = of them formerly loyal
kpi-loyal_units = Loyal vehicles
kpi-loyal_slipping = Loyal vehicles slipping
kpi-appointment_share = Visits by appointment
kpi-show_rate = Appointments kept
kpi-renewal_rate = Renewal rate
kpi-csi = Satisfaction (CSI)
kpi-complaint_closure = Complaints closed in two weeks
kpi-on_time = Delivered on time
kpi-claims_accepted = Claims accepted
kpi-absorption = Service absorption
kpi-parts_purchased = Parts purchased
kpi-parts_stock = Stock of parts
kpi-lectures = Customer lectures
kpi-without_vin = Orders without VIN

# Definitions
definition-revenue = Receivable after discount of all orders of the { $span }, or the amount received where a file has no receivable. Washing and accessories included, void orders not; by the day the vehicle came in.
definition-received = Amount received for the same orders, or the receivable where a file has none.
definition-gross_profit = Gross profit of the orders with known cost; not shown where these make up too little of the revenue.
definition-revenue_per_visit = Revenue of paying qualified visits ÷ their number. Free warranty work and free first services are left out.
definition-revenue_per_visit_all = Revenue of all qualified visits ÷ their number, free ones included.
definition-revenue_per_visit_workshop = Paying qualified visits whose main class is not body and accident.
definition-revenue_per_visit_body = Paying qualified visits whose main class is body and accident. The main class is that of the order with the largest receivable.
definition-revenue_body = Revenue of all visits whose main class is body and accident (insurance claims and the like); not shown where orders have no class.
definition-revenue_workshop = Revenue less that of body and accident.
definition-accessories = Revenue of all visits whose main class is accessory retail.
definition-visits = Qualified visits: orders of one vehicle that overlap or begin on the same day are one visit; it counts with at least one settled or delivered order that is not void, internal, PDI, washing, accessory retail or a comeback. By the day the vehicle came in.
definition-visits_maintenance = Qualified visits with a maintenance or first-service order; not shown where orders have no class.
definition-units_served = Vehicles with a qualified visit in the { $span }; a customer without vehicle counts as one.
definition-visit_frequency = Qualified visits of the last 12 months by the vehicles in the base at the end of the { $span } ÷ those vehicles.
definition-comeback_rate = Visits flagged as comebacks ÷ all visits. Where orders carry no such flag it is always zero, which does not mean that there were none.
definition-visits_per_day = Qualified visits ÷ days with a qualified visit.
definition-base_units = Vehicles of persons with a qualified visit in the 12 months to the end of the { $span }, not known to have gone (sold, scrapped, moved).
definition-base_customers = Persons who hold those vehicles.
definition-base_companies = Vehicles of companies, taxis and ride hailing by the same rule, on a line of their own and in no other figure of base or churn.
definition-base_lost = Persons in the base at the start of the { $span } whose last qualified visit was 12 months ago or more at its end; those known to have gone are left out.
definition-base_lost_loyal = Of them, those in the loyal tier on any scored date of the last 12 months.
definition-base_lost_rate = Customers lost ÷ customers in the base at the start of the { $span }.
definition-base_lost_value = What the customers lost in the { $span } had spent on qualified visits in the 12 months before it.
definition-base_lost_value_rate = Revenue lost with customers ÷ what all customers in the base at the start of the { $span } had spent in the 12 months before.
definition-churn_cohort12 = { $length ->
    [year] Of the vehicles of persons seen last year, the share that did not come this year; those known to have gone are left out.
   *[month] Of the vehicles of persons seen in the same month last year, the share that has not come since, up to the end of this month; those known to have gone are left out.
}
definition-due = Vehicles of persons in the state due at the end of the { $span }: the expected interval has passed.
definition-warning = Vehicles of persons in warning at the end of the { $span }: well past the expected interval.
definition-at_risk = Vehicles of persons at risk at the end of the { $span }: far past the expected interval, not yet lost.
definition-lost = Vehicles of persons lost at the end of the { $span }: 12 months and two expected intervals without a visit; the long lost are counted apart.
definition-lost_in_month = Vehicles of persons lost or long lost at the end of the { $span } that were neither a { $span } before.
definition-loyal_lost = Of them, those in the loyal tier on any scored date of the last 12 months.
definition-loyal_units = Vehicles of persons in the top third on both frequency and quality, or of class A with two or more kinds of business.
definition-loyal_slipping = Loyal vehicles in warning, at risk, lost or long lost at the end of the { $span }.
definition-appointment_share = Share of the qualified visits of the { $span } for which the vehicle had an appointment that day, kept (shown or late); visits before the first appointment on file are left out.
definition-show_rate = Appointments kept (shown or late) ÷ those kept and those not shown up for; cancelled ones are left out.
definition-renewal_rate = Of the policies sold here that end in the { $span }, those followed by one of the same kind for the same vehicle, sold here, that begins within 60 days of the end and by the end of the { $span }. Each { $span } is counted by what was known at its end, so that one can be held against another; who renews later is not counted.
definition-csi = Mean of the scores of the { $span }, each as a share of its scale; scores without a scale are left out.
definition-complaint_closure = Complaints of the { $span } solved within 14 days ÷ those solved so or older than 14 days.
definition-on_time = Orders delivered in the { $span } by the time promised ÷ orders delivered with a time promised.
definition-claims_accepted = Warranty claims submitted in the { $span } and accepted ÷ those accepted or refused; open ones are left out. Their status is that of the last import.
definition-absorption = Gross profit ÷ fixed expense, from the finance file (finance_months).
definition-parts_purchased = Purchases of parts by the finance file (finance_months), all months of the { $span } that are over; not shown where one of them is missing.
definition-parts_stock = Stock of parts by the finance file at the end of the last month of the { $span } that is over.
definition-lectures = Campaigns of the kind lecture (讲堂) begun in the { $span }.
definition-without_vin = Share of the { $span }'s orders without VIN; such vehicles are known by their plate, and a change of plate cuts their history.

# Cards
report-card-target = Target { $target }, { $met }
report-met-share = { $met } met
report-met-within = within target
report-met-beyond = beyond target
report-card-last-year = Last year { $then } ({ $moved })
report-card-previous = Last month { $then } ({ $moved })
report-card-per-visit-parts = Workshop { $workshop }, body { $body }
report-card-lost-parts = { $rate } of base, { $loyal } once loyal
report-card-base-units = with { $units } vehicles
report-spark-title = { $label } over 13 months
report-note-definition = Definition { $definition }
report-note-definition-n = Definition { $definition }, n = { $n }

# Findings
report-heading-findings = What matters
report-findings-none = There is not enough data yet to say what matters.
report-finding-revenue-above-target = Revenue of { $value } is { $met } of the target of { $target }, { $gap } above it.
report-finding-revenue-below-target = Revenue of { $value } is { $met } of the target of { $target }, { $gap } short.
report-finding-revenue-change-last-year = Revenue { $change } on the same month last year: visits { $visits }, revenue per visit { $per_visit }.
report-finding-revenue-change-previous = Revenue { $change } on last month: visits { $visits }, revenue per visit { $per_visit }.
report-finding-visits-above-target = { $value } visits, { $gap } above target ({ $met }).
report-finding-visits-below-target = { $value } visits, { $gap } below target ({ $met }).
report-finding-class-share-up = { $class } rose to { $after } of revenue, from { $before } in the same month last year.
report-finding-class-share-down = { $class } fell to { $after } of revenue, from { $before } in the same month last year.
report-finding-loyal-slipping = { $slipping } of { $loyal } loyal vehicles ({ $share }) { $slipping_form ->
    [one] is
   *[other] are
} in warning or worse: call these customers first.
report-finding-loyal-all-well = None of the { $loyal } loyal vehicles is in warning or worse.
report-finding-base-lost-loyal = { $lost_form ->
    [one] One customer was lost
   *[other] { $lost } customers were lost
} ({ $rate } of the opening base), { $loyal } of them formerly loyal.
report-finding-base-lost = { $lost_form ->
    [one] One customer was lost
   *[other] { $lost } customers were lost
} ({ $rate } of the opening base), none of them formerly loyal.
report-finding-base-grew = The customer base grew by { $net } to { $closing }: { $new } new, { $won_back } won back, { $lost } lost, { $gone } gone.
report-finding-base-stable = The customer base stands at { $closing } as before: { $new } new, { $won_back } won back, { $lost } lost, { $gone } gone.
report-finding-base-shrank = The customer base shrank by { $net } to { $closing }: { $new } new, { $won_back } won back, { $lost } lost, { $gone } gone.
report-finding-slipping-more = { $warning } vehicles in warning and { $at_risk } at risk, { $difference } more than last month.
report-finding-slipping-fewer = { $warning } vehicles in warning and { $at_risk } at risk, { $difference } fewer than last month.
report-finding-slipping = { $warning } vehicles in warning and { $at_risk } at risk.
report-finding-matrix-potential = { $units_form ->
    [one] One vehicle is of high quality but comes
   *[other] { $units } vehicles are of high quality but come
} seldom, { $slipping } in warning or worse: the best group to invite back.
report-finding-cohort = Of the { $n } vehicles seen in the same month last year, { $share } have not been back since.
report-finding-data-gaps = Data: { $without_vin } of { $orders } orders of the month lack a VIN; all imports together rejected { $rejected_form ->
    [one] one row.
   *[other] { $rejected } rows.
}
report-finding-data-clean = Data: all { $orders } orders of the month have a VIN, and no import rejected a row.

# Charts
report-panel-visits = Visits
report-panel-revenue-index = Revenue index (mean of 13 months = 100)
report-line-last-year = Last year
report-line-target = Target { $value }
report-line-mean = Mean { $value }
report-series-rest = Other
report-visits-title-below = { $month }: { $value } visits, { $gap } below target
report-visits-title-above = { $month }: { $value } visits, { $gap } above target
report-visits-title-on-target = { $month }: { $value } visits, exactly on target
report-visits-title-last-year = { $month }: { $value } visits, { $moved } on last year
report-visits-title-previous = { $month }: { $value } visits, { $moved } on last month
report-visits-title = { $month }: { $value } visits
report-months-subtitle = Visits and revenue index by month, { $from } to { $to }
report-months-note = Definitions V1, R1. Thin grey line: same month last year; dashed: target.
report-days-title = { $mean_exact } visits on the average open day, most on { $day }: { $most }
report-days-title-none = Visits by day
report-days-subtitle = Qualified visits of each day of the month; weekends are paler
report-days-note = Definition V1, n = { $n }. The mean is over days with a visit.
report-classes-title = { $month }: { $class } leads with { $share } of revenue
report-classes-title-none = What revenue is made of
report-classes-subtitle = Share of revenue by class in per cent, { $from } to { $to }
report-classes-note = Definition R1. A visit goes by its order with the largest receivable. A class below zero after credits is drawn as zero; the table has the exact amount.
report-movement-title-grew = The customer base grew by { $net } to { $closing }
report-movement-title-shrank = The customer base shrank by { $net } to { $closing }
report-movement-title-same = The customer base stands at { $closing } as before
report-movement-title-none = How the base moved
report-movement-subtitle = Persons in the month; height is the change since its start
report-movement-note = Definition B2. Opening + new + won back − lost − gone = closing.
report-states-title = { $slipping_form ->
    [one] One vehicle is
   *[other] { $slipping } vehicles are
} in warning or at risk, { $loyal } of them loyal
report-states-title-none = Where customers stand
report-states-subtitle = Vehicles of persons by state, number and share, { $date }
report-states-note = Definitions C2–C5. Shares leave out those gone or without history. ● active ▲ due, warning ■ at risk and beyond.
report-matrix-title = High on both: { $best } ({ $share }), { $slipping } slipping
report-matrix-title-none = Loyalty matrix
report-matrix-subtitle = Vehicles of persons by thirds, { $date }
report-matrix-figure-note = Definition L1, n = { $n } (seen in 24 months). Darker: more vehicles. ▲: in warning or worse.
report-matrix-x = Frequency →
report-matrix-y = ↑ Quality
report-matrix-alert = ▲ { $n } slipping
report-level-low = Low
report-level-middle = Mid
report-level-high = High
report-missing-visits = No visits in this month: import a work order file (work_orders).
report-missing-classes = The orders have no job class: import a work order file with a class column.
report-missing-scores = Nothing is scored for this date: run retain score, then make the report again.

# Headings and tables
report-heading-figures = All figures
report-figures-caption = The month beside last month, the same month last year, and target
report-note-figures = “–” means unknown, not zero. The last page says what each definition means.
report-heading-advisors = Service advisers
report-advisors-caption = Visits and revenue by adviser, { $month }
report-note-advisors = Definitions V1, R1, R4. Below { $n } visits no mean is given: too few to compare.
report-too-few = n = { $n }
report-advisor-none = No adviser given
report-heading-movement = How the base moved
report-movement-caption = The base from the start of the month to its end
report-note-movement = Base: a qualified visit in the last 12 months, not known to have gone. New: first visit ever; won back: in the base again; lost: the last visit passed 12 months.
report-heading-matrix = Loyalty matrix: what each cell asks for
report-matrix-caption = Frequency and quality of vehicles of persons seen in 24 months
report-note-matrix = Frequency: visits against expected visits, regularity, tenure. Quality: spend, payment, breadth of business. Thirds are those of the store's vehicles seen in 12 months, so cells need not be equal.
report-page-quality = Data quality
report-heading-faults = What the data lack or have wrong, and what it costs
report-sheet-records = All imports together: { $read } records read, { $kept } kept, { $duplicate } earlier rows of the same record, { $rejected } rejected.
report-faults-caption = Of all that was imported, what concerns most first
report-faults-none = Nothing found.
report-faults-more = { $count } more with smaller shares: retain quality lists them.
report-of-so-many = { $part } of { $of }
report-of-so-many-units = { $part } of { $of } vehicles and customers
report-heading-complete = How complete the columns are that the scores rest on
report-complete-caption = Rows with a value, of all rows of the file
report-words-caption = Words without a meaning, by column (retain quality lists them; settings [words] give them one)
report-column-fault = What is missing or wrong
report-column-concerned = How many
report-column-cost-of = What it costs
report-column-filled = Filled
report-column-words = Words
report-heading-quality = What the { $span }'s orders lack
report-gaps-caption = { $n } orders in { $month }
report-heading-imports = Imports
report-imports-caption = Files imported: records = kept + duplicate + rejected
report-rejects-caption = Rejected rows by reason
report-rejects-none = No row was rejected.
report-heading-missing = Files that would say more
report-heading-definitions = Definitions
report-definitions-caption = How each figure is counted
report-heading-settings = Settings
report-settings-caption = Judgements in force for this report
report-note-settings = These values are in retain.toml; after a change, score and report again.
report-table-empty = No data.

report-column-month = Month
report-column-day = Day
report-column-weekday = Weekday
report-column-class = Class
report-column-visits = Visits
report-column-visits-last-year = Last year
report-column-visits-target = Target
report-column-revenue = Revenue, { $currency }
report-column-revenue-last-year = Last year, { $currency }
report-column-revenue-target = Target, { $currency }
report-column-definition = Def.
report-column-figure = Figure
report-column-value = Value
report-column-unit = Unit
report-column-previous = Last month
report-column-change = Change
report-column-last-year = Last year
report-column-target = Target
report-column-met = Met
report-column-advisor = Adviser
report-column-per-visit = Revenue per visit, { $currency }
report-column-comebacks = Comebacks
report-column-subject = Whom
report-column-state = State
report-column-units = Vehicles
report-column-share = Share
report-column-loyal = of them loyal
report-column-customers = Customers
report-column-company = Company vehicles
report-column-quality = Quality
report-column-frequency = Frequency
report-column-slipping = Warning or worse
report-column-advice = What to do
report-column-gap = What is missing
report-column-orders = Orders
report-column-effect = What follows
report-column-file = File
report-column-kind = Content
report-column-records = Records
report-column-kept = Kept
report-column-duplicate = Duplicate
report-column-rejected = Rejected
report-column-through = Data to
report-column-reason = Reason
report-column-column = Column
report-column-rows = Rows
report-column-setting = Setting
report-column-meaning = Meaning

report-subject-unit = Vehicles of persons
report-subject-customer = Customers (persons)
report-subject-company = Company and taxi vehicles
report-step-opening = Opening
report-step-new = New
report-step-won-back = Won back
report-step-lost = Lost
report-step-gone = Gone
report-step-closing = Closing

report-advice-3-3 = Keep: a personal contact, bookings ahead
report-advice-3-2 = More often: service reminders by mileage
report-advice-3-1 = Invite back: valuable but seldom here, ask why
report-advice-2-3 = More per visit: due work, renewal
report-advice-2-2 = Ordinary care, reminders on time
report-advice-2-1 = Remind of the due service, offer a slot
report-advice-1-3 = Often here, little spent: learn what they need
report-advice-1-2 = Ordinary reminders
report-advice-1-1 = A text message will do

report-gap-vin = Without VIN
report-gap-vin-effect = Known by plate; a change of plate cuts the history
report-gap-vehicle = Without VIN and plate
report-gap-vehicle-effect = Counted for the customer, or outside loyalty and churn
report-gap-odometer = Without odometer reading
report-gap-odometer-effect = The next visit is expected by time alone
report-gap-class = Without a class that is recognised
report-gap-class-effect = Mix and split revenue per visit are off
report-gap-advisor = Without adviser
report-gap-advisor-effect = Counted for no adviser
report-gap-open = Neither settled nor out
report-gap-open-effect = A qualified visit only once settled or delivered

report-kind-work_orders = Work orders
report-kind-customers = Customers
report-kind-vehicles = Vehicles
report-kind-work_order_lines = Order lines
report-kind-appointments = Appointments
report-kind-insurance_policies = Insurance policies
report-kind-surveys = Surveys
report-kind-complaints = Complaints
report-kind-follow_ups = Follow-ups
report-kind-campaigns = Campaigns
report-kind-campaign_members = Campaign members
report-kind-targets = Targets
report-kind-finance_months = Finance by month
report-kind-warranty_claims = Warranty claims
report-missing-kind-appointments = Appointments (appointments): booking, show and no-show rates.
report-missing-kind-insurance_policies = Insurance policies (insurance_policies): renewal rate, vehicles serviced but not insured here.
report-missing-kind-surveys = Surveys (surveys): satisfaction and its sample size.
report-missing-kind-complaints = Complaints (complaints): closure within two weeks.
report-missing-kind-follow_ups = Follow-ups (follow_ups): timeliness of calls and reasons of loss.
report-missing-kind-targets = Targets (targets): how far each figure meets its target.
report-missing-kind-finance_months = Finance by month (finance_months): service absorption.
report-missing-kind-warranty_claims = Warranty claims (warranty_claims): share of claims accepted.
report-missing-kind-work_order_lines = Order lines (work_order_lines): labour and parts, detected comebacks.

report-setting-visit-merge_gap_days = Orders that begin at most so many days apart are one visit (0: the same day)
report-setting-visit-max_stay_days = Longest stay, against orders that nobody closed
report-setting-visit-unqualified_classes = Classes that make no qualified visit
report-setting-loyalty-weight_frequency = Weight of frequency in the loyalty score
report-setting-loyalty-weight_quality = Weight of quality in the loyalty score
report-setting-loyalty-top_quantile = Quantile from which a score is high
report-setting-loyalty-cost_known_share = Share of known cost from which gross profit is used
report-setting-churn-due_ratio = Time since the last visit ÷ expected interval: due
report-setting-churn-warning_ratio = the same: warning
report-setting-churn-loyal_warning_ratio = the same: warning of a loyal vehicle
report-setting-churn-at_risk_ratio = the same: at risk
report-setting-churn-lost_months = Lost: at least so many months without a visit
report-setting-churn-lost_ratio = Lost: and so many expected intervals
report-setting-churn-dead_months = Long lost: at least so many months without a visit
report-setting-churn-dead_ratio = Long lost: and so many expected intervals
report-setting-churn-won_back_months = Won back: absent for so many months before
report-setting-report-visits_per_month = Monthly target of visits; a targets file comes first (0: none)
