-- Customer files with gaps after a visit, and numbers that were found wrong since.
-- grain: one row a unit, by unit_id
-- inputs: list_delivered, list_answered, list_contacts, list_scored, list_customers, vehicles, run (calling_day date, file_days integer, file_window_days integer)
-- output: unit_id, band, open_on, due_on, about_on, about
with wrong as (
    select unit_id, max(contacted_on) filter (where wrong_number) as wrong_on, max(contacted_on) filter (where reached) as reached_on
    from list_contacts
    where unit_id in (select unit_id from list_contacts where wrong_number)
    group by unit_id
),

-- A column that no file ever filled is not asked for.
asked as (
    select coalesce(bool_or(has_address), false) as address, coalesce(bool_or(has_name), false) as name
    from list_customers
),

files as (
    select
        h.unit_id,
        greatest(d.delivered_on, s.last_visit_on) as came_on,
        w.wrong_on,
        concat_ws(
            ',',
            case when w.wrong_on > coalesce(w.reached_on, date '1900-01-01') then 'wrong_phone' end,
            case when not coalesce(c.has_phone, false) then 'phone' end,
            case when a.name and not coalesce(c.has_name, false) then 'name' end,
            case when h.plate is null and h.vin is null then 'plate' end,
            case when coalesce(h.model, h.series) is null then 'model' end,
            case when a.address and not coalesce(c.has_address, false) then 'address' end
        ) as about
    from vehicles as h
    cross join asked as a
    left join list_customers as c on c.customer_id = h.customer_id
    left join list_delivered as d on d.unit_id = h.unit_id
    left join list_scored as s on s.unit_id = h.unit_id
    left join wrong as w on w.unit_id = h.unit_id
    cross join run as r
    where
        coalesce(s.churn_state, 'new') not in ('gone', 'dead')
        -- Nobody else can be asked below, and what is missing is told of few.
        and greatest(d.delivered_on, s.last_visit_on, w.wrong_on) >= r.calling_day - r.file_window_days
)

select
    f.unit_id,
    'file' as band,
    greatest(f.came_on, case when f.about like 'wrong_phone%' then f.wrong_on end) + 1 as open_on,
    greatest(f.came_on, case when f.about like 'wrong_phone%' then f.wrong_on end) + r.file_days as due_on,
    greatest(f.came_on, case when f.about like 'wrong_phone%' then f.wrong_on end) as about_on,
    f.about
from files as f
cross join run as r
where
    f.about <> ''
    -- Who was asked and did not say is asked again when they come next.
    and not exists (
        select 1
        from list_answered as a
        where
            a.unit_id = f.unit_id
            and list_contains(a.lists, 'file_incomplete')
            and a.contacted_on > greatest(f.came_on, case when f.about like 'wrong_phone%' then f.wrong_on end)
    )
    and greatest(f.came_on, case when f.about like 'wrong_phone%' then f.wrong_on end) >= r.calling_day - r.file_window_days
order by f.unit_id
