//! Line by line, on several threads: what needs no whole trace.

use std::{collections::HashSet, num::NonZero, thread::available_parallelism};

use super::by::{Answer, By};
use crate::{
    args::Stats,
    command::collect::gap,
    filter::Filter,
    line::{Depth, Kind, Line, Piece, Role, mix},
    scan::{Depths, Seen},
    source::{Fold, Set},
    stat::Groups,
    trace::{Fast, Name},
};

/// What a thread has found.
#[derive(Debug, Default)]
struct Found {
    groups: Groups,
    buf: Vec<u8>,
    requests_ns: i64,
    causes: Vec<(String, u64)>,
    seen: HashSet<u64, Fast>,
    sample: (u64, u64),
}

pub(super) fn answer(args: &Stats, by: &[By], filter: &Filter, set: &Set) -> Answer {
    let has_steps = by.contains(&By::Step);
    let cores = || available_parallelism().map_or(1, NonZero::get);
    // What was seen is known to one thread only.
    let threads = if args.dedup { 1 } else { args.threads.unwrap_or_else(cores).max(1) };
    let take = |found: &mut Found, seen: Seen<'_>| {
        if let Piece::Line(line) = &seen.piece {
            found.take(line, by, has_steps, args.dedup, filter);
        }
    };
    let how = Fold { threads, depths: depths(by, filter) };
    let (found, complaints) = set.fold(how, &Found::default, &take);
    let mut answer = Answer { complaints, is_deduped: args.dedup, ..Answer::default() };
    for (found, tally) in found {
        answer.tally += tally;
        answer.requests_ns = answer.requests_ns.saturating_add(found.requests_ns);
        answer.sample.0 += found.sample.0;
        answer.sample.1 += found.sample.1;
        answer.add_causes(&found.causes);
        answer.groups.merge(&found.groups);
    }
    answer
}

/// Returns how far lines are read to answer.
fn depths(by: &[By], filter: &Filter) -> Depths {
    let asked = by.iter().map(By::depth).max().unwrap_or_default();
    let (steps, requests) = (filter.depth_of_steps(), filter.depth());
    let events = Depth::Nothing;
    match by.contains(&By::Step) {
        true => Depths { steps: steps.max(asked), requests, events },
        false => Depths { steps, requests: requests.max(asked), events },
    }
}

impl Answer {
    pub(super) fn add_causes(&mut self, causes: &[(String, u64)]) {
        for (cause, lines) in causes {
            self.dropped = self.dropped.saturating_add(*lines);
            match self.causes.iter_mut().find(|it| it.0 == *cause) {
                Some(it) => it.1 = it.1.saturating_add(*lines),
                None => self.causes.push((cause.clone(), *lines)),
            }
        }
    }
}

impl Found {
    #[inline]
    fn take(&mut self, line: &Line<'_>, by: &[By], has_steps: bool, dedup: bool, filter: &Filter) {
        let is_step = match line.kind() {
            Kind::Event => return self.event(line),
            Kind::Step => true,
            Kind::Request | Kind::Job => false,
        };
        let takes = if is_step { filter.takes_step(line) } else { filter.takes(line) };
        if !takes || self.is_seen(line, dedup) {
            return;
        }
        let took = line.duration_ns();
        if !is_step {
            self.requests_ns = self.requests_ns.saturating_add(took.unwrap_or_default());
        }
        if is_step != has_steps {
            return;
        }
        let mut key = [Name::NONE; By::MOST];
        for at in 0..by.len().min(By::MOST) {
            key[at] = by[at].of(line, &mut self.groups.names, &mut self.buf);
        }
        self.groups.of(key).add(took, line.outcome().is_failed());
    }

    fn event(&mut self, line: &Line<'_>) {
        if line.has(Role::Trace) {
            return;
        }
        if let Some(gap) = gap(line) {
            self.causes.push((gap.cause, gap.lines));
        }
    }

    /// Returns whether a span was there before. To know if shippers deliver
    /// twice, one span of a thousand is enough.
    #[inline]
    fn is_seen(&mut self, line: &Line<'_>, dedup: bool) -> bool {
        const SAMPLED: u64 = (1 << 10) - 1;
        let digits = line.bare(Role::Span).last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
        let id = mix(digits ^ u64::from(line.kind() == Kind::Step));
        if id & SAMPLED == 0 || dedup {
            let trace = line.trace_key().unwrap_or_default();
            let is_new = self.seen.insert(mix(id ^ trace as u64 ^ (trace >> 64) as u64));
            self.sample.0 += 1;
            self.sample.1 += u64::from(!is_new);
            return dedup && !is_new;
        }
        false
    }
}
