-- The register of letters: notices, invitations and answers that were sent.
-- grain: one row a letter, by sent_on, row_key
-- inputs: follow_ups, campaign_members, campaigns, follow_up_tasks, unit_keys, vehicles, customers_merged
-- output: register_letters
create or replace view register_letters as
with letters as (
    select
        'invitation' as letter_kind, m.row_key, m.store_id, m.letter_on::timestamp as sent_at, null as task_id, m.campaign,
        concat_ws(' · ', nullif(c.place, ''), nullif(c.offer, '')) as note, null as staff, m.vin_key, m.plate_key,
        m.customer_key
    from campaign_members as m
    left join campaigns as c on c.store_id is not distinct from m.store_id and c.name = m.campaign
    where m.letter_on is not null
    union all
    select
        case
            when regexp_matches(lower(concat_ws(' ', f.purpose, t.list)), '投诉|complaint|unsolved|low_csi') then 'reply'
            when coalesce(t.list, '') in ('event_notice', 'event_letter', 'focus_campaign') then 'invitation'
            else 'notice'
        end,
        f.row_key, f.store_id, f.contacted_at, f.task_id, t.reference, f.note, f.staff, f.vin_key, f.plate_key, f.customer_key
    from follow_ups as f
    left join follow_up_tasks as t on t.task_id = f.task_id
    where f.channel = 'letter'
),

named as (
    select l.*, coalesce(t.unit_id, k.unit_id) as unit_id, t.customer_id as task_customer
    from letters as l
    left join follow_up_tasks as t on t.task_id = l.task_id
    left join unit_keys as k
        on
            k.key = coalesce(l.vin_key, l.plate_key)
            and (k.valid_from is null or k.valid_from <= l.sent_at)
            and (k.valid_to is null or l.sent_at < k.valid_to)
    qualify row_number() over (partition by l.letter_kind, l.row_key order by k.unit_id) = 1
)

select
    n.row_key,
    n.store_id,
    cast(n.sent_at as date) as sent_on,
    n.letter_kind,
    n.campaign,
    n.unit_id,
    coalesce(p.person_id, n.customer_key, n.task_customer, h.customer_id) as customer_id,
    p.customer_no,
    p.name,
    p.address,
    h.plate,
    h.vin,
    n.note,
    n.staff,
    n.task_id
from named as n
left join vehicles as h on h.unit_id = n.unit_id
left join customers_merged as p on p.customer_id = coalesce(n.customer_key, n.task_customer, h.customer_id)
order by sent_on, n.row_key;
