-- Refused rows by reason, each with the place of one of them.
-- grain: one row per reason and column
-- inputs: rejects
-- output: reason, column_name, records, files, file, line
select
    reason, "column" as column_name, count(*) as records, count(distinct file) as files,
    arg_min(file, (import_id, line)) as file, arg_min(line, (import_id, line)) as line
from rejects
group by reason, "column"
order by records desc, reason, column_name;
