//! Ids that go out to other services, with clients of several kinds.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{LazyLock, Mutex},
};

use axum::{Router, body::Body, http::HeaderMap, routing::get};
use http::{Method, Request, Response, StatusCode};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use trace_runtime::{info, testing::Capture, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer, Trust, inject_into, propagate::Carrier};

use crate::support::{self, Answer, line_of, lines, serve};

/// The service behind: answers with the headers that it got.
async fn back() -> SocketAddr {
    #[traced_handler]
    async fn echo(headers: HeaderMap) -> String {
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), text(value)));
        json!(headers.collect::<BTreeMap<_, _>>()).to_string()
    }
    let app = Router::new()
        .route("/", get(echo))
        .route("/fails", get(async || StatusCode::SERVICE_UNAVAILABLE));
    serve(app.layer(TraceLayer::new())).await
}

#[derive(Clone, Copy, Debug)]
enum With {
    Hyper,
    HyperTo(&'static str),
    WithoutStep,
    Reqwest,
    ReqwestLayer,
}

#[derive(Clone, Copy, Debug)]
struct ReqwestRequests;

impl Carrier<reqwest::Request, reqwest::Response> for ReqwestRequests {
    fn method<'a>(&self, request: &'a reqwest::Request) -> &'a Method {
        request.method()
    }
    fn host<'a>(&self, request: &'a reqwest::Request) -> Option<&'a str> {
        request.url().host_str()
    }
    fn port(&self, request: &reqwest::Request) -> Option<u16> {
        request.url().port()
    }
    fn headers_mut<'a>(&self, request: &'a mut reqwest::Request) -> &'a mut HeaderMap {
        request.headers_mut()
    }
    fn status(&self, response: &reqwest::Response) -> StatusCode {
        response.status()
    }
}

