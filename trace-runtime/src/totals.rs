//! Where a request's time went: what its steps took, added up by callsite.

use crate::{callsite::Callsite, clock::Moment, outcome::Ending};

/// How many callsites are told apart.
const MOST_CALLSITES: usize = 32;

/// How many there is room for at once: most requests need one allocation.
const USUAL_CALLSITES: usize = 8;

/// What the finished steps of one request took.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    callsites: Vec<Total>,
    /// Steps of callsites that are not told apart.
    dropped: u64,
}

/// What the finished steps of one callsite took.
#[derive(Debug)]
pub(crate) struct Total {
    pub(crate) callsite: &'static Callsite,
    pub(crate) count: u64,
    pub(crate) sum_ns: u64,
    pub(crate) max_ns: u64,
    /// Those that failed or panicked.
    pub(crate) errors: u64,
    first_start: Moment,
}

/// A step that has ended.
#[derive(Clone, Copy)]
pub(crate) struct Finished {
    pub(crate) callsite: &'static Callsite,
    pub(crate) start: Moment,
    pub(crate) duration_ns: u64,
    pub(crate) ending: Ending,
}

impl Totals {
    /// Adds a step. Allocates for the first of a kind only.
    pub(crate) fn add(&mut self, step: Finished) {
        let known = self.callsites.iter_mut().find(|it| std::ptr::eq(it.callsite, step.callsite));
        if let Some(total) = known {
            total.add(step);
        } else if self.callsites.len() < MOST_CALLSITES {
            if self.callsites.is_empty() {
                self.callsites.reserve(USUAL_CALLSITES);
            }
            self.callsites.push(Total::of(step));
        } else {
            self.add_to_full(step);
        }
    }

    /// Of too many callsites, those that were first to start are told apart: a
    /// step that holds many others ends last, and is the one to know about.
    ///
    /// Should one that gave way have an even earlier step, which is still
    /// running, it is back with that one; those before stay dropped.
    fn add_to_full(&mut self, step: Finished) {
        let last = self.callsites.iter_mut().max_by_key(|total| total.first_start);
        let Some(last) = last.filter(|last| step.start < last.first_start) else {
            self.dropped += 1;
            return;
        };
        self.dropped += last.count;
        *last = Total::of(step);
    }

    /// Returns what each callsite took, the one that was first to start in
    /// front.
    pub(crate) fn in_order(&mut self) -> &[Total] {
        self.callsites.sort_by_key(|total| total.first_start);
        &self.callsites
    }

    /// Returns how many steps are in no total.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Total {
    fn of(first: Finished) -> Self {
        let Finished { callsite, start: first_start, .. } = first;
        let mut total = Self { callsite, count: 0, sum_ns: 0, max_ns: 0, errors: 0, first_start };
        total.add(first);
        total
    }

    fn add(&mut self, step: Finished) {
        self.count += 1;
        self.sum_ns = self.sum_ns.saturating_add(step.duration_ns);
        self.max_ns = self.max_ns.max(step.duration_ns);
        self.errors += u64::from(matches!(step.ending, Ending::Error | Ending::Panicked));
        self.first_start = self.first_start.min(step.start);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::__callsite as callsite;

    fn callsites() -> [&'static Callsite; 40] {
        // One static each: a repeat expression would name one static 40 times.
        macro_rules! forty {
            ($($_:tt)*) => {
                [$(callsite! {
                    step, target: "t", name: (concat!("s", $_))
                }),*]
            };
        }
        forty! {
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
            20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        }
    }

    fn any_ending() -> impl Strategy<Value = Ending> {
        prop::sample::select(vec![Ending::Ok, Ending::Error, Ending::Cancelled, Ending::Panicked])
    }

    /// An outer step starts first and ends last.
    #[test]
    fn of_too_many_callsites_those_that_started_first_are_told_apart() {
        let later = |than: &Moment| std::iter::repeat_with(Moment::now).find(|now| now > than);
        let starts: Vec<_> = std::iter::successors(Some(Moment::now()), later).take(40).collect();
        let mut totals = Totals::default();
        let nested = callsites().into_iter().zip(starts).rev();
        for (callsite, start) in nested {
            for _ in 0..2 {
                totals.add(Finished { callsite, start, duration_ns: 1, ending: Ending::Ok });
            }
        }
        let told: Vec<_> = totals.in_order().iter().map(|total| total.callsite).collect();
        let expected = &callsites()[..MOST_CALLSITES];
        assert!(told.iter().zip(expected).all(|(one, two)| std::ptr::eq(*one, *two)));
        assert!(totals.in_order().iter().all(|total| total.count == 2));
        assert_eq!((told.len(), totals.dropped()), (32, 16));
    }

    proptest! {
        #[test]
        fn totals_are_what_a_table_kept_by_hand_says(
            steps in prop::collection::vec((0..40_usize, any::<u32>(), any_ending()), 0..300),
        ) {
            let callsites = callsites();
            let mut totals = Totals::default();
            let mut seen: Vec<usize> = Vec::new();
            for &(nth, nanos, ending) in &steps {
                let (callsite, start) = (callsites[nth], Moment::now());
                totals.add(Finished { callsite, start, duration_ns: nanos.into(), ending });
                if !seen.contains(&nth) {
                    seen.push(nth);
                }
            }
            seen.truncate(MOST_CALLSITES);
            let dropped = totals.dropped();
            let in_order = totals.in_order();
            prop_assert_eq!(in_order.len(), seen.len());
            for (total, nth) in in_order.iter().zip(&seen) {
                prop_assert!(std::ptr::eq(total.callsite, callsites[*nth]));
                let of_it = || steps.iter().filter(|step| step.0 == *nth);
                let nanos = || of_it().map(|step| u64::from(step.1));
                let failed = |ending| matches!(ending, Ending::Error | Ending::Panicked);
                prop_assert_eq!(total.count, of_it().count() as u64);
                prop_assert_eq!(total.sum_ns, nanos().sum::<u64>());
                prop_assert_eq!(total.max_ns, nanos().max().unwrap());
                prop_assert_eq!(total.errors, of_it().filter(|step| failed(step.2)).count() as u64);
            }
            let counted: u64 = in_order.iter().map(|total| total.count).sum();
            prop_assert_eq!(counted + dropped, steps.len() as u64);
        }
    }
}
