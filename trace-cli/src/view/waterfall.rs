//! The waterfall: a row for each step and event, its time as a bar.

use super::{
    bar::Axis,
    fields::fields,
    figures::millis,
    head::outcome_word,
    notes::Story,
    safe::width,
    screen::Screen,
    style::{Style, paint},
};
use crate::{
    line::{HOST, Level, Outcome, Role, read},
    trace::{Name, Row, Span, Tree, What, rows},
};

/// A row before it is laid out.
struct Entry {
    /// The lines of the tree and the name.
    name: String,
    at: String,
    took: String,
    /// From when until when; the same for an event.
    time: Option<(i64, i64)>,
    is_event: bool,
    note: String,
    style: Style,
}

/// Draws the rows of a trace.
struct Drawing<'a> {
    story: &'a Story,
    tree: &'a Tree,
    screen: &'a Screen,
    zero: i64,
    /// When the request ended.
    end: Option<i64>,
    has_services: bool,
}

/// What two clocks of one machine may differ by.
const JITTER_NS: i64 = 2_000;

/// Returns the lines of the picture.
pub(super) fn waterfall(story: &Story, tree: &Tree, screen: &Screen) -> Vec<String> {
    let drawing = Drawing::new(story, tree, screen);
    let rows = rows(&story.trace, tree, !screen.shows_all);
    let entries = drawing.entries(&rows);
    let Some(axis) = drawing.axis(&entries) else { return Vec::new() };
    Layout::of(&entries, axis, &drawing).lines(&entries, &drawing)
}

impl<'a> Drawing<'a> {
    fn new(story: &'a Story, tree: &'a Tree, screen: &'a Screen) -> Self {
        let trace = &story.trace;
        let root = tree.root.map(|at| &trace.spans[at as usize]);
        let begin = trace.range().map_or(0, |range| range.0);
        let first = trace.spans.iter().map(|span| span.service).find(|it| *it != Name::NONE);
        let is_other = |span: &Span| span.service != Name::NONE && Some(span.service) != first;
        Self {
            story,
            tree,
            screen,
            zero: root.map_or(begin, |root| root.start),
            end: root.map(Span::end),
            has_services: trace.spans.iter().any(is_other),
        }
    }

    fn entries(&self, rows: &[Row]) -> Vec<Entry> {
        let mut open: Vec<bool> = Vec::new();
        let entry = |row: &Row| {
            let depth = row.depth as usize;
            open.truncate(depth);
            let lines = self.lines_of_tree(row, &open);
            open.push(!row.is_last);
            match row.what {
                What::Span(at) => self.span(at, lines),
                What::Event(at) => self.event(at, lines),
                What::Folded { .. } => self.folded(row.what, lines),
            }
        };
        rows.iter().map(entry).collect()
    }

    /// Returns the lines that lead to a row. Of a deep one only the last are
    /// shown, behind its depth.
    fn lines_of_tree(&self, row: &Row, open: &[bool]) -> String {
        let signs = self.screen.signs();
        if row.depth == 0 {
            return String::new();
        }
        let most = (self.screen.width / 8).max(4);
        let hidden = open.len().saturating_sub(most);
        let mut lines = String::new();
        if hidden > 0 {
            lines.push_str(&format!("{}{} ", signs.cut, row.depth));
        }
        for is_open in open.iter().skip(1.max(hidden)) {
            lines.push_str(if *is_open { signs.along } else { "  " });
        }
        match row.what {
            What::Event(_) => {}
            _ => lines.push_str(if row.is_last { signs.last } else { signs.branch }),
        }
        lines
    }

    fn span(&self, at: u32, mut name: String) -> Entry {
        let span = &self.story.trace.spans[at as usize];
        name.push_str(&self.name_of(at));
        if let Some(host) = self.host(span) {
            name.push(' ');
            name.push_str(&host);
        }
        if self.tree.is_placed(at) {
            name.push(' ');
            name.push_str(self.screen.signs().placed);
        }
        if span.is_truncated {
            name.push(' ');
            name.push_str(self.screen.signs().truncated);
        }
        Entry {
            name,
            at: self.offset(span.start),
            took: span.took.map_or_else(|| "?".to_owned(), millis),
            time: Some((self.clamped(span.start), span.end())),
            is_event: false,
            note: self.note(at),
            style: Style::of(span.outcome, span.is_slow),
        }
    }

