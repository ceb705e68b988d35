//! A trace: its requests and steps, and its events.

use super::names::{Name, Names};
use crate::line::{Keys, Kind, Level, Line, Outcome, Role, read};

/// What is kept of lines beside their times and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// What is noted of the lines of requests. No busy times are kept.
    Notes,
    /// The lines of requests, for their fields.
    Requests,
    Everything,
}

/// Where a line stands in the trace's texts, and whose keys it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    begin: u32,
    end: u32,
    keys: Keys,
}

/// A request or a step.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) key: u64,
    pub(crate) parent: u64,
    pub(crate) name: Name,
    pub(crate) service: Name,
    pub(crate) kind: Kind,
    pub(crate) outcome: Outcome,
    pub(crate) start: i64,
    pub(super) took: Known,
    pub(super) busy: Known,
    pub(crate) is_slow: bool,
    pub(crate) is_truncated: bool,
    /// Where what was noted stands instead begins it, if that is kept.
    pub(crate) text: Text,
}

/// Nanoseconds, or none, in the room of the former: many spans are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known(i64);

impl Known {
    #[inline]
    pub(crate) fn new(ns: Option<i64>) -> Self {
        Self(ns.unwrap_or(i64::MIN))
    }

    #[inline]
    fn get(self) -> Option<i64> {
        (self.0 != i64::MIN).then_some(self.0)
    }
}

/// What is noted of the line of a request: names, and whether it was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) names: [Name; 4],
    pub(crate) is_chosen: bool,
}

impl Span {
    /// Returns the duration, or `None` if the line says none that can be read.
    #[inline]
    pub(crate) fn took(&self) -> Option<i64> {
        self.took.get()
    }

    #[inline]
    pub(crate) fn busy(&self) -> Option<i64> {
        self.busy.get()
    }

    pub(crate) fn end(&self) -> i64 {
        self.start.saturating_add(self.took().unwrap_or_default())
    }

    pub(crate) fn is_request(&self) -> bool {
        matches!(self.kind, Kind::Request | Kind::Job)
    }
}

/// A line that was written by hand.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) span: u64,
    pub(crate) service: Name,
    /// `None` if its time cannot be read.
    pub(crate) at: Option<i64>,
    pub(crate) level: Level,
    pub(crate) is_truncated: bool,
    pub(crate) text: Text,
}

/// All that is known of one trace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    /// The number of its id.
    pub(crate) key: u128,
    /// As it is shown; empty where only requests are kept.
    pub(crate) id: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) events: Vec<Event>,
    /// The lines, one behind the other, if they are kept.
    pub(crate) texts: Vec<u8>,
    /// What was noted of requests.
    pub(crate) notes: Vec<Note>,
}

impl Trace {
    /// Adds what a line says, which was written at `now`, and its text if that is
    /// kept. Returns about how many bytes it takes.
    #[inline]
    pub(crate) fn add(
        &mut self,
        line: &Line<'_>,
        now: Option<i64>,
        names: &mut Names,
        keep: Keep,
    ) -> usize {
        let begin = self.texts.len();
        if keep == Keep::Everything || keep == Keep::Requests && line.is_request() {
            self.texts.extend_from_slice(line.text());
        }
        let (begin, end) = (begin as u32, self.texts.len() as u32);
        let text = Text { begin, end, keys: line.keys() };
        let size = match line.kind() {
            Kind::Event => {
                self.events.push(event(line, now, names, text));
                size_of::<Event>()
            }
            Kind::Step | Kind::Request | Kind::Job => {
                self.spans.push(span(line, now, names, text, keep));
                size_of::<Span>()
            }
        };
        size + (end - begin) as usize
    }

    /// Notes something of the request that was added last. Returns about how
    /// many bytes it takes.
    pub(crate) fn note(&mut self, note: Note) -> usize {
        if let Some(span) = self.spans.last_mut() {
            span.text.begin = self.notes.len() as u32;
            span.text.end = span.text.begin;
            self.notes.push(note);
        }
        size_of::<Note>()
    }

    /// Returns what was noted of a request.
    pub(crate) fn noted(&self, span: &Span) -> Option<Note> {
        self.notes.get(span.text.begin as usize).filter(|_| span.is_request()).copied()
    }

    /// Returns about how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        self.texts.len()
            + self.spans.len() * size_of::<Span>()
            + self.events.len() * size_of::<Event>()
            + self.notes.len() * size_of::<Note>()
    }

    /// Empties it, but for its memory.
    pub(crate) fn clear(&mut self) {
        self.id.clear();
        self.spans.clear();
        self.events.clear();
        self.texts.clear();
        self.notes.clear();
    }

    /// Returns the line of a span or of an event, if it was kept.
    pub(crate) fn line(&self, at: Text) -> Option<Line<'_>> {
        let text = self.texts.get(at.begin as usize..at.end as usize)?;
        Some(read(text, at.keys)?.0)
    }

    /// Returns when the first of it began and the last of it ended.
    pub(crate) fn range(&self) -> Option<(i64, i64)> {
        let begins = self.spans.iter().map(|span| span.start);
        let ends = self.spans.iter().map(Span::end);
        let events = || self.events.iter().filter_map(|event| event.at);
        Some((begins.chain(events()).min()?, ends.chain(events()).max()?))
    }
}

fn event(line: &Line<'_>, at: Option<i64>, names: &mut Names, text: Text) -> Event {
    Event {
        span: line.span_key(),
        service: names.of_role(line, Role::Service),
        at,
        level: line.level(),
        is_truncated: line.has(Role::Truncated),
        text,
    }
}

fn span(line: &Line<'_>, end: Option<i64>, names: &mut Names, text: Text, keep: Keep) -> Span {
    let took = line.duration_ns();
    let end = end.unwrap_or_default();
    Span {
        key: line.span_key(),
        parent: line.parent_key(),
        name: names.of_role(line, Role::Name),
        service: names.of_role(line, Role::Service),
        kind: line.kind(),
        outcome: line.outcome(),
        start: end.saturating_sub(took.unwrap_or_default()),
        took: Known::new(took),
        busy: Known::new(if keep == Keep::Notes { None } else { line.busy_ns() }),
        is_slow: line.has(Role::Slow),
        is_truncated: line.has(Role::Truncated),
        text,
    }
}
