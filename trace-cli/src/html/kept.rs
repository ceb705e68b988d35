//! A trace as the page keeps it: numbers, and texts by their numbers. All
//! texts are safe to show. Times are microseconds.

use std::collections::HashMap;

use crate::{
    line::{Level, Line, Outcome, Role, hash},
    trace::{Event, Fast, Names, Span, Trace, Tree, What, rows},
    view::{Screen, fields, request_name},
};

/// All texts, each once; 0 is the empty one.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) all: Vec<Box<str>>,
    /// By their hashes, so that none is kept twice.
    index: HashMap<u64, u32, Fast>,
}

impl Texts {
    fn of(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let safe = Screen::PLAIN.safe(text);
        let hash = hash(safe.as_bytes());
        let known = self.index.get(&hash).copied();
        // Of two texts with one hash, the second is kept each time it comes.
        if let Some(at) = known.filter(|at| *self.all[*at as usize - 1] == *safe) {
            return at;
        }
        self.all.push(safe.into());
        let at = self.all.len() as u32;
        self.index.entry(hash).or_insert(at);
        at
    }
}

/// A span; its parent is a number of rows above it, 0 if there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptSpan {
    pub(super) above: u32,
    pub(super) name: u32,
    pub(super) service: u32,
    /// From the trace's begin.
    pub(super) start: i64,
    /// One more than the duration; 0 if it is not known.
    pub(super) took: u64,
    pub(super) busy: u64,
    /// The outcome in the lowest three bits; then slow, placed by time, cut
    /// short, and whether it is a request.
    pub(super) flags: u8,
    pub(super) error: u32,
    pub(super) fields: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct KeptEvent {
    /// The row of its span, one more; 0 if it has none.
    pub(super) span: u32,
    pub(super) at: i64,
    pub(super) level: u8,
    pub(super) text: u32,
    pub(super) fields: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: Box<str>,
    pub(super) start: i64,
    pub(super) status: u32,
    pub(super) spans: Box<[KeptSpan]>,
    pub(super) events: Box<[KeptEvent]>,
}

/// Returns a trace as the page keeps it.
pub(super) fn kept(trace: &Trace, names: &Names, tree: &Tree, texts: &mut Texts) -> Kept {
    let root = tree.root.map(|at| &trace.spans[at as usize]);
    let begin = trace.range().map_or(0, |range| range.0);
    let zero = root.map_or(begin, |root| root.start).div_euclid(1_000);
    let line = root.and_then(|root| trace.line(root.text));
    let status =
        line.and_then(|line| line.status()).unwrap_or_default().clamp(0, i64::from(u32::MAX))
            as u32;
    let mut place = vec![0_u32; trace.spans.len()];
    let mut spans = Vec::with_capacity(trace.spans.len());
    for row in rows(trace, tree, false) {
        if let What::Span(at) = row.what {
            place[at as usize] = spans.len() as u32;
            spans.push(span(trace, names, tree, at, zero, &place, texts));
        }
    }
    let event = |(it, of): (&Event, &Option<u32>)| {
        event(trace, it, of.map_or(0, |at| place[at as usize] + 1), zero, texts)
    };
    let events = trace.events.iter().zip(&tree.events).map(event).collect();
    Kept { id: trace.id.as_str().into(), start: zero, status, spans: spans.into(), events }
}

fn span(
    trace: &Trace,
    names: &Names,
    tree: &Tree,
    at: u32,
    zero: i64,
    place: &[u32],
    texts: &mut Texts,
) -> KeptSpan {
    let span = &trace.spans[at as usize];
    let line = trace.line(span.text);
    let micros = |ns: i64| ((ns + 500) / 1_000) as u64;
    let text = |role| line.as_ref().and_then(|line| line.string(role)).unwrap_or_default();
    KeptSpan {
        above: tree.parent(at).map_or(0, |parent| place[at as usize] - place[parent as usize]),
        name: texts.of(&name(span, line.as_ref(), names)),
        service: texts.of(names.text(tree.service(at))),
        start: span.start.div_euclid(1_000) - zero,
        took: span.took().map_or(0, |took| micros(took) + 1),
        busy: span.busy().map_or(0, |busy| micros(busy) + 1),
        flags: flags(span, tree.is_placed(at)),
        error: texts.of(&text(Role::Error)),
        fields: texts.of(&shown_fields(line.as_ref())),
    }
}

fn name(span: &Span, line: Option<&Line<'_>>, names: &Names) -> String {
    match line.filter(|_| span.is_request()) {
        Some(line) => request_name(line),
        None if span.name == crate::trace::Name::NONE => "(no name)".to_owned(),
        None => names.text(span.name).to_owned(),
    }
}

fn shown_fields(line: Option<&Line<'_>>) -> String {
    let Some(line) = line else { return String::new() };
    let path = line.string(Role::Path).map(|path| format!("path={}", Screen::PLAIN.safe(&path)));
    let all: Vec<_> = path.into_iter().chain(fields(line, &Screen::PLAIN)).collect();
    all.join(" ")
}

fn flags(span: &Span, is_placed: bool) -> u8 {
    let outcome = match span.outcome {
        Outcome::Ok => 0,
        Outcome::Error => 1,
        Outcome::Cancelled => 2,
        Outcome::Panicked => 3,
        Outcome::Other => 4,
    };
    outcome
        | u8::from(span.is_slow) << 3
        | u8::from(is_placed) << 4
        | u8::from(span.is_truncated) << 5
        | u8::from(span.is_request()) << 6
}

fn event(trace: &Trace, event: &Event, span: u32, zero: i64, texts: &mut Texts) -> KeptEvent {
    let line = trace.line(event.text);
    let message = line.as_ref().and_then(|it| it.string(Role::Message)).unwrap_or_default();
    let fields = line.as_ref().map(|line| fields(line, &Screen::PLAIN).join(" "));
    KeptEvent {
        span,
        at: event.at.map_or(0, |at| at.div_euclid(1_000) - zero),
        level: match event.level {
            Level::Trace => 0,
            Level::Debug => 1,
            Level::Info => 2,
            Level::Warn => 3,
            Level::Error => 4,
        },
        text: texts.of(&message),
        fields: texts.of(&fields.unwrap_or_default()),
    }
}
