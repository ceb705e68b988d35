//! By whole traces: own times, steps by the route of their request.

use super::by::{Answer, By};
use crate::{
    args::Stats,
    command::collect::gap,
    filter::Filter,
    line::{Kind, Piece, Role, read},
    scan::Tally,
    source::Set,
    stat::Groups,
    trace::{Assembler, HOLD, Keep, Name, Names, Span, Trace, Tree, self_times},
};

/// Returns whether lines alone do not say what is asked for: steps do not know
/// their request.
pub(super) fn is_needed(args: &Stats, by: &[By], filter: &Filter) -> bool {
    let of_request = |by: &By| matches!(by, By::Route | By::Name | By::Field(_));
    let has_steps = by.contains(&By::Step);
    args.own || has_steps && (by.iter().any(of_request) || !filter.is_for_steps())
}

pub(super) fn answer(args: &Stats, by: &[By], filter: &Filter, set: &Set) -> Answer {
    let mut found = Found { by, filter, own: args.own, answer: Answer::default(), buf: Vec::new() };
    let mut traces = Assembler::new(Keep::Requests, HOLD);
    let mut tally = Tally::default();
    let mut causes = Vec::new();
    let complaints = set.lines_by_time(&mut tally, |seen| {
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
}

impl Found<'_> {
    fn trace(&mut self, trace: &Trace, names: &Names) {
        let tree = Tree::new(trace);
        let own = self_times(&trace.spans, &tree);
        let has_steps = self.by.contains(&By::Step);
        for top in &tree.tops {
            let span = &trace.spans[*top as usize];
            let request = read(trace.text(span.text)).map(|it| it.0).filter(|_| span.is_request());
            if request.as_ref().map_or(!self.filter.is_all(), |line| !self.filter.takes(line)) {
                continue;
            }
            if request.is_some() {
                let took = span.took.unwrap_or_default();
                let sum = &mut self.answer.requests_ns;
                *sum = sum.saturating_add(took);
            }
            self.below(trace, names, &tree, &own, *top, has_steps);
        }
    }

    /// Adds a span and all that is below it.
    fn below(
        &mut self,
        trace: &Trace,
        names: &Names,
        tree: &Tree,
        own: &[i64],
        top: u32,
        has_steps: bool,
    ) {
        let mut open = vec![(top, top)];
        while let Some((at, request)) = open.pop() {
            let span = &trace.spans[at as usize];
            let request = if span.is_request() { at } else { request };
            if span.is_request() != has_steps {
                let took = if self.own { span.took.map(|_| own[at as usize]) } else { span.took };
                let key = self.key(trace, names, span, request);
                let is_failed = span.outcome.is_failed();
                self.answer.groups.of(key).add(took, is_failed);
            }
            open.extend(tree.children(at).iter().map(|child| (*child, request)));
        }
    }

    fn key(&mut self, trace: &Trace, names: &Names, span: &Span, request: u32) -> [Name; By::MOST] {
        let groups: &mut Groups = &mut self.answer.groups;
        let line = read(trace.text(trace.spans[request as usize].text)).map(|it| it.0);
        let mut key = [Name::NONE; By::MOST];
        for (name, by) in key.iter_mut().zip(self.by) {
            *name = match (by, &line) {
                (By::Step, _) => groups.names.of_text(or(names.text(span.name), "(none)")),
                (By::Service, _) => groups.names.of_text(or(names.text(span.service), "(none)")),
                (by, Some(line)) => by.of(line, &mut groups.names, &mut self.buf),
                (_, None) => groups.names.of_text("(no request line)"),
            };
        }
        key
    }
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}
