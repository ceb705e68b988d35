//! Collects the lines of traces: of one by its id, or of several by theirs.

use std::collections::{HashMap, HashSet};

use memchr::memmem;

use crate::{
    line::{
        DROPPED, Dropped, Keys, Kind, Line, Piece, Role, bare, decode, dropped, hash, integer,
        members, read, time_ns, users_key,
    },
    scan::{Block, Depths, Lines, Match, Query, Seen, Tally, has_unusual_ids},
    source::{Complaints, Input, Set, Visit},
    view::Gap,
};

/// A trace that was found, and its lines.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) id: String,
    /// What it was found by.
    pub(super) by: Option<Match>,
    /// Objects, without what stood before and behind them, and whose keys they
    /// have.
    texts: Vec<(Keys, Vec<u8>)>,
    seen: HashSet<u64>,
    pub(super) copies: u64,
}

impl Found {
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.texts.iter().filter_map(|(keys, text)| Some(read(text, *keys)?.0))
    }
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) traces: HashMap<u128, Found>,
    /// In the order in which they were found.
    pub(super) order: Vec<u128>,
    pub(super) gaps: Vec<Gap>,
    /// Broken lines between the first line that was found and the last.
    pub(super) broken: u64,
    broken_since: u64,
    pub(super) tally: Tally,
    pub(super) complaints: Complaints,
    /// Whether there were more than are kept.
    pub(super) is_more: bool,
}

/// Which traces are collected.
#[derive(Debug)]
pub(super) enum Wanted<'q> {
    Query(&'q Query),
    Keys(HashSet<u128>),
}

/// Collects the lines of what is wanted.
pub(super) fn collect(set: &Set, wanted: &Wanted<'_>) -> Collected {
    let mut collector = Collector {
        wanted,
        collected: Collected::default(),
        lines: Lines::new(set.keys, Depths::default()),
        is_first: true,
        takes_all: false,
        watch: 0,
    };
    let complaints = set.visit(&mut collector);
    let mut collected = collector.collected;
    collected.tally = collector.lines.tally;
    collected.complaints = complaints;
    collected
}

struct Collector<'w, 'q> {
    wanted: &'w Wanted<'q>,
    collected: Collected,
    lines: Lines,
    is_first: bool,
    /// A container's log may have cut an id in two.
    takes_all: bool,
    /// For how many blocks reports of lost lines matter.
    watch: u32,
}

impl Visit for Collector<'_, '_> {
    fn begin(&mut self, _: &Input) {
        self.is_first = true;
        self.watch = 0;
    }

    fn block(&mut self, block: &Block<'_>) {
        // What was dropped is reported soon after.
        const WATCHED: u32 = 8;
        if self.is_first {
            self.takes_all = is_container(block.text) || matches!(self.wanted, Wanted::Keys(_));
            self.is_first = false;
        }
        let may_match = self.takes_all
            || match self.wanted {
                Wanted::Query(query) => query.may_be_in(block.text, has_unusual_ids(block)),
                Wanted::Keys(_) => true,
            };
        self.watch = if may_match { WATCHED } else { self.watch.saturating_sub(1) };
        let is_torn = block.text.last() != Some(&b'\n') || block.too_long > 0;
        let may_match = may_match || is_torn;
        let has_gap = || self.watch > 0 && memmem::find(block.text, DROPPED).is_some();
        if may_match || has_gap() {
            let (wanted, collected) = (self.wanted, &mut self.collected);
            self.lines.block(block, &mut |seen| collected.take(&seen, wanted));
        }
    }

    fn end(&mut self, is_cut: bool) {
        let (wanted, collected) = (self.wanted, &mut self.collected);
        self.lines.finish(is_cut, &mut |seen| collected.take(&seen, wanted));
    }
}

/// Returns whether a log is of a container's runtime.
fn is_container(text: &[u8]) -> bool {
    let head = &text[..text.len().min(256)];
    let has = |part: &[u8]| memmem::find(head, part).is_some();
    has(b" stdout ") || has(b" stderr ") || head.starts_with(br#"{"log":""#)
}

impl Collected {
    fn take(&mut self, seen: &Seen<'_>, wanted: &Wanted<'_>) {
        let Piece::Line(line) = &seen.piece else {
            self.broken_since += u64::from(matches!(seen.piece, Piece::Broken));
            return;
        };
        if line.kind() == Kind::Event && !line.has(Role::Trace) {
            self.gaps.extend(gap(line));
        }
        let Some(key) = line.trace_key() else { return };
        let by = match wanted {
            Wanted::Query(query) => query.on(line),
            Wanted::Keys(keys) => keys.contains(&key).then_some(Match::Trace),
        };
        if let Some(by) = by {
            self.add(key, line, by);
        }
    }

    fn add(&mut self, key: u128, line: &Line<'_>, by: Match) {
        const MOST: usize = 1_000;
        if self.order.len() >= MOST && !self.traces.contains_key(&key) {
            self.is_more = true;
            return;
        }
        if !self.order.is_empty() {
            self.broken += self.broken_since;
        }
        self.broken_since = 0;
        let found = self.traces.entry(key).or_insert_with(|| {
            self.order.push(key);
            Found { id: line.trace_text().unwrap_or_default(), ..Found::default() }
        });
        let is_better = found.by.is_none_or(|before| by == Match::Trace && before != by);
        found.by = if is_better { Some(by) } else { found.by };
        if found.seen.insert(hash(line.text())) {
            found.texts.push((line.keys(), line.text().to_vec()));
        } else {
            found.copies += 1;
        }
    }
}

/// Returns what a report of lost lines says.
pub(super) fn gap(line: &Line<'_>) -> Option<Gap> {
    memmem::find(line.text(), DROPPED)?;
    let (mut lines, mut first, mut last) = (None, None, None);
    for member in members(line.text()) {
        match dropped(users_key(member.key)) {
            Some(Dropped::Count) => lines = integer(member.value),
            Some(Dropped::First) => first = time_ns(member.value),
            Some(Dropped::Last) => last = time_ns(member.value),
            Some(Dropped::Cause) | None => {}
        }
    }
    let at = line.time_ns()?;
    let lines = lines?.unsigned_abs();
    Some(Gap { lines, first: first.unwrap_or(at), last: last.unwrap_or(at), cause: cause(line) })
}

fn cause(line: &Line<'_>) -> String {
    let cause = members(line.text()).find(|it| dropped(users_key(it.key)) == Some(Dropped::Cause));
    cause.map(|it| decode(bare(it.value)).into_owned()).unwrap_or_default()
}
