//! Every request has its line, and every line its request.

use std::{collections::HashSet, convert::Infallible, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode};
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpStream;
use tower::{Layer as _, ServiceExt as _, service_fn};
use trace_runtime::{Level, info, testing::Capture, timed, traced_handler};
use trace_tower::{TraceLayer, Trust};

use crate::support::{self, Answer, ended, line_of, lines, request, request_line, send, serve};

#[derive(Debug)]
struct AppError(&'static str);

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        info!("answering with an error");
        let found = self.0 != "no such user";
        let status = if found { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NOT_FOUND };
        (status, self.0).into_response()
    }
}

#[traced_handler(target = "shop::http", fields(user_id))]
async fn get_user(Path(user_id): Path<u32>) -> Result<String, AppError> {
    load(user_id).await
}

#[timed]
async fn load(user_id: u32) -> Result<String, AppError> {
    info!(user_id, "looking");
    match user_id {
        404 => Err(AppError("no such user")),
        500 => Err(AppError("database timeout")),
        _ => Ok(format!("user {user_id}")),
    }
}

#[traced_handler]
async fn panics() {
    panic!("oh no");
}

#[traced_handler(target = "shop::http")]
async fn waits() {
    std::future::pending::<()>().await;
}

fn layer() -> TraceLayer {
    TraceLayer::axum()
}

fn app(layer: TraceLayer) -> Router {
    Router::new()
        .route("/users/{id}", get(get_user))
        .route("/plain", get(async || "plain"))
        .route("/panics", get(panics))
        .route("/waits", get(waits))
        .layer(layer)
}

#[tokio::test]
async fn the_id_that_was_sent_comes_back_and_is_on_every_line() {
    let address = serve(app(layer())).await;
    let answer =
        support::get(address, "/users/42?token=secret", &[("X-Request-ID", "req-42")]).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"user 42"[..]));
    assert_eq!((answer.trace_id(), answer.header("x-request-id")), ("req-42", "req-42"));

    let line = line_of("req-42").await;
    assert_eq!(ended(&line), ("ok", "INFO"));
    assert_eq!((&line["name"], &line["target"]), (&"get_user".into(), &"shop::http".into()));
    assert_eq!((&line["method"], &line["route"]), (&"GET".into(), &"/users/{id}".into()));
    assert_eq!((&line["path"], &line["status"]), (&"/users/42".into(), &200.into()));
    assert_eq!((&line["user_id"], &line["steps"][0]["name"]), (&42.into(), &"load".into()));
    assert!(line["ttfb_ms"].as_f64() <= line["duration_ms"].as_f64());
    assert!(line.get("request_id").is_none() && line.get("error").is_none());

    let all = lines(|line| line["trace_id"] == "req-42");
    let messages: Vec<_> = all.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["looking", "Step finished", "Request processed"]);
    assert!(!support::written().contains("secret"), "query strings are not told");
}

#[tokio::test]
async fn a_request_without_an_id_has_a_new_one() {
    let address = serve(app(layer())).await;
    let (one, two) =
        (support::get(address, "/plain", &[]).await, support::get(address, "/plain", &[]).await);
    assert_ne!(one.trace_id(), two.trace_id());
    assert_eq!((one.trace_id().len(), one.trace_id()), (32, one.header("x-request-id")));
    let line = line_of(one.trace_id()).await;
    assert_eq!((&line["name"], &line["target"]), (&"http_request".into(), &"trace_tower".into()));
}

#[tokio::test]
async fn a_traceparent_is_continued_beside_a_request_id() {
    let address = serve(app(layer())).await;
    let trace_id = "5bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace_id}-00f067aa0ba902b7-01");
    let headers = [("traceparent", parent.as_str()), ("x-request-id", "req-beside")];
    let answer = support::get(address, "/plain", &headers).await;
    assert_eq!((answer.trace_id(), answer.header("x-request-id")), (trace_id, "req-beside"));
    let line = line_of(trace_id).await;
    assert_eq!(line["parent_span_id"], "00f067aa0ba902b7");
    assert_eq!(line["request_id"], "req-beside");
}

