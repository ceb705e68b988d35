//! Settings of the metrics.

use crate::{bounds::Bounds, error::Error, metrics::Metrics};

/// Settings of [`Metrics`].
///
/// # Examples
///
/// ```
/// use trace_metrics::Metrics;
///
/// let settings = Metrics::builder().request_bounds([0.1, 0.5, 2.0]);
/// assert!(settings.clone().build().is_ok());
/// assert!(settings.request_bounds([]).build().is_err()); // the last call counts
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "`build` makes them"]
pub struct Builder {
    requests: Option<Vec<f64>>,
    steps: Option<Vec<f64>>,
}

impl Metrics {
    /// Returns settings to be changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    ///
    /// // With nothing set, they are as those of `new`.
    /// let names = |metrics: Metrics| {
    ///     metrics.snapshot().families.into_iter().map(|family| family.name).collect::<Vec<_>>()
    /// };
    /// assert_eq!(names(Metrics::builder().build()?), names(Metrics::new()));
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Sets the upper bounds of the buckets of requests and calls, in seconds.
    /// Without it, they are those of the semantic conventions: 14 from 0.005 to
    /// 10.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    /// use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// #[traced_handler(kind = "job")]
    /// async fn nightly_report() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_metrics::Error> {
    /// let metrics = Metrics::builder().request_bounds([60.0, 600.0]).build()?;
    /// let capture = Capture::new().observed_by(metrics.clone());
    /// capture.scope(nightly_report()).await;
    /// // It took less than a minute.
    /// assert!(metrics.render().contains(r#"name="nightly_report",outcome="ok",le="60.0"} 1"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_bounds(mut self, seconds: impl IntoIterator<Item = f64>) -> Self {
        self.requests = Some(seconds.into_iter().collect());
        self
    }

    /// Sets the upper bounds of the buckets of steps, in seconds. Without it,
    /// they are those of requests, and five below them from 0.0001.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    /// use trace_runtime::{testing::Capture, timed};
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// let metrics = Metrics::builder().step_bounds([0.001, 0.1]).build()?;
    /// Capture::new().observed_by(metrics.clone()).run(load);
    /// let page = metrics.render();
    /// let buckets = page.lines().filter(|line| line.starts_with("trace_step_duration_seconds_bucket"));
    /// assert_eq!(buckets.count(), 3); // up to 0.001 s, up to 0.1 s, and all
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    ///
    /// let error = Metrics::builder().step_bounds([0.5, 0.1]).build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "bounds [0.5, 0.1]: 1 to 63 seconds above zero are needed, each larger than the last",
    /// );
    /// ```
    pub fn build(self) -> Result<Metrics, Error> {
        let checked = |bounds: &Vec<f64>| Bounds::checked(bounds);
        let requests = self.requests.as_ref().map(checked).transpose()?;
        let steps = self.steps.as_ref().map(checked).transpose()?;
        let requests = requests.unwrap_or_else(Bounds::of_requests);
        Ok(Metrics::with(requests, steps.unwrap_or_else(Bounds::of_steps)))
    }
}
