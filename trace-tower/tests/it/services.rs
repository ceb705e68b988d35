//! Three services in a row, the first and the last ours: the ids on the lines
//! of one are on the lines of the others.

use axum::{Router, body::Body, extract::State, routing::get};
use http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::{Layer as _, ServiceExt as _};
use trace_runtime::{TraceId, info, step, testing::Capture, timed, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer, Trust, testing::CaptureExt as _};

#[timed]
async fn work() {
    info!("at work");
    let spawned = trace_runtime::spawn(step!("spawned", async { info!("aside") }));
    spawned.await.unwrap();
}

#[traced_handler]
async fn last() {
    work().await;
}

#[traced_handler]
async fn passes_on(State(next): State<Router>) -> StatusCode {
    work().await;
    let client = PropagateLayer::new().layer(next);
    client.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap().status()
}

/// A service that is not ours: passes these headers on, and `traceparent` with a span
/// or even a trace of its own.
async fn foreign(next: Router, headers: HeaderMap, keeps: &[&str], parent: &str) -> StatusCode {
    let mut request = Request::get("/");
    for name in keeps {
        if let Some(value) = headers.get(*name) {
            request = request.header(*name, value);
        }
    }
    let came = headers["traceparent"].to_str().unwrap();
    let sent = if parent.is_empty() { came.to_owned() } else { parent.to_owned() };
    let request = request.header("traceparent", sent).body(Body::empty()).unwrap();
    next.oneshot(request).await.unwrap().status()
}

fn ours(next: Router) -> Router {
    Router::new().route("/", get(passes_on)).with_state(next).layer(TraceLayer::axum())
}

fn end() -> Router {
    Router::new().route("/", get(last)).layer(TraceLayer::axum())
}

fn theirs(next: Router, keeps: &'static [&str], parent: &'static str) -> Router {
    Router::new().route(
        "/",
        get(async move |headers: HeaderMap| foreign(next, headers, keeps, parent).await),
    )
}

async fn lines(app: Router, headers: &[(&str, &str)]) -> Vec<Value> {
    let capture = Capture::new();
    let mut request = Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (response, _) = capture.call(app, request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    capture.values()
}

const IDS: [&str; 8] = [
    "req-7",
    "a3bb189e-8bf9-9888-9912-ace4e6543002",
    "A3BB189E-8BF9-9888-9912-ACE4E6543002",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "4BF92F3577B34DA6A3CE929D0E0E4736",
    "00f067aa0ba902b7",
    "Root=1-67891233-abcdef012345678912345678",
    "00000000-0000-0000-0000-000000000000",
];

#[tokio::test]
async fn an_id_is_on_every_line_of_all_services_as_the_client_sent_it() {
    for id in IDS {
        let both: &[&str] = &["x-request-id", "tracestate"];
        for app in [ours(ours(end())), ours(theirs(end(), both, ""))] {
            let lines = lines(app, &[("x-request-id", id)]).await;
            let w3c = u128::from_be_bytes(TraceId::accept(id.as_bytes()).unwrap().to_bytes());
            let w3c = format!("{w3c:032x}");
            for line in &lines {
                assert_eq!(line["trace_id"], id);
                assert!(line.get("request_id").is_none(), "{line}");
                let is_other = line["kind"] == "request" && w3c != id;
                assert_eq!(line.get("w3c_trace_id"), is_other.then(|| w3c.clone().into()).as_ref());
            }
            assert!(lines.iter().filter(|line| line["kind"] == "request").count() >= 2);
        }
    }
}

#[tokio::test]
async fn a_traceparent_that_the_client_sent_is_one_id_with_its_request_id() {
    for id in IDS.into_iter().filter(|id| !id.starts_with("00000000")) {
        let w3c = u128::from_be_bytes(TraceId::accept(id.as_bytes()).unwrap().to_bytes());
        let parent = format!("00-{w3c:032x}-00f067aa0ba902b7-01");
        let headers = [("x-request-id", id), ("traceparent", &parent)];
        let lines = lines(ours(end()), &headers).await;
        for line in &lines {
            assert_eq!((&line["trace_id"], line.get("request_id")), (&id.into(), None));
        }
    }
}

const OTHER: &str = "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn an_id_of_another_origin_stands_on_every_line_beside_the_traces() {
    let keeps: &[&str] = &["x-request-id"];
    for (app, headers) in [
        (ours(end()), &[("x-request-id", "req-7"), ("traceparent", OTHER)][..]),
        (theirs(ours(end()), keeps, OTHER), &[("x-request-id", "req-7"), ("traceparent", "")]),
    ] {
        for line in lines(app, headers).await {
            assert_eq!(line["trace_id"], &OTHER[3..35], "{line}");
            assert_eq!(line["request_id"], "req-7", "{line}");
            assert!(line.get("w3c_trace_id").is_none(), "{line}");
        }
    }
}

#[tokio::test]
async fn where_no_caller_is_trusted_all_lines_have_one_new_id() {
    let edge = TraceLayer::axum().trust(Trust::never());
    let edge = Router::new().route("/", get(passes_on)).with_state(end()).layer(edge);
    let lines = lines(edge, &[("x-request-id", "req-7"), ("traceparent", OTHER)]).await;
    for line in &lines {
        assert_eq!(line["trace_id"], lines[0]["trace_id"]);
        let id = line["trace_id"].as_str().unwrap();
        assert!(id != "req-7" && id != &OTHER[3..35], "{id}");
        assert!(line.get("request_id").is_none());
    }
}