#[tokio::test]
async fn a_failing_handler_is_told_with_its_error_and_the_status_decides() {
    let address = serve(app(layer())).await;
    for (id, status, outcome, error) in [
        ("404", 404, ("ok", "INFO"), "no such user"),
        ("500", 500, ("error", "ERROR"), "database timeout"),
    ] {
        let request_id = format!("fails-{id}");
        let headers = [("x-request-id", request_id.as_str())];
        let answer = support::get(address, &format!("/users/{id}"), &headers).await;
        assert_eq!((answer.status.as_u16(), answer.trace_id()), (status, request_id.as_str()));
        let line = line_of(&request_id).await;
        assert_eq!((ended(&line), &line["error"]), (outcome, &error.into()));
        let in_response = |line: &serde_json::Value| {
            line["trace_id"] == request_id.as_str() && line["message"] == "answering with an error"
        };
        assert_eq!(lines(in_response).len(), 1, "`into_response` runs inside the request");
    }
}

#[tokio::test]
async fn requests_that_reach_no_handler_have_their_line_too() {
    let address = serve(app(layer())).await;
    for (method, path, status, route) in [
        ("GET", "/nowhere", 404, None),
        ("GET", "/users/abc", 400, Some("/users/{id}")),
        ("POST", "/plain", 405, Some("/plain")),
    ] {
        let answer = send(request(method, address, path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status);
        let line = line_of(answer.trace_id()).await;
        assert_eq!((ended(&line), &line["status"]), (("ok", "INFO"), &status.into()));
        assert_eq!((&line["method"], &line["path"]), (&method.into(), &path.into()));
        assert_eq!(line.get("route").and_then(|it| it.as_str()), route);
    }
}

#[tokio::test]
async fn a_panic_closes_the_connection_and_has_its_line() {
    let address = serve(app(layer())).await;
    let head = b"GET /panics HTTP/1.1\r\nhost: x\r\nx-request-id: panics-bare\r\n\r\n";
    assert_eq!(support::send_raw(address, head).await, b"");
    let line = line_of("panics-bare").await;
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], line.get("status")), (&"panics".into(), None));
}

#[tokio::test]
async fn a_panic_that_is_caught_is_a_500_with_the_id() {
    let address = serve(app(layer().catch_panics())).await;
    let answer = support::get(address, "/panics", &[("x-request-id", "panics-caught")]).await;
    assert_eq!((answer.status.as_u16(), answer.trace_id()), (500, "panics-caught"));
    assert_eq!(answer.body.len(), 0);
    let line = line_of("panics-caught").await;
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], &line["status"]), (&"panics".into(), &500.into()));
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_the_response_has_cancelled() {
    let address = serve(app(layer())).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let head = b"GET /waits HTTP/1.1\r\nhost: x\r\nx-request-id: gone\r\n\r\n";
    stream.writable().await.unwrap();
    assert_eq!(stream.try_write(head).unwrap(), head.len());
    drop(stream);
    let line = line_of("gone").await;
    assert_eq!((ended(&line), line.get("status")), (("cancelled", "WARN"), None));
    assert_eq!(line["name"], "waits");
}

#[tokio::test]
async fn a_thousand_requests_at_once_keep_their_ids_apart() {
    let address = serve(app(layer())).await;
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
    let requests = (0..1_000).map(|n| {
        let client = client.clone();
        tokio::spawn(async move {
            let request = request("GET", address, &format!("/users/{}", 1_000 + n));
            Answer::of(client.request(request.body(Body::empty()).unwrap()).await.unwrap()).await
        })
    });
    let answers = futures::future::join_all(requests.collect::<Vec<_>>()).await;
    let mut ids = HashSet::new();
    for (n, answer) in answers.into_iter().enumerate() {
        let answer = answer.unwrap();
        assert_eq!(answer.body, format!("user {}", 1_000 + n));
        let line = line_of(answer.trace_id()).await;
        assert_eq!(line["user_id"], 1_000 + n);
        assert!(ids.insert(answer.trace_id().to_owned()));
    }
    assert_eq!(ids.len(), 1_000);
    let all = lines(|line| line["trace_id"].as_str().is_some_and(|id| ids.contains(id)));
    assert_eq!(all.len(), 3_000, "an event, a step and a request each");
}

#[tokio::test]
async fn two_layers_on_the_way_of_a_request_are_one_line() {
    let address = serve(app(layer()).layer(layer())).await;
    let answer = support::get(address, "/plain", &[]).await;
    line_of(answer.trace_id()).await;
    assert_eq!(lines(|line| line["trace_id"] == answer.trace_id()).len(), 1);
}

