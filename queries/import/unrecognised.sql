-- Words that no synonym table knows, as each file had them, so that they can be given a meaning.
-- grain: one row per import, column and word
-- inputs: none
-- output: unrecognised, empty
create table if not exists unrecognised (
    import_id integer,
    file varchar,
    kind varchar,
    "column" varchar,
    word varchar,
    times bigint
);
