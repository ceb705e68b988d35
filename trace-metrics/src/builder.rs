//! Settings of the metrics.

use crate::{bounds::Bounds, error::Error, metrics::Metrics};

/// Settings of [`Metrics`].
///
/// # Examples
///
/// ```
/// use trace_metrics::Metrics;
///
/// let metrics = Metrics::builder().request_bounds([0.1, 0.5, 2.0]).build()?;
/// assert!(!metrics.render().is_empty());
/// # Ok::<(), trace_metrics::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "`build` makes them"]
pub struct Builder {
    requests: Option<Vec<f64>>,
    steps: Option<Vec<f64>>,
}

impl Metrics {
    /// Returns settings to be changed.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Sets the upper bounds of the buckets of requests and calls, in seconds.
    /// Without it, they are those of the semantic conventions: 14 from 0.005 to
    /// 10.
    pub fn request_bounds(mut self, seconds: impl IntoIterator<Item = f64>) -> Self {
        self.requests = Some(seconds.into_iter().collect());
        self
    }

    /// Sets the upper bounds of the buckets of steps, in seconds. Without it,
    /// they are those of requests, and five below them from 0.0001.
    pub fn step_bounds(mut self, seconds: impl IntoIterator<Item = f64>) -> Self {
        self.steps = Some(seconds.into_iter().collect());
        self
    }

    /// Makes the metrics.
    ///
    /// # Errors
    ///
    /// Fails if bounds are empty, more than 63, not finite, not above zero, or
    /// not in rising order.
    pub fn build(self) -> Result<Metrics, Error> {
        let checked = |bounds: &Vec<f64>| Bounds::checked(bounds);
        let requests = self.requests.as_ref().map(checked).transpose()?;
        let steps = self.steps.as_ref().map(checked).transpose()?;
        let requests = requests.unwrap_or_else(Bounds::of_requests);
        Ok(Metrics::with(requests, steps.unwrap_or_else(Bounds::of_steps)))
    }
}
