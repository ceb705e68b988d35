//! What the requests of each route took, and which step how much of it.

use std::collections::{BTreeMap, HashMap};

use crate::{
    filter::Filter,
    line::{Depth, Kind, Line, Piece},
    scan::{Depths, Tally},
    source::{Complaints, Set},
    stat::Entry,
    trace::{
        Assembler, Fast, Keep, Name, Names, Note, Own, Span, Take, Trace, Tree, own_in_order,
        self_times,
    },
    view::put_request_name,
};

/// The requests of one route.
#[derive(Debug, Default)]
pub(super) struct Route {
    /// How long they took.
    pub(super) whole: Entry,
    /// The own time of each step.
    pub(super) steps: BTreeMap<String, Entry>,
    /// The time in no step.
    pub(super) rest: Entry,
}

/// All routes of a log, by method and route.
#[derive(Debug, Default)]
pub(super) struct Routes {
    pub(super) all: BTreeMap<String, Route>,
}

/// More routes or steps than this are none, but data.
const MOST: usize = 4_096;

impl Routes {
    pub(super) fn read(set: &Set, filter: &Filter, hold: usize) -> (Self, Complaints) {
        let mut reading = Reading::new(filter);
        let mut traces = Assembler::new(Keep::Notes, hold);
        let depths = Depths { events: Depth::Nothing, ..Depths::default() };
        let complaints = set.lines_by_time(depths, &mut Tally::default(), |seen| {
            if let Piece::Line(line) = &seen.piece {
                if line.kind() != Kind::Event {
                    traces.add(line, &mut reading);
                }
            }
        });
        traces.finish(&mut reading);
        (reading.routes(&traces.names), complaints)
    }
}

/// A route while it is read: the names of its steps are numbers.
#[derive(Debug, Default)]
struct Numbered {
    whole: Entry,
    steps: HashMap<Name, Entry, Fast>,
    rest: Entry,
}

/// What has been read so far.
struct Reading<'f> {
    filter: &'f Filter,
    all: HashMap<Name, Numbered, Fast>,
    buf: Vec<u8>,
    /// Of the last trace; their memory is used again.
    in_order: Vec<Own>,
    tree: Tree,
    own: Vec<i64>,
    open: Vec<u32>,
}

impl Take for Reading<'_> {
    fn note(&mut self, line: &Line<'_>, names: &mut Names) -> Note {
        self.buf.clear();
        put_request_name(line, &mut self.buf);
        let name = names.of(&self.buf);
        Note {
            names: [name, Name::NONE, Name::NONE, Name::NONE],
            is_chosen: self.filter.takes(line),
        }
    }

    fn take(&mut self, trace: &Trace, _: &Names) {
        if own_in_order(&trace.spans, &mut self.in_order) {
            let mut spans = trace.spans.iter().zip(&self.in_order);
            let Some((request, own)) = spans.next_back() else { return };
            let Some(route) = route(&mut self.all, trace, request) else { return };
            route.add(request, own.ns);
            spans.for_each(|(step, own)| route.add_step(step, own.ns));
            return;
        }
        self.tree.grow(trace);
        self_times(&trace.spans, &self.tree, &mut self.own);
        for top in &self.tree.tops {
            let request = &trace.spans[*top as usize];
            let Some(route) = route(&mut self.all, trace, request) else { continue };
            route.add(request, self.own[*top as usize]);
            self.open.extend(self.tree.children(*top));
            while let Some(at) = self.open.pop() {
                route.add_step(&trace.spans[at as usize], self.own[at as usize]);
                self.open.extend(self.tree.children(at));
            }
        }
    }
}

/// Returns the route of a request that was chosen.
fn route<'r>(
    all: &'r mut HashMap<Name, Numbered, Fast>,
    trace: &Trace,
    request: &Span,
) -> Option<&'r mut Numbered> {
    let note = trace.noted(request).filter(|note| note.is_chosen)?;
    let name = note.names[0];
    if all.len() >= MOST && !all.contains_key(&name) {
        return None;
    }
    Some(all.entry(name).or_default())
}

impl<'f> Reading<'f> {
    fn new(filter: &'f Filter) -> Self {
        Self {
            filter,
            all: HashMap::default(),
            buf: Vec::new(),
            in_order: Vec::new(),
            tree: Tree::default(),
            own: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Returns the routes, and their steps, by their names.
    fn routes(self, names: &Names) -> Routes {
        let name = |(name, entry): (Name, Entry)| (names.text(name).to_owned(), entry);
        let route = |(at, route): (Name, Numbered)| {
            let Numbered { whole, steps, rest } = route;
            let steps = steps.into_iter().map(name).collect();
            (names.text(at).to_owned(), Route { whole, steps, rest })
        };
        Routes { all: self.all.into_iter().map(route).collect() }
    }
}

impl Numbered {
    fn add(&mut self, request: &Span, own_ns: i64) {
        self.whole.add(request.took(), request.outcome.is_failed());
        self.rest.add(request.took().map(|_| own_ns), false);
    }

    fn add_step(&mut self, step: &Span, own_ns: i64) {
        if self.steps.len() < MOST || self.steps.contains_key(&step.name) {
            let entry = self.steps.entry(step.name).or_default();
            entry.add(step.took().map(|_| own_ns), step.outcome.is_failed());
        }
    }
}

impl Route {
    /// Returns how much of each request a part took, on the average.
    pub(super) fn share_ns(&self, part: &Entry) -> i64 {
        part.durations.sum_ns() / (self.whole.calls.max(1) as i64)
    }
}
