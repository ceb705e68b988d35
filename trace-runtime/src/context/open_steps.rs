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

/// The place of an open step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenAt(u8);

impl OpenAt {
    /// That of a step that has none.
    pub(crate) const NOWHERE: Self = Self(u8::MAX);
}

impl OpenSteps {
    /// Frees all places.
    pub(super) fn clear(&mut self) {
        self.since.iter_mut().for_each(|since| *since = AtomicU64::default());
        self.callsites.iter_mut().for_each(|callsite| *callsite = AtomicU32::default());
        *self.further.get_mut().unwrap_or_else(PoisonError::into_inner) = Vec::new();
    }

    /// Notes that a step begins. Returns what [`end`](Self::end) takes.
    #[inline]
    pub(crate) fn begin(&self, callsite: &'static Callsite, at: Moment) -> OpenAt {
        self.take(callsite.number() + 1, at.as_nanos())
    }

    /// Does the same on the thread that polls the request itself.
    #[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
    #[inline(always)]
    pub(crate) fn begin_own(&self, callsite: &'static Callsite, at: Moment) -> OpenAt {
        self.take_own(callsite.number() + 1, at.as_nanos())
    }

    /// Notes that a step ends, which began with this callsite at this moment.
    #[inline]
    pub(crate) fn end(&self, place: OpenAt, callsite: &'static Callsite, at: Moment) {
        self.free(place, callsite.number() + 1, at.as_nanos());
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
    fn take_own(&self, number: u32, at: u64) -> OpenAt {
        for (place, (since, callsite)) in self.places().take(OWN) {
            // Another thread may have freed it.
            if since.load(Ordering::Acquire) == 0 {
                since.store(at, Ordering::Release);
                callsite.store(number, Ordering::Release);
                return OpenAt(place);
            }
        }
        self.take(number, at)
    }

    #[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
    #[inline(always)]
    fn take(&self, number: u32, at: u64) -> OpenAt {
        for (place, (since, callsite)) in self.places().skip(OWN) {
            if since.load(Ordering::Relaxed) == 0
                && since.compare_exchange(0, at, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            {
                // Pairs with `each`, as `since` does: what is found in one is
                // not older than what is found in the other.
                callsite.store(number, Ordering::Release);
                return OpenAt(place);
            }
        }
        self.take_none(number, at)
    }

    #[cold]
    fn take_none(&self, number: u32, at: u64) -> OpenAt {
        let mut further = self.further();
        if further.len() < MOST_FURTHER {
            further.push((number, at));
        }
        OpenAt::NOWHERE
    }

    #[inline]
    fn free(&self, OpenAt(place): OpenAt, number: u32, at: u64) {
        let place = usize::from(place);
        match (self.since.get(place), self.callsites.get(place)) {
            (Some(since), Some(callsite)) => {
                callsite.store(0, Ordering::Relaxed);
                since.store(0, Ordering::Release);
            }
            _ => self.free_none(number, at),
        }
    }

    #[cold]
    fn free_none(&self, number: u32, at: u64) {
        let mut further = self.further();
        if let Some(nth) = further.iter().rposition(|it| *it == (number, at)) {
            further.swap_remove(nth);
        }
    }

    fn places(&self) -> impl Iterator<Item = (u8, (&AtomicU64, &AtomicU32))> {
        (0..).zip(self.since.iter().zip(&self.callsites))
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
        let [first, second, _] =
            [(1, 10), (2, 20), (3, 30)].map(|(number, at)| steps.take(number, at));
        assert_eq!(numbers(&steps), [1, 2, 3]);
        steps.free(second, 2, 20);
        let fourth = steps.take(4, 40);
        assert_eq!(numbers(&steps), [1, 3, 4]);
        steps.free(fourth, 4, 40);
        steps.free(first, 1, 10);
        assert_eq!(numbers(&steps), [3]);
    }

    #[test]
    fn steps_beyond_the_places_are_seen_too_up_to_a_thousand() {
        let (steps, all) = (OpenSteps::default(), 1..=1_100_u32);
        let took: Vec<_> =
            all.map(|number| (number, steps.take_own(number, number.into()))).collect();
        assert_eq!(numbers(&steps), (1..=1_009).collect::<Vec<_>>());
        for (number, place) in took.into_iter().rev().filter(|(number, _)| *number != 500) {
            steps.free(place, number, number.into());
        }
        assert_eq!(numbers(&steps), [500]);
    }

    #[test]
    fn each_place_is_taken_by_the_threads_that_may_take_it() {
        let steps = OpenSteps::default();
        for number in (1..).take(OWN + 1) {
            steps.take_own(number, number.into());
        }
        for number in (100..).take(PLACES - OWN) {
            steps.take(number, number.into());
        }
        // One of each kind went to the next kind of place.
        assert_eq!(steps.in_places().count(), PLACES);
        assert_eq!(steps.further().len(), 1);
    }

    #[test]
    fn of_two_calls_that_began_at_once_each_frees_its_own_place() {
        let steps = OpenSteps::default();
        let [one, two] = [1, 1].map(|number| steps.take(number, 10));
        assert_ne!(one, two);
        steps.free(two, 1, 10);
        assert_eq!(numbers(&steps), [1]);
        steps.free(one, 1, 10);
        assert_eq!(steps.each().count(), 0);
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
                        let place = match first {
                            1 => steps.take_own(number, at),
                            _ => steps.take(number, at),
                        };
                        steps.free(place, number, at);
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
            let place = steps.take(*number, 10 * u64::from(*number));
            steps.free(place, *number, 10 * u64::from(*number));
        }
    }

    /// Does the same on the thread that polls the request itself.
    fn run_own(steps: &OpenSteps, number: u32) {
        let place = steps.take_own(number, 10 * u64::from(number));
        steps.free(place, number, 10 * u64::from(number));
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
            let first = steps.take_own(1, 10);
            let theirs = Arc::clone(&steps);
            let frees = thread::spawn(move || theirs.free(first, 1, 10));
            let second = steps.take_own(2, 20);
            frees.join().unwrap();
            assert_eq!(steps.in_places().collect::<Vec<_>>(), [(2, 20)]);
            steps.free(second, 2, 20);
            assert_eq!(steps.in_places().count(), 0);
        });
    }

    #[test]
    fn two_threads_never_take_the_same_place() {
        loom::model(|| {
            let steps = Arc::new(OpenSteps::default());
            let theirs = Arc::clone(&steps);
            let other = thread::spawn(move || drop(theirs.take(1, 10)));
            steps.take(2, 20);
            other.join().unwrap();
            let mut found: Vec<_> = steps.in_places().collect();
            found.sort_unstable();
            assert_eq!(found, [(1, 10), (2, 20)]);
        });
    }
}
