//! By whole traces: own times, steps by the route of their request.

use super::by::{Answer, By};
use crate::{
    args::Stats,
    command::collect::gap,
    filter::Filter,
    line::{Depth, Kind, Line, Piece, Role},
    scan::{Depths, Tally},
    source::Set,
    trace::{
        Assembler, Keep, Name, Names, Note, Own, Span, Take, Trace, Tree, own_in_order, self_times,
    },
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
        has_steps: by.contains(&By::Step),
        own: args.own,
        answer: Answer::default(),
        buf: Vec::new(),
        is_all: filter.is_all(),
        none: Name::NONE,
        no_line: Name::NONE,
        in_order: Vec::new(),
        tree: Tree::default(),
        own_times: Vec::new(),
        open: Vec::new(),
    };
    let mut traces = Assembler::new(Keep::Notes, args.hold.hold);
    found.none = traces.names.of_text("(none)");
    found.no_line = traces.names.of_text("(no request line)");
    let mut tally = Tally::default();
    let mut causes = Vec::new();
    let depths = Depths { events: Depth::Nothing, ..Depths::default() };
    let complaints = set.lines_by_time(depths, &mut tally, |seen| {
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
    has_steps: bool,
    own: bool,
    answer: Answer,
    buf: Vec<u8>,
    /// Whether no request is left out.
    is_all: bool,
    /// What is shown where a name, or the line of a request, is not there.
    none: Name,
    no_line: Name,
    /// Of the last trace; their memory is used again.
    in_order: Vec<Own>,
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
        let mut own = std::mem::take(&mut self.in_order);
        match own_in_order(&trace.spans, &mut own) {
            true => self.take_in_order(trace, &own),
            false => self.take_tree(trace),
        }
        self.in_order = own;
    }
}

impl Found<'_> {
    /// Takes a trace in which all is below the last, a request.
    fn take_in_order(&mut self, trace: &Trace, own: &[Own]) {
        let Some(request) = trace.spans.last() else { return };
        if !self.begins(trace, request) {
            return;
        }
        let names = trace.noted(request).unwrap_or_default().names;
        for (span, own) in trace.spans.iter().zip(own) {
            self.add(span, own.ns, names);
        }
    }

    fn take_tree(&mut self, trace: &Trace) {
        let mut tree = std::mem::take(&mut self.tree);
        tree.grow(trace);
        self_times(&trace.spans, &tree, &mut self.own_times);
        for top in &tree.tops {
            if self.begins(trace, &trace.spans[*top as usize]) {
                self.below(trace, &tree, *top);
            }
        }
        self.tree = tree;
    }

    /// Returns whether what is below a span was chosen.
    fn begins(&mut self, trace: &Trace, top: &Span) -> bool {
        let is_chosen = || trace.noted(top).is_some_and(|note| note.is_chosen);
        if !self.is_all && !is_chosen() {
            return false;
        }
        if top.is_request() {
            let sum = &mut self.answer.requests_ns;
            *sum = sum.saturating_add(top.took().unwrap_or_default());
        }
        true
    }

    /// Adds a span and all that is below it.
    fn below(&mut self, trace: &Trace, tree: &Tree, top: u32) {
        let mut open = std::mem::take(&mut self.open);
        open.push((top, self.of_request(trace, top)));
        while let Some((at, above)) = open.pop() {
            let span = &trace.spans[at as usize];
            let is_other = span.is_request() && at != top;
            let request = if is_other { self.of_request(trace, at) } else { above };
            self.add(span, self.own_times[at as usize], request);
            open.extend(tree.children(at).iter().map(|child| (*child, request)));
        }
        self.open = open;
    }

    /// Adds a span, given its own time and the names of the request that it is
    /// below.
    #[inline]
    fn add(&mut self, span: &Span, own_ns: i64, request: Key) {
        if span.is_request() == self.has_steps {
            return;
        }
        let took = if self.own { span.took().map(|_| own_ns) } else { span.took() };
        let key = self.key(span, request);
        self.answer.groups.of(key).add(took, span.outcome.is_failed());
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
