//! The steps of a request that have not ended: which they are, and since when.
//!
//! A step takes a place when it begins, and frees it when it ends, on whatever
//! thread that is; any other thread may look meanwhile. There is no lock: of a
//! place, `since` says which step it belongs to, and `callsites` is set only
//! while that is certain. So a look finds a step with its own name and its own
//! start, or does not find it, if it begins or ends at that moment.

#[cfg(not(all(test, trace_loom)))]
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

#[cfg(all(test, trace_loom))]
use loom::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{callsite::Callsite, clock::Moment};

/// How many steps of a request have a place at once. Further ones take a lock.
#[cfg(not(all(test, trace_loom)))]
const PLACES: usize = 9;
#[cfg(all(test, trace_loom))]
const PLACES: usize = 3;

/// How many of the places only the thread takes that polls the request itself:
/// for that, it needs no atomic exchange.
#[cfg(not(all(test, trace_loom)))]
const OWN: usize = 5;
#[cfg(all(test, trace_loom))]
const OWN: usize = 1;

/// How many further steps are seen at most.
const MOST_FURTHER: usize = 1_000;

/// The steps of one request that have not ended.
#[derive(Debug, Default)]
pub(crate) struct OpenSteps {
    /// When the step of a place began; zero for a free place.
    since: [AtomicU64; PLACES],
    /// The number of its callsite plus one; zero while it begins and ends.
    callsites: [AtomicU32; PLACES],
    /// The same number and the start of each that has no place.
    further: Mutex<Vec<(u32, u64)>>,
}

impl OpenSteps {
    /// Notes that a step begins.
    #[inline]
    pub(crate) fn begin(&self, callsite: &'static Callsite, at: Moment) {
        self.take(callsite.number() + 1, at.as_nanos());
    }

    /// Does the same on the thread that polls the request itself.
    #[inline]
    pub(crate) fn begin_own(&self, callsite: &'static Callsite, at: Moment) {
        self.take_own(callsite.number() + 1, at.as_nanos());
    }

    /// Notes that a step ends: the one with this callsite and this start.
    #[inline]
    pub(crate) fn end(&self, callsite: &'static Callsite, at: Moment) {
        self.free(callsite.number() + 1, at.as_nanos());
    }

    /// Returns the callsites and the starts of those that are open, the one that
    /// began last at the end.
    pub(crate) fn read(&self) -> Vec<(&'static Callsite, Moment)> {
        let mut open: Vec<_> = self.each().collect();
        // Where several began at the same moment, those in later places were
        // most likely opened inside those in earlier ones.
        open.sort_by_key(|(_, since)| *since);
        let open = open.into_iter().map(|(callsite, since)| {
            Some((Callsite::with_number(callsite - 1)?, Moment::of_nanos(since)))
        });
        open.flatten().collect()
    }

    #[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
    #[inline(always)]
    fn take_own(&self, number: u32, at: u64) {
        for (since, callsite) in self.since.iter().zip(&self.callsites).take(OWN) {
            // Another thread may have freed it.
            if since.load(Ordering::Acquire) == 0 {
                since.store(at, Ordering::Release);
                return callsite.store(number, Ordering::Release);
            }
        }
        self.take(number, at);
    }

    #[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
    #[inline(always)]
    fn take(&self, number: u32, at: u64) {
        for (since, callsite) in self.since.iter().zip(&self.callsites).skip(OWN) {
            if since.load(Ordering::Relaxed) == 0
                && since.compare_exchange(0, at, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            {
                // Pairs with `each`, as `since` does: what is found in one is
                // not older than what is found in the other.
                return callsite.store(number, Ordering::Release);
            }
        }
        self.take_none(number, at);
    }

    #[cold]
    fn take_none(&self, number: u32, at: u64) {
        let mut further = self.further();
        if further.len() < MOST_FURTHER {
            further.push((number, at));
        }
    }

    /// Two steps of one callsite that began in the same nanosecond are the same
    /// here.
    #[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
    #[inline(always)]
    fn free(&self, number: u32, at: u64) {
        for (since, callsite) in self.since.iter().zip(&self.callsites) {
            if since.load(Ordering::Relaxed) == at && callsite.load(Ordering::Relaxed) == number {
                callsite.store(0, Ordering::Relaxed);
                return since.store(0, Ordering::Release);
            }
        }
        self.free_none(number, at);
    }

    #[cold]
    fn free_none(&self, number: u32, at: u64) {
        let mut further = self.further();
        if let Some(nth) = further.iter().rposition(|it| *it == (number, at)) {
            further.swap_remove(nth);
        }
    }

    fn further(&self) -> MutexGuard<'_, Vec<(u32, u64)>> {
        self.further.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn each(&self) -> impl Iterator<Item = (u32, u64)> {
        self.in_places().chain(self.further().clone())
    }

    fn in_places(&self) -> impl Iterator<Item = (u32, u64)> {
        let places = self.since.iter().zip(&self.callsites);
        places.filter_map(|(since, callsite)| {
            let at = since.load(Ordering::Acquire);
            let number = callsite.load(Ordering::Acquire);
            let is_still_there = since.load(Ordering::Relaxed) == at;
            (at != 0 && number != 0 && is_still_there).then_some((number, at))
        })
    }
}

#[cfg(all(test, not(trace_loom)))]
mod tests {
    use std::{sync::atomic::AtomicBool, thread};

