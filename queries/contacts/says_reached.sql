-- Whether the result of a contact says that somebody was reached: codes of returned lists and words of other systems alike.
-- grain: one value a call
-- inputs: none
-- output: says_reached(result_l1, result_l2)
create or replace temporary macro says_reached(result_l1, result_l2) as
not regexp_matches(
    lower(concat_ws(' ', result_l1, result_l2)),
    'failed|失败|未接|无人接|关机|停机|空号|错号|拒接|没拨|未拨|not reached|no answer'
);
