//! One series: the rows of its threads, and its exemplars.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    bounds::Bounds,
    exemplar::{Exemplar, Exemplars},
    row::Row,
    snapshot::HistogramSnapshot,
};

/// One series: numbers that have the same labels.
#[derive(Debug)]
pub(crate) struct Series {
    rows: Mutex<Vec<Arc<Row>>>,
    /// For threads that are ending and have no row.
    shared: Row,
    len: usize,
    exemplars: Exemplars,
}

/// Where the sum of a histogram stands, in nanoseconds. The buckets follow.
const SUM: usize = 0;

impl Series {
    /// Makes a series of `len` numbers.
    pub(crate) fn new(len: usize) -> Self {
        let exemplars = Exemplars::new(len.saturating_sub(1));
        Self { rows: Mutex::default(), shared: Row::new(len), len, exemplars }
    }

    /// Makes a histogram.
    pub(crate) fn histogram(bounds: &Bounds) -> Self {
        Self::new(1 + bounds.buckets())
    }

    /// Returns a row, and makes the calling thread its owner.
    pub(crate) fn claim(self: &Arc<Self>) -> Owned {
        let mut rows = self.rows();
        let free = rows.iter().find(|row| row.claim()).map(Arc::clone);
        let row = free.unwrap_or_else(|| {
            let row = Arc::new(Row::new(self.len));
            row.claim();
            rows.push(Arc::clone(&row));
            row
        });
        drop(rows);
        Owned { series: Arc::clone(self), row }
    }

    /// Adds to a number, from a thread that owns no row.
    pub(crate) fn add_shared(&self, index: usize, amount: u64) {
        self.shared.add_shared(index, amount);
    }

    /// Records a duration, from a thread that owns no row.
    pub(crate) fn record_shared(&self, bucket: usize, nanos: u64) {
        self.shared.add_shared(SUM, nanos);
        self.shared.add_shared(SUM + 1 + bucket, 1);
    }

    /// Returns a number, summed over all threads.
    pub(crate) fn get(&self, index: usize) -> u64 {
        let rows = self.rows();
        let all = rows.iter().map(|row| row.get(index));
        all.fold(self.shared.get(index), u64::wrapping_add)
    }

    /// Offers an example of a bucket. `make` is called if one is needed.
    #[inline]
    pub(crate) fn exemplify(&self, bucket: usize, make: impl FnOnce() -> Exemplar) {
        self.exemplars.offer(bucket, make);
    }

    /// Reads a histogram.
    pub(crate) fn read(&self, bounds: &Bounds) -> HistogramSnapshot {
        let counts = (0..bounds.buckets()).map(|bucket| self.get(SUM + 1 + bucket)).collect();
        HistogramSnapshot {
            bounds: bounds.seconds(),
            counts,
            sum: seconds(self.get(SUM)),
            exemplars: self.exemplars.read(),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Arc<Row>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a sum of durations, not a count")]
fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

/// A series, and the row of it that a thread owns.
#[derive(Debug)]
pub(crate) struct Owned {
    series: Arc<Series>,
    row: Arc<Row>,
}

impl Owned {
    /// Adds to a number.
    #[inline]
    pub(crate) fn add(&self, index: usize, amount: u64) {
        self.row.add(index, amount);
    }

    /// Records a duration.
    #[inline]
    pub(crate) fn record(&self, bucket: usize, nanos: u64) {
        self.row.add(SUM, nanos);
        self.row.add(SUM + 1 + bucket, 1);
    }

    pub(crate) fn series(&self) -> &Series {
        &self.series
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.row.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_on_where_the_last_thread_left_it() {
        let bounds = Bounds::of_requests();
        let series = Arc::new(Series::histogram(&bounds));
        for _ in 0..3 {
            series.claim().record(2, 1_000_000_000);
        }
        assert_eq!(series.rows().len(), 1);
        let (first, second) = (series.claim(), series.claim());
        first.record(2, 0);
        second.record(3, 0);
        assert_eq!(series.rows().len(), 2);
        let read = series.read(&bounds);
        assert_eq!((read.counts[2], read.counts[3], read.sum), (4, 1, 3.0));
    }

    #[test]
    fn a_thread_that_is_ending_counts_without_a_row() {
        let bounds = Bounds::of_requests();
        let series = Series::histogram(&bounds);
        series.record_shared(14, 2_000_000_000);
        let read = series.read(&bounds);
        assert_eq!((read.count(), read.counts[14], read.sum), (1, 1, 2.0));
    }
}
