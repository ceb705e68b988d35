// What hidden lines of examples share: a collector, and a request to be exported.

use test_support::otlp::{Receiver as Collector, attribute};

#[trace_runtime::traced_handler(trace_id = caller, fields(customer = "Ada Lovelace", items = 3))]
async fn get_order(caller: trace_runtime::propagation::Incoming) {
    load_order();
}

#[trace_runtime::timed]
fn load_order() {
    trace_runtime::info!(rows = 3, "looked up");
}

/// Runs one request, with a step and an event in it, whose lines pass a filter.
fn run_request(otel: &trace_otel::Otel, filter: &str, traceparent: &str) {
    let header = |name: &str| (name == "traceparent").then_some(traceparent.as_bytes());
    let caller = trace_runtime::propagation::extract(header);
    let capture = trace_runtime::testing::Capture::with_filter(filter).observed_by(otel.clone());
    test_support::at_once(capture.scope(get_order(caller)));
}

/// Does the same, and waits until all is delivered or lost.
fn export_request(otel: &trace_otel::Otel) {
    run_request(otel, "info", "");
    trace_runtime::observe::Observe::flush(otel, test_support::LONG);
}

/// Returns the text of an attribute of the resource that a collector was sent.
fn resource_attribute(collector: &Collector, name: &str) -> Option<String> {
    text(attribute(&collector.spans().resource?.attributes, name)?)
}

/// Returns the text of an attribute of the request's span.
fn span_attribute(collector: &Collector, name: &str) -> Option<String> {
    text(attribute(&collector.spans().named("get_order").attributes, name)?)
}

fn text(shown: String) -> Option<String> {
    serde_json::from_str(&shown).ok()
}

/// Returns the paths of the requests that a collector got, in their order.
fn paths(collector: &Collector) -> Vec<String> {
    let requests = collector.requests().into_iter();
    requests.map(|(request, _)| request.path).collect()
}

/// Returns a header of the one request with this path.
fn header(collector: &Collector, path: &str, name: &str) -> Option<String> {
    let requests = collector.requests();
    let (request, _) = requests.iter().find(|(request, _)| request.path == path).unwrap();
    request.header(name).map(str::to_owned)
}

/// Writes a certificate and its key to files.
#[cfg(feature = "tls")]
fn certificate_and_key() -> [test_support::TemporaryFile; 2] {
    let made = rcgen::generate_simple_self_signed(["shop".to_owned()]).unwrap();
    [made.cert.pem(), made.signing_key.serialize_pem()].map(|pem| {
        let file = test_support::TemporaryFile::new();
        std::fs::write(file.path(), pem).unwrap();
        file
    })
}
