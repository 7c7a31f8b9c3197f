-- What files state of vehicles and say of units between their visits, the parts of the units one after the other.
-- grain: one row per unit_id; one row per unit_id and gone_on; one row per row_key and signal
-- inputs: facts_of_vehicles, vehicles, gone_news, unit_signals, unit_parts
-- output: vehicles_by_part, news_by_part, signals_by_part
-- What names a customer and no vehicle is of no part: whatever that customer ever held may be in any.
create or replace temp table vehicles_by_part as
select f.*, v.vin, v.plate, p.part, p.in_sample
from facts_of_vehicles f
inner join vehicles v using (unit_id)
inner join unit_parts p using (unit_id)
order by p.part, f.unit_id;

create or replace temp table news_by_part as
select n.*, p.part, p.in_sample
from gone_news n
inner join unit_parts p using (unit_id)
order by p.part, n.unit_id, n.gone_on;

create or replace temp table signals_by_part as
select s.*, p.part, p.in_sample
from unit_signals s
left join unit_parts p on p.unit_id = s.party_id and not s.of_customer
where s.of_customer or p.unit_id is not null
order by p.part, s.of_customer, s.party_id, s.known_on, s.told_at, s.signal, s.row_key;
