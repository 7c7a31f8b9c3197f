# Districts, labour and parts, hours in the shop
report-heading-districts = By district
report-missing-districts = No district was ever imported: the column district (区域) of the customers file brings visits and revenue by district.
report-district-unknown = Unknown
report-districts-title = Of those with a known district, customers of { $district } bring most: { $share }
report-districts-title-none = Revenue by district
report-districts-subtitle = Revenue of the month by the customers' district
report-districts-note = Definition R1; districts are those of the customers file
report-column-district = District
report-mix-title = { $month }: { $ratio } of parts to each 1 of labour; labour is { $share }
report-mix-title-none = Labour and parts
report-mix-subtitle = Shares of labour and parts over thirteen months, before discount
report-mix-note = { $visits } { FORM($visits, "visit", "visits") } of which labour and parts are both known
report-mix-labour = Labour
report-mix-parts = Parts
report-missing-mix = Labour and parts are unknown: the columns labour (工时费) and parts (配件费) of the orders file bring them.
report-column-labour = Labour, { $currency }
report-column-parts = Parts, { $currency }
report-column-parts-per-labour = Parts ÷ labour
report-stays-title = Half of the vehicles are out within { $median } hours, nine in ten within { $most }; { $share } on the same day
report-stays-title-none = Hours in the shop
report-stays-subtitle = Hours from coming in to going out: the dot is the median, the line ends where nine in ten are out; by time of arrival and by class; dashed: all
report-stays-note = { $n } of { $all } qualified { FORM($all, "visit", "visits") } with both times, out by the end of the month; median the month before { $previous } hours, the same month last year { $last_year }
report-missing-stays = Hours in the shop are unknown: the orders have days without times, or fewer than 10 visits have both. In and out dates with times bring them.
report-stay-all = All
report-stay-before-10 = In before 10:00
report-stay-from-10 = In 10:00 to 12:00
report-stay-from-12 = In 12:00 to 15:00
report-stay-from-15 = In after 15:00
report-column-stay = Arrival or class
report-column-timed = With times
report-column-median-hours = Median, hours
report-column-most-hours = Nine in ten, hours
report-column-same-day = Same day
report-note-on-time = Ready when promised (definition S3): { $share } of { $orders } { FORM($orders, "order", "orders") } with a promised time.
report-missing-on-time = Whether vehicles were ready when promised is unknown: the columns promised_at (预计交车时间) and out_at (出厂日期) of the orders file bring it.

# Vehicles that could be insured here
report-pool-caption = { $length ->
    [year] Vehicles that were not insured here when the year opened
   *[month] Vehicles that were not insured here when the month opened
    }
report-column-pool = Kind of customer
report-column-won = Insured here since
report-pool-serviced = Serviced here, not insured here before (a visit in 12 months)
report-pool-recent = Lapsed under 1 year ago
report-pool-lapsed = Lapsed 1 to 3 years ago
report-pool-long = Lapsed over 3 years ago
report-note-pool = By vehicle, whatever the kind of policy; a policy is known from its first day. Lapsed since the end of the last policy sold here, counted to the first day of the { $length ->
    [year] year
   *[month] month
    }; vehicles that may have been sold are among them.

# Spring Festival
report-festival-moved = The Spring Festival was on { $day } (the year before on { $day_before }). Against the days that lie as far from it ({ $from } to { $to }): visits { $visits }, revenue { $revenue }; by the calendar it is visits { $visits_calendar }, revenue { $revenue_calendar }.
report-festival-moved-so-far = The Spring Festival was on { $day } (the year before on { $day_before }). So far, against the days that lie as far from it ({ $from } to { $to }): visits { $visits }, revenue { $revenue }.
report-festival-unknown = The Spring Festival was on { $day } (the year before on { $day_before }): the same month last year is not comparable as it stands, and there are no data for the days that lie as far from it ({ $from } to { $to }).
report-festival-together = January and February together, which the Spring Festival does not move apart: { $visits } { FORM($visits, "visit", "visits") }, { $visits_change } on the year before; revenue { $revenue }, { $revenue_change }.
