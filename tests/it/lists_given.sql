-- Calling day 2026-11-24. Units 1 to 5 are vehicles; 1 and 2 belong to customer 101, 3 to 103 (a company), 4 to 104.
create table run as
select
    date '2026-11-20' as as_of, date '2026-11-24' as calling_day, 14 as due_window_days, 60 as max_stay_days,
    3 as first_call_opens, 7 as first_call_due, 7 as second_call_opens, 14 as second_call_due, 7 as late_days,
    2 as unsolved_days, 60 as recovery_days, 90 as renewal_opens, 45 as renewal_due, 14 as event_notice_days,
    28 as event_loyal_opens, 21 as event_opens, 2 as event_letter_days, 60 as warranty_opens, 36 as warranty_months,
    2 as file_days, 30 as file_window_days, 12 as never_months, 3 as first_interval_months,
    1.75::double as at_risk_ratio, 2.0::double as lost_ratio, 0.8::double as low_score;

create table visits (
    visit_id ubigint,
    unit_id ubigint,
    customer_id ubigint,
    store_id varchar,
    first_in timestamp,
    last_out timestamp,
    known_on date,
    odometer_km integer,
    classes varchar [],
    orders integer,
    qualified boolean,
    is_maint boolean,
    is_comeback boolean,
    paid_amount decimal(14, 2),
    receivable decimal(14, 2),
    gross_profit decimal(14, 2),
    advisor varchar,
    main_class varchar
);

-- Scores: loyal and slipping, at risk, due within the window, lost; then one beyond the window, one long lost, one gone,
-- and scores of an older day and of the calling day itself, which no list may read.
insert into vehicle_scores (as_of, unit_id, customer_id, loyalty_tier, churn_state, next_due_on, expected_interval_days, spend_12m, spend_24m)
values
('2026-11-20', 1, 101, 'loyal', 'warning', '2026-10-05', 85.3, 900, 1800),
('2026-11-20', 2, 101, 'stable', 'at_risk', '2026-07-27', 20, 200, 600),
('2026-11-20', 3, 103, 'stable', 'active', '2026-12-08', 180, 500, 700),
('2026-11-20', 4, 104, 'weak', 'lost', '2025-10-20', 180, null, 1500),
('2026-11-20', 5, 105, 'stable', 'active', '2026-12-09', 180, 400, 800),
('2026-11-20', 6, 106, 'weak', 'dead', '2024-01-01', 180, 0, 0),
('2026-11-20', 7, 107, null, 'gone', '2026-10-01', 180, 0, 0),
('2026-10-31', 5, 105, 'loyal', 'warning', '2026-10-01', 180, 400, 800),
('2026-11-24', 5, 105, 'loyal', 'warning', '2026-10-01', 180, 400, 800);
insert into customer_scores (as_of, customer_id, frequency_class) values
('2026-11-20', 101, 'A'), ('2026-11-20', 103, 'B'), ('2026-11-20', 104, 'D');

insert into customers (customer_id, kind, name, phone_primary, phones, consent_marketing, owner) values
(101, 'person', '王伟', '13800000001', ['13800000001'], 'unknown', '陈静'),
(103, 'company', '顺达物流', '13800000003', [], 'yes', null),
(104, 'person', '刘洋', null, [], 'unknown', null);
insert into vehicles (unit_id, customer_id, plate, vin, series, status, known_from) values
(1, 101, '粤A00001', 'VIN1', '菱智', 'active', '2026-01-01'),
(2, 101, '粤A00002', 'VIN2', '菱智', 'active', '2026-01-01'),
(3, 103, '粤A00003', 'VIN3', '菱智', 'active', '2026-01-01'),
-- Sold, says a file from before its last visit: it came again, so it has not gone.
(4, 104, '粤A00004', 'VIN4', '景逸', 'sold', '2025-01-01'),
(8, 103, '粤A00008', 'VIN8', '景逸', 'active', '2026-01-01');

-- Keys: VIN 11, 12, …; plates 21, 22, …; plate 21 was unit 9's before 2026.
insert into unit_keys values
(11, null, null, 1), (12, null, null, 2), (13, null, null, 3), (14, null, null, 4), (18, null, null, 8),
(21, '2026-01-01', null, 1), (21, null, '2026-01-01', 9), (22, null, null, 2), (23, null, null, 3), (24, null, null, 4);

