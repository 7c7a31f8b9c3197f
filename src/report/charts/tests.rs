#![allow(clippy::unwrap_used)]

use super::*;
use crate::i18n::Currency;
use crate::kpis::sample::HOSTILE;
use crate::report::block::{
    BarRow, Bars, CurveLine, Curves, Grid, GridCell, GridRow, Line, Matrix, NamedPoint, Panel,
    Panels, RangeRow, Ranges, Scale, ShareSeries, Shares, Square, SquarePoint, Step, Tick,
    Waterfall,
};
use crate::types::Lang;

/// Numbers in that language, money in yuan.
fn writing(lang: Lang) -> Writing<'static> {
    static YUAN: std::sync::LazyLock<Currency> = std::sync::LazyLock::new(Currency::default);
    Writing {
        lang,
        currency: &YUAN,
    }
}

fn panels(values: Vec<Option<f64>>, bars: bool) -> Chart {
    Chart::Panels(Panels {
        ticks: values
            .iter()
            .map(|_| Tick {
                label: "12月".to_owned(),
                below: "2025年".to_owned(),
                faint: false,
            })
            .collect(),
        emphasise_last: true,
        panels: vec![Panel {
            title: "进厂台次".to_owned(),
            scale: Scale::Count,
            bars,
            last_label: "562".to_owned(),
            compare: Some(Line {
                label: "上年".to_owned(),
                values: values.clone(),
            }),
            target: Some(Line {
                label: "目标".to_owned(),
                values: vec![Some(3.0); values.len()],
            }),
            values,
        }],
    })
}

fn draw(chart: &Chart) -> String {
    svg(chart, writing(Lang::Zh), 400, "x", "标题", "说明").unwrap()
}

/// No coordinate is lost to a division by nothing, and every number is finite.
fn sound(svg: &str) {
    assert!(svg.starts_with("<svg role=\"img\" aria-labelledby=\"x-title x-desc\""));
    assert!(svg.contains("<title id=\"x-title\">标题</title>"));
    for bad in ["NaN", "inf", "2147483647", "-2147483648"] {
        assert!(!svg.contains(bad), "{bad} in {svg}");
    }
}

#[test]
fn nothing_one_point_negatives_and_the_infinite_are_drawn_without_harm() {
    for bars in [true, false] {
        for values in [
            vec![],
            vec![None, None],
            vec![Some(5.0)],
            vec![Some(0.0), Some(0.0)],
            vec![Some(-5.0), Some(7.5), None, Some(-2.0)],
            vec![Some(f64::NAN), Some(f64::INFINITY), Some(1.0)],
            vec![Some(1e15), Some(-1e15)],
        ] {
            sound(&draw(&panels(values, bars)));
        }
    }
    for values in [
        vec![],
        vec![None],
        vec![Some(1.0)],
        vec![Some(-1.0), None, Some(2.0)],
    ] {
        assert!(!sparkline(&values, "s", "t").unwrap().contains("NaN"));
    }
}

#[test]
fn negative_bars_hang_from_the_line_of_zero() {
    let svg = draw(&panels(vec![Some(10.0), Some(-10.0)], true));
    let bars: Vec<(f64, f64)> = svg
        .lines()
        .filter(|l| l.starts_with("<rect") && !l.contains("#FFFFFF"))
        .map(|l| {
            let get = |key: &str| -> f64 {
                let at = l.find(&format!(" {key}=\"")).unwrap() + key.len() + 3;
                l[at..].split('"').next().unwrap().parse().unwrap()
            };
            (get("y"), get("height"))
        })
        .collect();
    assert_eq!(bars.len(), 2);
    assert!((bars[0].0 + bars[0].1 - bars[1].0).abs() <= 1.0, "{bars:?}");
}

