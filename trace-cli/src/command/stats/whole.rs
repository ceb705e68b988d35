//! By whole traces: own times, steps by the route of their request.

use super::by::{Answer, By};
use crate::{
    args::Stats,
    command::collect::gap,
    filter::Filter,
    line::{Kind, Piece, Role},
    scan::{Depths, Tally},
    source::Set,
    stat::Groups,
    trace::{Assembler, Keep, Name, Names, Span, Trace, Tree, self_times},
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
        translation: Vec::new(),
    };
    let mut traces = Assembler::new(Keep::Requests, args.hold.hold);
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
        traces.add(line, &mut |trace, names| found.trace(trace, names));
    });
    traces.finish(&mut |trace, names| found.trace(trace, names));
    let mut answer = found.answer;
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
    /// By the number of a name of traces.
    translation: Vec<Option<Name>>,
}

impl Found<'_> {
    fn trace(&mut self, trace: &Trace, names: &Names) {
        let tree = Tree::new(trace);
        let own = if self.own { self_times(&trace.spans, &tree) } else { Vec::new() };
        for top in &tree.tops {
            let span = &trace.spans[*top as usize];
            if !self.takes(trace, span) {
                continue;
            }
            if span.is_request() {
                let took = span.took.unwrap_or_default();
                let sum = &mut self.answer.requests_ns;
                *sum = sum.saturating_add(took);
            }
            self.below(trace, names, &tree, &own, *top);
        }
    }

    /// Returns whether what is below a span was chosen.
    fn takes(&self, trace: &Trace, span: &Span) -> bool {
        let takes = || trace.line(span.text).is_some_and(|line| self.filter.takes(&line));
        self.filter.is_all() || span.is_request() && takes()
    }

    /// Adds a span and all that is below it.
    fn below(&mut self, trace: &Trace, names: &Names, tree: &Tree, own: &[i64], top: u32) {
        let has_steps = self.by.contains(&By::Step);
        let mut open = vec![(top, self.of_request(trace, top))];
        while let Some((at, above)) = open.pop() {
            let span = &trace.spans[at as usize];
            let is_request = span.is_request();
            let request = if is_request && at != top { self.of_request(trace, at) } else { above };
            if is_request != has_steps {
                let took = if self.own { span.took.map(|_| own[at as usize]) } else { span.took };
                let key = self.key(names, span, request);
                self.answer.groups.of(key).add(took, span.outcome.is_failed());
            }
            open.extend(tree.children(at).iter().map(|child| (*child, request)));
        }
    }

    /// Returns the names that a request gives to all that is below it.
    fn of_request(&mut self, trace: &Trace, at: u32) -> Key {
        let groups: &mut Groups = &mut self.answer.groups;
        let span = &trace.spans[at as usize];
        let line = trace.line(span.text).filter(|_| span.is_request());
        let mut key = [Name::NONE; By::MOST];
        for (name, by) in key.iter_mut().zip(self.by) {
            *name = match (by, &line) {
                (By::Step | By::Service, _) => Name::NONE,
                (by, Some(line)) => by.of(line, &mut groups.names, &mut self.buf),
                (_, None) => groups.names.of_text("(no request line)"),
            };
        }
        key
    }

    /// Adds the names that are a span's own.
    fn key(&mut self, names: &Names, span: &Span, mut key: Key) -> Key {
        for (name, by) in key.iter_mut().zip(self.by) {
            match by {
                By::Step => *name = self.translated(names, span.name),
                By::Service => *name = self.translated(names, span.service),
                By::Route | By::Name | By::Field(_) => {}
            }
        }
        key
    }

    /// Returns the name of the answer that has the text of a name of traces.
    fn translated(&mut self, names: &Names, name: Name) -> Name {
        let place = name.0 as usize;
        if place >= self.translation.len() {
            self.translation.resize(place + 1, None);
        }
        let texts = &mut self.answer.groups.names;
        *self.translation[place]
            .get_or_insert_with(|| texts.of_text(or(names.text(name), "(none)")))
    }
}

type Key = [Name; By::MOST];

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}