    /// Returns the name of a span, with its service where there are several.
    fn name_of(&self, at: u32) -> String {
        let span = &self.story.trace.spans[at as usize];
        let name = match self.story.names.text(span.name) {
            "" if span.is_request() => "(request)",
            "" => "(no name)",
            name => name,
        };
        let name = self.screen.safe(name);
        let service = self.tree.service(at);
        let above = self.tree.parent(at).map(|at| self.tree.service(at));
        if self.has_services && above != Some(service) && service != Name::NONE {
            return format!("{} {name}", self.screen.safe(self.story.names.text(service)));
        }
        name.into_owned()
    }

    /// Returns method and host of a call to another service.
    fn host(&self, span: &Span) -> Option<String> {
        let (line, _) = read(self.story.trace.text(span.text))?;
        let host = crate::line::decode(crate::line::bare(line.field(HOST)?)).into_owned();
        let method = line.string(Role::Method).map(|it| format!("{it} ")).unwrap_or_default();
        Some(self.screen.safe(&format!("{method}{host}")).into_owned())
    }

    fn folded(&self, what: What, mut name: String) -> Entry {
        let What::Folded { first, count, end, union_ns, longest_ns } = what else {
            return self.event(0, name);
        };
        let span = &self.story.trace.spans[first as usize];
        name.push_str(&self.name_of(first));
        name.push_str(&format!(" {}{}", self.screen.signs().times, super::count(u64::from(count))));
        Entry {
            name,
            at: self.offset(span.start),
            took: millis(union_ns),
            time: Some((self.clamped(span.start), end)),
            is_event: false,
            note: format!("max {}", millis(longest_ns)),
            style: Style::Plain,
        }
    }

    fn event(&self, at: u32, mut name: String) -> Entry {
        let event = &self.story.trace.events[at as usize];
        let (signs, text) = (self.screen.signs(), self.story.trace.text(event.text));
        let message = read(text).and_then(|(line, _)| line.string(Role::Message));
        let is_warning = event.level >= Level::Warn;
        name.push(if is_warning { signs.warning } else { signs.event });
        name.push(' ');
        name.push_str(&self.screen.safe(&message.unwrap_or_default()));
        if event.is_truncated {
            name.push(' ');
            name.push_str(signs.truncated);
        }
        Entry {
            name: name.trim_end().to_owned(),
            at: event.at.map_or_else(|| "?".to_owned(), |at| self.offset(at)),
            took: String::new(),
            time: event.at.map(|at| (at, at)),
            is_event: true,
            note: fields(text, self.screen).join(" "),
            style: if event.level == Level::Error { Style::Red } else { Style::Dim },
        }
    }

    /// Returns when something was, in milliseconds from the request's begin.
    fn offset(&self, at: i64) -> String {
        millis(self.clamped(at) - self.zero)
    }

    /// The times of lines are in microseconds, durations in nanoseconds: what
    /// seems to begin less than a microsecond before the request did not.
    fn clamped(&self, at: i64) -> i64 {
        if (-1_000..0).contains(&(at - self.zero)) { self.zero } else { at }
    }

    fn note(&self, at: u32) -> String {
        let span = &self.story.trace.spans[at as usize];
        let mut words = Vec::new();
        match span.outcome {
            Outcome::Ok if span.is_slow => words.push("slow".to_owned()),
            Outcome::Ok => {}
            Outcome::Other => {
                let line = read(self.story.trace.text(span.text));
                words.extend(
                    line.map(|(line, _)| self.screen.safe(&outcome_word(&line)).into_owned()),
                );
            }
            outcome => words.push(outcome.word().to_owned()),
        }
        words.extend(busy(span));
        if self.is_after(at) && !self.tree.parent(at).is_some_and(|at| self.is_after(at)) {
            words.push("after".to_owned());
        }
        words.join(" ")
    }

    /// Returns whether a span went on when the request had ended.
    fn is_after(&self, at: u32) -> bool {
        let is_late = |end: i64| self.story.trace.spans[at as usize].end() > end + JITTER_NS;
        self.end.is_some_and(is_late)
    }

