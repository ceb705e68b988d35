//! What a trace holds: its lines until it ends, and then what became of them.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU8, Ordering},
};

use super::{
    account::Fate,
    holding::Holding,
    installed::Installed,
    lines::{Line, Lines},
    policy::{Ending, Noted},
};
use crate::clock::Moment;

/// How long a task that outlives its request follows what became of it.
const FOLLOWED_NS: u64 = 60 * 1_000_000_000;

/// The bits of `Held::noted`.
const WANTED: u8 = 1;
const SAMPLED: u8 = 2;

/// The detail of one trace. It allocates nothing before there is a line.
#[derive(Debug)]
pub(crate) struct Held {
    /// Hints for the end, which comes after all that set them.
    noted: AtomicU8,
    /// The lock is held while a line is copied, never while foreign code runs.
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Open(Option<Box<Holding>>),
    Ended { fate: Fate, at: Moment },
}

/// What became of a line that was to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It is held, or gone.
    Done,
    /// Its request has ended, and its detail was kept: write it.
    Write,
}

/// What the line of a request says of its detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    Discarded,
    /// More was to be written than may be in a second.
    Dropped,
}

/// The detail of a request that has ended.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    /// Whether it was to be kept: then the request has a line, too.
    pub(crate) is_kept: bool,
    pub(crate) note: Option<Note>,
    /// How many lines are missing among those that are kept.
    pub(crate) dropped: u64,
    /// What is to be written.
    holding: Option<Box<Holding>>,
}

impl Held {
    /// Returns the detail of a trace that opens.
    #[inline]
    pub(crate) fn new(is_sampled_by_caller: bool) -> Self {
        let noted = if is_sampled_by_caller { SAMPLED } else { 0 };
        Self { noted: AtomicU8::new(noted), state: Mutex::new(State::Open(None)) }
    }

    /// Notes that the detail is wanted, however the request ends.
    pub(crate) fn want(&self) {
        self.noted.fetch_or(WANTED, Ordering::Relaxed);
    }

    /// Returns whether a line that is to be held would be held or written.
    pub(crate) fn takes_lines(&self) -> bool {
        match &*self.state() {
            State::Open(_) => true,
            State::Ended { fate, at } => *fate == Fate::Written && is_followed(*at),
        }
    }

    /// Holds a line; after the end, returns what to do with it.
    pub(crate) fn push(&self, line: &Line<'_>, installed: &Installed) -> Pushed {
        let account = &installed.account;
        account.made();
        let (fate, at) = match &mut *self.state() {
            State::Open(holding) => {
                let holding = holding.get_or_insert_with(|| Holding::new(account));
                holding.push(line, installed.per_request);
                return Pushed::Done;
            }
            State::Ended { fate, at } => (*fate, *at),
        };
        let fate = match fate {
            Fate::Written if !is_followed(at) => Fate::Discarded,
            Fate::Written if !account.rate.take(line.bytes.len(), Moment::now()) => Fate::Dropped,
            fate => fate,
        };
        account.count(fate, 1);
        if fate == Fate::Written { Pushed::Write } else { Pushed::Done }
    }

    /// Decides what becomes of the lines: the request has ended.
    pub(crate) fn end(
        &self,
        ending: &Ending,
        id: impl FnOnce() -> [u8; 16],
        installed: &Installed,
    ) -> Ended {
        let noted = self.noted.load(Ordering::Relaxed);
        let (is_wanted, is_sampled) = (noted & WANTED != 0, noted & SAMPLED != 0);
        let is_kept = installed.policy.keeps(ending, Noted { is_wanted, is_sampled }, id);
        let mut state = self.state();
        let State::Open(holding) = &mut *state else { return Ended::default() };
        let (holding, now) = (holding.take(), Moment::now());
        let bytes = holding.as_ref().map_or(0, |holding| holding.lines.bytes().len());
        let fate = match is_kept {
            false => Fate::Discarded,
            true if installed.account.rate.take(bytes, now) => Fate::Written,
            true => Fate::Dropped,
        };
        *state = State::Ended { fate, at: now };
        drop(state);
        Ended::of(holding, fate, installed)
    }

    /// Takes out what is held, because the process ends before the request does;
    /// nothing, if it is in use.
    pub(crate) fn take_now(&self) -> Ended {
        let Ok(mut state) = self.state.try_lock() else { return Ended::default() };
        let State::Open(holding) = &mut *state else { return Ended::default() };
        Ended { is_kept: true, holding: holding.take(), ..Ended::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_followed(since: Moment) -> bool {
    Moment::now().nanos_since(since) < FOLLOWED_NS
}

impl Ended {
    fn of(holding: Option<Box<Holding>>, fate: Fate, installed: &Installed) -> Self {
        let is_kept = fate != Fate::Discarded;
        let Some(holding) = holding else { return Self { is_kept, ..Self::default() } };
        let (lines, dropped) = (holding.lines.len(), holding.dropped);
        match fate {
            Fate::Written => {
                let holding = Some(holding).filter(|_| lines > 0);
                Self { is_kept, note: None, dropped, holding }
            }
            Fate::Discarded => {
                holding.finish(fate, lines);
                let note = installed.policy.marks_discarded.then_some(Note::Discarded);
                Self { is_kept, note, dropped: 0, holding: None }
            }
            Fate::Dropped => {
                holding.finish(fate, lines);
                let dropped = dropped + lines as u64;
                Self { is_kept, note: Some(Note::Dropped), dropped, holding: None }
            }
        }
    }

    /// Returns whether there are lines to be written.
    pub(crate) fn has_lines(&self) -> bool {
        self.holding.is_some()
    }

    /// Calls `write` with the lines, if there are any, and counts them as
    /// written.
    pub(crate) fn write(self, write: impl FnOnce(&mut Lines)) {
        if let Some(mut holding) = self.holding {
            let lines = holding.lines.len();
            write(&mut holding.lines);
            holding.finish(Fate::Written, lines);
        }
    }
}
