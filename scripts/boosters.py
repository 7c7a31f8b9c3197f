"""Holds the probabilities of `retain backtest` against gradient boosting from scikit-learn on the same inputs and dates.

Usage: retain backtest --db shop.duckdb --rows rows.parquet, then python scripts/boosters.py rows.parquet [more.parquet ...]
Needs scikit-learn and duckdb. For each file and cutoff: the other's booster is fitted to what the backtest learned from (its
early stopping on a tenth of these rows), then both are judged on what came.
"""

import sys

import duckdb
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

NOT_INPUTS = {"cutoff", "part", "customer", "left", "return_share", "score"}


def booster(seed: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=600, max_leaf_nodes=31, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=True, n_iter_no_change=20, random_state=seed,
    )


def main(paths: list[str]) -> None:
    print("| file | cutoff | units | AUC days since last visit | AUC retain | AUC other | difference | Brier retain | Brier other | log-loss retain | log-loss other |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    differences = []
    for path in paths:
        rows = duckdb.sql(f"select * from '{path}'")
        inputs = [c for c in rows.columns if c not in NOT_INPUTS]
        for (cutoff,) in duckdb.sql(f"select distinct cutoff from '{path}' order by 1 desc").fetchall():
            def part(name):
                at = duckdb.sql(f"select * from '{path}' where cutoff = '{cutoff}' and part = '{name}'").fetchnumpy()
                x = np.column_stack([np.ma.filled(np.ma.asarray(at[c], dtype=float), np.nan) for c in inputs])
                return x, np.asarray(at["left"], dtype=int), np.ma.filled(np.ma.asarray(at["score"], dtype=float), np.nan)

            x, y, _ = part("learned")
            x_new, y_new, said = part("judged")
            # What was never known cannot be binned.
            known = ~np.isnan(x).all(axis=0)
            hiatus = np.nan_to_num(x_new[:, inputs.index("hiatus_days")], nan=1e6)
            x, x_new = x[:, known], x_new[:, known]
            # The mean of three, as seeds of early stopping differ.
            other = np.mean([booster(s).fit(x, y).predict_proba(x_new)[:, 1] for s in range(3)], axis=0)
            auc, auc_other = roc_auc_score(y_new, said), roc_auc_score(y_new, other)
            differences.append(auc - auc_other)
            print(
                f"| {path} | {cutoff} | {len(y_new):,} | {roc_auc_score(y_new, hiatus):.4f} | {auc:.4f} | {auc_other:.4f} | {auc - auc_other:+.4f}"
                f" | {brier_score_loss(y_new, said):.4f} | {brier_score_loss(y_new, other):.4f}"
                f" | {log_loss(y_new, said):.4f} | {log_loss(y_new, other):.4f} |",
                flush=True,
            )
    print(f"\nMean difference in AUC: {np.mean(differences):+.4f}; worst {min(differences):+.4f}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
