-- What the probabilities of leaving said on data that they had not seen, against what came: ten groups of equal count.
-- grain: bin
-- inputs: run, model_cards
-- output: probabilities
-- run: as_of
-- From the card of the method in use; bin 1 is the least likely to leave. None where there was too little history to judge one.
with card as (
    select c.name, c.measures::json as measures
    from model_cards c, run r
    where c.as_of = r.as_of and c.name = 'churn_probability' and json_exists(c.measures, '$.bins')
),
bins as (
    select name, generate_subscripts(json_extract(measures, '$.bins[*]'), 1) as bin,
        unnest(json_extract(measures, '$.bins[*]')) as it,
        coalesce(json_extract_string(measures, '$.champion'), 'return_share') as method
    from card
)
select bin::bigint as bin, method,
    json_extract(it, '$.count')::bigint as units,
    json_extract(it, '$.said')::double as said,
    json_extract(it, '$.came')::double as came
from bins
order by bin;
