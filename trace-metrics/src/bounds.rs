//! The upper bounds of a histogram's buckets.

use std::sync::Arc;

use crate::error::Error;

/// The bounds of the [semantic conventions], in seconds.
///
/// [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
const OF_REQUESTS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Those below them, for steps.
const BELOW: [f64; 5] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025];

/// The most bounds that a histogram may have: a bit for each bucket.
const MOST: usize = 63;

/// The upper bounds of a histogram's buckets.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    nanos: Box<[u64]>,
    seconds: Arc<[f64]>,
}

impl Bounds {
    pub(crate) fn of_requests() -> Self {
        Self::new(&OF_REQUESTS)
    }

    pub(crate) fn of_steps() -> Self {
        Self::new(&[BELOW.as_slice(), &OF_REQUESTS].concat())
    }

    /// Checks bounds given in seconds.
    pub(crate) fn checked(seconds: &[f64]) -> Result<Self, Error> {
        let is_usable = |bound: &f64| bound.is_finite() && *bound > 0.0;
        if seconds.is_empty() || seconds.len() > MOST || !seconds.iter().all(is_usable) {
            return Err(Error::bounds(seconds));
        }
        if !seconds.is_sorted_by(|one, next| one < next) {
            return Err(Error::bounds(seconds));
        }
        Ok(Self::new(seconds))
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    fn new(seconds: &[f64]) -> Self {
        let nanos = seconds.iter().map(|bound| (bound * 1e9).round() as u64);
        Self { nanos: nanos.collect(), seconds: seconds.into() }
    }

    /// Returns how many buckets there are: one more than bounds.
    pub(crate) fn buckets(&self) -> usize {
        self.nanos.len() + 1
    }

    /// Returns the bucket of a duration. A bound belongs to the bucket below.
    #[inline]
    pub(crate) fn bucket(&self, nanos: u64) -> usize {
        self.nanos.partition_point(|bound| *bound < nanos)
    }

    pub(crate) fn seconds(&self) -> Arc<[f64]> {
        Arc::clone(&self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_bucket_below_it() {
        let bounds = Bounds::checked(&[0.001, 1.0]).unwrap();
        assert_eq!(bounds.buckets(), 3);
        let buckets =
            [0, 1_000_000, 1_000_001, 1_000_000_000, u64::MAX].map(|it| bounds.bucket(it));
        assert_eq!(buckets, [0, 0, 1, 1, 2]);
    }

    #[test]
    fn bounds_that_are_no_bounds_are_refused() {
        for wrong in
            [&[][..], &[1.0, 1.0], &[2.0, 1.0], &[0.0], &[-1.0], &[f64::NAN], &[f64::INFINITY]]
        {
            assert!(Bounds::checked(wrong).is_err(), "{wrong:?}");
        }
        let many: Vec<_> = (1..=64).map(f64::from).collect();
        assert!(Bounds::checked(&many).is_err());
        assert!(Bounds::checked(&many[1..]).is_ok());
    }
}
