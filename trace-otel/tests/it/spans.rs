//! Requests, jobs, steps and calls as spans.

use std::io;

use futures::FutureExt as _;
use test_support::{
    ON_PURPOSE,
    otlp::{Span, attribute, hex, span},
};
use trace_otel::Sampler;
use trace_runtime::{
    edge::{self, Call, Outcome, Request},
    info,
    propagation::{Incoming, Outgoing, extract},
    record, timed, traced_handler,
};

use crate::support::Exported;

#[traced_handler(fields(id))]
async fn get_order(id: u32) -> Result<u32, io::Error> {
    load(id)
}

#[timed(level = "debug", fields(id))]
fn load(id: u32) -> Result<u32, io::Error> {
    record!(rows = 12);
    if id == 0 { Err(io::Error::other(io::Error::other("disk gone"))) } else { Ok(id) }
}

/// Shows a span without the place in the code.
fn shown(it: &Span) -> String {
    let mut it = it.clone();
    it.attributes.retain(|attribute| !attribute.key.starts_with("code."));
    span(&it)
}

#[tokio::test]
async fn a_step_that_failed_is_an_error_with_its_text_and_a_job_has_the_name_of_its_handler() {
    let exported = Exported::new();
    let _ = exported.capture.scope(get_order(0)).await;
    let spans = exported.spans();
    let expected = [
        r#"internal "load" error(disk gone) id=0 rows=12 error.type="_OTHER" outcome="error""#,
        r#"internal "get_order" error(disk gone) id=0 error.type="_OTHER" outcome="error""#,
    ];
    assert_eq!(spans.items.iter().map(shown).collect::<Vec<_>>(), expected);
    let (step, request) = (&spans.items[0], &spans.items[1]);
    assert_eq!(step.trace_id, request.trace_id);
    assert_eq!(step.parent_span_id, request.span_id);
    assert_eq!(request.parent_span_id, [0; 0]);
    let name = spans.scope.unwrap();
    assert_eq!(name, ("trace-runtime".to_owned(), env!("CARGO_PKG_VERSION").to_owned()));
}

#[tokio::test]
async fn a_span_has_the_ids_and_the_times_of_its_line() {
    let exported = Exported::new();
    let _ = exported.capture.scope(get_order(7)).await;
    let spans = exported.spans();
    for (line, span) in exported.capture.values().iter().zip(&spans.items) {
        assert_eq!(line["trace_id"], hex(&span.trace_id));
        assert_eq!(line["span_id"], hex(&span.span_id));
        let millis = line["duration_ms"].as_f64().unwrap();
        let nanos = span.end_time_unix_nano - span.start_time_unix_nano;
        assert_eq!(format!("{:.0}", millis * 1e6), nanos.to_string());
    }
    let [step, request] = &spans.items[..] else { panic!("{spans:?}") };
    assert!(request.start_time_unix_nano <= step.start_time_unix_nano);
    assert!(step.end_time_unix_nano <= request.end_time_unix_nano);
}

#[tokio::test]
async fn a_span_says_where_in_the_code_it_comes_from() {
    let exported = Exported::new();
    exported.capture.scope(get_order(7)).await.unwrap();
    let spans = exported.spans();
    let step = &spans.named("load").attributes;
    let function = format!("\"{}::load\"", module_path!());
    assert_eq!(attribute(step, "code.function.name"), Some(function));
    let file = format!("{:?}", file!());
    assert_eq!(attribute(step, "code.file.path"), Some(file));
    assert!(attribute(step, "code.line.number").unwrap().parse::<u32>().unwrap() > 20);
}

fn request(incoming: Incoming, method: &'static str) -> Request {
    let callsite = edge::callsite!("http_request", target: "my_edge");
    Request::open(callsite, incoming, method, "/orders/7")
}

#[test]
fn a_request_over_http_is_a_server_with_the_attributes_of_the_convention() {
    let exported = Exported::new();
    exported.capture.run(|| {
        let mut request = request(Incoming::none(), "GET");
        request.set_route("/orders/{id}");
        request.set_status(503);
        request.set_error(&"no stock");
        request.end(Outcome::Error);
    });
    let spans = exported.spans();
    let mut it = spans.items[0].clone();
    it.attributes.retain(|attribute| attribute.key != "ttfb_ms");
    let expected = concat!(
        r#"server "GET /orders/{id}" error(no stock) http.request.method="GET" "#,
        r#"http.route="/orders/{id}" url.path="/orders/7" url.scheme="http" "#,
        r#"http.response.status_code=503 error.type="503" outcome="error""#,
    );
    assert_eq!(shown(&it), expected);
    assert!(attribute(&spans.items[0].attributes, "ttfb_ms").is_some());
}

