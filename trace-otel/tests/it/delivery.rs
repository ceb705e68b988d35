//! Batches: when they are sent, where to, and what a flush waits for.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use test_support::{
    LONG,
    otlp::{Reaction, Receiver},
    wait_until,
};
use trace_otel::{Endpoint, Otel, Signal};
use trace_runtime::{info, observe::Observe as _, testing::Capture, traced_handler};

use crate::support::{Exported, account, patient};

#[traced_handler(fields(number))]
async fn handler(number: usize) {}

/// Makes so many spans.
pub(crate) fn spans(exported: &Exported, count: usize) {
    let requests = async {
        for number in 0..count {
            handler(number).await;
        }
    };
    test_support::at_once(exported.capture.scope(requests));
}

#[test]
fn a_batch_is_sent_when_its_first_item_has_waited_or_when_it_is_full() {
    let soon = || Signal::new().schedule_delay(Duration::from_millis(20));
    let exported = Exported::with("info", |it| it.traces(soon()));
    spans(&exported, 1);
    exported.receiver.wait_for_spans(1);
    let exported = Exported::with("info", |it| it.traces(patient().max_export_batch_size(10)));
    spans(&exported, 21);
    exported.receiver.wait_for_spans(20);
    wait_until("the answers are read", || account(&exported.otel).waiting == 1);
}

#[test]
fn a_delay_of_zero_sends_at_once() {
    let now = Signal::new().schedule_delay(Duration::ZERO);
    let exported = Exported::with("info", |it| it.traces(now));
    spans(&exported, 500);
    exported.receiver.wait_for_spans(500);
    wait_until("the answer is read", || account(&exported.otel).exported == 500);
}

#[test]
fn no_request_has_more_items_than_collectors_take_and_all_use_one_connection() {
    let exported = Exported::with("info", |builder| builder);
    spans(&exported, 20_000);
    assert_eq!(exported.spans().items.len(), 20_000);
    let requests = exported.receiver.requests();
    assert!(requests.len() >= 3);
    assert!(requests.iter().all(|(request, _)| request.len < 1024 * 1024));
    assert_eq!(exported.receiver.connections(), 1);
    let stats = account(&exported.otel);
    assert_eq!((stats.exported, stats.dropped()), (20_000, 0));
}

#[test]
fn endpoints_are_joined_with_one_slash_or_taken_as_they_are() {
    let path_of = |set: &dyn Fn(trace_otel::Builder, String) -> trace_otel::Builder| {
        let receiver = Receiver::start();
        let url = receiver.url();
        let exported = Exported::to(receiver, "info", |builder| set(builder, url));
        spans(&exported, 1);
        assert!(exported.otel.flush(LONG));
        let requests = exported.receiver.requests();
        assert_eq!(requests.len(), 1);
        requests[0].0.path.clone()
    };
    assert_eq!(path_of(&|it, url| it.endpoint(url)), "/v1/traces");
    assert_eq!(path_of(&|it, url| it.endpoint(url + "/")), "/v1/traces");
    assert_eq!(path_of(&|it, url| it.endpoint(url + "/otlp/")), "/otlp/v1/traces");
    assert_eq!(path_of(&|it, url| it.traces(patient().endpoint(url))), "/");
    assert_eq!(path_of(&|it, url| it.traces(patient().endpoint(url + "/in?a=b"))), "/in?a=b");
}

