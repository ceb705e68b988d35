//! Hands metrics to an exporter.

use std::sync::Arc;

use trace_metrics::Metrics;

use crate::{
    exporter::{Otel, Signal},
    meter::{self, Meter},
};

impl Otel {
    /// Exports these metrics, too: a snapshot each
    /// `OTEL_METRIC_EXPORT_INTERVAL`, by `flush` and at the end of the process.
    /// They are cumulative, and have exemplars. On the page of the metrics, the
    /// account of this exporter stands as `trace_export_items_total`.
    ///
    /// Call it before `init`, once; otherwise nothing changes, and a line says
    /// so. `OTEL_METRICS_EXPORTER=none` leaves only the account.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    /// use trace_otel::Otel;
    ///
    /// let metrics = Metrics::new();
    /// let otel = Otel::from_env()?.metrics(metrics.clone());
    /// trace_runtime::builder().observe(metrics.clone()).observe(otel).init()?;
    ///
    /// let account = r#"trace_export_items_total{signal="traces",result="exported"} 0"#;
    /// assert!(metrics.render().contains(account));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "it is the exporter"]
    pub fn metrics(self, metrics: Metrics) -> Self {
        if self.0.is_at_work() {
            self.0.refuse("metrics", "they have to be set before `init`");
            return self;
        }
        let exporter = Arc::downgrade(&self.0);
        let account = move || Some(Self(exporter.upgrade()?).stats());
        if let Err(error) = meter::show_account(&metrics, account) {
            self.0.refuse("metrics", &error.to_string());
        }
        self.measure(metrics);
        self
    }

    fn measure(&self, metrics: Metrics) {
        let Some(plan) = &self.0.plan.metrics else { return };
        let signal = Signal::new(plan);
        let meter = Meter::new(metrics, Arc::clone(&signal.queue), plan.bounds.batch_items);
        if self.0.metrics.set((signal, Arc::new(move || meter.offer()))).is_err() {
            self.0.refuse("metrics", "others are set already");
        }
    }
}
