-- What was imported, file by file.
-- grain: import_id
-- inputs: imports
-- output: imports
select import_id::bigint as import_id, file, kind,
    records, loaded, replaced, unchanged, duplicate, rejected, data_through
from imports
order by import_id;
