-- First days of the policies that we sold.
-- grain: one row per unit_id and starts_on
-- inputs: insurance_policies, unit_keys
-- output: renewals
create or replace temp view renewals as
select distinct
    coalesce(p.vin_key, k.unit_id, p.plate_key) as unit_id,
    coalesce(p.start_date, (p.end_date - interval 12 month)::date) as starts_on
from insurance_policies p
left join unit_keys k on p.vin_key is null and k.key = p.plate_key and k.valid_to is null
where
    p.sold_by_us
    and coalesce(p.vin_key, k.unit_id, p.plate_key) is not null
    and coalesce(p.start_date, p.end_date) is not null;
