//! Charts that Excel draws itself, and the sheet whose cells they read.

use rust_xlsxwriter::{
    Chart as Native, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartMarker, ChartRange, ChartSeries, ChartSolidFill, ChartType, Worksheet,
};

use super::Written;
use super::look::{BLUE, GREY, Look, ORANGE, SERIES};
use crate::report::block::{
    Bars, Chart, Curves, Line, Panel, Panels, Scale, Shares, Tick, Waterfall,
};
use crate::report::format::Writing;
use crate::report::shown::{clean, number};
use crate::types::Lang;

/// Height of a chart, px.
pub(super) const HEIGHT: u32 = 240;

/// A cell of the data sheet.
enum Cell {
    Text(String),
    Number(Option<f64>),
}

/// The cells that charts read: block under block, series in columns.
pub(super) struct ChartData {
    name: String,
    rows: Vec<Vec<Cell>>,
}

/// A block of chart data: its first row and number of rows below the header.
#[derive(Clone, Copy)]
struct Area {
    header: u32,
    rows: u32,
}

impl ChartData {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            rows: Vec::new(),
        }
    }

    /// A row of numbers behind its label; the range of the numbers.
    pub(super) fn row(&mut self, label: &str, values: &[Option<f64>]) -> ChartRange {
        let row = self.next();
        let mut cells = vec![Cell::Text(clean(label))];
        cells.extend(values.iter().map(|v| Cell::Number(*v)));
        self.rows.push(cells);
        let last = u16::try_from(values.len()).unwrap_or(u16::MAX);
        ChartRange::new_from_range(&self.name, row, 1, row, last)
    }

    fn next(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Categories in the first column, each series in one of its own.
    fn columns(&mut self, categories: &[String], series: &[(&str, &[Option<f64>])]) -> Area {
        let header = self.next();
        let mut head = vec![Cell::Text(String::new())];
        head.extend(series.iter().map(|(label, _)| Cell::Text(clean(label))));
        self.rows.push(head);
        for (i, category) in categories.iter().enumerate() {
            let mut row = vec![Cell::Text(clean(category))];
            row.extend(
                series
                    .iter()
                    .map(|(_, values)| Cell::Number(values.get(i).copied().flatten())),
            );
            self.rows.push(row);
        }
        self.rows.push(Vec::new());
        Area {
            header,
            rows: u32::try_from(categories.len()).unwrap_or(u32::MAX),
        }
    }

    /// A series over a column of a block.
    fn series(&self, area: Area, column: u16) -> ChartSeries {
        let range = |column| {
            ChartRange::new_from_range(
                &self.name,
                area.header + 1,
                column,
                area.header + area.rows,
                column,
            )
        };
        let mut series = ChartSeries::new();
        series
            .set_name((self.name.as_str(), area.header, column))
            .set_categories(&range(0))
            .set_values(&range(column));
        series
    }

    pub(super) fn write(&self, sheet: &mut Worksheet, look: &Look) -> Written {
        sheet.set_name(&self.name)?;
        sheet.set_column_width_pixels(0, 140)?;
        for (i, row) in (0u32..).zip(&self.rows) {
            for (j, cell) in (0u16..).zip(row) {
                match cell {
                    Cell::Text(text) if text.is_empty() => {}
                    Cell::Text(text) => {
                        sheet.write_string_with_format(i, j, text, &look.note)?;
                    }
                    Cell::Number(Some(value)) if value.is_finite() => {
                        sheet.write_number(i, j, *value)?;
                    }
                    Cell::Number(_) => {}
                }
            }
        }
        sheet
            .set_paper_size(9)
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

/// The chart as Excel draws it; nothing where its table says it better.
pub(super) fn charts(chart: &Chart, writing: Writing<'_>, data: &mut ChartData) -> Vec<Native> {
    match chart {
        Chart::Panels(panels) => panels
            .panels
            .iter()
            .map(|panel| panel_chart(panels, panel, writing, data))
            .collect(),
        Chart::Shares(shares) => vec![shares_chart(shares, writing, data)],
        Chart::Bars(bars) => vec![bars_chart(bars, writing, data)],
        Chart::Curves(curves) => vec![curves_chart(curves, writing, data)],
        Chart::Waterfall(steps) => waterfall_chart(steps, writing, data).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn categories(ticks: &[Tick]) -> Vec<String> {
    ticks
        .iter()
        .map(|t| {
            if t.below.is_empty() {
                t.label.clone()
            } else {
                format!("{} {}", t.label, t.below)
            }
        })
        .collect()
}

fn font(lang: Lang) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(9).set_name(match lang {
        Lang::Zh => "Microsoft YaHei",
        Lang::En => "Arial",
    });
    font
}

/// A title that is a text and no reference.
fn titled(chart: &mut Native, title: &str, writing: Writing<'_>) {
    let title = clean(title);
    let title = title.replacen('=', "＝", usize::from(title.starts_with('=')));
    if title.is_empty() {
        chart.title().set_hidden();
    } else {
        let mut bold = font(writing.lang);
        bold.set_bold();
        chart.title().set_name(&title).set_font(&bold);
    }
}

fn axes(chart: &mut Native, format: &str, writing: Writing<'_>) {
    chart.x_axis().set_font(&font(writing.lang));
    chart
        .y_axis()
        .set_font(&font(writing.lang))
        .set_num_format(format);
    let mut rule = ChartLine::new();
    rule.set_color(0x00D9_E2EC).set_width(0.5);
    chart.y_axis().set_major_gridlines_line(&rule);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.legend().set_font(&font(writing.lang));
}

fn scale_format(writing: Writing<'_>, scale: Scale) -> String {
    match scale {
        Scale::Share => "0%".to_owned(),
        Scale::Count => "#,##0".to_owned(),
        Scale::Money => writing.currency.sheet_format(writing.lang),
    }
}

fn panel_chart(
    panels: &Panels,
    panel: &Panel,
    writing: Writing<'_>,
    data: &mut ChartData,
) -> Native {
    let lines: Vec<&Line> = [&panel.compare, &panel.target]
        .into_iter()
        .flatten()
        .collect();
    let mut series: Vec<(&str, &[Option<f64>])> = vec![(&panel.title, &panel.values)];
    series.extend(
        lines
            .iter()
            .map(|l| (l.label.as_str(), l.values.as_slice())),
    );
    let area = data.columns(&categories(&panels.ticks), &series);
    let mut main = Native::new(if panel.bars {
        ChartType::Column
    } else {
        ChartType::Line
    });
    let mut first = data.series(area, 1);
    if panel.bars {
        first.set_gap(60).set_format(&mut filled(BLUE));
    } else {
        first.set_format(&mut stroke(BLUE, 1.75, ChartLineDashType::Solid));
        first.set_marker(ChartMarker::new().set_none());
    }
    main.push_series(&first);
    let mut beside = Native::new(ChartType::Line);
    let mut column = 2;
    for (line, dash) in [
        (&panel.compare, ChartLineDashType::Solid),
        (&panel.target, ChartLineDashType::Dash),
    ] {
        if line.is_none() {
            continue;
        }
        let mut series = data.series(area, column);
        let color = if dash == ChartLineDashType::Dash {
            0x001F_2933
        } else {
            0x007B_8794
        };
        series.set_format(&mut stroke(rust_xlsxwriter::Color::RGB(color), 1.0, dash));
        series.set_marker(ChartMarker::new().set_none());
        if panel.bars {
            beside.push_series(&series);
        } else {
            main.push_series(&series);
        }
        column += 1;
    }
    if panel.bars && column > 2 {
        main.combine(&beside);
    }
    titled(&mut main, &panel.title, writing);
    axes(&mut main, &scale_format(writing, panel.scale), writing);
    main
}

fn shares_chart(shares: &Shares, writing: Writing<'_>, data: &mut ChartData) -> Native {
    let series: Vec<(&str, &[Option<f64>])> = shares
        .series
        .iter()
        .map(|s| (s.label.as_str(), s.values.as_slice()))
        .collect();
    let area = data.columns(&categories(&shares.ticks), &series);
    let mut chart = Native::new(ChartType::ColumnPercentStacked);
    for (i, part) in (0u16..).zip(&shares.series) {
        let color = if part.rest {
            GREY
        } else {
            SERIES[usize::from(i) % SERIES.len()]
        };
        let mut series = data.series(area, i + 1);
        series.set_gap(40).set_format(&mut filled(color));
        chart.push_series(&series);
    }
    titled(&mut chart, "", writing);
    axes(&mut chart, "0%", writing);
    chart
}

/// Without the band, which the table has.
fn curves_chart(curves: &Curves, writing: Writing<'_>, data: &mut ChartData) -> Native {
    let series: Vec<(&str, &[Option<f64>])> = curves
        .lines
        .iter()
        .map(|l| (l.label.as_str(), l.values.as_slice()))
        .collect();
    let named = curves.ticks.iter().all(|t| !t.label.is_empty());
    // Every month has its number here, since Excel chooses which to show.
    let months: Vec<String> = if named {
        categories(&curves.ticks)
    } else {
        (0..curves.ticks.len()).map(|m| m.to_string()).collect()
    };
    let area = data.columns(&months, &series);
    let mut chart = Native::new(ChartType::Line);
    for (i, _) in (0u16..).zip(&curves.lines) {
        let mut series = data.series(area, i + 1);
        let color = SERIES[usize::from(i) % SERIES.len()];
        series.set_format(&mut stroke(color, 1.75, ChartLineDashType::Solid));
        series.set_marker(ChartMarker::new().set_none());
        chart.push_series(&series);
    }
    titled(&mut chart, "", writing);
    axes(&mut chart, &scale_format(writing, curves.scale), writing);
    if !named {
        chart.x_axis().set_label_interval(12);
    }
    chart
}

fn bars_chart(bars: &Bars, writing: Writing<'_>, data: &mut ChartData) -> Native {
    let labels: Vec<String> = bars.rows.iter().map(|r| r.label.clone()).collect();
    let values: Vec<Option<f64>> = bars.rows.iter().map(|r| Some(r.value)).collect();
    let area = data.columns(&labels, &[("", &values)]);
    let mut chart = Native::new(ChartType::Bar);
    let mut series = data.series(area, 1);
    series.set_gap(40).set_format(&mut filled(BLUE));
    chart.push_series(&series);
    titled(&mut chart, "", writing);
    axes(&mut chart, "#,##0", writing);
    chart.legend().set_hidden();
    // The first row stands above.
    chart.y_axis().set_font(&font(writing.lang));
    chart.x_axis().set_reverse();
    chart
}

/// Steps as columns that stand on an invisible base.
fn waterfall_chart(
    steps: &Waterfall,
    writing: Writing<'_>,
    data: &mut ChartData,
) -> Option<Native> {
    let opening = number(&steps.opening.1)?.value;
    let mut labels = vec![steps.opening.0.clone()];
    let (mut base, mut total) = (vec![Some(0.0)], vec![Some(opening)]);
    let (mut rise, mut fall) = (vec![None], vec![None]);
    let mut level = opening;
    for step in &steps.steps {
        labels.push(step.label.clone());
        let next = level + step.change;
        base.push(Some(level.min(next)));
        total.push(None);
        rise.push((step.change > 0.0).then_some(step.change));
        fall.push((step.change < 0.0).then_some(-step.change));
        level = next;
    }
    labels.push(steps.closing.0.clone());
    base.push(Some(0.0));
    total.push(Some(level));
    rise.push(None);
    fall.push(None);
    if base.iter().flatten().any(|b| *b < 0.0) {
        return None;
    }
    let area = data.columns(
        &labels,
        &[("", &base), ("=", &total), ("+", &rise), ("−", &fall)],
    );
    let mut chart = Native::new(ChartType::ColumnStacked);
    let mut nothing = data.series(area, 1);
    let mut unseen = ChartFormat::new();
    unseen.set_no_fill().set_no_border();
    nothing.set_gap(40).set_format(&mut unseen);
    chart.push_series(&nothing);
    for (column, color) in [(2, GREY), (3, BLUE), (4, ORANGE)] {
        let mut series = data.series(area, column);
        series.set_gap(40).set_format(&mut filled(color));
        chart.push_series(&series);
    }
    titled(&mut chart, "", writing);
    axes(&mut chart, "#,##0", writing);
    chart.legend().set_hidden();
    Some(chart)
}

fn filled(color: rust_xlsxwriter::Color) -> ChartFormat {
    let mut fill = ChartSolidFill::new();
    fill.set_color(color);
    let mut format = ChartFormat::new();
    format.set_solid_fill(&fill);
    format
}

fn stroke(color: rust_xlsxwriter::Color, width: f64, dash: ChartLineDashType) -> ChartFormat {
    let mut line = ChartLine::new();
    line.set_color(color).set_width(width).set_dash_type(dash);
    let mut format = ChartFormat::new();
    format.set_line(&line);
    format
}
