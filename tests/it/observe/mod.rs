//! What observers are offered, beside which lines.

mod formats;
mod manners;
mod recorder;
mod times;

use std::{
    future::{pending, poll_fn},
    io,
};

use futures::FutureExt as _;
use tokio::task::yield_now;
use trace_runtime::{
    carry, debug,
    edge::{self, Call, Outcome, Request},
    info,
    observe::Wants,
    propagation::{Incoming, Outgoing, extract},
    record,
    testing::Capture,
    timed, traced_handler,
};

use self::recorder::Recorder;

#[traced_handler(fields(id))]
async fn get_order(id: u32) -> Result<u32, io::Error> {
    yield_now().await;
    load(id).await
}

#[timed(level = "debug", fields(id))]
async fn load(id: u32) -> Result<u32, io::Error> {
    info!(id, note = "a\nb", "looking for {id}");
    record!(rows = 12, share = 0.5);
    yield_now().await;
    if id == 0 { Err(io::Error::other(io::Error::other("disk gone"))) } else { Ok(id) }
}

#[timed(level = "debug")]
fn sync(fails: bool) -> Result<(), &'static str> {
    if fails { Err("refused") } else { Ok(()) }
}

/// Returns what is offered while `future` runs in a capture with this filter.
async fn offered(filter: &str, future: impl Future) -> Vec<String> {
    let recorder = Recorder::default();
    let capture = Capture::with_filter(filter).observed_by(recorder.clone());
    capture.scope(future).await;
    recorder.said()
}

