// What hidden lines of examples share.

/// Returns metrics that have seen one job with one step.
fn observed() -> trace_metrics::Metrics {
    #[trace_runtime::traced_handler(kind = "job", trace_id = "4bf92f3577b34da6a3ce929d0e0e4736")]
    async fn nightly_report() {
        load_orders();
    }

    #[trace_runtime::timed]
    fn load_orders() {}

    let metrics = trace_metrics::Metrics::new();
    let capture = trace_runtime::testing::Capture::new().observed_by(metrics.clone());
    test_support::at_once(capture.scope(nightly_report()));
    metrics
}
