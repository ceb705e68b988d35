//! Spans of `tracing`, with and without `tracing-opentelemetry`.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use tracing::info_span;
use tracing_subscriber::{Registry, layer::SubscriberExt as _};

use crate::clock::{BATCH, Sample, batches};

/// Counts spans.
#[derive(Clone, Debug, Default)]
struct Counts(Arc<AtomicU64>);

impl SpanExporter for Counts {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

fn steps() {
    let _request = info_span!("steps").entered();
    (0..BATCH).for_each(|_| drop(info_span!("step").entered()));
}

fn fives() {
    let _request = info_span!("fives").entered();
    for user_id in 0..BATCH {
        let span = info_span!("five", user_id, user = "alice", hit = true, share = 0.25, rows = 12);
        drop(span.entered());
    }
}

pub(crate) fn measure(name: &str, workload: &str) -> Sample {
    let counts = Counts::default();
    let provider = SdkTracerProvider::builder().with_batch_exporter(counts.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    let is_exported = name == "tracing-opentelemetry";
    let subscriber = Registry::default().with(is_exported.then_some(layer));
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
    let mut count = 0;
    let make = || {
        count += BATCH + 1;
        if workload == "step" { steps() } else { fives() }
    };
    let deliver = || drop(provider.force_flush());
    let (caller_ns, all_ns) = batches(make, deliver);
    let lost = if is_exported { count - counts.0.load(Ordering::Relaxed) } else { 0 };
    Sample { caller_ns, all_ns, lost }
}