insert into visits (visit_id, unit_id, customer_id, first_in, known_on, odometer_km, classes, orders, paid_amount, advisor, main_class) values
(1, 1, 101, '2026-07-12 09:00', '2026-07-12', 30100, ['maint'], 1, 862.00, '李工', 'maint'),
(2, 1, 101, '2026-03-01 09:00', '2026-03-01', 26000, ['repair'], 1, 1200.00, '黄工', 'repair'),
(3, 2, 101, '2026-07-07 10:00', '2026-07-07', 9000, ['maint'], 1, 400.00, '黄工', 'maint'),
(4, 3, 103, '2026-06-11 10:00', '2026-06-11', 50000, ['maint'], 1, 700.00, null, 'maint'),
(5, 3, 103, '2026-05-01 10:00', '2026-05-01', 48000, ['wash_beauty'], 1, 50.00, '何工', 'wash_beauty'),
(6, 4, 104, '2025-04-20 10:00', '2025-04-20', 70000, ['maint'], 1, 600.00, '李工', 'maint'),
-- A credit without its order is no visit.
(7, 4, 104, '2025-05-20 10:00', '2025-05-20', null, ['repair'], 0, -90.00, '李工', 'repair');

insert into follow_ups (row_key, vin_key, plate_key, customer_key, contacted_at, channel, result_l1, result_l2, note, next_at, opt_out) values
-- Unit 1 by its plate: not reached; before that, reached.
(1, null, 21, null, '2026-11-10 10:00', 'phone', 'failed', 'no_answer', null, null, false),
(2, null, 21, null, '2026-09-01 10:00', 'phone', 'success', 'no_time', '月底再说', '2026-11-23', false),
-- The same plate when it was another vehicle's: nothing to do with unit 1.
(3, null, 21, null, '2025-06-01 10:00', 'phone', 'success', 'booked', 'old owner', null, true),
-- Another vehicle of company 103: does not count as a contact about unit 3, but its refusal does.
(4, 18, null, null, '2026-11-20 10:00', 'phone', 'invalid', 'refused', null, null, true),
-- Customer 104 refused, on a day after the calling day: refusals hold whatever their date.
(5, null, null, 104, '2026-11-25 10:00', 'phone', 'invalid', 'refused', null, null, true);

insert into appointments (row_key, vin_key, plate_key, customer_key, booked_at, for_at, status) values
(1, 12, null, null, '2026-11-19', '2026-11-28 09:00', 'booked'),
(2, 11, null, null, '2026-11-01', '2026-11-03 09:00', 'no_show'),
(3, 13, null, null, '2026-11-01', '2026-11-30 09:00', 'cancelled'),
-- Booked on the calling day: not known yet.
(4, 14, null, null, '2026-11-24', '2026-11-26 09:00', 'booked'),
-- Before the last visit: no longer a missed appointment.
(5, 13, null, null, '2026-06-01', '2026-06-05 09:00', 'no_show');

insert into orders (order_id, store_id, ro_no, vin_key, customer_key, in_at, status, has_settlement) values
(1, 'A', 'R1', 13, 103, '2026-11-23 16:00', 'open', true),
-- Never closed, long ago: not in the shop.
(2, 'A', 'R2', 14, 104, '2025-04-20 10:00', 'open', true),
-- Newer than the scores; void; on the calling day itself.
(3, 'A', 'R3', 12, 101, '2026-11-22 09:00', 'settled', true),
(4, 'A', 'R4', 11, 101, '2026-11-22 09:00', 'void', true),
(5, 'A', 'R5', 11, 101, '2026-11-24 09:00', 'open', true);
insert into surveys (row_key, store_id, ro_no, surveyed_at, score, scale_max) values
(1, 'A', 'R2', '2025-04-25', 6, 10);
insert into complaints (row_key, vin_key, complained_at, solved_at) values
(1, 13, '2026-11-01', null),
(2, 13, '2026-10-01', '2026-10-05'),
(3, 11, '2026-11-24', null);
-- Of somebody of whom neither a vehicle nor a visit is known.
insert into customers (customer_id, kind, name, phone_primary) values (110, 'person', '何敏', '13800000010');
insert into complaints (row_key, customer_key, complained_at, category) values (4, 110, '2026-11-10', '等待');
