//! What the requests of each route took, and which step how much of it.

use std::collections::BTreeMap;

use crate::{
    filter::Filter,
    line::{Kind, Piece},
    scan::{Depths, Tally},
    source::{Complaints, Set},
    stat::Entry,
    trace::{Assembler, Keep, Names, Trace, Tree, self_times},
    view::request_name,
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
        let mut routes = Self::default();
        let mut traces = Assembler::new(Keep::Requests, hold);
        let complaints = set.lines_by_time(Depths::default(), &mut Tally::default(), |seen| {
            if let Piece::Line(line) = &seen.piece {
                if line.kind() != Kind::Event {
                    traces.add(line, &mut |trace, names| routes.add(trace, names, filter));
                }
            }
        });
        traces.finish(&mut |trace, names| routes.add(trace, names, filter));
        (routes, complaints)
    }

    fn add(&mut self, trace: &Trace, names: &Names, filter: &Filter) {
        let tree = Tree::new(trace);
        let own = self_times(&trace.spans, &tree);
        for top in tree.tops.iter().copied().filter(|at| trace.spans[*at as usize].is_request()) {
            let request = &trace.spans[top as usize];
            let Some(line) = trace.line(request.text) else { continue };
            if !filter.takes(&line) {
                continue;
            }
            let name = request_name(&line);
            if self.all.len() >= MOST && !self.all.contains_key(&name) {
                continue;
            }
            let route = self.all.entry(name).or_default();
            route.whole.add(request.took, request.outcome.is_failed());
            route.rest.add(request.took.map(|_| own[top as usize]), false);
            route.add_steps(trace, names, &tree, &own, top);
        }
    }
}

impl Route {
    fn add_steps(&mut self, trace: &Trace, names: &Names, tree: &Tree, own: &[i64], top: u32) {
        let mut open = tree.children(top).to_vec();
        while let Some(at) = open.pop() {
            let span = &trace.spans[at as usize];
            let name = names.text(span.name);
            if self.steps.len() < MOST || self.steps.contains_key(name) {
                let entry = self.steps.entry(name.to_owned()).or_default();
                entry.add(span.took.map(|_| own[at as usize]), span.outcome.is_failed());
            }
            open.extend(tree.children(at));
        }
    }

    /// Returns how much of each request a part took, on the average.
    pub(super) fn share_ns(&self, part: &Entry) -> i64 {
        part.durations.sum_ns() / (self.whole.calls.max(1) as i64)
    }
}
