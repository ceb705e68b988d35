//! What any output of the process takes, in two numbers that are checked before
//! everything else: the lowest level of its lines, and what is timed.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU8, Ordering},
};

use super::{Filter, Threshold, change};
use crate::level::Level;

/// The lowest threshold of all installed filters. It is only a hint: lines that
/// pass it are checked by their filter, so relaxed ordering is enough.
static LOWEST: AtomicU8 = AtomicU8::new(UNSET);

/// The value before any filter was installed. In a debug build it is below all
/// levels, so that the first line finds that nothing is set up, and this can be
/// reported.
const UNSET: u8 = if cfg!(debug_assertions) { 0 } else { Threshold::OFF.0 };

/// What is timed. It is a hint, as `LOWEST` is.
static TIMED: AtomicU8 = AtomicU8::new(if cfg!(debug_assertions) { IN_TRACES } else { NOTHING });

const NOTHING: u8 = 0;
/// Requests, and the steps in them: an output takes lines, or has observers.
const IN_TRACES: u8 = 1;
/// All steps, because an observer wants them.
const EVERYWHERE: u8 = 2;

/// What is installed at present.
struct Counts {
    /// How many filters have each number as their lowest threshold.
    lowest: [usize; Threshold::OFF.0 as usize + 1],
    /// How many outputs have observers: those that do not want steps, and those
    /// that do.
    observed: [usize; 2],
}

static IN_FORCE: Mutex<Counts> =
    Mutex::new(Counts { lowest: [0; Threshold::OFF.0 as usize + 1], observed: [0; 2] });

/// Returns whether any output of the process may take lines at this level.
#[inline]
pub(crate) fn may_pass(level: Level) -> bool {
    level as u8 >= LOWEST.load(Ordering::Relaxed)
}

/// Returns whether any output of the process takes any lines or has observers.
#[inline]
pub(crate) fn is_anything_on() -> bool {
    TIMED.load(Ordering::Relaxed) != NOTHING
}

/// Returns whether steps are timed whose lines are filtered out.
#[inline]
pub(crate) fn is_everything_timed() -> bool {
    TIMED.load(Ordering::Relaxed) == EVERYWHERE
}

/// Returns the finest level that any output of the process takes: none, if all
/// is off, or nothing is set up yet. What requests hold as
/// [detail](crate::Detail) counts, too.
///
/// For a bridge from another library that wants one number; it changes with
/// [`set_filter`](crate::set_filter), and as each
/// [`Capture`](crate::testing::Capture) comes and goes: see
/// [`on_filter_change`](crate::on_filter_change).
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, max_level, testing::Capture};
///
/// assert_eq!(max_level(), None);
/// let capture = Capture::with_filter("info,shop::db=debug");
/// assert_eq!(max_level(), Some(Level::Debug));
/// ```
pub fn max_level() -> Option<Level> {
    let lowest = LOWEST.load(Ordering::Relaxed);
    [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error]
        .into_iter()
        .find(|level| *level as u8 == lowest)
}

/// Returns whether no filter was ever installed. It is true only once, and only
/// in a debug build. After that, everything is off until a filter is installed.
pub(crate) fn is_first_without_any() -> bool {
    let off = Threshold::OFF.0;
    let is_first = cfg!(debug_assertions)
        && LOWEST.compare_exchange(UNSET, off, Ordering::Relaxed, Ordering::Relaxed).is_ok();
    if is_first {
        count(|_| ());
    }
    is_first
}

/// Counts a filter's lowest threshold while the filter is installed. It must not
/// be made or dropped under a lock that `enabled` takes: callbacks are called.
#[derive(Debug)]
pub(crate) struct InForce(Threshold);

impl InForce {
    pub(crate) fn new(filter: &Filter) -> Self {
        Self::at(filter.lowest())
    }

    /// Counts the lowest level of all, while a filter is watched.
    pub(crate) fn of_everything() -> Self {
        Self::at(Threshold::from(Level::Trace))
    }

    fn at(lowest: Threshold) -> Self {
        count(|counts| counts.lowest[usize::from(lowest.0)] += 1);
        Self(lowest)
    }
}

impl Drop for InForce {
    fn drop(&mut self) {
        count(|counts| counts.lowest[usize::from(self.0.0)] -= 1);
    }
}

/// Counts the observers of an output while they are installed.
pub(crate) struct Observed {
    want_steps: bool,
}

impl Observed {
    pub(crate) fn new(want_steps: bool) -> Self {
        count(|counts| counts.observed[usize::from(want_steps)] += 1);
        Self { want_steps }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        count(|counts| counts.observed[usize::from(self.want_steps)] -= 1);
    }
}

fn count(change: impl FnOnce(&mut Counts)) {
    let mut counts = IN_FORCE.lock().unwrap_or_else(PoisonError::into_inner);
    change(&mut counts);
    let lowest = (0..Threshold::OFF.0).find(|&level| counts.lowest[usize::from(level)] > 0);
    let before = LOWEST.swap(lowest.unwrap_or(Threshold::OFF.0), Ordering::Relaxed);
    let timed = match counts.observed {
        [_, of_steps] if of_steps > 0 => EVERYWHERE,
        [0, 0] if lowest.is_none() => NOTHING,
        _ => IN_TRACES,
    };
    TIMED.store(timed, Ordering::Relaxed);
    if before != lowest.unwrap_or(Threshold::OFF.0) {
        change::note();
    }
    drop(counts);
    // Also where another thread has lowered it just now, and hands that on.
    change::hand_on();
}
