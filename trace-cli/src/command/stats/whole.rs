//! By whole traces: own times, steps by the route of their request.

use super::by::{Answer, By};
use crate::{
    args::Stats,
    command::collect::gap,
    filter::Filter,
    line::{Kind, Line, Piece, Role},
    scan::{Depths, Tally},
    source::Set,
    trace::{Assembler, Keep, Name, Names, Note, Span, Take, Trace, Tree, self_times},
};

/// Returns whether lines alone do not say what is asked for: steps do not know
/// their request.
pub(super) fn is_needed(args: &Stats, by: &[By], filter: &Filter) -> bool {
    let of_request = |by: &By| matches!(by, By::Route | By::Name | By::Field(_));
    let has_steps = by.contains(&By::Step);
    args.own || has_steps && (by.iter().any(of_request) || !filter.is_for_steps())
}

pub(super) fn answer(args: &Stats, by: &[By], filter: &Filter, set: &Set) -> Answer {
    let mut found = Found {
        by,
        filter,
        own: args.own,
        answer: Answer::default(),
        buf: Vec::new(),
        is_all: filter.is_all(),
        none: Name::NONE,
        no_line: Name::NONE,
        tree: Tree::default(),
        own_times: Vec::new(),
        open: Vec::new(),
    };
    let mut traces = Assembler::new(Keep::Notes, args.hold.hold);
    found.none = traces.names.of_text("(none)");
    found.no_line = traces.names.of_text("(no request line)");
    let mut tally = Tally::default();
    let mut causes = Vec::new();
    let complaints = set.lines_by_time(Depths::default(), &mut tally, |seen| {
        let Piece::Line(line) = &seen.piece else { return };
        if line.kind() == Kind::Event {
            if !line.has(Role::Trace) {
                causes.extend(gap(line).map(|gap| (gap.cause, gap.lines)));
            }
            return;
        }
        traces.add(line, &mut found);
    });
    traces.finish(&mut found);
    let mut answer = found.answer;
    answer.groups.names = traces.names;
    answer.add_causes(&causes);
    answer.tally = tally;
    answer.complaints = complaints;
    answer
}

struct Found<'a> {
    by: &'a [By],
    filter: &'a Filter,
    own: bool,
    answer: Answer,
    buf: Vec<u8>,
    /// Whether no request is left out.
    is_all: bool,
    /// What is shown where a name, or the line of a request, is not there.
    none: Name,
    no_line: Name,
    /// Of the last trace; their memory is used again.
    tree: Tree,
    own_times: Vec<i64>,
    open: Vec<(u32, Key)>,
}

impl Take for Found<'_> {
    /// Notes the names that a request gives to all that is below it.
    fn note(&mut self, line: &Line<'_>, names: &mut Names) -> Note {
        let name = |by: &By| match by {
            By::Step | By::Service => Name::NONE,
            by => by.of(line, names, &mut self.buf),
        };
        Note { names: key(self.by, name), is_chosen: self.filter.takes(line) }
    }

    fn take(&mut self, trace: &Trace, _: &Names) {
        let mut tree = std::mem::take(&mut self.tree);
        tree.grow(trace);
        if self.own {
            self_times(&trace.spans, &tree, &mut self.own_times);
        }
        for top in &tree.tops {
            let span = &trace.spans[*top as usize];
            let note = trace.noted(span);
            if !self.is_all && !note.is_some_and(|note| note.is_chosen) {
                continue;
            }
            if span.is_request() {
                let took = span.took.unwrap_or_default();
                let sum = &mut self.answer.requests_ns;
                *sum = sum.saturating_add(took);
            }
            self.below(trace, &tree, *top);
        }
        self.tree = tree;
    }
}

impl Found<'_> {
    /// Adds a span and all that is below it.
    fn below(&mut self, trace: &Trace, tree: &Tree, top: u32) {
        let has_steps = self.by.contains(&By::Step);
        let mut open = std::mem::take(&mut self.open);
        open.push((top, self.of_request(trace, top)));
        while let Some((at, above)) = open.pop() {
            let span = &trace.spans[at as usize];
            let is_request = span.is_request();
            let request = if is_request && at != top { self.of_request(trace, at) } else { above };
            if is_request != has_steps {
                let own = |_| self.own_times[at as usize];
                let took = if self.own { span.took.map(own) } else { span.took };
                let key = self.key(span, request);
                self.answer.groups.of(key).add(took, span.outcome.is_failed());
            }
            open.extend(tree.children(at).iter().map(|child| (*child, request)));
        }
        self.open = open;
    }

    /// Returns the names that a request gives to all that is below it.
    fn of_request(&self, trace: &Trace, at: u32) -> Key {
        let note = trace.noted(&trace.spans[at as usize]);
        note.map_or_else(|| key(self.by, |_| self.no_line), |note| note.names)
    }

    /// Adds the names that are a span's own.
    #[inline]
    fn key(&self, span: &Span, mut key: Key) -> Key {
        let or_none = |name| if name == Name::NONE { self.none } else { name };
        for (name, by) in key.iter_mut().zip(self.by) {
            match by {
                By::Step => *name = or_none(span.name),
                By::Service => *name = or_none(span.service),
                By::Route | By::Name | By::Field(_) => {}
            }
        }
        key
    }
}

type Key = [Name; By::MOST];

/// Returns a name for each of what is grouped by.
fn key(by: &[By], mut name: impl FnMut(&By) -> Name) -> Key {
    let mut key = [Name::NONE; By::MOST];
    for (to, by) in key.iter_mut().zip(by) {
        *to = name(by);
    }
    key
}
