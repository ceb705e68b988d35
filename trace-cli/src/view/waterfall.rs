//! The waterfall: a row for each step and event, its time as a bar.

use super::{
    fields::fields,
    figures::{count, millis},
    head::outcome_word,
    layout::{Entry, JITTER_NS, Layout},
    notes::Story,
    screen::Screen,
    style::Style,
};
use crate::{
    line::{Level, Outcome, Role, bare, decode},
    trace::{Name, Row, Span, Tree, What, rows},
};

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

/// Returns the lines of the picture.
pub(super) fn waterfall(story: &Story, tree: &Tree, screen: &Screen) -> Vec<String> {
    let drawing = Drawing::new(story, tree, screen);
    let rows = rows(&story.trace, tree, !screen.shows_all);
    let entries = drawing.entries(&rows);
    let Some(axis) = drawing.axis(&entries) else { return Vec::new() };
    Layout::of(&entries, axis, drawing.end, screen).lines(&entries, screen)
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
            took: span.took().map_or_else(|| "?".to_owned(), millis),
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

    /// Returns method, host and port of a call to another service.
    fn host(&self, span: &Span) -> Option<String> {
        let line = self.story.trace.line(span.text)?;
        let mut host = decode(bare(line.host()?)).into_owned();
        host.extend(line.port().map(|port| format!(":{}", decode(bare(port)))));
        let method = line.string(Role::Method).map(|it| format!("{it} ")).unwrap_or_default();
        Some(self.screen.safe(&format!("{method}{host}")).into_owned())
    }

    fn folded(&self, what: What, mut name: String) -> Entry {
        let What::Folded { first, count: calls, end, union_ns, longest_ns } = what else {
            return self.event(0, name);
        };
        let span = &self.story.trace.spans[first as usize];
        name.push_str(&self.name_of(first));
        let calls = count(u64::from(calls));
        name.push_str(&format!(" {}{calls}", self.screen.signs().times));
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
        let (signs, line) = (self.screen.signs(), self.story.trace.line(event.text));
        let message = line.as_ref().and_then(|line| line.string(Role::Message));
        let fields = line.as_ref().map(|line| fields(line, self.screen).join(" "));
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
            note: fields.unwrap_or_default(),
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
                let line = self.story.trace.line(span.text);
                words.extend(line.map(|it| self.screen.safe(&outcome_word(&it)).into_owned()));
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
    let (busy, took) = (span.busy()?, span.took()?);
    let is_much = busy >= LEAST_NS && busy * 2 >= took;
    is_much.then(|| format!("busy {}%", (busy * 100 / took.max(1)).min(100)))
}
