//! Page 3: the customer base, how it moved, who is slipping away, who is loyal.

use super::compared;
use crate::analysis::{Figure as Number, LoyaltyMatrix, Mark, MatrixCell, Movement};
use crate::i18n::percent;
use crate::report::block::{
    BarRow, Bars, Block, Chart, DataTable, Figure, Matrix, MatrixText, Step, Waterfall,
};
use crate::report::format::{self, number_of, signed_count};
use crate::report::words::Words;

pub(in crate::report) fn build(w: &Words<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Charts {
        figures: vec![movement_figure(w), states_figure(w)],
    }];
    if let Some(care) = &w.a.care {
        blocks.push(Block::Charts {
            figures: vec![
                compared::away(w, &care.away, "age"),
                compared::away(w, &care.away, "warranty"),
            ],
        });
    }
    blocks.extend([
        Block::Heading {
            text: w.t("heading-movement"),
        },
        Block::Table(movement_table(w)),
        Block::Note {
            text: w.t("note-movement"),
        },
        Block::Heading {
            text: w.t("heading-matrix"),
        },
        Block::Table(matrix_table(w)),
        Block::Note {
            text: w.t("note-matrix"),
        },
    ]);
    blocks
}

#[allow(clippy::cast_precision_loss)] // counts
fn count(n: i64) -> Number {
    Number::Count(n as f64)
}

fn movement_figure(w: &Words<'_>) -> Figure {
    let movement = w.a.movement_of("customer");
    let title = movement.map_or_else(
        || w.t("movement-title-none"),
        |m| {
            let key = match (m.closing - m.opening).signum() {
                1 => "movement-title-grew",
                0 => "movement-title-same",
                _ => "movement-title-shrank",
            };
            w.phrase(
                key,
                &[
                    ("closing", count(m.closing)),
                    ("net", count((m.closing - m.opening).abs())),
                ],
            )
        },
    );
    let steps = |m: &Movement| {
        [
            ("step-new", m.new),
            ("step-won-back", m.won_back),
            ("step-lost", -m.lost),
            ("step-gone", -m.gone),
        ]
        .map(|(key, change)| {
            #[allow(clippy::cast_precision_loss)] // counts
            let change = change as f64;
            Step {
                label: w.t(key),
                change,
                text: signed_count(change),
            }
        })
        .to_vec()
    };
    let chart = movement.map(|m| {
        Chart::Waterfall(Waterfall {
            opening: (w.t("step-opening"), number_of(m.opening)),
            steps: steps(m),
            closing: (w.t("step-closing"), number_of(m.closing)),
        })
    });
    let mut table = movement_table(w);
    table.caption.clone_from(&title);
    Figure {
        id: "movement",
        title,
        subtitle: w.t("movement-subtitle"),
        note: w.t("movement-note"),
        width: 444,
        chart,
        missing: w.t("missing-visits"),
        table,
    }
}

fn movement_table(w: &Words<'_>) -> DataTable {
    let rows =
        w.a.movement
            .iter()
            .map(|m| {
                vec![
                    w.t(&format!("subject-{}", m.subject)).into(),
                    number_of(m.opening).into(),
                    number_of(m.new).into(),
                    number_of(m.won_back).into(),
                    number_of(m.lost).into(),
                    number_of(m.gone).into(),
                    number_of(m.closing).into(),
                ]
            })
            .collect();
    w.table(
        &w.t("movement-caption"),
        &[
            "column-subject",
            "step-opening>",
            "step-new>",
            "step-won-back>",
            "step-lost>",
            "step-gone>",
            "step-closing>",
        ],
        rows,
    )
}

fn state_mark(state: &str) -> Option<Mark> {
    match state {
        "active" | "won_back" | "new" => Some(Mark::Good),
        "due" | "warning" => Some(Mark::Watch),
        "at_risk" | "lost" | "dead" | "never" => Some(Mark::Bad),
        _ => None,
    }
}

