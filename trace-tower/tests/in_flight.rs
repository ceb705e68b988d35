//! Requests that have not ended: an open stream, the page that lists what is
//! open, and a shutdown that waits. In a process of its own, which is watched.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

use std::{
    future::pending,
    io,
    sync::{Mutex, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, Response, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use serde_json::Value;
use test_support::in_time;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time};
use tower::ServiceExt as _;
use trace_runtime::{
    OpenRequest, OpenStep, in_flight,
    observe::{Closed, Kind, Observe},
    report_in_flight,
    sink::Memory,
    timed, traced_handler,
};
use trace_tower::{InFlight, TraceLayer};

/// The age at which requests are reported.
const AGE: Duration = Duration::from_millis(250);

/// The ids of the traces whose requests have closed.
static CLOSED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Requests;

impl Observe for Requests {
    fn closed(&self, closed: &Closed<'_>) {
        if closed.kind() == Kind::Request {
            let id = closed.trace().map(|trace| trace.id().to_string());
            CLOSED.lock().unwrap().extend(id);
        }
    }
}

/// Sets the process up, once, and returns its lines.
fn log() -> &'static Memory {
    static LOG: OnceLock<Memory> = OnceLock::new();
    LOG.get_or_init(|| {
        let memory = Memory::default();
        let builder = trace_runtime::builder().watch(AGE).observe(Requests);
        builder.sink(memory.clone()).init().unwrap();
        memory
    })
}

/// The reports on the request of a trace.
fn reports(id: &str) -> Vec<Value> {
    let text = log().text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let is_report = |line: &Value| line["message"] == "Request still running";
    lines.filter(|line| line["trace_id"] == id && is_report(line)).collect()
}

/// The open requests of a trace.
fn open(id: &str) -> Vec<OpenRequest> {
    in_flight().into_iter().filter(|open| open.trace_id().to_string() == id).collect()
}

/// One test at a time: a report is of all requests that are open.
static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Waits until something is so.
async fn until(mut is_so: impl FnMut() -> bool) {
    in_time(async {
        while !is_so() {
            time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

#[traced_handler]
async fn events() -> impl IntoResponse {
    let first = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"data: 1\n\n"))]);
    let body = Body::from_stream(first.chain(stream::once(feed())));
    ([(header::CONTENT_TYPE, "text/event-stream")], body)
}

#[timed]
async fn feed() -> io::Result<Bytes> {
    pending().await
}

fn app() -> Router {
    Router::new().route("/events/{topic}", get(events)).layer(TraceLayer::axum())
}

fn asked(path: &str, id: &str) -> Request<Body> {
    let traceparent = format!("00-{id}-00f067aa0ba902b7-01");
    Request::get(path).header("traceparent", traceparent).body(Body::empty()).unwrap()
}

/// Reads a stream until it is aborted.
fn reader(response: Response<Body>) -> JoinHandle<()> {
    let mut body = response.into_body();
    tokio::spawn(async move { while body.frame().await.is_some() {} })
}

