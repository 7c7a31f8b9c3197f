-- Rows that a later row of the same number in the same file took the place of, though it says something else.
-- Counted; of the first thousand the lines, and the lines that stayed.
-- grain: one row per import that had any
-- inputs: none
-- output: duplicates, empty
create table if not exists duplicates (
    import_id integer,
    file varchar,
    kind varchar,
    records bigint,
    lines bigint[],
    kept_lines bigint[]
);