#[test]
fn what_else_the_convention_asks_for_is_what_the_service_records() {
    let exported = Exported::new();
    exported.capture.run(|| {
        let mut request = request(Incoming::none(), "GET");
        request.record(|fields| {
            fields.set("url.scheme", "https");
            fields.set("url.query", "page=2");
            fields.set("server.address", "shop.example");
            fields.set("server.port", 8443_u16);
            fields.set("user_agent.original", "curl/8");
        });
        request.end(Outcome::Ok);
    });
    let spans = exported.spans();
    let expected = concat!(
        r#"server "GET" url.scheme="https" url.query="page=2" server.address="shop.example" "#,
        r#"server.port=8443 user_agent.original="curl/8" http.request.method="GET" "#,
        r#"url.path="/orders/7" outcome="ok""#,
    );
    assert_eq!(shown(&spans.items[0]), expected);
}

#[test]
fn a_method_that_a_client_invents_is_no_name_and_neither_is_a_path() {
    let exported = Exported::new();
    exported.capture.run(|| {
        request(Incoming::none(), "BREW").end(Outcome::Ok);
        request(Incoming::none(), "GET").end(Outcome::Ok);
    });
    let spans = exported.spans();
    assert_eq!(spans.names(), ["HTTP", "GET"]);
    let attributes = &spans.items[0].attributes;
    assert_eq!(attribute(attributes, "http.request.method"), Some("\"_OTHER\"".to_owned()));
    let original = attribute(attributes, "http.request.method_original");
    assert_eq!(original, Some("\"BREW\"".to_owned()));
}

#[test]
fn of_requests_only_a_5xx_has_failed_and_of_calls_a_4xx_too() {
    let exported = Exported::new();
    let statuses = [200, 302, 404, 429, 503];
    exported.capture.run(|| {
        for status in statuses {
            let mut request = request(Incoming::none(), "GET");
            request.set_status(status);
            request.end(if status < 500 { Outcome::Ok } else { Outcome::Error });
        }
        for status in statuses {
            let callsite = edge::call_callsite!("http_call", target: "my_edge");
            let mut call = Call::open(callsite, "PUT", Some("stock"));
            call.set_status(status);
            call.end();
        }
    });
    // A call outside any trace has no ids, and is not exported.
    assert_eq!(exported.spans().items.len(), statuses.len());
    let exported = Exported::new();
    exported.capture.run(|| {
        let mut request = request(Incoming::none(), "GET");
        request.enter(|| {
            for status in statuses {
                let callsite = edge::call_callsite!("http_call", target: "my_edge");
                let mut call = Call::open(callsite, "PUT", Some("stock"));
                call.set_status(status);
                call.end();
            }
        });
        request.end(Outcome::Ok);
    });
    let spans = exported.spans();
    let failed = |status: u16| {
        let quoted = status.to_string();
        let is_it = |it: &&Span| {
            attribute(&it.attributes, "http.response.status_code").as_ref() == Some(&quoted)
        };
        let span = spans.items.iter().find(is_it).unwrap();
        assert_eq!((span.kind, &*span.name), (3, "PUT"));
        let server = attribute(&span.attributes, "server.address");
        assert_eq!(server, Some("\"stock\"".to_owned()));
        (span.status.is_some(), attribute(&span.attributes, "error.type"))
    };
    assert_eq!(statuses.map(|status| failed(status).0), [false, false, true, true, true]);
    assert_eq!(failed(302), (false, None));
    assert_eq!(failed(404), (true, Some("\"404\"".to_owned())));
}

/// Exports a call to a server, during which something is recorded.
fn call(server: Option<&str>, record: impl FnOnce()) -> Span {
    let exported = Exported::new();
    exported.capture.run(|| {
        let mut request = request(Incoming::none(), "GET");
        request.enter(|| {
            let callsite = edge::call_callsite!("http_call", target: "my_edge");
            let mut call = Call::open(callsite, "PUT", server);
            call.enter(record);
            call.end();
        });
        request.end(Outcome::Ok);
    });
    let spans = exported.spans();
    spans.named("PUT").clone()
}

#[test]
fn the_server_of_a_call_is_an_address_and_a_port_if_the_line_has_it() {
    for (server, address, port) in [
        (Some("stock:8080"), Some("\"stock\""), Some("8080")),
        (Some("stock"), Some("\"stock\""), None),
        (Some("[2001:db8::7]:8443"), Some("\"2001:db8::7\""), Some("8443")),
        (Some("[::1]"), Some("\"::1\""), None),
        (None, None, None),
    ] {
        let span = call(server, || {});
        let found = |key| attribute(&span.attributes, key);
        let expected = (address.map(str::to_owned), port.map(str::to_owned));
        assert_eq!((found("server.address"), found("server.port")), expected, "{server:?}");
        assert_eq!((found("host"), found("port")), (None, None), "{server:?}");
    }
}

#[test]
fn a_text_that_a_service_records_as_port_goes_out_as_it_is() {
    let span = call(Some("stock:8080"), || record!(port = "https"));
    let found = |key| attribute(&span.attributes, key);
    assert_eq!((found("port"), found("server.port")), (Some("\"https\"".to_owned()), None));
}

