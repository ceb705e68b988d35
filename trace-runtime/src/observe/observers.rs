//! The observers of one output.

use std::{
    any::type_name,
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    observer::Observe,
    setup::{Setup, Wants},
    start::Start,
    unobserved::unobserved,
};
use crate::{filter::Observed, guard};

/// The observers of one output, in the order in which they are called.
#[derive(Default)]
pub(crate) struct Observers {
    all: Vec<Observer>,
    wants: Wants,
    panics: AtomicU64,
    /// The first observer that has panicked.
    panicked: OnceLock<&'static str>,
    is_panic_reported: AtomicBool,
    /// Kept as long as there are observers.
    observed: Option<Observed>,
}

struct Observer {
    it: Box<dyn Observe>,
    wants: Wants,
    /// The name of its type, for the line that reports a panic.
    name: &'static str,
}

impl Observers {
    /// Adds an observer, unless it wants nothing or panics.
    pub(crate) fn add(
        &mut self,
        observer: Box<dyn Observe>,
        name: &'static str,
        setup: &Setup<'_>,
    ) {
        let wants = self.caught(name, || observer.installed(setup)).unwrap_or_default();
        if wants != Wants::NONE {
            self.all.push(Observer { it: observer, wants, name });
            self.wants = self.wants | wants;
            self.observed = Some(Observed::new(self.wants.contain(Wants::STEPS)));
        }
    }

    /// Returns whether there are none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.wants == Wants::NONE
    }

    /// Returns whether one of them wants this.
    #[inline]
    pub(crate) fn want(&self, wanted: Wants) -> bool {
        self.wants.contain(wanted)
    }

    /// Asks whether a trace is sampled. The first decision counts.
    pub(crate) fn sample(&self, start: &Start<'_>) -> Option<bool> {
        let ask = |observer: &Observer| self.call(observer, |it| it.sample(start)).flatten();
        self.all.iter().find_map(ask)
    }

    /// Calls each observer that wants this.
    pub(crate) fn each(&self, wanted: Wants, call: impl Fn(&dyn Observe)) {
        for observer in self.all.iter().filter(|observer| observer.wants.contain(wanted)) {
            self.call(observer, &call);
        }
    }

    /// Returns the name of the first one that has panicked, in whatever method,
    /// once.
    #[inline]
    pub(crate) fn unreported_panic(&self) -> Option<&'static str> {
        let name = *self.panicked.get()?;
        (!self.is_panic_reported.swap(true, Ordering::Relaxed)).then_some(name)
    }

    fn call<R>(&self, observer: &Observer, call: impl FnOnce(&dyn Observe) -> R) -> Option<R> {
        self.caught(observer.name, || call(&*observer.it))
    }

    fn caught<R>(&self, name: &'static str, run: impl FnOnce() -> R) -> Option<R> {
        let result = guard::caught(|| unobserved(run));
        if result.is_none() {
            self.panics.fetch_add(1, Ordering::Relaxed);
            self.panicked.get_or_init(|| name);
        }
        result
    }

    /// Has all of them deliver what they have, within this time together.
    /// Returns how many have something left.
    pub(crate) fn flush(&self, within: Duration) -> usize {
        self.delivered(within, Observe::flush)
    }

    /// Does the same at the end of the process.
    pub(crate) fn end(&self, within: Duration) -> usize {
        self.delivered(within, Observe::end)
    }

    fn delivered(
        &self,
        within: Duration,
        deliver: impl Fn(&dyn Observe, Duration) -> bool,
    ) -> usize {
        let start = Instant::now();
        let has_delivered = |observer: &&Observer| {
            let left = within.saturating_sub(start.elapsed());
            self.call(observer, |it| deliver(it, left)).unwrap_or(false)
        };
        self.all.iter().filter(|observer| !has_delivered(observer)).count()
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Announces that the output is in place, to all but the first ones.
    pub(crate) fn started(&self, skipped: usize) {
        for observer in self.all.iter().skip(skipped) {
            self.call(observer, Observe::started);
        }
    }

    /// Returns how often one of them has panicked.
    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }
}

/// A panic of an observer is caught around each call, and its next call is its
/// own affair.
impl UnwindSafe for Observers {}
impl RefUnwindSafe for Observers {}

/// An observer that is not installed yet.
pub(crate) struct NewObserver {
    it: Box<dyn Observe>,
    name: &'static str,
}

impl NewObserver {
    pub(crate) fn new<O: Observe>(observer: O) -> Self {
        Self { it: Box::new(observer), name: type_name::<O>() }
    }

    pub(crate) fn add_to(self, observers: &mut Observers, setup: &Setup<'_>) {
        observers.add(self.it, self.name, setup);
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all.iter().map(|observer| observer.name)).finish()
    }
}
