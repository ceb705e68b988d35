//! Where the time of a request went: the time of its steps, added up by
//! callsite.
//!
//! A callsite gets a number in the request when its first step begins. By that
//! number, a step that ends finds its total, and knows whether it ran inside
//! another step of the same callsite.

mod elsewhere;
mod numbers;

use std::{cell::Cell, mem};

pub(crate) use self::numbers::{Number, Numbers};
use self::{elsewhere::Elsewhere, numbers::MOST_CALLSITES};
use crate::{
    callsite::{Callsite, Cancelled},
    clock::Moment,
    id::SpanId,
    outcome::Outcome,
};

/// The callsites for which room is allocated at first: most requests need no
/// more.
const USUAL_CALLSITES: usize = 8;

thread_local! {
    /// The places of the request that ended last, emptied for the next one.
    static SPARE: Cell<Vec<Option<Total>>> = const { Cell::new(Vec::new()) };
}

/// What encloses some point of a request, as bits: one for the callsite of each
/// step, by its number; one for the handler that answers a request of an edge;
/// and one for a crossing between the innermost of these and the point. The
/// others count the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around(u64);

impl Around {
    const HANDLER: u64 = 1 << MOST_CALLSITES;
    const CROSSING: u64 = 1 << (MOST_CALLSITES + 1);
    pub(crate) const NOTHING: Self = Self(0);

    const STEP: u64 = 1 << (MOST_CALLSITES + 2);

    /// Returns whether a callsite is among them.
    #[inline]
    pub(crate) fn contains(self, number: Option<Number>) -> bool {
        number.is_some_and(|number| self.0 >> number.place() & 1 == 1)
    }

    /// Returns these with one more step, of this callsite.
    #[inline]
    pub(crate) fn and(self, number: Option<Number>) -> Self {
        let around = self.0.wrapping_add(Self::STEP);
        number.map_or(Self(around), |number| Self(around | 1 << number.place()))
    }

    /// Returns how many steps there are: of as many as memory holds.
    #[inline]
    pub(crate) fn steps(self) -> u64 {
        self.0 / Self::STEP
    }

    /// Returns these as seen by what does not count as inside any step.
    pub(crate) fn without_steps(self) -> Self {
        Self(self.0 & (Self::STEP - 1))
    }

    /// Returns these as seen across a crossing: from another task or thread.
    pub(crate) fn and_crossing(self) -> Self {
        Self(self.0 | Self::CROSSING)
    }

    /// Returns whether the innermost of these is across a crossing.
    #[inline]
    pub(crate) fn has_crossing(self) -> bool {
        self.0 & Self::CROSSING != 0
    }

    /// Returns these as seen by steps inside a step on this side.
    #[inline]
    pub(crate) fn without_crossing(self) -> Self {
        Self(self.0 & !Self::CROSSING)
    }

    /// Returns whether the handler that answers is among them.
    pub(crate) fn has_handler(self) -> bool {
        self.0 & Self::HANDLER != 0
    }

    /// Returns these with the handler that answers.
    pub(crate) fn and_handler(self) -> Self {
        Self(self.0 | Self::HANDLER)
    }
}

/// The times of the finished steps of one request.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    callsites: ByNumber,
    /// Steps of callsites that are not counted separately.
    dropped: u64,
    elsewhere: Elsewhere,
}

/// The totals of callsites, by number. Callsites without a finished step have
/// `None`.
#[derive(Debug, Default)]
pub(crate) struct ByNumber(Vec<Option<Total>>);

/// The times of the finished steps of one callsite.
#[derive(Debug)]
pub(crate) struct Total {
    pub(crate) callsite: &'static Callsite,
    /// All calls, including those inside another call of the same callsite.
    pub(crate) count: u64,
    /// The time of the outermost calls.
    pub(crate) sum_ns: u64,
    /// The time of the longest outermost call.
    pub(crate) max_ns: u64,
    /// The time of all calls, without the steps inside them.
    pub(crate) self_ns: u64,
    /// Calls that failed or panicked.
    pub(crate) errors: u64,
    /// Calls that were dropped before their end where that is not normal.
    pub(crate) cancelled: u64,
}

/// A step that has ended.
#[derive(Clone, Copy)]
pub(crate) struct Finished {
    pub(crate) callsite: &'static Callsite,
    pub(crate) number: Option<Number>,
    /// Whether it ran inside another step of the same callsite.
    pub(crate) is_inner: bool,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    /// Its time without the steps inside it, except those that ran elsewhere.
    pub(crate) self_ns: u64,
    pub(crate) outcome: Outcome,
    pub(crate) span: Option<SpanId>,
    /// The step that started it, if it ran elsewhere.
    pub(crate) crossed_from: Option<SpanId>,
}

impl Finished {
    #[inline]
    fn duration_ns(&self) -> u64 {
        self.end.nanos_since(self.start)
    }
}

impl Totals {
    /// Adds a step. Allocates only for the first step of a callsite.
    #[inline]
    pub(crate) fn add(&mut self, step: &Finished) {
        if self.elsewhere.is_empty() && step.crossed_from.is_none() {
            self.add_known(step);
        } else {
            self.add_crossing(step);
        }
    }

