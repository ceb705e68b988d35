//! The results as a picture: bars for a request's lines, and for the service.
//!
//! It has no background, and its colours are readable on white and on black.

use std::fmt::Write as _;

use serde_json::Value;

const WIDTH: f64 = 860.0;
const BAR: f64 = 18.0;
const STEP: f64 = 26.0;
/// Where the bars begin, and how long the longest is.
const LEFT: f64 = 190.0;
const LONGEST: f64 = 460.0;

const TEXT: &str = "#808080";
const OURS: &str = "#2f9e44";
const FLOOR: &str = "#9aa0a6";
const PEER: &str = "#4c7fd0";

/// Some bars with a title.
struct Panel {
    title: String,
    bars: Vec<Bar>,
}

struct Bar {
    name: String,
    value: f64,
    label: String,
}

/// Returns an SVG of the results.
pub fn picture(speed: &Value, service: &Value) -> String {
    let panels = [lines(speed), services(service)];
    let total: f64 = panels.iter().map(height).sum();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {total}\" \
         width=\"{WIDTH}\" height=\"{total}\" font-family=\"sans-serif\" font-size=\"13\">\n"
    );
    let mut top = 0.0;
    for panel in &panels {
        draw(&mut svg, panel, top);
        top += height(panel);
    }
    svg + "</svg>\n"
}

fn lines(speed: &Value) -> Panel {
    let rows =
        rows(speed).filter(|row| row["destination"] == "null" && row["workload"] == "request");
    let bar = |row: &Value| {
        let micros = number(row, "cpu_ns") / 1e3;
        let ratio = number(row, "cpu_ratio");
        Bar { name: name(row), value: micros, label: format!("{micros:.2} µs, {ratio:.1}×") }
    };
    let title = "The six lines of a request: processor time of all threads, and ratio to the floor";
    Panel { title: title.to_owned(), bars: rows.map(bar).collect() }
}

fn services(service: &Value) -> Panel {
    let bar = |row: &Value| {
        let (rate, cpu) = (number(row, "requests_per_second"), number(row, "cpu_us"));
        let label = format!("{:.1} thousand, {cpu:.1} µs each", rate / 1e3);
        Bar { name: name(row), value: rate, label }
    };
    let title = "An axum service on one core, four lines a request: requests per second";
    Panel { title: title.to_owned(), bars: rows(service).map(bar).collect() }
}

fn rows(results: &Value) -> impl Iterator<Item = &Value> {
    results["rows"].as_array().into_iter().flatten()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_default()
}

fn name(row: &Value) -> String {
    row["contestant"].as_str().unwrap_or_default().replacen("ours", "trace", 1)
}

fn height(panel: &Panel) -> f64 {
    panel.bars.iter().map(|_| STEP).sum::<f64>() + 50.0
}

fn draw(svg: &mut String, panel: &Panel, top: f64) {
    let most = panel.bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    text(svg, (20.0, top + 18.0), "start", "bold", &panel.title);
    let mut y = top + 34.0;
    for bar in &panel.bars {
        let length = (bar.value / most * LONGEST).max(1.0);
        let weight = if bar.name.starts_with("trace") { "bold" } else { "normal" };
        text(svg, (LEFT - 10.0, y + 14.0), "end", weight, &bar.name);
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{}\"/>",
            colour(&bar.name),
        );
        text(svg, (LEFT + length + 8.0, y + 14.0), "start", weight, &bar.label);
        y += STEP;
    }
}

fn colour(name: &str) -> &'static str {
    match name {
        name if name.starts_with("trace") => OURS,
        name if name.starts_with("floor") || name == "bare" => FLOOR,
        _ => PEER,
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, weight: &str, text: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-weight=\"{weight}\" fill=\"{TEXT}\">{text}</text>"
    );
}
