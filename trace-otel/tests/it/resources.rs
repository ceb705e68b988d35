//! The service as a receiver sees it.

use test_support::otlp::{attribute, attributes};
use trace_otel::Otel;
use trace_runtime::{info, traced_handler};

use crate::support::Exported;

#[traced_handler]
async fn handler() {
    info!("inside");
}

#[tokio::test]
async fn spans_and_records_have_the_same_resource() {
    let exported = Exported::with("info", |builder| {
        builder
            .resource("env", "dev")
            .resource("env", "prod")
            .resource("service.instance.id", "i-7")
    });
    exported.capture.scope(handler()).await;
    let spans = exported.spans().resource.unwrap().attributes;
    assert_eq!(spans, exported.logs().resource.unwrap().attributes);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "env=\"prod\" service.instance.id=\"i-7\" service.name=\"test\" \
         telemetry.sdk.name=\"trace-otel\" telemetry.sdk.language=\"rust\" \
         telemetry.sdk.version=\"{version}\""
    );
    assert_eq!(attributes(&spans), expected);
}

#[tokio::test]
async fn each_exporter_is_an_instance_of_its_own() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let exported = Exported::new();
        exported.capture.scope(handler()).await;
        let resource = exported.spans().resource.unwrap();
        let id = attribute(&resource.attributes, "service.instance.id").unwrap();
        assert_eq!(id.len(), 36 + 2);
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn nothing_is_wanted_if_nothing_is_exported() {
    let otel = Otel::builder().disabled(true).build().unwrap();
    let capture = trace_runtime::testing::Capture::new().observed_by(otel.clone());
    capture.run(|| info!("inside"));
    assert_eq!(otel.stats().logs.offered, 0);
}