#[tokio::test]
async fn an_open_stream_is_listed_once_and_reported_per_doubling_until_its_client_leaves() {
    const ID: &str = "11111111111111111111111111111111";
    let _alone = ONE.lock().await;
    log();
    let reader = reader(app().oneshot(asked("/events/7", ID)).await.unwrap());
    until(|| reports(ID).len() >= 3).await;

    let (reports, found) = (reports(ID), open(ID));
    assert_eq!(found.len(), 1, "{found:#?}");
    let it = &found[0];
    assert_eq!((it.name(), it.kind(), it.status()), ("events", "stream", Some(200)));
    let parts = (it.method(), it.route(), it.path());
    assert_eq!(parts, (Some("GET"), Some("/events/{topic}"), Some("/events/7")));
    assert_eq!(it.step().map(OpenStep::name), Some("feed"));

    reader.abort();
    until(|| open(ID).is_empty()).await;
    until(|| CLOSED.lock().unwrap().iter().any(|id| id == ID)).await;

    let mut doublings = Vec::new();
    for (nth, line) in reports.iter().enumerate() {
        let said = ["name", "method", "route", "path"].map(|key| line[key].clone());
        assert_eq!(said, ["events", "GET", "/events/{topic}", "/events/7"]);
        // On a machine under load, the first may come before the step begins.
        assert!(nth == 0 || line["step"] == "feed", "{line}");
        assert_eq!(line["status"], 200);
        assert_eq!(line["span_id"], it.span_id().to_string());
        let ages = line["age_ms"].as_f64().unwrap() / AGE.as_secs_f64() / 1e3;
        doublings.push(ages.log2().floor());
    }
    let is_later = |pair: &[f64]| pair[0] < pair[1];
    assert!(doublings[0] >= 0.0 && doublings.windows(2).all(is_later), "{reports:#?}");
    let closed = CLOSED.lock().unwrap();
    assert_eq!(closed.iter().filter(|id| *id == ID).count(), 1, "one span, at its end");
}

#[tokio::test]
async fn the_page_lists_what_is_open_as_json_and_answers_get_alone() {
    const ID: &str = "22222222222222222222222222222222";
    let _alone = ONE.lock().await;
    log();
    let reader = reader(app().oneshot(asked("/events/8?secret=1", ID)).await.unwrap());
    until(|| open(ID).iter().any(|open| open.step().is_some())).await;

    let debug: Router = Router::new().route_service("/in_flight", InFlight::new());
    let ask = async |method| {
        let request = Request::builder().method(method).uri("/in_flight");
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = debug.clone().oneshot(request).await.unwrap().into_parts();
        (parts, body.collect().await.unwrap().to_bytes())
    };
    let (parts, page) = ask(Method::GET).await;
    assert_eq!(parts.headers["content-type"], "application/json");
    assert_eq!(parts.headers["cache-control"], "no-store");
    let page: Value = serde_json::from_slice(&page).unwrap();
    let all = page["in_flight"].as_array().unwrap();
    let it = all.iter().find(|it| it["trace_id"] == ID).unwrap();
    let mut keys: Vec<_> = it.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "trace_id",
        "span_id",
        "target",
        "kind",
        "name",
        "method",
        "route",
        "path",
        "status",
        "age_ms",
        "step",
        "step_age_ms",
        "steps",
    ];
    keys.sort_unstable();
    expected.sort_unstable();
    assert_eq!(keys, expected, "{it}");
    assert_eq!((&it["path"], &it["kind"]), (&"/events/8".into(), &"stream".into()));
    assert_eq!((&it["steps"][0]["name"], &it["step"]), (&"feed".into(), &"feed".into()));

    let (parts, page) = ask(Method::HEAD).await;
    assert_eq!((parts.status, page.len()), (StatusCode::OK, 0));
    let (parts, _) = ask(Method::POST).await;
    assert_eq!(parts.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(parts.headers["allow"], "GET, HEAD");
    reader.abort();
}

#[tokio::test]
async fn a_shutdown_that_waits_for_a_stream_reports_it_until_the_client_leaves() {
    const ID: &str = "33333333333333333333333333333333";
    let _alone = ONE.lock().await;
    log();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, app()).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    let url = format!("http://{address}/events/9");
    let request = reqwest::Client::new().get(url);
    let request = request.header("traceparent", format!("00-{ID}-00f067aa0ba902b7-01"));
    let response = in_time(request.send()).await.unwrap();
    until(|| open(ID).iter().any(|open| open.step().is_some())).await;

    stop.send(()).unwrap();
    let before = reports(ID).len();
    assert!(report_in_flight() >= 1);
    // The watch may have reported it, too.
    assert!(reports(ID).len() > before);
    assert!(!server.is_finished());
    drop(response);
    in_time(server).await.unwrap().unwrap();
    assert_eq!(open(ID).len(), 0);
}