#[test]
fn empty_shapes_of_every_kind_are_drawn() {
    sound(&draw(&Chart::Shares(Shares {
        ticks: vec![],
        series: vec![],
    })));
    for (scale, values) in [
        (
            Scale::Share,
            vec![Some(1.0), None, Some(0.4), Some(f64::NAN)],
        ),
        (Scale::Count, vec![]),
        (Scale::Count, vec![Some(0.0)]),
        (Scale::Count, vec![None, Some(f64::INFINITY), Some(3.0)]),
    ] {
        let band = values
            .iter()
            .map(|v| v.map(|v| (v - 0.1, v + 0.1)))
            .collect();
        sound(&draw(&Chart::Curves(Curves {
            ticks: values
                .iter()
                .map(|_| Tick {
                    label: HOSTILE.to_owned(),
                    below: String::new(),
                    faint: false,
                })
                .collect(),
            scale,
            lines: vec![CurveLine {
                label: HOSTILE.to_owned(),
                values,
                band,
            }],
        })));
    }
    sound(&draw(&Chart::Bars(Bars { rows: vec![] })));
    sound(&draw(&Chart::Bars(Bars {
        rows: vec![BarRow {
            label: "流失".to_owned(),
            value: -3.0,
            text: "-3".to_owned(),
            whole: None,
            mark: None,
        }],
    })));
    sound(&draw(&Chart::Waterfall(Waterfall {
        opening: ("月初".to_owned(), "0".to_owned()),
        steps: vec![Step {
            label: "新客".to_owned(),
            change: 0.0,
            text: "0".to_owned(),
        }],
        closing: ("月末".to_owned(), "0".to_owned()),
    })));
    sound(&draw(&Chart::Matrix(Box::new(Matrix {
        x_title: String::new(),
        y_title: String::new(),
        levels: Default::default(),
        cells: Default::default(),
    }))));
}

#[test]
fn grids_ranges_and_squares_stand_nothing_and_the_infinite() {
    let cell = |weight| GridCell {
        weight,
        text: HOSTILE.to_owned(),
    };
    for (shades, weights) in [
        ((0.0, 0.0), vec![]),
        ((0.5, 0.5), vec![Some(0.5), None]),
        (
            (0.0, 1.0),
            vec![Some(f64::NAN), Some(f64::INFINITY), Some(7.0), Some(-1.0)],
        ),
    ] {
        let columns: Vec<String> = weights.iter().map(|_| HOSTILE.to_owned()).collect();
        sound(&draw(&Chart::Grid(Grid {
            x_title: HOSTILE.to_owned(),
            y_title: String::new(),
            rows: vec![GridRow {
                label: HOSTILE.to_owned(),
                note: "n = 1".to_owned(),
                cells: weights.into_iter().map(cell).collect(),
            }],
            columns,
            shades,
        })));
    }
    for (value, range, reference) in [
        (f64::NAN, None, Some(f64::NAN)),
        (5.0, Some((5.0, 5.0)), Some(5.0)),
        (5.0, Some((f64::NEG_INFINITY, f64::NAN)), None),
        (-3.0, Some((-1e12, 1e12)), Some(0.0)),
    ] {
        sound(&draw(&Chart::Ranges(Ranges {
            scale: Scale::Count,
            rows: vec![RangeRow {
                label: "长".repeat(500),
                value,
                range,
                text: HOSTILE.to_owned(),
                mark: None,
            }],
            reference: reference.map(|v| (v, HOSTILE.to_owned())),
        })));
    }
    for joined in [true, false] {
        for points in [
            vec![],
            vec![(0.5, 0.5, None)],
            vec![
                (0.0, 0.0, None),
                (f64::NAN, 1.0, None),
                (2.0, -1.0, Some((f64::NAN, 3.0))),
            ],
        ] {
            sound(&draw(&Chart::Square(Square {
                x_title: String::new(),
                y_title: HOSTILE.to_owned(),
                equal: HOSTILE.to_owned(),
                joined,
                points: points
                    .into_iter()
                    .map(|(x, y, range)| SquarePoint { x, y, range })
                    .collect(),
                named: vec![NamedPoint {
                    x: 1.0,
                    y: f64::INFINITY,
                    label: HOSTILE.to_owned(),
                }],
            })));
        }
    }
}

#[test]
fn words_cannot_leave_their_place() {
    let chart = Chart::Shares(Shares {
        ticks: vec![Tick {
            label: HOSTILE.to_owned(),
            below: HOSTILE.to_owned(),
            faint: false,
        }],
        series: vec![ShareSeries {
            label: HOSTILE.to_owned(),
            rest: false,
            values: vec![Some(1.0)],
        }],
    });
    let svg = svg(&chart, writing(Lang::En), 400, "x\"y", HOSTILE, HOSTILE).unwrap();
    assert!(!svg.contains("<script"));
    assert!(!svg.contains("\" onload"));
    assert!(svg.contains("&lt;script&gt;"));
    assert!(svg.contains("id=\"x&quot;y-title\""));
}
