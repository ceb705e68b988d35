//! A trace as the page keeps it: numbers, and texts by their numbers. All
//! texts are safe to show. Times are microseconds.

use std::collections::HashMap;

use crate::{
    line::{Level, Line, Outcome, Role},
    trace::{Event, Names, Span, Trace, Tree, What, rows},
    view::{Screen, fields, request_name},
};

/// All texts, each once; 0 is the empty one.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) all: Vec<String>,
    index: HashMap<String, u32>,
}

impl Texts {
    fn of(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let safe = Screen::PLAIN.safe(text);
        if let Some(at) = self.index.get(&*safe) {
            return *at;
        }
        self.all.push(safe.clone().into_owned());
        let at = self.all.len() as u32;
        self.index.insert(safe.into_owned(), at);
        at
    }
}

/// A span; its parent is a number of rows above it, 0 if there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptSpan {
    pub(super) above: u64,
    pub(super) name: u32,
    pub(super) service: u32,
    /// From the trace's begin.
    pub(super) start: i64,
    /// One more than the duration; 0 if it is not known.
    pub(super) took: u64,
    pub(super) busy: u64,
    /// The outcome in the lowest three bits; then slow, placed by time, cut
    /// short, and whether it is a request.
    pub(super) flags: u64,
    pub(super) error: u32,
    pub(super) fields: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct KeptEvent {
    /// The row of its span, one more; 0 if it has none.
    pub(super) span: u64,
    pub(super) at: i64,
    pub(super) level: u64,
    pub(super) text: u32,
    pub(super) fields: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) start: i64,
    pub(super) status: u64,
    pub(super) spans: Vec<KeptSpan>,
    pub(super) events: Vec<KeptEvent>,
}

/// Returns a trace as the page keeps it.
pub(super) fn kept(trace: &Trace, names: &Names, tree: &Tree, texts: &mut Texts) -> Kept {
    let root = tree.root.map(|at| &trace.spans[at as usize]);
    let begin = trace.range().map_or(0, |range| range.0);
    let zero = root.map_or(begin, |root| root.start).div_euclid(1_000);
    let line = root.and_then(|root| trace.line(root.text));
    let status = line.and_then(|line| line.status()).unwrap_or_default().max(0) as u64;
    let mut place = vec![0_u64; trace.spans.len()];
    let mut spans = Vec::with_capacity(trace.spans.len());
    for row in rows(trace, tree, false) {
        if let What::Span(at) = row.what {
            place[at as usize] = spans.len() as u64;
            spans.push(span(trace, names, tree, at, zero, &place, texts));
        }
    }
    let event = |(it, of): (&Event, &Option<u32>)| {
        event(trace, it, of.map_or(0, |at| place[at as usize] + 1), zero, texts)
    };
    let events = trace.events.iter().zip(&tree.events).map(event).collect();
    Kept { id: trace.id.clone(), start: zero, status, spans, events }
}

fn span(
    trace: &Trace,
    names: &Names,
    tree: &Tree,
    at: u32,
    zero: i64,
    place: &[u64],
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
        took: span.took.map_or(0, |took| micros(took) + 1),
        busy: span.busy.map_or(0, |busy| micros(busy) + 1),
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

fn flags(span: &Span, is_placed: bool) -> u64 {
    let outcome = match span.outcome {
        Outcome::Ok => 0,
        Outcome::Error => 1,
        Outcome::Cancelled => 2,
        Outcome::Panicked => 3,
        Outcome::Other => 4,
    };
    outcome
        | u64::from(span.is_slow) << 3
        | u64::from(is_placed) << 4
        | u64::from(span.is_truncated) << 5
        | u64::from(span.is_request()) << 6
}

fn event(trace: &Trace, event: &Event, span: u64, zero: i64, texts: &mut Texts) -> KeptEvent {
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
