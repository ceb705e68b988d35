//! Durations by a name, or by several.

use std::collections::HashMap;

use super::histogram::Histogram;
use crate::trace::{Fast, Name, Names};

/// More groups than this are one: `(other)`.
const MOST: usize = 4_096;

/// What is known of a group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) calls: u64,
    pub(crate) errors: u64,
    pub(crate) durations: Histogram,
}

impl Entry {
    #[inline]
    pub(crate) fn add(&mut self, took: Option<i64>, is_error: bool) {
        self.calls += 1;
        self.errors += u64::from(is_error);
        if let Some(took) = took {
            self.durations.add(took);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.durations.merge(&other.durations);
    }

    /// How many had no duration that can be read.
    pub(crate) fn without_duration(&self) -> u64 {
        self.calls - self.durations.count()
    }
}

/// Groups by up to four names each.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) names: Names,
    index: HashMap<[Name; 4], usize, Fast>,
    /// The groups that were asked for last, by the names of their keys.
    recent: Vec<([Name; 4], usize)>,
    entries: Vec<([Name; 4], Entry)>,
    other: Entry,
}

/// How many groups are found without a search.
const RECENT: usize = 256;

impl Groups {
    /// Returns the group of some names, which are of `self.names`.
    #[inline]
    pub(crate) fn of(&mut self, key: [Name; 4]) -> &mut Entry {
        let at = match self.recent.get(place(key)) {
            Some((last, at)) if *last == key => *at,
            _ => match self.find(key) {
                Some(at) => at,
                None => return &mut self.other,
            },
        };
        &mut self.entries[at].1
    }

    /// Returns the place of a group, unless there are too many.
    #[inline(never)]
    fn find(&mut self, key: [Name; 4]) -> Option<usize> {
        let at = match self.index.get(&key) {
            Some(at) => *at,
            None if self.entries.len() >= MOST => return None,
            None => self.add(key),
        };
        // No group has the key that is there at first.
        self.recent.resize(RECENT, ([Name(u32::MAX); 4], 0));
        self.recent[place(key)] = (key, at);
        Some(at)
    }

    fn add(&mut self, key: [Name; 4]) -> usize {
        let at = self.entries.len();
        self.index.insert(key, at);
        self.entries.push((key, Entry::default()));
        at
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (key, entry) in &other.entries {
            let key = key.map(|name| self.names.of_text(other.names.text(name)));
            self.of(key).merge(entry);
        }
        self.other.merge(&other.other);
    }

    /// Returns all groups with their names, and what has none of its own.
    pub(crate) fn all(&self) -> Vec<([&str; 4], &Entry)> {
        let texts = |key: &[Name; 4]| key.map(|name| self.names.text(name));
        let mut all: Vec<_> = self.entries.iter().map(|(key, it)| (texts(key), it)).collect();
        if self.other.calls > 0 {
            all.push((["(other)", "", "", ""], &self.other));
        }
        all
    }
}

/// Returns where a group is kept that was asked for last.
#[inline]
fn place(key: [Name; 4]) -> usize {
    let sum = key.into_iter().fold(0_usize, |sum, name| sum.wrapping_mul(31) + name.0 as usize);
    sum % RECENT
}
