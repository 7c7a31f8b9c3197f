-- Which customers count as one person: what somebody decided, what follows from it, and customers as they count then.
-- grain: one row a decision in customer_merges; one row a customer that counts as another in customer_aliases; one row per customer_id in customers_merged
-- inputs: customers
-- output: customer_merges and customer_aliases, empty; customers_merged
-- `customers` stays as the files say it, so that a later file finds its own rows. Whatever is found about a customer goes
-- by `person_id`: the customer that is kept, else the customer itself. A row of `customers_merged` says what is known of
-- the person, whichever number it is asked by: what the kept file says, else another one of the person's.
create table if not exists customer_merges (
    -- In the order in which they were made.
    decision_no integer,
    -- Names the pair: the same pair decided again has it again.
    merge_id varchar,
    kept_id ubigint,
    merged_id ubigint,
    -- The kinds of evidence that spoke for it, never a value.
    why varchar,
    -- How much spoke for it, from 1 to 4.
    evidence integer,
    decided_on date,
    -- NULL: in force.
    undone_on date
);

create table if not exists customer_aliases (
    customer_id ubigint,
    person_id ubigint
);

create or replace view customers_merged as
with members as (
    select c.*, a.person_id, row_number() over (partition by a.person_id order by c.customer_id <> a.person_id, c.customer_id) as place
    from customers as c
    inner join (
        select customer_id, person_id from customer_aliases
        union
        select person_id, person_id from customer_aliases
    ) as a on a.customer_id = c.customer_id
),

phones_of as (
    select person_id, list(phone order by place, nth, phone) as phones
    from (
        select person_id, phone, min(place) as place, arg_min(nth, place) as nth
        from (select person_id, place, unnest(phones) as phone, generate_subscripts(phones, 1) as nth from members)
        group by person_id, phone
    )
    group by person_id
),

-- The stricter wins: a refusal of either holds. Not to have been asked is no answer.
consents as (
    select person_id, consent_marketing, max(consent_at) as consent_at
    from members
    where consent_marketing is not null
    group by person_id, consent_marketing
    qualify row_number() over (
        partition by person_id
        order by case consent_marketing when 'no' then 1 when 'yes' then 2 else 3 end, consent_marketing
    ) = 1
),

one as (
    select
        person_id,
        arg_min(store_id, place) as store_id,
        arg_min(customer_no, place) as customer_no,
        arg_min(kind, place) as kind,
        arg_min(name, place) as name,
        arg_min(phone_primary, place) as phone_primary,
        arg_min(address, place) as address,
        arg_min(district, place) as district,
        arg_min(owner, place) as owner,
        min(file_opened_at) as file_opened_at,
        min(known_from) as known_from
    from members
    group by person_id
)

select
    c.customer_id,
    coalesce(m.person_id, c.customer_id) as person_id,
    coalesce(o.store_id, c.store_id) as store_id,
    coalesce(o.customer_no, c.customer_no) as customer_no,
    coalesce(o.kind, c.kind) as kind,
    coalesce(o.name, c.name) as name,
    coalesce(o.phone_primary, c.phone_primary) as phone_primary,
    coalesce(p.phones, c.phones) as phones,
    coalesce(o.address, c.address) as address,
    coalesce(o.district, c.district) as district,
    coalesce(o.owner, c.owner) as owner,
    coalesce(o.file_opened_at, c.file_opened_at) as file_opened_at,
    coalesce(n.consent_marketing, c.consent_marketing) as consent_marketing,
    coalesce(n.consent_at, c.consent_at) as consent_at,
    coalesce(o.known_from, c.known_from) as known_from
from customers as c
left join members as m on m.customer_id = c.customer_id
left join one as o on o.person_id = m.person_id
left join phones_of as p on p.person_id = m.person_id
left join consents as n on n.person_id = m.person_id;
