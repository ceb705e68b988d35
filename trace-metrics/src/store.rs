//! What all threads share: the series by their labels.
//!
//! A thread asks here when it first meets a label set, and remembers the answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use trace_runtime::Outcome;

use crate::{bounds::Bounds, labels::Key, series::Series};

/// Series by the callsite of a step or a handler, and the outcome.
#[derive(Debug)]
pub(crate) struct ByCallsite {
    pub(crate) bounds: Bounds,
    all: Mutex<HashMap<usize, (Callsite, Arc<Series>)>>,
}

/// The labels of a series by callsite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Callsite {
    pub(crate) target: &'static str,
    pub(crate) name: &'static str,
    pub(crate) outcome: &'static str,
}

impl ByCallsite {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, all: Mutex::default() }
    }

    /// Returns the series of a callsite and an outcome, given their index.
    pub(crate) fn of(
        &self,
        index: usize,
        (target, name, outcome): (&'static str, &'static str, Outcome),
    ) -> Arc<Series> {
        let callsite = Callsite { target, name, outcome: outcome.as_str() };
        let mut all = lock(&self.all);
        let new = || (callsite, Arc::new(Series::histogram(&self.bounds)));
        Arc::clone(&all.entry(index).or_insert_with(new).1)
    }

    /// Returns all series, ordered by their labels. Two callsites may have the
    /// same.
    pub(crate) fn all(&self) -> Vec<(Callsite, Arc<Series>)> {
        let mut all: Vec<_> = lock(&self.all).values().cloned().collect();
        all.sort_by_key(|(callsite, _)| *callsite);
        all
    }
}

/// Series by the facts of HTTP, bounded in number.
#[derive(Debug)]
pub(crate) struct ByHttp {
    pub(crate) bounds: Bounds,
    most: usize,
    all: Mutex<HashMap<Key<Box<str>>, Arc<Series>>>,
    overflow: Arc<Series>,
}

impl ByHttp {
    pub(crate) fn new(bounds: Bounds, most: usize) -> Self {
        let overflow = Arc::new(Series::histogram(&bounds));
        Self { bounds, most, all: Mutex::default(), overflow }
    }

    /// Returns the series of a key; `None` if there are too many.
    pub(crate) fn of(&self, key: &Key<&str>) -> Option<Arc<Series>> {
        let mut all = lock(&self.all);
        let owned = key.to_boxed();
        if let Some(series) = all.get(&owned) {
            return Some(Arc::clone(series));
        }
        (all.len() < self.most).then(|| {
            let series = Arc::new(Series::histogram(&self.bounds));
            all.insert(owned, Arc::clone(&series));
            series
        })
    }

    /// Returns the series of all keys above the bound.
    pub(crate) fn overflow(&self) -> &Series {
        &self.overflow
    }

    /// Returns all series but the last, in the order of their labels.
    pub(crate) fn all(&self) -> Vec<(Key<Box<str>>, Arc<Series>)> {
        let all = lock(&self.all);
        let mut all: Vec<_> = all.iter().map(|(key, it)| (key.clone(), Arc::clone(it))).collect();
        all.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        all
    }
}

fn order(key: &Key<Box<str>>) -> (&str, usize, Option<u16>, &str) {
    (&key.place, key.method, key.status, key.outcome.as_str())
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