#[test]
fn headers_are_sent_once_and_those_of_one_signal_replace_the_general_ones() {
    let exported = Exported::with("info", |it| {
        let general = Endpoint::default()
            .header("authorization", "Basic dXNlcjpwYXNzdw==")
            .header("X-Team", "red")
            .header("x-team", "blue");
        let green = Endpoint::default().header("x-team", "green");
        it.endpoint(general).logs(patient().endpoint(green))
    });
    spans(&exported, 1);
    exported.capture.run(|| info!("a record"));
    assert!(exported.otel.flush(LONG));
    for (request, _) in exported.receiver.requests() {
        let values = |name: &str| {
            let of_name = request.headers.iter().filter(|(known, _)| known == name);
            of_name.map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(values("content-type"), ["application/x-protobuf"]);
        assert_eq!(values("content-length").len(), 1);
        if request.path == "/v1/traces" {
            assert_eq!(values("authorization"), ["Basic dXNlcjpwYXNzdw=="]);
            assert_eq!(values("x-team"), ["blue"]);
        } else {
            assert_eq!(values("authorization"), [""; 0]);
            assert_eq!(values("x-team"), ["green"]);
        }
    }
}

#[test]
fn the_user_in_a_url_is_decoded() {
    let receiver = Receiver::start();
    let url = receiver.url().replace("http://", "http://us%40er:p%3Aw@");
    let exported = Exported::to(receiver, "info", |it| it.endpoint(url));
    spans(&exported, 1);
    assert!(exported.otel.flush(LONG));
    let (request, _) = &exported.receiver.requests()[0];
    // `us@er:p:w`
    assert_eq!(request.header("authorization"), Some("Basic dXNAZXI6cDp3"));
}

#[cfg(feature = "gzip")]
#[test]
fn requests_are_compressed_where_that_is_asked_for() {
    let exported = Exported::with("info", |it| it.endpoint(Endpoint::default().gzip(true)));
    spans(&exported, 1000);
    assert_eq!(exported.spans().items.len(), 1000);
    let (request, _) = &exported.receiver.requests()[0];
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    assert!(request.len * 4 < request.body.len(), "{} of {}", request.len, request.body.len());
}

#[cfg(not(feature = "gzip"))]
#[test]
fn compression_without_its_feature_is_an_error() {
    let error = Otel::builder().endpoint(Endpoint::default().gzip(true)).build().unwrap_err();
    let expected = "compression: `gzip` needs the feature `gzip` of trace-otel";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_flush_that_is_true_has_delivered_what_was_offered_before_it() {
    let exported = Exported::with("info", |builder| builder);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    spans(&exported, 10);
                    thread::yield_now();
                }
            });
        }
        for _ in 0..20 {
            let before = account(&exported.otel).offered;
            assert!(exported.otel.flush(LONG));
            let stats = account(&exported.otel);
            assert!(stats.exported + stats.overflow >= before, "{before} {stats:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(exported.otel.flush(LONG));
    let stats = account(&exported.otel);
    assert_eq!(exported.receiver.spans().items.len() as u64, stats.exported);
    assert_eq!(stats.offered, stats.exported + stats.overflow);
}

#[test]
fn a_flush_ends_in_time_and_drops_nothing_if_no_receiver_is_there() {
    let address = Receiver::start().address();
    let otel = Otel::builder().endpoint(format!("http://{address}"));
    let otel = otel.traces(patient()).logs(patient()).build().unwrap();
    let capture = Capture::new().observed_by(otel.clone());
    capture.run(|| info!("early"));
    assert!(!otel.flush(Duration::from_millis(100)));
    assert_eq!((otel.stats().logs.waiting, otel.stats().logs.dropped()), (1, 0));
    let receiver = Receiver::at(&address, |_| Reaction::ok());
    assert!(otel.flush(LONG), "it cuts the back-off short");
    assert_eq!(receiver.logs().items.len(), 1);
}

#[test]
fn what_was_buffered_before_a_receiver_came_arrives_in_its_order() {
    let address = Receiver::start().address();
    let exported = Exported::to(Receiver::start(), "info", |it| {
        it.endpoint(format!("http://{address}")).traces(Signal::new())
    });
    spans(&exported, 3000);
    let receiver = Receiver::at(&address, |_| Reaction::ok());
    let spans = receiver.wait_for_spans(3000);
    let numbers: Vec<_> = spans
        .items
        .iter()
        .map(|span| test_support::otlp::attribute(&span.attributes, "number").unwrap())
        .collect();
    let expected: Vec<_> = (0..3000).map(|number| number.to_string()).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_flush_works_on_a_runtime_of_one_thread_and_beside_it() {
    struct Flushes(Otel);

    impl Drop for Flushes {
        fn drop(&mut self) {
            assert!(self.0.flush(LONG));
        }
    }

    let exported = Exported::new();
    exported.capture.scope(handler(1)).await;
    assert_eq!(exported.spans().items.len(), 1);
    let otel = exported.otel.clone();
    exported.capture.scope(handler(2)).await;
    tokio::task::spawn_blocking(move || assert!(otel.flush(LONG))).await.unwrap();
    assert_eq!(exported.receiver.spans().items.len(), 2);
    exported.capture.scope(handler(3)).await;
    drop(Flushes(exported.otel.clone()));
    assert_eq!(exported.receiver.spans().items.len(), 3);
}
