//! tonic, server and client: the HTTP status is 200, however a call went.

use std::net::SocketAddr;

use futures::future::{BoxFuture, FutureExt as _};
use test_support::grpc::{self, Text};
use tokio::net::TcpListener;
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    service::{Routes, interceptor::InterceptedService},
    transport::{Channel, Server, server::TcpIncoming},
};
use tower::{Layer as _, ServiceExt as _, service_fn};
use trace_runtime::{testing::Capture, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer, testing::CaptureExt as _};

use crate::support::{self, ended, lines};

#[traced_handler(target = "shop::grpc", fields(code))]
async fn answer(code: i32) -> Result<String, Status> {
    match Code::from(code) {
        Code::Ok => Ok("answer".to_owned()),
        code => Err(Status::new(code, "asked for")),
    }
}

pub(crate) type Shop = grpc::Shop<fn(String) -> BoxFuture<'static, Result<String, Status>>>;

/// Answers with the status that it is asked for.
pub(crate) fn shop() -> Shop {
    grpc::Shop(|code| answer(code.parse().unwrap()).boxed())
}

async fn serve() -> SocketAddr {
    support::written();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder().layer(TraceLayer::new()).add_service(shop());
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    address
}

#[traced_handler(trace_id = id)]
async fn ask(address: SocketAddr, id: &str, code: Code) -> Result<Response<String>, Status> {
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    let channel = channel.connect().await.unwrap();
    let mut client = tonic::client::Grpc::new(PropagateLayer::new().layer(channel));
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/shop.Shop/Answer");
    client.unary(Request::new((code as i32).to_string()), path, Text).await
}

#[tokio::test]
async fn the_grpc_status_decides_how_a_request_ended() {
    for (code, outcome) in [
        (Code::Ok, ("ok", "INFO")),
        (Code::NotFound, ("ok", "INFO")),
        (Code::Unauthenticated, ("ok", "INFO")),
        (Code::Unknown, ("error", "ERROR")),
        (Code::DeadlineExceeded, ("error", "ERROR")),
        (Code::ResourceExhausted, ("error", "ERROR")),
        (Code::Internal, ("error", "ERROR")),
        (Code::Unavailable, ("error", "ERROR")),
        (Code::DataLoss, ("error", "ERROR")),
    ] {
        // 32 digits, so that the id is the same on both sides.
        let id = format!("9bf92f3577b34da6a3ce929d{:08x}", code as i32);
        let answer = ask(serve().await, &id, code).await;
        assert_eq!(answer.as_ref().map_or_else(Status::code, |_| Code::Ok), code);
        let is_servers = |line: &serde_json::Value| {
            line["trace_id"] == id.as_str() && line["path"] == "/shop.Shop/Answer"
        };
        let line = support::request_line(is_servers).await;
        assert_eq!(ended(&line), outcome, "{code:?}");
        assert_eq!((&line["status"], &line["grpc_status"]), (&200.into(), &(code as i32).into()));
        assert_eq!((&line["name"], &line["method"]), (&"answer".into(), &"POST".into()));
        assert_eq!(line["code"], code as i32);
        assert_eq!(line.get("error").is_some(), code != Code::Ok);
        let calls = lines(|line| line["name"] == "http_call" && line["trace_id"] == id.as_str());
        assert_eq!(line["parent_span_id"], calls[0]["span_id"]);
        let (call, is_fault) = (&calls[0], outcome.0 == "error");
        assert_eq!(ended(call), if is_fault { ("error", "WARN") } else { ("ok", "INFO") });
        let reason = call.get("error").and_then(serde_json::Value::as_str);
        assert_eq!(reason, is_fault.then_some("asked for"), "{code:?}");
        // An answer's status comes after the answer.
        let status = (code != Code::Ok).then_some(code as i32);
        assert_eq!(call.get("grpc_status"), status.map(Into::into).as_ref(), "{code:?}");
        if let Ok(response) = answer {
            assert_eq!(response.metadata().get("x-trace-id").unwrap(), id.as_str());
        }
    }
}

#[tokio::test]
async fn an_opaque_id_is_one_id_on_both_sides() {
    ask(serve().await, "opaque-grpc", Code::Ok).await.unwrap();
    let of = async |name: &str| {
        support::request_line(|line| line["trace_id"] == "opaque-grpc" && line["name"] == name)
            .await
    };
    let (client, server) = (of("ask").await, of("answer").await);
    let id = trace_runtime::TraceId::accept(b"opaque-grpc").unwrap().to_bytes();
    for line in [&client, &server] {
        assert_eq!(line["w3c_trace_id"], format!("{:032x}", u128::from_be_bytes(id)));
        assert!(line.get("request_id").is_none());
    }
}

/// The lines of a call that these routes answer, without a server.
async fn lines_of(routes: Routes, path: &str) -> Vec<serde_json::Value> {
    let capture = Capture::new();
    let request = http::Request::post(path).header("content-type", "application/grpc");
    let request = request.body(Body::empty()).unwrap();
    capture.call(TraceLayer::new().layer(routes), request).await;
    capture.values()
}

#[tokio::test]
async fn what_never_reaches_a_method_has_its_line() {
    let refuses = |code| {
        let intercept = move |_: Request<()>| Err::<Request<()>, _>(Status::new(code, "no token"));
        Routes::new(InterceptedService::new(shop(), intercept))
    };
    for (routes, path, code, outcome, error) in [
        (refuses(Code::Unauthenticated), "/shop.Shop/Answer", 16, "ok", Some("no token")),
        (refuses(Code::Internal), "/shop.Shop/Answer", 13, "error", Some("no token")),
        (Routes::new(shop()), "/shop.None/Answer", 12, "ok", None),
    ] {
        let lines = lines_of(routes, path).await;
        assert_eq!((lines.len(), &lines[0]["outcome"]), (1, &outcome.into()), "{path}");
        assert_eq!((&lines[0]["grpc_status"], &lines[0]["path"]), (&code.into(), &path.into()));
        assert_eq!(lines[0].get("error").and_then(serde_json::Value::as_str), error);
    }
}

#[tokio::test]
async fn a_call_that_failed_without_a_message_says_its_status() {
    #[traced_handler]
    async fn calls(status: &'static str, content_type: &'static str) {
        let answers = service_fn(move |_: http::Request<Body>| async move {
            let response = http::Response::builder().header("grpc-status", status);
            response.header("content-type", content_type).body(Body::empty())
        });
        let client = PropagateLayer::new().layer(answers);
        client.oneshot(http::Request::new(Body::empty())).await.unwrap();
    }
    for (status, content_type, outcome, error) in [
        ("14", "application/grpc", "error", Some("answered gRPC status 14 (UNAVAILABLE)")),
        ("1", "application/grpc", "error", Some("answered gRPC status 1 (CANCELLED)")),
        ("5", "application/grpc+proto", "ok", None),
        ("0", "application/grpc", "ok", None),
        ("14", "text/plain", "ok", None),
    ] {
        let capture = Capture::new();
        capture.scope(calls(status, content_type)).await;
        let step = &capture.values()[0];
        assert_eq!((&step["name"], &step["outcome"]), (&"http_call".into(), &outcome.into()));
        assert_eq!(step.get("error").and_then(serde_json::Value::as_str), error, "{status}");
        let is_grpc = content_type != "text/plain";
        assert_eq!(step.get("grpc_status").is_some(), is_grpc);
    }
}
