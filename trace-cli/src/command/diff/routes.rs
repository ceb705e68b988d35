//! What the requests of each route took, and which step how much of it.

use std::collections::{BTreeMap, HashMap};

use crate::{
    filter::Filter,
    line::{Kind, Line, Piece},
    scan::{Depths, Tally},
    source::{Complaints, Set},
    stat::Entry,
    trace::{Assembler, Fast, Keep, Name, Names, Note, Take, Trace, Tree, self_times},
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
        let complaints = set.lines_by_time(Depths::default(), &mut Tally::default(), |seen| {
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
        self.tree.grow(trace);
        self_times(&trace.spans, &self.tree, &mut self.own);
        for top in &self.tree.tops {
            let request = &trace.spans[*top as usize];
            let Some(note) = trace.noted(request).filter(|note| note.is_chosen) else { continue };
            let name = note.names[0];
            if self.all.len() >= MOST && !self.all.contains_key(&name) {
                continue;
            }
            let route = self.all.entry(name).or_default();
            route.whole.add(request.took, request.outcome.is_failed());
            route.rest.add(request.took.map(|_| self.own[*top as usize]), false);
            route.add_steps(trace, &self.tree, &self.own, &mut self.open, *top);
        }
    }
}

impl<'f> Reading<'f> {
    fn new(filter: &'f Filter) -> Self {
        Self {
            filter,
            all: HashMap::default(),
            buf: Vec::new(),
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
    fn add_steps(
        &mut self,
        trace: &Trace,
        tree: &Tree,
        own: &[i64],
        open: &mut Vec<u32>,
        top: u32,
    ) {
        open.extend(tree.children(top));
        while let Some(at) = open.pop() {
            let span = &trace.spans[at as usize];
            if self.steps.len() < MOST || self.steps.contains_key(&span.name) {
                let entry = self.steps.entry(span.name).or_default();
                entry.add(span.took.map(|_| own[at as usize]), span.outcome.is_failed());
            }
            open.extend(tree.children(at));
        }
    }
}

impl Route {
    /// Returns how much of each request a part took, on the average.
    pub(super) fn share_ns(&self, part: &Entry) -> i64 {
        part.durations.sum_ns() / (self.whole.calls.max(1) as i64)
    }
}
