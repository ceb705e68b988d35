//! The lines of calls: the host and the port that an edge names, beside what
//! the service records under the same names.

use futures::FutureExt as _;
use test_support::{capture, values};
use trace_runtime::{
    Format, carry,
    edge::{self, Call},
    record, record_request,
    testing::Capture,
    traced_handler,
};

/// Calls a server, and records something meanwhile.
fn call(server: &str, record: impl FnOnce()) {
    let callsite = edge::call_callsite!("http_call", target: "my_edge");
    let mut call = Call::open(callsite, "GET", Some(server));
    call.enter(record);
    call.set_status(200);
    call.end();
}

/// Returns the members from the method on of such a call's line, which is the
/// first in its request.
fn line(capture: &Capture, server: &str, record: impl FnOnce()) -> String {
    #[traced_handler]
    async fn handler(server: &str, record: impl FnOnce()) {
        call(server, record);
    }

    capture.scope(handler(server, record)).now_or_never();
    let lines = capture.lines();
    let (_, members) = lines[0].split_once(r#"GET","#).unwrap();
    members.to_owned()
}

#[test]
fn the_port_of_a_call_stands_behind_its_host_if_it_is_named() {
    for (server, expected) in [
        ("stock", r#""host":"stock","status":200}"#),
        ("stock:8080", r#""host":"stock","port":8080,"status":200}"#),
        ("[::1]:8080", r#""host":"[::1]","port":8080,"status":200}"#),
        ("2001:db8::7", r#""host":"2001:db8::7","status":200}"#),
        ("stock:http", r#""host":"stock:http","status":200}"#),
    ] {
        assert_eq!(line(&capture(), server, || {}), expected, "{server}");
    }
}

#[test]
fn a_port_that_a_service_records_replaces_the_one_of_the_call_in_every_format() {
    for (format, expected) in [
        (Format::Json, r#""host":"stock","port":9090,"status":200}"#),
        (
            Format::Otel,
            r#""server.address":"stock","server.port":9090,"http.response.status_code":200}"#,
        ),
        (
            Format::Ecs,
            r#""server.address":"stock","server.port":9090,"http.response.status_code":200,"ecs.version":"8.11.0"}"#,
        ),
        (
            Format::Datadog,
            r#""http.url_details.host":"stock","http.url_details.port":9090,"http.status_code":200,"ddsource":"rust"}"#,
        ),
    ] {
        let capture = Capture::with_format(format.clone());
        assert_eq!(line(&capture, "stock:8080", || record!(port = 9090)), expected, "{format}");
    }
}

#[test]
fn a_field_named_as_a_format_names_the_port_stands_beside_it() {
    for (format, expected) in [
        (Format::Otel, r#","server.port":8080,"field.server.port":443,"#),
        (Format::Ecs, r#","server.port":8080,"labels.server_port":443,"#),
    ] {
        let capture = Capture::with_format(format.clone());
        let line = line(&capture, "stock:8080", || record!(server.port = 443));
        assert!(line.contains(expected), "{format}: {line}");
    }
}

#[tokio::test]
async fn a_port_of_the_request_is_its_own_and_stands_on_no_call_twice() {
    #[traced_handler]
    async fn handler() {
        carry!(port = "Rotterdam");
        record_request!(port = "Antwerp");
        call("stock:8080", || {});
        call("stock", || {});
    }

    let capture = capture();
    capture.scope(handler()).await;
    let ports: Vec<_> = values(&capture).iter().map(|line| line["port"].clone()).collect();
    assert_eq!(ports, [8080.into(), "Rotterdam".into(), serde_json::json!("Antwerp")]);
}

#[test]
fn a_console_shows_the_port_behind_the_host() {
    let capture = Capture::with_format(Format::Console);
    capture.run(|| call("stock:8080", || {}));
    let lines = capture.lines();
    assert!(lines.concat().contains("host=stock port=8080"), "{lines:?}");
}