async fn with_hyper(layer: PropagateLayer, url: &str, own: Option<&str>) -> Result<String, String> {
    let mut client = layer.layer(Client::builder(TokioExecutor::new()).build_http());
    let mut request = Request::get(url);
    if let Some(id) = own {
        request = request.header("x-request-id", id);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = client.ready().await.unwrap().call(request).await;
    let answer = Answer::of(response.map_err(|error| error.to_string())?).await;
    Ok(String::from_utf8(answer.body.to_vec()).unwrap())
}

async fn with_reqwest(url: &str) -> String {
    let mut headers = HeaderMap::new();
    inject_into(&mut headers);
    let request = reqwest::Client::new().get(url).headers(headers);
    request.send().await.unwrap().text().await.unwrap()
}

async fn with_reqwest_layer(url: &str) -> String {
    let client = PropagateLayer::with(ReqwestRequests).layer(reqwest::Client::new());
    let request = reqwest::Request::new(Method::GET, url.parse().unwrap());
    client.oneshot(request).await.unwrap().text().await.unwrap()
}

#[traced_handler]
async fn calls(with: With, url: String, own: Option<String>) -> String {
    let own = own.as_deref();
    let answer = match with {
        With::Hyper => with_hyper(PropagateLayer::new(), &url, own).await,
        With::HyperTo(host) => with_hyper(PropagateLayer::new().hosts([host]), &url, own).await,
        With::WithoutStep => with_hyper(PropagateLayer::new().without_step(), &url, own).await,
        With::Reqwest => Ok(with_reqwest(&url).await),
        With::ReqwestLayer => Ok(with_reqwest_layer(&url).await),
    };
    answer.unwrap_or_else(|error| json!({ "error": error }).to_string())
}

/// The service in front: calls the one behind, and passes its answer on.
async fn front(with: With, url: String, own: Option<&str>) -> Answer {
    // Each needs an id of its own, since all lines are in one place.
    static COUNT: LazyLock<Mutex<u32>> = LazyLock::new(Mutex::default);
    let own = own.map(str::to_owned);
    let handler = move || calls(with, url.clone(), own.clone());
    let address = serve(Router::new().route("/", get(handler)).layer(TraceLayer::new())).await;
    let count = {
        let mut count = COUNT.lock().unwrap();
        *count += 1;
        *count
    };
    let parent = format!("00-8bf92f3577b34da6a3ce929d{count:08x}-00f067aa0ba902b7-01");
    let headers =
        [("traceparent", parent.as_str()), ("tracestate", "foo=1"), ("x-request-id", "both")];
    support::get(address, "/", &headers).await
}

/// The lines of a trace: request lines first, in the order of their start.
async fn story(trace_id: &str, requests: usize) -> (Vec<Value>, Option<Value>) {
    let name = |line: &Value| line["name"].as_str().unwrap().to_owned();
    support::wait_until(|lines| {
        let is_it = |line: &&str| line.contains(trace_id) && line.contains("\"kind\":\"request\"");
        lines.lines().filter(is_it).count() == requests
    })
    .await;
    let of_trace = lines(|line| line["trace_id"] == trace_id && line["kind"].is_string());
    let (steps, mut requests): (Vec<_>, Vec<_>) =
        of_trace.into_iter().partition(|line| line["kind"] == "step");
    requests.sort_by_key(|line| name(line) != "calls");
    (requests, steps.into_iter().find(|step| name(step) == "http_call"))
}

#[tokio::test]
async fn one_id_in_two_services_and_the_call_between_them() {
    for with in [With::Hyper, With::ReqwestLayer] {
        let back = back().await;
        let answer = front(with, format!("http://{back}/"), None).await;
        let (requests, step) = story(answer.trace_id(), 2).await;
        let step = step.unwrap();
        assert_eq!(requests[1]["parent_span_id"], step["span_id"], "{with:?}");
        assert_eq!(step["parent_span_id"], requests[0]["span_id"]);
        assert_eq!((&step["method"], &step["host"]), (&"GET".into(), &"127.0.0.1".into()));
        assert_eq!(step["port"], back.port());
        assert_eq!((&step["status"], &step["outcome"]), (&200.into(), &"ok".into()));
        assert_eq!(
            (&requests[0]["request_id"], &requests[1]["request_id"]),
            (&"both".into(), &"both".into())
        );
        assert_eq!(answer.json()["tracestate"], "foo=1");
        assert_eq!(requests[0]["steps"][0]["name"], "http_call");
    }
}

#[tokio::test]
async fn without_a_step_the_ids_go_out_all_the_same() {
    for with in [With::WithoutStep, With::Reqwest] {
        let back = back().await;
        let answer = front(with, format!("http://{back}/"), None).await;
        let (requests, step) = story(answer.trace_id(), 2).await;
        assert!(step.is_none());
        assert_eq!(requests[0]["trace_id"], requests[1]["trace_id"]);
        assert_ne!(requests[1]["parent_span_id"], requests[0]["span_id"], "a span id per call");
    }
}

/// The headers that a gateway sends, which copies its caller's, and the lines of
/// the request.
async fn through_a_gateway(trust: Trust, layer: PropagateLayer) -> (HeaderMap, Vec<Value>) {
    let gateway =
        TraceLayer::new().trust(trust).layer(service_fn(move |request: Request<Body>| {
            let (headers, layer) = (request.headers().clone(), layer.clone());
            async move {
                let echo = service_fn(async |request: Request<()>| {
                    Ok::<_, Infallible>(Response::new(request.headers().clone()))
                });
                let mut outgoing = Request::get("http://stock/items").body(()).unwrap();
                *outgoing.headers_mut() = headers;
                let sent = layer.layer(echo).oneshot(outgoing).await?;
                let mut response = Response::new(Body::empty());
                response.extensions_mut().insert(sent.into_body());
                Ok::<_, Infallible>(response)
            }
        }));
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = Request::get("/").header("traceparent", parent).header("tracestate", "foo=1");
    let request = request.header("x-request-id", "req-7").header("accept", "text/plain");
    let capture = Capture::new();
    let answer = capture.scope(gateway.oneshot(request.body(Body::empty()).unwrap())).await;
    let sent = answer.unwrap().extensions_mut().remove::<HeaderMap>().unwrap();
    (sent, capture.values())
}

#[tokio::test]
async fn a_gateway_that_copies_its_callers_headers_is_the_parent_itself() {
    for (trust, layer) in [
        (Trust::always(), PropagateLayer::new()),
        (Trust::never(), PropagateLayer::new()),
        (Trust::never(), PropagateLayer::new().hosts(["stock"])),
    ] {
        let (sent, lines) = through_a_gateway(trust, layer).await;
        assert_eq!(lines[0]["name"], "http_call");
        let (trace_id, span_id) = (&lines[0]["trace_id"], &lines[0]["span_id"]);
        let (trace_id, span_id) = (trace_id.as_str().unwrap(), span_id.as_str().unwrap());
        let parent = sent["traceparent"].to_str().unwrap();
        assert_eq!((&parent[3..35], &parent[36..52]), (trace_id, span_id));
        assert_eq!(sent["accept"], "text/plain");
    }
    let (sent, _) = through_a_gateway(Trust::never(), PropagateLayer::new()).await;
    assert!(!sent.contains_key("tracestate"), "it belongs to the caller's trace");
}

#[tokio::test]
async fn to_a_host_that_gets_no_ids_a_gateway_sends_none_of_its_callers() {
    for layer in [PropagateLayer::new(), PropagateLayer::new().without_step()] {
        let layer = layer.hosts(["elsewhere"]);
        let (sent, lines) = through_a_gateway(Trust::always(), layer).await;
        assert_eq!(lines.last().unwrap()["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        let names: Vec<_> = sent.keys().map(http::HeaderName::as_str).collect();
        assert_eq!(names, ["accept"]);
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_drops_its_future_inside_its_step() {
    struct Says;
    impl Drop for Says {
        fn drop(&mut self) {
            info!("dropped");
        }
    }
    #[traced_handler]
    async fn gives_up() {
        let waits = service_fn(async |_: Request<()>| {
            let _says = Says;
            std::future::pending::<Result<Response<()>, Infallible>>().await
        });
        let client = PropagateLayer::new().layer(waits);
        let mut call = Box::pin(client.oneshot(Request::new(())));
        assert!(futures::poll!(&mut call).is_pending());
    }
    let capture = Capture::new();
    capture.scope(gives_up()).await;
    assert_eq!(capture.tree(), "gives_up ok\n  http_call cancelled\n    \"dropped\"\n");
}

#[tokio::test]
async fn a_request_id_that_was_set_stays() {
    let back = back().await;
    let answer = front(With::Hyper, format!("http://{back}/"), Some("mine")).await;
    assert_eq!(answer.json()["x-request-id"], "mine");
}

#[tokio::test]
async fn hosts_that_are_not_allowed_get_no_ids() {
    let back = back().await;
    let url = format!("http://{back}/");
    let allowed = front(With::HyperTo("127.0.0.1"), url.clone(), None).await;
    assert!(allowed.json().get("traceparent").is_some());
    let other = front(With::HyperTo("stock.internal"), url, None).await;
    assert!(
        other.json().get("traceparent").is_none() && other.json().get("x-request-id").is_none()
    );
    let (_, step) = story(other.trace_id(), 1).await;
    assert_eq!(step.unwrap()["status"], 200, "the call is timed all the same");
}

#[tokio::test]
async fn the_line_of_a_call_that_fails_has_its_causes() {
    let answer = front(With::Hyper, "http://127.0.0.1:1/".to_owned(), None).await;
    assert!(answer.json()["error"].as_str().unwrap().contains("Connect"));
    let (_, step) = story(answer.trace_id(), 1).await;
    let step = step.unwrap();
    assert_eq!(support::ended(&step), ("error", "WARN"));
    let causes = step["error_chain"].as_array().unwrap();
    assert!(causes.last().unwrap().as_str().unwrap().contains("refused"), "{causes:?}");
    assert!(step.get("status").is_none());
}

#[tokio::test]
async fn a_call_that_is_answered_with_a_failure_is_one() {
    let back = back().await;
    let answer = front(With::Hyper, format!("http://{back}/fails"), None).await;
    let (_, step) = story(answer.trace_id(), 2).await;
    let step = step.unwrap();
    assert_eq!((support::ended(&step), &step["status"]), (("error", "WARN"), &503.into()));
    assert_eq!(step["error"], "answered 503 Service Unavailable");
    let line = line_of_front(answer.trace_id()).await;
    assert_eq!(line["outcome"], "ok");
}

async fn line_of_front(trace_id: &str) -> Value {
    support::request_line(|line| line["trace_id"] == trace_id && line["name"] == "calls").await
}

#[tokio::test]
async fn outside_a_trace_a_call_is_a_line_without_ids() {
    let back = back().await;
    let url = format!("http://{back}/");
    let sent = with_hyper(PropagateLayer::new(), &url, Some("outside")).await.unwrap();
    let sent: Value = serde_json::from_str(&sent).unwrap();
    assert!(sent.get("traceparent").is_none());
    line_of("outside").await;
}
