-- What a contact says by its result: whether somebody was reached, whether nobody was rung up at all, whether it answers what was asked.
-- grain: one value a call
-- inputs: none
-- output: says_reached(result_l1, result_l2), says_untried(result_l1, result_l2), is_answer(task_id, result_l1, result_l2, lost_reason, next_at, opt_out)
-- Codes of returned lists and words of other systems alike.
create or replace temporary macro says_reached(result_l1, result_l2) as
not regexp_matches(
    lower(concat_ws(' ', result_l1, result_l2)),
    'failed|失败|[没未]接($| |通|听|电话|来电)|不接( |$|听|电话)|[无没]人(接|应答)|无应答|打不通|[没未]打($| |通|电话)|接不通'
    || '|[未没]拨|没有拨|无法接通|联系不上|不在服务区|占线|忙音|关机|停机|欠费|空号|错号|号码错|号码不对|打错|不是本人|拒接|拒绝接|按掉'
    || '|^not reached|not dialled|not_dialled|not called|not answered|no answer|no_answer|no reply|voicemail|unreachable|line busy|engaged'
    || '|phone off|phone_off|switched off|suspended|not in service|wrong number|number wrong|wrong_number|call_rejected|(^| )rejected'
);

-- A row that was not worked off is no attempt.
create or replace temporary macro says_untried(result_l1, result_l2) as
regexp_matches(
    lower(concat_ws(' ', result_l1, result_l2)), '[未没]拨|没有?拨|[没未]打($| |电话)|not_dialled|not dialled|not called'
);

-- A row of a list with a note alone is begun, not done; a contact that other systems keep without any result took place.
create or replace temporary macro is_answer(task_id, result_l1, result_l2, lost_reason, next_at, opt_out) as (
    says_reached(result_l1, result_l2)
    and (
        task_id is null
        or coalesce(result_l1, result_l2, lost_reason) is not null
        or next_at is not null
        or coalesce(opt_out, false)
    )
);
