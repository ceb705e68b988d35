//! Sockets: axum runs the callback of `on_upgrade` in a task of its own, when
//! the request has ended.

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
    routing::get,
};
use futures::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use trace_runtime::{Context, InCurrentTrace as _, count_request, info, step, traced_handler};
use trace_tower::TraceLayer;

use crate::support::{ended, line, line_of, lines, serve};

/// Gives back what it gets, until the other side ends it.
async fn echo(mut socket: WebSocket) {
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        info!(text = text.as_str(), "said");
        let _ = socket.send(Message::Text(text)).await;
    }
}

#[traced_handler]
async fn kept(upgrade: WebSocketUpgrade) -> Response {
    let here = Context::current();
    upgrade.on_upgrade(move |socket| here.scope(step!("socket", echo(socket))))
}

#[traced_handler]
async fn as_job(upgrade: WebSocketUpgrade) -> Response {
    let here = Context::current();
    upgrade.on_upgrade(move |socket| here.scope(conversation(socket)))
}

#[traced_handler(kind = "job")]
async fn conversation(socket: WebSocket) {
    count_request!(sockets);
    step!("echo", echo(socket)).await;
}

#[traced_handler]
async fn lost(upgrade: WebSocketUpgrade) -> Response {
    // Called in the new task: there is no trace to be taken along.
    upgrade.on_upgrade(|socket| echo(socket).in_current_trace())
}

/// Opens a socket, says something, and ends it.
async fn talk(path: &str, id: &str) {
    let app = Router::new().route("/kept", get(kept)).route("/lost", get(lost));
    let address = serve(app.route("/job", get(as_job)).layer(TraceLayer::new())).await;
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("x-request-id", id.parse().unwrap());
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut socket, response) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    assert_eq!(response.headers()["x-trace-id"], id);
    socket.send(id.into()).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap().into_text().unwrap(), id);
    socket.close(None).await.unwrap();
}

#[tokio::test]
async fn a_socket_has_the_id_of_its_request_and_a_line_when_it_ends() {
    talk("/kept", "socket-kept").await;
    let request = line_of("socket-kept").await;
    assert_eq!((ended(&request), &request["status"]), (("ok", "INFO"), &101.into()));
    let socket = line(|it| it["trace_id"] == "socket-kept" && it["name"] == "socket").await;
    assert_eq!((ended(&socket), &socket["kind"]), (("ok", "INFO"), &"step".into()));
    assert_eq!(socket["parent_span_id"], request["span_id"]);
    let said = &lines(|line| line["text"] == "socket-kept")[0];
    assert_eq!((&said["trace_id"], &said["span_id"]), (&"socket-kept".into(), &socket["span_id"]));
}

#[tokio::test]
async fn a_socket_may_be_a_job_with_steps_and_fields_of_its_own() {
    for nth in 0..10 {
        let id = format!("socket-job-{nth}");
        talk("/job", &id).await;
        let of_it = |line: &serde_json::Value| line["trace_id"] == id.as_str();
        let job = line(|it| of_it(it) && it["name"] == "conversation").await;
        assert_eq!((ended(&job), &job["kind"]), (("ok", "INFO"), &"job".into()));
        assert_eq!((&job["steps"][0]["name"], &job["sockets"]), (&"echo".into(), &1.into()));
        let request = &lines(|line| of_it(line) && line["name"] == "as_job")[0];
        assert_eq!(job["parent_span_id"], request["span_id"]);
    }
}

#[tokio::test]
async fn inside_the_callback_there_is_no_trace_to_take_along() {
    talk("/lost", "socket-lost").await;
    let said = lines(|line| line["text"] == "socket-lost");
    assert_eq!(said[0].get("trace_id"), None);
}
