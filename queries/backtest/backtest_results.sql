-- What each method said at an earlier date, held against what came.
-- grain: one row per method, cutoff, horizon and group of units
-- inputs: none
-- output: backtest_results, backtest_bins, empty
create table if not exists backtest_results (
    method varchar,
    -- True for the method that the score command would have used at that date.
    is_champion boolean,
    cutoff date,
    horizon_days integer,
    -- all, or repeaters: units with more than one qualified visit by then.
    units_of varchar,
    units integer,
    events integer,
    base_rate double,
    auc double,
    auc_low double,
    auc_high double,
    auc_above_hiatus double,
    auc_above_hiatus_low double,
    auc_above_hiatus_high double,
    average_precision double,
    brier double,
    brier_low double,
    brier_high double,
    brier_skill double,
    log_loss double,
    calibration_slope double,
    calibration_intercept double,
    ece double,
    lift_at_10 double,
    lift_at_20 double,
    k integer,
    precision_at_k double
);

-- Ten bins of equal count, from the least likely to leave to the most.
create table if not exists backtest_bins (
    method varchar,
    cutoff date,
    horizon_days integer,
    bin integer,
    units integer,
    said double,
    came double
);