#[tokio::test]
async fn ids_of_those_who_are_not_trusted_are_not_taken() {
    let sent = [("x-request-id", "from-outside"), ("x-from-proxy", "1")];
    let never = serve(app(layer().trust(Trust::never()))).await;
    assert_ne!(support::get(never, "/plain", &sent).await.trace_id(), "from-outside");
    let trust = Trust::when(|parts| parts.headers.contains_key("x-from-proxy"));
    let some = serve(app(layer().trust(trust))).await;
    assert_eq!(support::get(some, "/plain", &sent).await.trace_id(), "from-outside");
    let answer = support::get(some, "/plain", &sent[..1]).await;
    assert_ne!(answer.trace_id(), "from-outside");
    assert!(line_of(answer.trace_id()).await.get("request_id_rejected").is_none());
}

#[tokio::test]
async fn headers_can_have_other_names_or_be_left_out() {
    let layer = layer()
        .request_id_headers(["x-my-id".parse().unwrap()])
        .max_id_len(200)
        .trace_id_header(Some("x-my-trace".parse().unwrap()))
        .request_id_header(None);
    let address = serve(app(layer)).await;
    let long = "x".repeat(200);
    let headers = [("x-my-id", long.as_str()), ("x-request-id", "not-this")];
    let answer = support::get(address, "/plain", &headers).await;
    assert_eq!(answer.header("x-my-trace"), long);
    assert!(!answer.headers.contains_key("x-request-id"));
    assert!(!answer.headers.contains_key("x-trace-id"));
}

#[tokio::test]
async fn server_timing_tells_the_id_and_the_steps() {
    let address = serve(app(layer().server_timing())).await;
    let answer = support::get(address, "/users/42", &[("x-request-id", "timed")]).await;
    let value = answer.header("server-timing");
    assert!(value.starts_with("trace;desc=\"timed\", load;dur="), "{value}");
    assert!(
        !support::get(serve(app(layer())).await, "/plain", &[])
            .await
            .headers
            .contains_key("server-timing")
    );
}

#[tokio::test]
async fn quiet_routes_have_a_line_only_when_they_fail() {
    let address = serve(app(layer().quiet(["/users/{id}"]))).await;
    let answer = support::get(address, "/users/42", &[("x-request-id", "quiet-ok")]).await;
    assert_eq!(answer.trace_id(), "quiet-ok");
    support::get(address, "/users/500", &[("x-request-id", "quiet-failed")]).await;
    line_of("quiet-failed").await;
    assert!(lines(|line| line["trace_id"] == "quiet-ok" && line["kind"] == "request").is_empty());
}

#[tokio::test]
async fn inside_a_nested_router_the_path_is_what_the_client_asked_for() {
    let users = || Router::new().route("/users/{id}", get(async || "x"));
    let inner = |layer| Router::new().nest("/v1", users().layer(layer));
    for (n, app) in [
        Router::new().nest("/api", inner(TraceLayer::axum())),
        Router::new().nest("/api", inner(TraceLayer::new())),
        Router::new().nest("/api", inner(TraceLayer::axum())).layer(TraceLayer::axum()),
        Router::new().nest("/api", Router::new().nest("/v1", users())).layer(TraceLayer::axum()),
        Router::new().nest("/{team}", inner(TraceLayer::axum())),
        Router::new().nest_service("/api/v1", users().layer(TraceLayer::axum())),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = support::get(serve(app).await, "/api/v1/users/7?q=1", &[]).await;
        let line = line_of(answer.trace_id()).await;
        assert_eq!(line["path"], "/api/v1/users/7", "{n}");
    }
}

#[tokio::test]
async fn a_quiet_path_in_a_nested_router_is_the_whole_or_its_own() {
    for (quiet, is_quiet) in [("/api/health", true), ("/health", true), ("/api", false)] {
        let health = Router::new().route("/health", get(async || "well"));
        let app = Router::new().nest("/api", health.layer(TraceLayer::new().quiet([quiet])));
        let capture = Capture::new();
        let request = http::Request::get("/api/health").body(Body::empty()).unwrap();
        drop(capture.scope(app.oneshot(request)).await.unwrap());
        assert_eq!(capture.lines().is_empty(), is_quiet, "{quiet}");
    }
}

