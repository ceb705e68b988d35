//! Tables of text in columns.

use super::{
    safe::width,
    screen::Screen,
    style::{Style, paint},
};

/// To which side a column's cells are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows of cells; all their texts are safe already.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<String>,
    aligns: Vec<Align>,
    widths: Vec<usize>,
    rows: Vec<(Vec<String>, Style)>,
}

impl Table {
    pub(crate) fn new(columns: &[(impl AsRef<str>, Align)]) -> Self {
        let head: Vec<_> = columns.iter().map(|column| column.0.as_ref().to_owned()).collect();
        let widths = head.iter().map(|name| width(name)).collect();
        Self { head, aligns: columns.iter().map(|it| it.1).collect(), widths, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>, style: Style) {
        for (most, cell) in self.widths.iter_mut().zip(&cells) {
            *most = (*most).max(width(cell));
        }
        self.rows.push((cells, style));
    }

    /// Returns the rows that were not shown yet, no line wider than the screen:
    /// the widest of the columns with texts are cut.
    pub(crate) fn show(&mut self, screen: &Screen, with_head: bool) -> String {
        self.narrow(screen.width);
        let mut text = String::new();
        if with_head {
            self.line(&mut text, &self.head, Style::Dim, screen);
        }
        for (cells, style) in &std::mem::take(&mut self.rows) {
            self.line(&mut text, cells, *style, screen);
        }
        text
    }

    /// Cuts the widest columns of texts; then leaves out the last columns.
    fn narrow(&mut self, most: usize) {
        const LEAST: usize = 8;
        loop {
            let all = self.widths.iter().sum::<usize>() + 2 * self.widths.len().saturating_sub(1);
            if all <= most || self.widths.len() < 2 {
                return;
            }
            let is_left = |it: &(usize, &usize)| self.aligns[it.0] == Align::Left;
            let widest = self.widths.iter().enumerate().filter(is_left).max_by_key(|it| *it.1);
            match widest {
                Some((at, widest)) if *widest > LEAST => {
                    self.widths[at] = widest.saturating_sub(all - most).max(LEAST);
                }
                _ => drop(self.widths.pop()),
            }
        }
    }

    fn line(&self, to: &mut String, cells: &[String], style: Style, screen: &Screen) {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate().take(self.widths.len()) {
            let cell = screen.cut(cell, self.widths[at]);
            let blanks = " ".repeat(self.widths[at].saturating_sub(width(&cell)));
            let gap = if at == 0 { "" } else { "  " };
            let (before, behind) = match self.aligns[at] {
                Align::Left => ("", &*blanks),
                Align::Right => (&*blanks, ""),
            };
            for part in [gap, before, &cell, behind] {
                line.push_str(part);
            }
        }
        paint(to, line.trim_end(), style, screen);
        to.push('\n');
    }
}