    /// Adds a step that ran elsewhere, or that may have steps which ran
    /// elsewhere.
    #[cold]
    fn add_crossing(&mut self, step: &Finished) {
        let elsewhere = &mut self.elsewhere;
        if let Some(parent) = step.crossed_from {
            elsewhere.keep(parent, step.start, step.end);
        }
        let waited_ns = step.span.map_or(0, |span| elsewhere.take(span, step.start, step.end));
        self.add_known(&Finished { self_ns: step.self_ns.saturating_sub(waited_ns), ..*step });
    }

    /// Adds a step whose own time is known.
    #[expect(clippy::inline_always, reason = "a call would take longer than the rest")]
    #[inline(always)]
    fn add_known(&mut self, step: &Finished) {
        match step.number {
            Some(number) => self.callsites.add(number, step),
            None => self.dropped += 1,
        }
    }

    /// Adds those of other steps of the same request, which ran where their parents
    /// did.
    #[inline]
    pub(crate) fn merge(&mut self, others: ByNumber) {
        self.callsites.merge(others);
    }

    /// Totals in which no callsite is counted separately.
    #[cfg(test)]
    pub(crate) fn of_dropped(dropped: u64) -> Self {
        Self { dropped, ..Self::default() }
    }

    /// Returns the total of each callsite, in the order in which they began.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Total> {
        self.callsites.0.iter().flatten()
    }

    /// Returns how many steps are in no total.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl ByNumber {
    /// Adds a step. Allocates only for the first step of a callsite.
    #[expect(clippy::inline_always, reason = "a call would take longer than the rest")]
    #[inline(always)]
    pub(crate) fn add(&mut self, number: Number, step: &Finished) {
        match self.0.get_mut(number.place()) {
            Some(Some(total)) => total.add(step),
            Some(empty) => *empty = Some(Total::of(step)),
            None => self.add_first(number.place(), step),
        }
    }

    /// Adds a step for which there is no place yet.
    #[cold]
    fn add_first(&mut self, place: usize, step: &Finished) {
        self.make_room(place + 1);
        if let Some(empty) = self.0.get_mut(place) {
            *empty = Some(Total::of(step));
        }
    }

    fn make_room(&mut self, places: usize) {
        if self.0.is_empty() {
            self.0 = SPARE.try_with(Cell::take).unwrap_or_default();
        }
        let places = USUAL_CALLSITES.max(places);
        if self.0.len() < places {
            self.0.resize_with(places, || None);
        }
    }

    /// Returns whether no step was added.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    fn merge(&mut self, others: Self) {
        if self.is_empty() {
            *self = others;
        } else if !others.is_empty() {
            self.merge_all(others);
        }
    }

    #[cold]
    fn merge_all(&mut self, mut others: Self) {
        self.make_room(others.0.len());
        for (to, other) in self.0.iter_mut().zip(&mut others.0) {
            match (to, other.take()) {
                (Some(to), Some(other)) => to.merge(&other),
                (to @ None, other) => *to = other,
                (Some(_), None) => {}
            }
        }
    }
}

impl Drop for ByNumber {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() > 0 {
            self.0.truncate(USUAL_CALLSITES);
            self.0.iter_mut().for_each(|total| *total = None);
            // An ending thread keeps no memory.
            let _ = SPARE.try_with(|spare| spare.set(mem::take(&mut self.0)));
        }
    }
}

impl Total {
    fn of(first: &Finished) -> Self {
        let callsite = first.callsite;
        let (count, sum_ns, max_ns, self_ns, errors, cancelled) = Default::default();
        let mut total = Self { callsite, count, sum_ns, max_ns, self_ns, errors, cancelled };
        total.add(first);
        total
    }

    /// Returns whether it is one call, which succeeded and had no steps inside.
    #[inline]
    pub(crate) fn is_one_plain_call(&self) -> bool {
        let is_whole = self.self_ns == self.sum_ns && self.max_ns == self.sum_ns;
        self.count == 1 && is_whole && self.errors == 0 && self.cancelled == 0
    }

    /// Adds the total of other steps of the same callsite.
    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum_ns = self.sum_ns.saturating_add(other.sum_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
        self.self_ns = self.self_ns.saturating_add(other.self_ns);
        self.errors += other.errors;
        self.cancelled += other.cancelled;
    }

    #[inline]
    fn add(&mut self, step: &Finished) {
        self.count += 1;
        if !step.is_inner {
            let duration_ns = step.duration_ns();
            self.sum_ns = self.sum_ns.saturating_add(duration_ns);
            self.max_ns = self.max_ns.max(duration_ns);
        }
        self.self_ns = self.self_ns.saturating_add(step.self_ns);
        self.errors += u64::from(matches!(step.outcome, Outcome::Error | Outcome::Panicked));
        let is_unusual = step.callsite.facts.cancelled == Cancelled::Unusual;
        self.cancelled += u64::from(step.outcome == Outcome::Cancelled && is_unusual);
    }
}