#[tokio::test]
async fn fields_of_the_head_are_on_the_line() {
    let layer = layer()
        .record(|parts, fields| {
            fields.set("user_agent", parts.headers.get("user-agent").map(HeaderValue::as_bytes));
            fields.set("tenant", parts.headers.get("x-tenant").map(HeaderValue::as_bytes));
            fields.set("status", "a key of ours");
            fields.set("user_id", "the handler's stands");
        })
        .record(|_, fields| {
            fields.set("before", true);
            panic!("in the second");
        });
    let address = serve(app(layer)).await;
    let headers = [("user-agent", "curl/8"), ("x-request-id", "recorded")];
    support::get(address, "/users/42", &headers).await;
    let line = line_of("recorded").await;
    assert_eq!((ended(&line), &line["status"]), (("ok", "INFO"), &200.into()));
    assert_eq!((&line["user_agent"], line.get("tenant")), (&"curl/8".into(), None));
    assert_eq!((&line["field.status"], &line["user_id"]), (&"a key of ours".into(), &42.into()));
    assert_eq!(line["before"], true);
}

#[tokio::test]
async fn the_level_can_follow_the_status() {
    let layer = layer().level(|status| match status.as_u16() {
        500.. => Level::Warn,
        400.. => Level::Info,
        _ => Level::Debug,
    });
    let address = serve(app(layer)).await;
    for (id, level) in [("42", "DEBUG"), ("404", "INFO"), ("500", "WARN")] {
        let request_id = format!("level-{id}");
        support::get(address, &format!("/users/{id}"), &[("x-request-id", &request_id)]).await;
        assert_eq!(line_of(&request_id).await["level"], level);
    }
}

#[tokio::test]
async fn a_service_that_fails_without_a_response_has_its_line() {
    let service = service_fn(async |_: http::Request<hyper::body::Incoming>| {
        Err::<http::Response<String>, _>(std::io::Error::other("no workers"))
    });
    let address = support::serve_hyper(TraceLayer::new().layer(service)).await;
    let head = b"GET / HTTP/1.1\r\nhost: x\r\nx-request-id: service-failed\r\n\r\n";
    support::send_raw(address, head).await;
    let line = line_of("service-failed").await;
    assert_eq!((ended(&line), &line["error"]), (("error", "ERROR"), &"no workers".into()));
}

#[tokio::test]
async fn a_hyper_server_with_http2_is_traced_the_same() {
    let service = service_fn(async |_: http::Request<hyper::body::Incoming>| {
        info!("inside");
        Ok::<_, Infallible>(http::Response::new("answer".to_owned()))
    });
    let address = support::serve_hyper(TraceLayer::new().layer(service)).await;
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let request = request("GET", address, "/h2").body(Body::empty()).unwrap();
    let answer = Answer::of(client.request(request).await.unwrap()).await;
    let line = line_of(answer.trace_id()).await;
    assert_eq!((ended(&line), &line["path"]), (("ok", "INFO"), &"/h2".into()));
    let inside = lines(|it| it["message"] == "inside");
    assert_eq!(inside[0]["trace_id"], line["trace_id"]);
}

#[tokio::test]
async fn a_request_line_says_how_it_is_found_without_an_id() {
    let address = serve(app(layer())).await;
    support::get(address, "/users/777", &[]).await;
    let line = request_line(|line| line["user_id"] == 777).await;
    assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
}

/// What a layer answers instead of a handler says nothing of the handler.
#[tokio::test]
async fn a_handler_that_a_layer_cut_off_is_cancelled_whatever_the_layer_answers() {
    #[traced_handler]
    async fn endless() {
        std::future::pending::<()>().await;
    }
    async fn impatient(Path(status): Path<u16>, request: Request, next: Next) -> StatusCode {
        let answer = tokio::time::timeout(Duration::from_millis(1), next.run(request)).await;
        assert!(answer.is_err());
        StatusCode::from_u16(status).unwrap()
    }
    let app = Router::new()
        .route("/cut-off/{status}", get(endless))
        .layer(middleware::from_fn(impatient))
        .layer(TraceLayer::new());
    let address = serve(app).await;
    for (status, level) in [(408, "WARN"), (200, "WARN"), (503, "ERROR")] {
        let answer = support::get(address, &format!("/cut-off/{status}"), &[]).await;
        let line = line_of(answer.trace_id()).await;
        assert_eq!(ended(&line), ("cancelled", level));
        assert_eq!((&line["name"], &line["status"]), (&"endless".into(), &status.into()));
    }
}