    fn axis(&self, entries: &[Entry]) -> Option<(i64, i64)> {
        let times = || entries.iter().filter_map(|entry| entry.time);
        let begin = times().map(|time| time.0).min()?;
        let end = times().map(|time| time.1).max()?;
        let is_jitter = |end: &i64| self.end.is_some_and(|it| (it..it + JITTER_NS).contains(end));
        let end = if is_jitter(&end) { self.end? } else { end };
        Some((begin, end))
    }
}

/// Returns how much of its time a span kept its thread, if that is much.
fn busy(span: &Span) -> Option<String> {
    const LEAST_NS: i64 = 10_000_000;
    let (busy, took) = (span.busy?, span.took?);
    let is_much = busy >= LEAST_NS && busy * 2 >= took;
    is_much.then(|| format!("busy {}%", (busy * 100 / took.max(1)).min(100)))
}

/// How wide each column is.
struct Layout {
    name: usize,
    at: usize,
    took: usize,
    note: usize,
    axis: Axis,
    /// The cell of the request's end, if something outlived it.
    end: Option<usize>,
}

impl Layout {
    fn of(entries: &[Entry], (begin, end): (i64, i64), drawing: &Drawing<'_>) -> Self {
        const LEAST_CELLS: usize = 10;
        let most = |of: &dyn Fn(&Entry) -> usize| entries.iter().map(of).max().unwrap_or_default();
        let name = most(&|it| width(&it.name));
        let at = most(&|it| width(&it.at)).max(5);
        let took = most(&|it| width(&it.took)).max(4);
        let note = most(&|it| if it.is_event { 0 } else { width(&it.note) });
        let all = drawing.screen.width;
        let fixed = 2 + 2 + at + 2 + took + 2 + if note > 0 { 1 + note } else { 0 };
        let half = (all / 2).saturating_sub(2);
        let name = name.min(half).min(all.saturating_sub(fixed + LEAST_CELLS)).max(8);
        let cells = all.saturating_sub(fixed + name).max(1);
        let axis = Axis { begin, end, cells };
        let end = drawing.end.filter(|it| *it + JITTER_NS < end).map(|it| axis.cell(it));
        Self { name, at, took, note, axis, end }
    }

    fn lines(&self, entries: &[Entry], drawing: &Drawing<'_>) -> Vec<String> {
        let blanks = " ".repeat(self.name + 4 + self.at.saturating_sub(5));
        let head = format!("{blanks}at ms  {:>1$}", "took", self.took);
        let mut lines = vec![head];
        for entry in entries {
            lines.push(self.line(entry, drawing.screen));
            if drawing.screen.is_verbose && entry.is_event && !entry.note.is_empty() {
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

    /// Draws the mark of an event, and its fields where there is room.
    fn mark(&self, to: &mut String, entry: &Entry, screen: &Screen) {
        const LEAST: usize = 8;
        let mut cells = self.cells(screen);
        let cell = entry.time.map(|time| self.axis.cell(time.0));
        if let Some(it) = cell.and_then(|at| cells.get_mut(at)) {
            *it = screen.signs().event;
        }
        let used = || cell.into_iter().chain(self.end);
        let first = used().min().unwrap_or_default();
        let behind = used().max().map_or(0, |at| at + 1);
        let right = self.axis.cells.saturating_sub(behind + 1)
            + if self.note > 0 { self.note + 1 } else { 0 };
        let left = first.saturating_sub(1);
        let is_shown = |room: usize| {
            !screen.is_verbose
                && !entry.note.is_empty()
                && room >= LEAST.max(width(&entry.note).min(24))
        };
        let text: String = cells.iter().collect();
        let (before, after) = match () {
            () if is_shown(right) => {
                (cells[..behind].iter().collect::<String>() + " ", String::new())
            }
            () if is_shown(left) => {
                let note = width(&screen.cut(&entry.note, left));
                (
                    " ".repeat(left - note),
                    " ".to_owned() + cells[first..].iter().collect::<String>().trim_end(),
                )
            }
            () => return to.push_str(text.trim_end()),
        };
        let room = if is_shown(right) { right } else { left };
        to.push_str(&before);
        paint(to, &screen.cut(&entry.note, room), Style::Dim, screen);
        to.push_str(&after);
    }
}
