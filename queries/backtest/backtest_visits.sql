-- How many visits each visit model foretold at an earlier date, held against what came.
-- grain: one row per method, cutoff and horizon
-- inputs: none
-- output: backtest_visits, empty
create table if not exists backtest_visits (
    method varchar,
    cutoff date,
    horizon_days integer,
    -- Persons' units judged; NULL and all that follows where the fit could not be trusted, and caveat says why.
    units integer,
    -- Of the probability of no visit within the horizon.
    log_loss double,
    visits_expected double,
    visits_came double,
    -- Mean absolute error of a unit's number of visits.
    mean_absolute_error double,
    -- Share of the units whose number lay within the interval of 80 %, and the share that the interval promised; a
    -- number of visits is whole, so that more than 80 % is promised. NULL for pareto_nbd, which gives none here.
    inside_80 double,
    inside_80_promised double,
    caveat varchar
);
