//! All numbers at one moment, for the page and for other exporters.

use std::{borrow::Cow, sync::Arc};

use crate::exemplar::Exemplar;

/// All numbers at one moment.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// When counting began, in nanoseconds since 1970-01-01 UTC.
    pub start_unix_ns: u64,
    /// When the snapshot was taken, in nanoseconds since 1970-01-01 UTC.
    pub unix_ns: u64,
    /// The families, each once.
    pub families: Vec<FamilySnapshot>,
}

/// The type of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// It never falls.
    Counter,
    /// It rises and falls.
    Gauge,
    /// Durations, in buckets.
    Histogram,
    /// Labels without a number.
    Info,
}

/// A family: series that differ only in their labels.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FamilySnapshot {
    /// The name, without the `_total` of a counter and the `_info` of an info.
    pub name: Cow<'static, str>,
    /// What it counts.
    pub help: Cow<'static, str>,
    /// Its type.
    pub kind: Type,
    /// Its series, in the order of their labels.
    pub series: Vec<SeriesSnapshot>,
}

/// One series.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SeriesSnapshot {
    /// Names and values of its labels.
    pub labels: Vec<(Cow<'static, str>, String)>,
    /// Its number or its buckets.
    pub data: Data,
}

/// The data of a series.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Data {
    /// Of a counter, a gauge or an info.
    Number(f64),
    /// Of a histogram.
    Histogram(HistogramSnapshot),
}

/// The buckets of a histogram.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HistogramSnapshot {
    /// The upper bounds of all buckets but the last, in seconds.
    pub bounds: Arc<[f64]>,
    /// How many fell into each bucket alone.
    pub counts: Vec<u64>,
    /// The sum of all, in seconds.
    pub sum: f64,
    /// An exemplar for each bucket, if there is one.
    pub exemplars: Vec<Option<Exemplar>>,
}

impl FamilySnapshot {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
        kind: Type,
        series: Vec<SeriesSnapshot>,
    ) -> Self {
        Self { name: name.into(), help: help.into(), kind, series }
    }
}

impl SeriesSnapshot {
    pub(crate) fn number<const N: usize>(labels: [(&'static str, &str); N], number: f64) -> Self {
        let labels = labels.map(|(name, value)| (Cow::Borrowed(name), value.to_owned()));
        Self { labels: labels.into(), data: Data::Number(number) }
    }

    pub(crate) fn histogram<const N: usize>(
        labels: [(&'static str, &str); N],
        histogram: HistogramSnapshot,
    ) -> Self {
        Self { data: Data::Histogram(histogram), ..Self::number(labels, 0.0) }
    }
}

impl HistogramSnapshot {
    /// Returns how many there are in all.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds another histogram with the same bounds.
    pub(crate) fn add(&mut self, other: Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(ours, theirs)| *ours += theirs);
        self.sum += other.sum;
        let places = self.exemplars.iter_mut().zip(other.exemplars);
        places.for_each(|(ours, theirs)| *ours = ours.or(theirs));
    }
}
