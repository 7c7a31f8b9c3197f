-- Rejected rows by reason and column.
-- grain: reason, column
-- inputs: rejects
-- output: rejects
select coalesce(reason, '') as reason, "column", count(*) as rows, count(distinct file) as files
from rejects
group by all
order by rows desc, reason, "column" nulls last;