#[cfg(all(test, not(trace_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::{numbers::tests::callsites, *};

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        prop::sample::select(vec![
            Outcome::Ok,
            Outcome::Error,
            Outcome::Cancelled,
            Outcome::Panicked,
        ])
    }

    /// An outer step begins before the inner one and ends after it.
    #[test]
    fn of_too_many_callsites_those_that_began_first_are_told_apart() {
        let (numbers, mut totals) = (Numbers::default(), Totals::default());
        let begun: Vec<_> =
            callsites().iter().map(|callsite| numbers.of(callsite, || false)).collect();
        for (callsite, number) in callsites().into_iter().zip(begun).rev() {
            let step = Finished {
                callsite,
                number,
                is_inner: false,
                start: Moment::of_nanos(1),
                end: Moment::of_nanos(2),
                self_ns: 1,
                outcome: Outcome::Ok,
                span: None,
                crossed_from: None,
            };
            totals.add(&step);
            totals.add(&step);
        }
        let told: Vec<_> = totals.iter().map(|total| total.callsite).collect();
        let expected = &callsites()[..MOST_CALLSITES];
        assert!(told.iter().zip(expected).all(|(one, two)| std::ptr::eq(*one, *two)));
        assert!(totals.iter().all(|total| total.count == 2));
        assert_eq!((told.len(), totals.dropped()), (32, 16));
    }

    proptest! {
        #[test]
        fn totals_are_what_a_table_kept_by_hand_says(
            steps in prop::collection::vec(
                (0..40_usize, any::<bool>(), any::<u32>(), any::<u32>(), any_outcome()), 0..300,
            ),
        ) {
            let callsites = callsites();
            let (numbers, mut totals) = (Numbers::default(), Totals::default());
            let mut seen: Vec<usize> = Vec::new();
            for &(nth, is_inner, duration_ns, self_ns, outcome) in &steps {
                let (callsite, number) = (callsites[nth], numbers.of(callsites[nth], || true));
                let (duration_ns, self_ns) = (u64::from(duration_ns), self_ns.into());
                let (start, end) = (Moment::of_nanos(7), Moment::of_nanos(7 + duration_ns));
                let (span, crossed_from) = (None, None);
                totals.add(&Finished {
                    callsite, number, is_inner, start, end, self_ns, outcome, span, crossed_from,
                });
                if !seen.contains(&nth) {
                    seen.push(nth);
                }
            }
            seen.truncate(MOST_CALLSITES);
            prop_assert_eq!(totals.iter().count(), seen.len());
            for (total, nth) in totals.iter().zip(&seen) {
                prop_assert!(std::ptr::eq(total.callsite, callsites[*nth]));
                let of_it = || steps.iter().filter(|step| step.0 == *nth);
                let outermost = || of_it().filter(|step| !step.1).map(|step| u64::from(step.2));
                let ended = |endings: &[Outcome]| {
                    of_it().filter(|step| endings.contains(&step.4)).count() as u64
                };
                prop_assert_eq!(total.count, of_it().count() as u64);
                prop_assert_eq!(total.sum_ns, outermost().sum::<u64>());
                prop_assert_eq!(total.max_ns, outermost().max().unwrap_or_default());
                prop_assert_eq!(total.self_ns, of_it().map(|step| u64::from(step.3)).sum::<u64>());
                prop_assert_eq!(total.errors, ended(&[Outcome::Error, Outcome::Panicked]));
                prop_assert_eq!(total.cancelled, ended(&[Outcome::Cancelled]));
            }
            let counted: u64 = totals.iter().map(|total| total.count).sum();
            prop_assert_eq!(counted + totals.dropped(), steps.len() as u64);
        }

        #[test]
        fn totals_that_are_merged_are_those_of_all_steps_together(
            steps in prop::collection::vec(
                (0..40_usize, any::<bool>(), any::<u32>(), any_outcome(), 0..4_usize), 0..200,
            ),
        ) {
            let (callsites, numbers) = (callsites(), Numbers::default());
            let (mut all, mut merged) = (Totals::default(), Totals::default());
            let mut parts: [ByNumber; 4] = Default::default();
            for &(nth, is_inner, ns, outcome, part) in &steps {
                let (callsite, number) = (callsites[nth], numbers.of(callsites[nth], || true));
                let (start, end) = (Moment::of_nanos(7), Moment::of_nanos(7 + u64::from(ns)));
                let (self_ns, span, crossed_from) = (u64::from(ns / 2), None, None);
                let step = Finished {
                    callsite, number, is_inner, start, end, self_ns, outcome, span, crossed_from,
                };
                all.add(&step);
                match number {
                    Some(number) => parts[part].add(number, &step),
                    None => merged.add(&step),
                }
            }
            for part in parts {
                merged.merge(part);
            }
            let texts = |totals: &Totals| totals.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>();
            prop_assert_eq!(texts(&merged), texts(&all));
            prop_assert_eq!(merged.dropped(), all.dropped());
        }
    }
}
