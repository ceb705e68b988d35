//! Puts traces together while a log is read. Each is handed on soon after its
//! request line, so that only those that are going on are kept.

use std::collections::{HashMap, VecDeque};

use super::{
    names::{Fast, Names},
    span::Trace,
};
use crate::line::{Line, Role};

/// How long lines may come after the request line, in the time of the log.
const LATE_NS: i64 = 1_000_000_000;

/// The same, if the request has a caller, whose line may still come.
const CALLER_NS: i64 = 60_000_000_000;

/// What is kept of lines beside their times and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The lines of requests, for their fields.
    Requests,
    Everything,
}

/// The traces that are going on.
#[derive(Debug)]
pub(crate) struct Assembler {
    keep: Keep,
    pub(crate) names: Names,
    open: HashMap<u128, Trace, Fast>,
    /// In the order in which they began.
    order: VecDeque<u128>,
    /// When traces are handed on.
    due: VecDeque<(i64, u128)>,
    /// Traces whose memory is used again.
    spare: Vec<Trace>,
    /// How many bytes the open ones take, and may take.
    held: usize,
    most: usize,
}

impl Assembler {
    /// Keeps at most `most` bytes of what is going on.
    pub(crate) fn new(keep: Keep, most: usize) -> Self {
        Self {
            keep,
            names: Names::default(),
            open: HashMap::default(),
            order: VecDeque::new(),
            due: VecDeque::new(),
            spare: Vec::new(),
            held: 0,
            most,
        }
    }

    /// Adds a line, and hands on the traces that are over.
    #[inline]
    pub(crate) fn add(&mut self, line: &Line<'_>, done: &mut impl FnMut(&Trace, &Names)) {
        let Some(key) = line.trace_key() else { return };
        let is_request = line.is_request();
        let keep = match self.keep {
            Keep::Requests => is_request,
            Keep::Everything => true,
        };
        let trace = self.open.entry(key).or_insert_with(|| {
            self.order.push_back(key);
            let id = if self.keep == Keep::Everything { line.trace_text() } else { None };
            Trace { key, id: id.unwrap_or_default(), ..self.spare.pop().unwrap_or_default() }
        });
        let before = trace.size();
        trace.add(line, &mut self.names, keep);
        self.held += trace.size() - before;
        if is_request {
            self.end(line, key, done);
        } else if self.held > self.most {
            self.make_room(done);
        }
    }

    /// A request has ended: its trace is due soon, and others may be now.
    fn end(&mut self, line: &Line<'_>, key: u128, done: &mut impl FnMut(&Trace, &Names)) {
        let Some(now) = line.time_ns() else { return };
        let late = if line.has(Role::Parent) { CALLER_NS } else { LATE_NS };
        self.due.push_back((now + late, key));
        while let Some((_, key)) = self.due.front().copied().filter(|due| due.0 <= now) {
            self.due.pop_front();
            self.hand_on(key, done);
        }
    }

    fn make_room(&mut self, done: &mut impl FnMut(&Trace, &Names)) {
        while self.held > self.most / 2 {
            let Some(oldest) = self.order.pop_front() else { return };
            self.hand_on(oldest, done);
        }
    }

    fn hand_on(&mut self, key: u128, done: &mut impl FnMut(&Trace, &Names)) {
        const SPARE: usize = 64;
        let Some(mut trace) = self.open.remove(&key) else { return };
        done(&trace, &self.names);
        self.held -= trace.size();
        if self.spare.len() < SPARE {
            trace.clear();
            self.spare.push(trace);
        }
        // What is gone from the begin of the order need not be looked at.
        while self.order.front().is_some_and(|key| !self.open.contains_key(key)) {
            self.order.pop_front();
        }
    }

    /// Hands on what is still open.
    pub(crate) fn finish(&mut self, done: &mut impl FnMut(&Trace, &Names)) {
        while let Some(key) = self.order.pop_front() {
            self.hand_on(key, done);
        }
    }
}
