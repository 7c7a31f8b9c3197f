-- Calls that found a vehicle sold, scrapped or moved away.
-- grain: one row per unit_id and gone_on
-- inputs: follow_ups, unit_keys
-- output: gone_news
create or replace temp view gone_news as
select distinct coalesce(f.vin_key, k.unit_id, f.plate_key) as unit_id, f.contacted_at::date as gone_on
from follow_ups f
left join unit_keys k on f.vin_key is null and k.key = f.plate_key and k.valid_to is null
where
    coalesce(f.vin_key, k.unit_id, f.plate_key) is not null
    and f.contacted_at is not null
    and regexp_matches(
        concat_ws(' ', f.result_l1, f.result_l2, f.lost_reason),
        '转让|已售|卖车|车辆已卖|过户|报废|迁出|搬离|搬走|car_sold|sold|scrapped|moved|transferred'
    );
