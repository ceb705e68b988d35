//! Draws rows of a terminal as SVG, on a dark and on a light ground.

#![expect(clippy::cast_precision_loss, reason = "rows and columns are few")]

use std::fmt::Write as _;

use crate::screen::{Colour, Look, Run};

/// The colours of a terminal.
pub(crate) struct Theme {
    pub(crate) name: &'static str,
    ground: &'static str,
    usual: &'static str,
    sixteen: [&'static str; 16],
}

/// Those of a widely used editor's terminal.
pub(crate) const THEMES: [Theme; 2] = [
    Theme {
        name: "dark",
        ground: "#1e1e1e",
        usual: "#d4d4d4",
        sixteen: [
            "#000000", "#f14c4c", "#23d18b", "#e5e510", "#3b8eea", "#d670d6", "#29b8db", "#e5e5e5",
            "#7f7f7f", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
        ],
    },
    Theme {
        name: "light",
        ground: "#ffffff",
        usual: "#1f2328",
        sixteen: [
            "#000000", "#cd3131", "#107c10", "#949800", "#0451a5", "#bc05bc", "#0598bc", "#555555",
            "#666666", "#cd3131", "#14ce14", "#b5ba00", "#0451a5", "#bc05bc", "#0598bc", "#a5a5a5",
        ],
    },
];

const CELL: f64 = 8.0;
const ROW: f64 = 18.0;
const MARGIN: f64 = 12.0;

/// Returns a picture of rows, so many columns wide.
pub(crate) fn draw(rows: &[Vec<Run>], columns: usize, theme: &Theme) -> String {
    let width = columns as f64 * CELL + 2.0 * MARGIN;
    let height = rows.len() as f64 * ROW + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-size=\"13\" fill=\"{}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{}\"/>\n",
        theme.usual, theme.ground,
    );
    for (row, runs) in rows.iter().enumerate() {
        for run in runs.iter().filter(|run| !run.text.trim().is_empty()) {
            text(&mut svg, run, row, theme);
        }
    }
    svg + "</svg>\n"
}

fn text(svg: &mut String, run: &Run, row: usize, theme: &Theme) {
    // Blanks at the ends would be drawn differently by each viewer.
    let begin = run.text.chars().take_while(|c| *c == ' ').count();
    let text = run.text.trim_matches(' ');
    let (x, y) = (MARGIN + (run.column + begin) as f64 * CELL, MARGIN + row as f64 * ROW + 13.0);
    let length = text.chars().count() as f64 * CELL;
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" xml:space=\"preserve\"{}>{}</text>",
        style(run.look, theme),
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    );
}

fn style(look: Look, theme: &Theme) -> String {
    let mut style = String::new();
    if let Colour::Palette(place) = look.colour {
        let _ = write!(style, " fill=\"{}\"", colour(place, theme));
    }
    for (is_set, attribute) in [
        (look.is_bold, " font-weight=\"bold\""),
        (look.is_dim, " opacity=\"0.62\""),
        (look.is_italic, " font-style=\"italic\""),
    ] {
        style.push_str(if is_set { attribute } else { "" });
    }
    style
}

/// The palette: sixteen of the theme, a cube of 216, and 24 greys.
fn colour(place: u8, theme: &Theme) -> String {
    match place {
        0..=15 => theme.sixteen[usize::from(place)].to_owned(),
        16..=231 => {
            let part = |of: u8| if of == 0 { 0 } else { 55 + 40 * of };
            let place = place - 16;
            let [red, green, blue] = [place / 36, place / 6 % 6, place % 6].map(part);
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
        _ => {
            let grey = 8 + 10 * (place - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}