fn states_figure(w: &Words<'_>) -> Figure {
    let states = &w.a.states;
    let of = |names: &[&str]| -> i64 {
        states
            .iter()
            .filter(|s| names.contains(&s.state.as_str()))
            .map(|s| s.units)
            .sum()
    };
    let (slipping, loyal) = (
        of(&["warning", "at_risk"]),
        states
            .iter()
            .filter(|s| matches!(s.state.as_str(), "warning" | "at_risk"))
            .map(|s| s.loyal_units)
            .sum(),
    );
    let known = states.iter().any(|s| s.units > 0);
    let title = if known {
        w.phrase(
            "states-title",
            &[("slipping", count(slipping)), ("loyal", count(loyal))],
        )
    } else {
        w.t("states-title-none")
    };
    let chart = known.then(|| {
        Chart::Bars(Bars {
            rows: states
                .iter()
                .filter(|s| s.units > 0)
                .map(|s| {
                    #[allow(clippy::cast_precision_loss)] // counts
                    let value = s.units as f64;
                    BarRow {
                        label: w.common(&format!("state-{}", s.state)),
                        value,
                        whole: None,
                        text: match s.share {
                            Some(share) => format!("{} · {}", number_of(s.units), percent(share)),
                            None => number_of(s.units),
                        },
                        mark: state_mark(&s.state),
                    }
                })
                .collect(),
        })
    });
    let rows = states
        .iter()
        .map(|s| {
            vec![
                w.common(&format!("state-{}", s.state)).into(),
                number_of(s.units).into(),
                s.share.map_or_else(String::new, percent).into(),
                number_of(s.loyal_units).into(),
                number_of(s.customers).into(),
                number_of(s.company_units).into(),
            ]
        })
        .collect();
    let date = w.a.states_as_of.map_or_else(String::new, format::day);
    Figure {
        id: "states",
        subtitle: w.ta("states-subtitle", &[("date", &date)]),
        note: w.t("states-note"),
        width: 444,
        chart,
        missing: w.t("missing-scores"),
        table: w.table(
            &title,
            &[
                "column-state",
                "column-units>",
                "column-share>",
                "column-loyal>",
                "column-customers>",
                "column-company>",
            ],
            rows,
        ),
        title,
    }
}

/// The loyalty matrix as a heat map.
pub(super) fn matrix_figure(w: &Words<'_>, width: u32) -> Figure {
    let matrix = w.a.matrix.as_ref();
    let title = matrix.map_or_else(
        || w.t("matrix-title-none"),
        |m| {
            let best = m.cells[2][2];
            w.phrase(
                "matrix-title",
                &[
                    ("best", count(best.units)),
                    ("share", Number::Share(best.share)),
                    ("slipping", count(best.slipping)),
                ],
            )
        },
    );
    let text = |cell: &MatrixCell| MatrixText {
        weight: cell.share,
        value: number_of(cell.units),
        share: percent(cell.share),
        alert: if cell.slipping > 0 {
            w.ta("matrix-alert", &[("n", &number_of(cell.slipping))])
        } else {
            String::new()
        },
    };
    let chart = matrix.map(|m| {
        Chart::Matrix(Box::new(Matrix {
            x_title: w.t("matrix-x"),
            y_title: w.t("matrix-y"),
            levels: levels(w),
            cells: m.cells.each_ref().map(|row| row.each_ref().map(text)),
        }))
    });
    let date = matrix.map_or_else(String::new, |m| format::day(m.as_of));
    let n = number_of(matrix.map_or(0, LoyaltyMatrix::units));
    let mut table = matrix_table(w);
    table.caption.clone_from(&title);
    Figure {
        id: "matrix",
        title,
        subtitle: w.ta("matrix-subtitle", &[("date", &date)]),
        note: w.ta("matrix-figure-note", &[("n", &n)]),
        width,
        chart,
        missing: w.t("missing-scores"),
        table,
    }
}

fn levels(w: &Words<'_>) -> [String; 3] {
    ["level-low", "level-middle", "level-high"].map(|key| w.t(key))
}

fn matrix_table(w: &Words<'_>) -> DataTable {
    let mut rows = Vec::new();
    if let Some(m) = &w.a.matrix {
        let levels = levels(w);
        for quality in (0..3).rev() {
            for frequency in (0..3).rev() {
                let cell = m.cells[quality][frequency];
                rows.push(vec![
                    levels[quality].clone().into(),
                    levels[frequency].clone().into(),
                    number_of(cell.units).into(),
                    percent(cell.share).into(),
                    number_of(cell.slipping).into(),
                    w.t(&format!("advice-{}-{}", quality + 1, frequency + 1))
                        .into(),
                ]);
            }
        }
    }
    w.table(
        &w.t("matrix-caption"),
        &[
            "column-quality",
            "column-frequency",
            "column-units>",
            "column-share>",
            "column-slipping>",
            "column-advice",
        ],
        rows,
    )
}
