//! What the line of a request says.

use std::collections::HashSet;

use axum::body::Body;
use hyper_util::rt::TokioExecutor;

use super::{app, layer};
use crate::support::{self, Answer, ended, line_of, lines, request, request_line, send, serve};

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
    assert!(!support::written().contains("secret"), "query strings are left out");
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
async fn a_failing_handler_has_its_error_on_the_line_and_the_status_decides() {
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
async fn a_request_line_says_how_it_is_found_without_an_id() {
    let address = serve(app(layer())).await;
    support::get(address, "/users/777", &[]).await;
    let line = request_line(|line| line["user_id"] == 777).await;
    assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
}
