//! The numbers of a request's callsites.

#[cfg(not(all(test, trace_loom)))]
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(all(test, trace_loom))]
use loom::sync::atomic::{AtomicU32, Ordering};

use std::num::NonZero;

use crate::callsite::Callsite;

/// The most callsites that are counted separately.
#[cfg(not(all(test, trace_loom)))]
pub(super) const MOST_CALLSITES: usize = 32;
#[cfg(all(test, trace_loom))]
pub(super) const MOST_CALLSITES: usize = 3;

/// The number of a callsite in its request, from 1 to `MOST_CALLSITES`, in the
/// order in which their first steps began. Zero is left out so that an `Option`
/// needs no extra byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(NonZero<u8>);

impl Number {
    /// Returns its index in a table.
    #[inline]
    pub(super) fn place(self) -> usize {
        usize::from(self.0.get() - 1)
    }
}

/// The callsites, by number: each as its own number in the process plus one;
/// zero for numbers that are not used yet.
///
/// There is no lock, because every step reads this when it begins. What is here
/// is only compared, so relaxed ordering is enough.
#[derive(Debug, Default)]
pub(crate) struct Numbers([AtomicU32; MOST_CALLSITES]);

impl Numbers {
    /// Takes all numbers back.
    #[inline]
    pub(crate) fn clear(&mut self) {
        let used = self.0.iter_mut().take_while(|place| place.load(Ordering::Relaxed) != 0);
        used.for_each(|place| *place = AtomicU32::default());
    }

    /// Returns the number of a callsite, and gives it one if it has none.
    /// Returns `None` if there are too many callsites.
    ///
    /// `is_alone` returns whether no other thread can ask until this method has
    /// returned. What others did before must be seen then.
    #[inline]
    pub(crate) fn of(
        &self,
        callsite: &'static Callsite,
        is_alone: impl Fn() -> bool,
    ) -> Option<Number> {
        self.of_number(callsite.number() + 1, is_alone)
    }

    #[inline]
    fn of_number(&self, callsite: u32, is_alone: impl Fn() -> bool) -> Option<Number> {
        let mut numbered = (1..).zip(&self.0);
        let (number, _) = numbered.find(|(_, place)| is_at(place, callsite, &is_alone))?;
        NonZero::new(number).map(Number)
    }
}

/// Returns whether a callsite is in this place, and puts it there if the place
/// is free.
#[inline]
fn is_at(place: &AtomicU32, callsite: u32, is_alone: impl Fn() -> bool) -> bool {
    let found = match place.load(Ordering::Relaxed) {
        0 if is_alone() => put_alone(place, callsite),
        0 => put(place, callsite),
        found => found,
    };
    found == callsite
}

/// Puts a callsite into a place that is free, and returns the one that is there
/// then.
#[inline]
fn put(place: &AtomicU32, callsite: u32) -> u32 {
    let found = place.compare_exchange(0, callsite, Ordering::Relaxed, Ordering::Relaxed);
    found.map_or_else(|other| other, |_| callsite)
}

/// Does the same without an exchange, which takes 7 ns ("atomic operations" in
/// `speed-notes.md`). The place may have been taken before this thread was alone.
#[inline]
fn put_alone(place: &AtomicU32, callsite: u32) -> u32 {
    let found = place.load(Ordering::Relaxed);
    if found == 0 {
        place.store(callsite, Ordering::Relaxed);
        return callsite;
    }
    found
}

#[cfg(all(test, not(trace_loom)))]
pub(super) mod tests {
    use super::*;
    use crate::__callsite as callsite;

    pub(in super::super) fn callsites() -> [&'static Callsite; 40] {
        // One static for each: a repeat expression would give all 40 places the
        // same static.
        macro_rules! forty {
            ($($_:tt)*) => {
                [$(callsite! {
                    step, target: "t", name: (concat!("s", $_))
                }.0),*]
            };
        }
        forty! {
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
            20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        }
    }

    #[test]
    fn a_callsite_has_one_number_whichever_thread_asks() {
        let numbers = Numbers::default();
        let all = || callsites().map(|callsite| numbers.of(callsite, || false));
        let [one, two] = std::thread::scope(|scope| {
            [scope.spawn(all), scope.spawn(all)].map(|thread| thread.join().unwrap())
        });
        // With more callsites than numbers, no callsite loses its number.
        let now = all();
        assert!(one.iter().chain(&two).zip(now.iter().cycle()).all(|(then, now)| then == now));
        assert_eq!(now.iter().flatten().count(), MOST_CALLSITES);
    }

    #[test]
    fn numbers_are_in_the_order_of_the_first_steps_alone_and_among_others() {
        for is_alone in [false, true] {
            let mut numbers = Numbers::default();
            for _ in 0..2 {
                let all = callsites().map(|callsite| numbers.of(callsite, || is_alone));
                let places = all.iter().flatten().map(|number| number.place());
                assert!(places.eq(0..MOST_CALLSITES));
                numbers.clear();
            }
        }
    }
}

/// Every order in which two threads may meet; see `.ci/run`.
#[cfg(all(test, trace_loom))]
mod models {
    use loom::{
        sync::{
            Arc,
            atomic::{AtomicUsize, fence},
        },
        thread,
    };

    use super::*;

    #[test]
    fn no_number_is_given_twice_as_a_thread_becomes_alone() {
        loom::model(|| {
            // What refers to the request: three places, and the context of a task.
            let shared = Arc::new((Numbers::default(), AtomicUsize::new(4)));
            let task = Arc::clone(&shared);
            let theirs = thread::spawn(move || {
                let number = task.0.of_number(7, || false);
                task.1.fetch_sub(1, Ordering::Release);
                number
            });
            let is_alone = || {
                let is_alone = shared.1.load(Ordering::Relaxed) == 3;
                fence(Ordering::Acquire);
                is_alone
            };
            let ours = [8, 9].map(|callsite| shared.0.of_number(callsite, is_alone));
            let theirs = theirs.join().unwrap();
            let mut places = [ours[0], ours[1], theirs].map(|number| number.unwrap().place());
            for (callsite, number) in [(7, theirs), (8, ours[0]), (9, ours[1])] {
                assert_eq!(shared.0.of_number(callsite, || false), number);
            }
            places.sort_unstable();
            assert_eq!(places, [0, 1, 2]);
        });
    }
}
