//! Puts traces together while a log is read. Each is handed on soon after its
//! request line, so that only those that are going on are kept.

use std::collections::{HashMap, VecDeque};

use super::{
    names::{Fast, Names},
    span::{Keep, Note, Trace},
};
use crate::line::{Line, Role};

/// How long lines may come after the request line, in the time of the log.
const LATE_NS: i64 = 1_000_000_000;

/// The same, if the request has a caller, whose line may still come.
const CALLER_NS: i64 = 60_000_000_000;

/// What takes traces that are over.
pub(crate) trait Take {
    /// Returns what is to be noted of the line of a request.
    fn note(&mut self, _line: &Line<'_>, _names: &mut Names) -> Note {
        Note::default()
    }

    /// Takes a trace, and the names of its spans.
    fn take(&mut self, trace: &Trace, names: &Names);
}

/// The traces that are going on.
#[derive(Debug)]
pub(crate) struct Assembler {
    keep: Keep,
    pub(crate) names: Names,
    /// The places of those that are open.
    open: HashMap<u128, u32, Fast>,
    traces: Vec<Trace>,
    /// The places that are empty.
    empty: Vec<u32>,
    /// In the order in which they began.
    order: VecDeque<u128>,
    /// When traces are handed on.
    due: VecDeque<(i64, u128)>,
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
            traces: Vec::new(),
            empty: Vec::new(),
            order: VecDeque::new(),
            due: VecDeque::new(),
            held: 0,
            most,
        }
    }

    /// Adds a line, and hands on the traces that are over.
    #[inline]
    pub(crate) fn add(&mut self, line: &Line<'_>, to: &mut impl Take) {
        let Some(key) = line.trace_key() else { return };
        let (is_request, now) = (line.is_request(), line.time_ns());
        let at = match self.open.get(&key) {
            Some(at) => *at,
            None => self.begin(key, line),
        };
        let trace = &mut self.traces[at as usize];
        self.held += trace.add(line, now, &mut self.names, self.keep);
        if is_request && self.keep == Keep::Notes {
            self.held += trace.note(to.note(line, &mut self.names));
        }
        if is_request {
            let late = if line.has(Role::Parent) { CALLER_NS } else { LATE_NS };
            self.end(now, late, key, to);
        } else if self.held > self.most {
            self.make_room(to);
        }
    }

    /// A trace begins. Returns its place.
    fn begin(&mut self, key: u128, line: &Line<'_>) -> u32 {
        let at = self.empty.pop().unwrap_or_else(|| {
            self.traces.push(Trace::default());
            self.traces.len() as u32 - 1
        });
        let trace = &mut self.traces[at as usize];
        trace.key = key;
        if self.keep == Keep::Everything {
            trace.id = line.trace_text().unwrap_or_default();
        }
        self.open.insert(key, at);
        self.order.push_back(key);
        at
    }

    /// A request has ended: its trace is due soon, and others may be now.
    fn end(&mut self, now: Option<i64>, late: i64, key: u128, to: &mut impl Take) {
        let Some(now) = now else { return };
        self.due.push_back((now + late, key));
        while let Some((_, key)) = self.due.front().copied().filter(|due| due.0 <= now) {
            self.due.pop_front();
            self.hand_on(key, to);
        }
    }

    fn make_room(&mut self, to: &mut impl Take) {
        while self.held > self.most / 2 {
            let Some(oldest) = self.order.pop_front() else { return };
            self.hand_on(oldest, to);
        }
    }

    fn hand_on(&mut self, key: u128, to: &mut impl Take) {
        const SPARE: usize = 64;
        let Some(at) = self.open.remove(&key) else { return };
        let trace = &mut self.traces[at as usize];
        to.take(trace, &self.names);
        self.held -= trace.size();
        // The memory of a few is used again.
        match self.empty.len() < SPARE {
            true => trace.clear(),
            false => *trace = Trace::default(),
        }
        self.empty.push(at);
        // What is gone from the begin of the order need not be looked at.
        while self.order.front().is_some_and(|key| !self.open.contains_key(key)) {
            self.order.pop_front();
        }
    }

    /// Hands on what is still open.
    pub(crate) fn finish(&mut self, to: &mut impl Take) {
        while let Some(key) = self.order.pop_front() {
            self.hand_on(key, to);
        }
    }
}
