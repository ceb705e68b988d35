//! Lays out the rows of a waterfall in columns.

use super::{
    bar::Axis,
    safe::width,
    screen::Screen,
    style::{Style, paint},
};

/// What two clocks of one machine may differ by.
pub(super) const JITTER_NS: i64 = 2_000;

/// A row before it is laid out.
pub(super) struct Entry {
    /// The lines of the tree and the name.
    pub(super) name: String,
    pub(super) at: String,
    pub(super) took: String,
    /// From when until when; the same for an event.
    pub(super) time: Option<(i64, i64)>,
    pub(super) is_event: bool,
    pub(super) note: String,
    pub(super) style: Style,
}

/// How wide each column is.
pub(super) struct Layout {
    name: usize,
    at: usize,
    took: usize,
    note: usize,
    axis: Axis,
    /// The cell of the request's end, if something outlived it.
    end: Option<usize>,
}

impl Layout {
    pub(super) fn of(
        entries: &[Entry],
        (begin, end): (i64, i64),
        request_end: Option<i64>,
        screen: &Screen,
    ) -> Self {
        const LEAST_CELLS: usize = 10;
        let most = |of: &dyn Fn(&Entry) -> usize| entries.iter().map(of).max().unwrap_or_default();
        let name = most(&|it| width(&it.name));
        let at = most(&|it| width(&it.at)).max(5);
        let took = most(&|it| width(&it.took)).max(4);
        let note = most(&|it| if it.is_event { 0 } else { width(&it.note) });
        let all = screen.width;
        let fixed = 2 + 2 + at + 2 + took + 2 + if note > 0 { 1 + note } else { 0 };
        let half = (all / 2).saturating_sub(2);
        let name = name.min(half).min(all.saturating_sub(fixed + LEAST_CELLS)).max(8);
        let cells = all.saturating_sub(fixed + name).max(1);
        let axis = Axis { begin, end, cells };
        let end = request_end.filter(|it| *it + JITTER_NS < end).map(|it| axis.cell(it));
        Self { name, at, took, note, axis, end }
    }

    pub(super) fn lines(&self, entries: &[Entry], screen: &Screen) -> Vec<String> {
        let blanks = " ".repeat(self.name + 4 + self.at.saturating_sub(5));
        let head = format!("{blanks}at ms  {:>1$}", "took", self.took);
        let mut lines = vec![head];
        for entry in entries {
            lines.push(self.line(entry, screen));
            if screen.is_verbose && entry.is_event && !entry.note.is_empty() {
                lines.push(format!("{}{}", " ".repeat(6), entry.note));
            }
        }
        lines
    }

    fn line(&self, entry: &Entry, screen: &Screen) -> String {
        let name = screen.cut(&entry.name, self.name);
        let pad = " ".repeat(self.name.saturating_sub(width(&name)));
        let mut line = "  ".to_owned();
        let style = if entry.is_event { entry.style } else { Style::Plain };
        paint(&mut line, &name, style, screen);
        let (at, took) = (&entry.at, &entry.took);
        line.push_str(&format!("{pad}  {at:>0$}  {took:>1$}  ", self.at, self.took));
        if entry.is_event {
            self.mark(&mut line, entry, screen);
        } else {
            self.bar(&mut line, entry, screen);
        }
        line.truncate(line.trim_end().len());
        line
    }

    fn cells(&self, screen: &Screen) -> Vec<char> {
        let mut cells = vec![' '; self.axis.cells];
        if let Some(cell) = self.end.and_then(|end| cells.get_mut(end)) {
            *cell = screen.signs().end;
        }
        cells
    }

    fn bar(&self, to: &mut String, entry: &Entry, screen: &Screen) {
        let mut cells = self.cells(screen);
        if let Some(time) = entry.time {
            self.axis.draw(&mut cells, time, screen);
        }
        let cells: String = cells.into_iter().collect();
        let note = screen.cut(&entry.note, self.note);
        paint(to, if note.is_empty() { cells.trim_end() } else { &cells }, entry.style, screen);
        if !note.is_empty() {
            to.push(' ');
            paint(to, &note, entry.style, screen);
        }
    }

    /// Draws the mark of an event, and its fields where there is room: behind
    /// the mark, or else before it.
    fn mark(&self, to: &mut String, entry: &Entry, screen: &Screen) {
        let mut cells = self.cells(screen);
        let cell = entry.time.map(|time| self.axis.cell(time.0));
        if let Some(it) = cell.and_then(|at| cells.get_mut(at)) {
            *it = screen.signs().event;
        }
        let used = || cell.into_iter().chain(self.end);
        let first = used().min().unwrap_or_default();
        let behind = used().max().map_or(0, |at| at + 1);
        let note = if self.note > 0 { self.note + 1 } else { 0 };
        let right = self.axis.cells.saturating_sub(behind + 1) + note;
        let left = first.saturating_sub(1);
        let text = |cells: &[char]| cells.iter().collect::<String>();
        if fits(entry, right, screen) {
            to.push_str(&(text(&cells[..behind]) + " "));
            paint(to, &screen.cut(&entry.note, right), Style::Dim, screen);
        } else if fits(entry, left, screen) {
            let note = screen.cut(&entry.note, left);
            to.push_str(&" ".repeat(left - width(&note)));
            paint(to, &note, Style::Dim, screen);
            to.push_str(&(" ".to_owned() + text(&cells[first..]).trim_end()));
        } else {
            to.push_str(text(&cells).trim_end());
        }
    }
}

/// Returns whether the fields of an event are shown in so many columns.
fn fits(entry: &Entry, room: usize, screen: &Screen) -> bool {
    const LEAST: usize = 8;
    const USEFUL: usize = 24;
    let is_shown = !screen.is_verbose && !entry.note.is_empty();
    is_shown && room >= LEAST.max(width(&entry.note).min(USEFUL))
}