#[test]
fn what_a_service_records_of_a_call_goes_out_with_it_and_before_what_is_known() {
    let mut span = call(Some("10.1.2.80:8443"), || {
        record!(url.full = "https://stock.example/items/{id}");
        record!(server.address = "stock.example", server.port = 443);
    });
    span.attributes.retain(|attribute| attribute.key != "busy_ms");
    let expected = concat!(
        r#"client "PUT" url.full="https://stock.example/items/{id}" "#,
        r#"server.address="stock.example" server.port=443 "#,
        r#"http.request.method="PUT" outcome="ok""#,
    );
    assert_eq!(shown(&span), expected);
}

#[tokio::test]
async fn what_is_cancelled_has_not_failed_and_what_panicked_has() {
    #[traced_handler]
    async fn waits() {
        std::future::pending::<()>().await;
    }

    #[traced_handler]
    async fn panics() {
        panic!("{ON_PURPOSE}");
    }

    let exported = Exported::new();
    exported.capture.run(|| waits().now_or_never());
    let panics = std::panic::AssertUnwindSafe(exported.capture.scope(panics()));
    assert!(panics.catch_unwind().await.is_err());
    let spans = exported.spans();
    assert_eq!(shown(spans.named("waits")), r#"internal "waits" outcome="cancelled""#);
    let expected = format!(
        r#"internal "panics" error({ON_PURPOSE}) error.type="panicked" outcome="panicked""#
    );
    assert_eq!(shown(spans.named("panics")), expected);
}

#[tokio::test]
async fn steps_below_the_filter_are_exported_unless_only_what_is_written_is() {
    let exported = Exported::with("warn", |builder| builder);
    exported.capture.scope(get_order(7)).await.unwrap();
    assert_eq!(exported.spans().names(), ["load", "get_order"]);
    let exported = Exported::with("info", trace_otel::Builder::only_written);
    exported.capture.scope(get_order(7)).await.unwrap();
    assert_eq!(exported.spans().names(), ["get_order"]);
}

#[test]
fn a_quiet_request_is_exported_only_if_it_fails() {
    let exported = Exported::new();
    for outcome in [Outcome::Ok, Outcome::Error] {
        exported.capture.run(|| {
            let mut request = request(Incoming::none(), "GET");
            request.set_quiet();
            request.end(outcome);
        });
    }
    let spans = exported.spans();
    assert_eq!(spans.items.len(), 1);
    assert!(spans.items[0].status.is_some());
}

#[tokio::test]
async fn a_sampler_decides_what_is_exported_and_what_others_are_asked_for() {
    #[traced_handler]
    async fn handler() -> String {
        info!("a record all the same");
        Outgoing::current().unwrap().traceparent().to_string()
    }

    let exported = Exported::with("trace", |it| it.sampler(Sampler::ratio(0.1)));
    let mut sampled = 0;
    for _ in 0..2000 {
        let sent = exported.capture.scope(handler()).await;
        sampled += usize::from(sent.ends_with("-03"));
    }
    assert!((140..260).contains(&sampled), "{sampled}");
    assert_eq!(exported.spans().items.len(), sampled);
    assert_eq!(exported.logs().items.len(), 2000);
}

#[test]
fn the_callers_decision_is_kept_unless_the_sampler_says_otherwise() {
    let sampled_of = |sampler: Sampler| {
        let exported = Exported::with("trace", |it| it.sampler(sampler));
        for flags in ["00", "01"] {
            let parent = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
            let incoming = extract(|name| (name == "traceparent").then_some(&*parent));
            exported.capture.run(|| request(incoming, "GET").end(Outcome::Ok));
        }
        exported.capture.run(|| request(Incoming::none(), "GET").end(Outcome::Ok));
        let spans = exported.spans();
        let parents = spans.items.iter().filter(|span| !span.parent_span_id.is_empty());
        (parents.count(), spans.items.len())
    };
    assert_eq!(sampled_of(Sampler::default()), (1, 2));
    assert_eq!(sampled_of(Sampler::always()), (2, 3));
    assert_eq!(sampled_of(Sampler::never()), (0, 0));
    assert_eq!(sampled_of(Sampler::never().parent_based()), (1, 1));
}

#[tokio::test]
async fn times_in_milliseconds_are_the_numbers_of_the_line() {
    #[traced_handler]
    async fn waits() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    let exported = Exported::new();
    for _ in 0..50 {
        exported.capture.scope(waits()).await;
    }
    let spans = exported.spans();
    for (line, span) in exported.capture.values().iter().zip(&spans.items) {
        let busy = attribute(&span.attributes, "busy_ms").unwrap();
        assert_eq!(busy.parse::<f64>().ok(), line["busy_ms"].as_f64());
    }
}
