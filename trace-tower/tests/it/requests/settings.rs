//! What the layer is set to.

use std::convert::Infallible;

use http::{HeaderValue, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};
use trace_runtime::{Detail, Level, debug, testing::Capture};
use trace_tower::Trust;

use super::{app, layer};
use crate::support::{self, ended, line_of, lines, serve};

#[tokio::test]
async fn ids_of_callers_that_are_not_trusted_are_not_accepted() {
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
async fn server_timing_has_the_id_and_the_steps() {
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
async fn the_detail_of_a_request_can_be_asked_for_by_its_head() {
    let service = service_fn(async |request: Request<()>| {
        debug!("looking");
        let status = if request.uri() == "/fails" { 503 } else { 200 };
        Ok::<_, Infallible>(Response::builder().status(status).body(String::new()).unwrap())
    });
    let layer = layer().detail_when(|parts| {
        assert!(parts.uri != "/panics", "on purpose");
        parts.headers.contains_key("x-detail")
    });
    let capture = Capture::with_detail("info", Detail::when_failed());
    for (path, header, lines) in [
        ("/", "x-other", 1),
        ("/", "x-detail", 2),
        ("/fails", "x-other", 2),
        ("/panics", "x-detail", 1),
    ] {
        let before = capture.lines().len();
        let request = Request::get(path).header(header, "1").body(()).unwrap();
        let response = capture.scope(layer.layer(service).oneshot(request)).await.unwrap();
        drop(response.into_body());
        let after = capture.values();
        let found = after[before..]
            .iter()
            .filter(|line| line["level"] != "ERROR" || line["kind"] == "request");
        assert_eq!(found.count(), lines, "{path} {header}: {after:#?}");
    }
}