#[tokio::test]
async fn a_request_its_steps_and_its_events_are_offered_in_the_order_of_their_lines() {
    let said = offered("trace", get_order(7)).await;
    let expected = [
        "opened get_order",
        r#"event INFO "looking for 7" id=7 note="a\nb""#,
        "step load ok id=7 rows=12 share=0.5",
        "request get_order ok id=7",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn steps_and_requests_are_offered_whatever_the_filter_says_and_events_are_not() {
    let expected = [
        "opened get_order",
        r#"step load error id=0 rows=12 share=0.5 error="disk gone" unwritten"#,
        r#"request get_order error id=0 error="disk gone" unwritten"#,
    ];
    assert_eq!(offered("off", get_order(0)).await, expected);
}

#[tokio::test]
async fn a_failure_reads_the_same_with_and_without_a_line() {
    #[derive(Debug, thiserror::Error)]
    #[error("while loading")]
    struct Outer(#[from] io::Error);

    #[timed(fields(id))]
    fn fails(id: u32) -> Result<(), Outer> {
        Err(Outer(io::Error::other("disk \"gone\"")))
    }

    let line = r#"step fails error id=3 error="while loading" <- "disk \"gone\"""#;
    let written = offered("trace", async { fails(3) }).await;
    assert_eq!(written, [format!("{line} outside")]);
    let unwritten = offered("off", async { fails(3) }).await;
    assert_eq!(unwritten, [format!("{line} unwritten outside")]);
}

#[tokio::test]
async fn carried_fields_are_offered_once_with_and_without_a_line() {
    #[timed(level = "debug", fields(tenant = "own"))]
    async fn own() {}

    #[traced_handler]
    async fn handler() {
        carry!(tenant = "acme", region = 3);
        own().await;
        let _ = sync(false);
    }

    let said = |unwritten: &str| {
        [
            "opened handler".to_owned(),
            format!(r#"step own ok tenant="own" region=3{unwritten}"#),
            format!(r#"step sync ok tenant="acme" region=3{unwritten}"#),
            r#"request handler ok tenant="acme" region=3"#.to_owned(),
        ]
    };
    assert_eq!(offered("trace", handler()).await, said(""));
    assert_eq!(offered("info", handler()).await, said(" unwritten"));
}

#[tokio::test]
async fn steps_outside_of_any_trace_are_offered_too() {
    let both = async {
        let _ = (sync(false), sync(true));
        load(1).await
    };
    let expected = [
        "step sync ok unwritten outside",
        r#"step sync error error="refused" outside"#,
        r#"event INFO "looking for 1" id=1 note="a\nb""#,
        "step load ok id=1 unwritten outside",
    ];
    assert_eq!(offered("info", both).await, expected);
}

#[tokio::test]
async fn a_request_of_an_edge_is_offered_once_under_the_name_of_its_handler() {
    let exchange = async {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
        request.set_route("/orders/{id}");
        let mut handler = Box::pin(get_order(7));
        let answer = poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
        assert!(answer.is_ok());
        request.set_status(503);
        request.end(Outcome::Error);
    };
    let said = offered("info", exchange).await;
    let expected = [
        "opened http_request GET /orders/7",
        r#"event INFO "looking for 7" id=7 note="a\nb""#,
        "step load ok id=7 rows=12 share=0.5 unwritten",
        "request get_order error GET /orders/{id} 503 id=7",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_call_is_offered_with_its_host_and_its_status() {
    #[traced_handler]
    async fn handler() {
        let callsite = edge::call_callsite!("http_call", target: "my_edge");
        let mut call = Call::open(callsite, "PUT", Some("stock"));
        call.enter(|| record!(attempt = 2));
        call.set_status(409);
        call.end();
        Call::open(callsite, "GET", Some("a\"b")).end();
        Call::open(callsite, "GET", Some("[::1]:8080")).end();
        let mut call = Call::open(callsite, "GET", Some("stock:8080"));
        call.enter(|| record!(port = "https"));
        call.end();
    }

    let said = offered("warn", handler()).await;
    let expected = [
        "opened handler",
        "call http_call ok PUT stock 409 attempt=2 unwritten",
        "call http_call ok GET - 0 unwritten",
        "call http_call ok GET ::1 0 unwritten",
        "call http_call ok GET stock 0 port=\"https\" unwritten",
        "request handler ok unwritten",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn every_request_that_opens_is_closed_however_it_ends() {
    #[traced_handler]
    async fn waits() {
        pending::<()>().await;
    }

    #[traced_handler]
    async fn panics() {
        yield_now().await;
        panic!("on purpose");
    }

    let ends = async {
        waits().now_or_never();
        let caught = std::panic::AssertUnwindSafe(panics()).catch_unwind().await;
        assert!(caught.is_err());
    };
    let said = offered("off", ends).await;
    let expected = [
        "opened waits",
        "request waits cancelled unwritten",
        "opened panics",
        r#"request panics panicked error="on purpose" unwritten"#,
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_quiet_request_is_offered_as_quiet_and_what_it_calls_is_not_sampled() {
    let flags = |incoming: Incoming| async move {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, incoming, "GET", "/health");
        request.set_quiet();
        let flags = request.enter(|| {
            let _ = sync(false);
            Outgoing::current().map(|outgoing| outgoing.traceparent().to_string())
        });
        request.end(Outcome::Ok);
        flags.unwrap()
    };
    let recorder = Recorder::default();
    let capture = Capture::with_filter("info").observed_by(recorder.clone());
    let sent = capture.scope(flags(Incoming::none())).await;
    assert!(sent.ends_with("-02"), "{sent}");
    let expected = [
        "opened http_request GET /health",
        "step sync ok quiet unwritten",
        "request http_request ok GET /health 0 quiet unwritten",
    ];
    assert_eq!(recorder.said(), expected);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let incoming = extract(|name| (name == "traceparent").then_some(parent));
    let sent = capture.scope(flags(incoming)).await;
    assert!(sent.ends_with("-01"), "{sent}");
}

#[tokio::test]
async fn an_observer_decides_whether_a_trace_is_sampled() {
    #[traced_handler]
    async fn handler() -> String {
        Outgoing::current().unwrap().traceparent().to_string()
    }

    for (first, second, flags) in [(false, true, "-02"), (true, false, "-03")] {
        let (first, second) = (Recorder::sampling(first), Recorder::sampling(second));
        let capture = Capture::new().observed_by(first.clone()).observed_by(second);
        let sent = capture.scope(handler()).await;
        assert!(sent.ends_with(flags), "{sent}");
        let is_sampled = flags == "-03";
        assert_eq!(first.said()[0].ends_with("unsampled"), !is_sampled);
    }
    let undecided = Capture::new().observed_by(Recorder::default());
    assert!(undecided.scope(handler()).await.ends_with("-03"));
}

#[tokio::test]
async fn an_observer_is_offered_what_it_wants_and_nothing_else() {
    let everything = async {
        let _ = sync(false);
        debug!("outside");
        let _ = get_order(7).await;
    };
    let (requests, steps) = (Recorder::wanting(Wants::REQUESTS), Recorder::wanting(Wants::STEPS));
    let (events, none) = (Recorder::wanting(Wants::EVENTS), Recorder::wanting(Wants::NONE));
    let capture = Capture::new();
    let observers = [&requests, &steps, &events, &none];
    let capture =
        observers.iter().fold(capture, |it, observer| it.observed_by((*observer).clone()));
    capture.scope(everything).await;
    assert_eq!(requests.said(), ["opened get_order", "request get_order ok id=7"]);
    let steps = steps.said();
    assert_eq!(steps, ["step sync ok outside", "step load ok id=7 rows=12 share=0.5"]);
    let events = events.said();
    assert_eq!(
        events,
        [r#"event DEBUG "outside""#, r#"event INFO "looking for 7" id=7 note="a\nb""#]
    );
    assert_eq!(none.said(), [""; 0]);
}