    use super::*;

    fn numbers(steps: &OpenSteps) -> Vec<u32> {
        let mut found: Vec<_> = steps.each().collect();
        found.sort_by_key(|(_, since)| *since);
        found.into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn what_is_open_is_what_has_begun_and_not_ended_in_the_order_of_its_start() {
        let steps = OpenSteps::default();
        for (number, at) in [(1, 10), (2, 20), (3, 30)] {
            steps.take(number, at);
        }
        assert_eq!(numbers(&steps), [1, 2, 3]);
        steps.free(2, 20);
        steps.take(4, 40);
        assert_eq!(numbers(&steps), [1, 3, 4]);
        steps.free(4, 40);
        steps.free(1, 10);
        assert_eq!(numbers(&steps), [3]);
    }

    #[test]
    fn steps_beyond_the_places_are_seen_too_up_to_a_thousand() {
        let (steps, all) = (OpenSteps::default(), 1..=1_100_u32);
        all.clone().for_each(|number| steps.take_own(number, number.into()));
        assert_eq!(numbers(&steps), (1..=1_009).collect::<Vec<_>>());
        all.rev().filter(|number| *number != 500).for_each(|number| {
            steps.free(number, number.into());
        });
        assert_eq!(numbers(&steps), [500]);
    }

    #[test]
    fn each_place_is_taken_by_the_threads_that_may_take_it() {
        let steps = OpenSteps::default();
        (1..).take(OWN + 1).for_each(|number| steps.take_own(number, number.into()));
        (100..).take(PLACES - OWN).for_each(|number| steps.take(number, number.into()));
        // One of each kind went to the next kind of place.
        assert_eq!(steps.in_places().count(), PLACES);
        assert_eq!(steps.further().len(), 1);
    }

    #[test]
    fn of_two_steps_that_began_at_once_each_frees_its_own_place() {
        let steps = OpenSteps::default();
        steps.take(1, 10);
        steps.take(2, 10);
        steps.free(2, 10);
        assert_eq!(numbers(&steps), [1]);
    }

    #[test]
    fn a_look_while_others_begin_and_end_finds_steps_with_their_own_start() {
        let (steps, is_over) = (OpenSteps::default(), AtomicBool::new(false));
        thread::scope(|scope| {
            for first in [1, 2] {
                let (steps, is_over) = (&steps, &is_over);
                scope.spawn(move || {
                    for number in (first..).step_by(2) {
                        let at = 10 * u64::from(number);
                        match first {
                            1 => steps.take_own(number, at),
                            _ => steps.take(number, at),
                        }
                        steps.free(number, 10 * u64::from(number));
                        if is_over.load(Ordering::Relaxed) {
                            return;
                        }
                    }
                });
            }
            let mut seen = 0;
            while seen < 20_000 {
                for (number, at) in steps.in_places() {
                    assert_eq!(at, 10 * u64::from(number));
                    seen += 1;
                }
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert_eq!(steps.each().count(), 0);
    }
}

/// Every order in which a few threads may meet; see `.ci/run`.
#[cfg(all(test, trace_loom))]
mod models {
    use loom::{sync::Arc, thread};

    use super::*;

    /// Begins and ends steps, each with a start that shows which it is.
    fn run(steps: &OpenSteps, numbers: &[u32]) {
        for number in numbers {
            steps.take(*number, 10 * u64::from(*number));
            steps.free(*number, 10 * u64::from(*number));
        }
    }

    /// Does the same on the thread that polls the request itself.
    fn run_own(steps: &OpenSteps, number: u32) {
        steps.take_own(number, 10 * u64::from(number));
        steps.free(number, 10 * u64::from(number));
    }

    #[test]
    fn a_look_finds_a_step_with_its_own_start_or_does_not_find_it() {
        loom::model(|| {
            let steps = Arc::new(OpenSteps::default());
            let theirs = Arc::clone(&steps);
            let looks = thread::spawn(move || {
                for (number, at) in theirs.in_places() {
                    assert_eq!(at, 10 * u64::from(number));
                }
            });
            run(&steps, &[1, 2]);
            run_own(&steps, 3);
            looks.join().unwrap();
            assert_eq!(steps.in_places().count(), 0);
        });
    }

    #[test]
    fn a_place_that_another_thread_frees_is_taken_again_and_seen() {
        loom::model(|| {
            let steps = Arc::new(OpenSteps::default());
            steps.take_own(1, 10);
            let theirs = Arc::clone(&steps);
            let frees = thread::spawn(move || theirs.free(1, 10));
            steps.take_own(2, 20);
            frees.join().unwrap();
            assert_eq!(steps.in_places().collect::<Vec<_>>(), [(2, 20)]);
            steps.free(2, 20);
            assert_eq!(steps.in_places().count(), 0);
        });
    }

    #[test]
    fn two_threads_never_take_the_same_place() {
        loom::model(|| {
            let steps = Arc::new(OpenSteps::default());
            let theirs = Arc::clone(&steps);
            let other = thread::spawn(move || theirs.take(1, 10));
            steps.take(2, 20);
            other.join().unwrap();
            let mut found: Vec<_> = steps.in_places().collect();
            found.sort_unstable();
            assert_eq!(found, [(1, 10), (2, 20)]);
        });
    }
}
