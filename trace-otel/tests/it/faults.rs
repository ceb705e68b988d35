//! Receivers that misbehave. In each test, what was offered was exported, or
//! waits, or was dropped for the cause that is named.

use std::time::{Duration, Instant};

use test_support::{
    LONG,
    otlp::{Items as _, Reaction, Receiver, Spans},
    wait_until,
};
use trace_otel::{Endpoint, Signal};
use trace_runtime::{observe::Observe as _, traced_handler};

use crate::{
    delivery::spans,
    support::{Exported, account, patient},
};

fn exported(receiver: Receiver) -> Exported {
    Exported::to(receiver, "info", |builder| builder)
}

#[test]
fn a_status_that_is_final_refuses_one_batch_after_one_try() {
    let statuses = [301, 307, 400, 401, 403, 404, 408, 500, 501, 505];
    let receiver = Receiver::with(move |request| {
        Reaction::status(statuses.get(request.number).copied().unwrap_or(200))
    });
    let exported = exported(receiver);
    for number in 0..statuses.len() as u64 {
        spans(&exported, 2);
        assert!(!exported.otel.flush(LONG));
        assert_eq!(account(&exported.otel).refused, 2 * (number + 1));
    }
    spans(&exported, 3);
    assert_eq!(exported.spans().items.len(), 3);
    assert_eq!(exported.receiver.requests().len(), statuses.len() + 1);
}

#[test]
fn a_page_of_html_refuses_a_batch_although_its_status_is_200() {
    let html = || vec!["content-type: text/html".to_owned()];
    let exported = exported(Receiver::with(move |_| {
        Reaction::Answer(200, html(), b"<html>Sign in</html>".to_vec())
    }));
    spans(&exported, 2);
    assert!(!exported.otel.flush(LONG));
    assert_eq!(account(&exported.otel).refused, 2);
}

#[test]
fn a_busy_receiver_is_tried_again_after_the_wait_that_it_asks_for() {
    let receiver = Receiver::with(|request| match request.number {
        0 => Reaction::retry_after(429, "2"),
        1 => Reaction::retry_after(503, "0"),
        2 => Reaction::retry_after(502, "soon"),
        _ => Reaction::ok(),
    });
    let exported = exported(receiver);
    spans(&exported, 5);
    let start = Instant::now();
    assert!(exported.otel.flush(LONG));
    // Two seconds that no flush cuts short; then twice the back-off, whose
    // first pause this flush had not cut yet.
    assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
    let requests = exported.receiver.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|(request, _)| request.body == requests[0].0.body));
    assert_eq!((account(&exported.otel).exported, exported.receiver.spans().items.len()), (5, 5));
}

#[test]
fn a_wait_beyond_the_time_for_tries_gives_up_at_once() {
    let exported = exported(Receiver::with(|_| Reaction::retry_after(429, "3600")));
    spans(&exported, 5);
    assert!(!exported.otel.flush(LONG));
    assert_eq!(account(&exported.otel).expired, 5);
    assert_eq!(exported.receiver.requests().len(), 1);
}

#[test]
fn a_receiver_that_asks_for_a_rest_is_sent_no_other_batch_before_it_is_over() {
    let receiver = Receiver::with(|request| match request.number {
        0 => Reaction::retry_after(429, "2"),
        _ => Reaction::ok(),
    });
    let exported = Exported::to(receiver, "info", |it| {
        it.traces(patient().export_timeout(Duration::from_secs(1)))
    });
    let start = Instant::now();
    spans(&exported, 5);
    assert!(!exported.otel.flush(LONG));
    assert_eq!(account(&exported.otel).expired, 5);
    spans(&exported, 3);
    assert!(exported.otel.flush(LONG));
    assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((account(&exported.otel).exported, exported.receiver.requests().len()), (3, 2));
}

#[test]
fn without_a_receiver_a_batch_expires_after_its_time() {
    let address = Receiver::start().address();
    let exported = Exported::to(Receiver::start(), "info", |it| {
        let traces = patient().export_timeout(Duration::from_millis(300));
        it.endpoint(format!("http://{address}")).traces(traces)
    });
    spans(&exported, 5);
    assert!(!exported.otel.flush(LONG));
    assert_eq!(account(&exported.otel).expired, 5);
}

#[test]
fn a_batch_that_is_too_large_is_halved_down_to_the_item_that_is() {
    #[traced_handler(fields(text))]
    async fn large(text: String) {}

    const MOST: usize = 20_000;
    let receiver =
        Receiver::with(|request| Reaction::status(if request.len > MOST { 413 } else { 200 }));
    let exported = exported(receiver);
    spans(&exported, 60);
    // The limit of a field is 8 KiB, that of a line more.
    let three = [(); 3].map(|()| "x".repeat(8000)).concat();
    let capture = &exported.capture;
    test_support::at_once(capture.scope(large(three.clone())));
    let length = exported.receiver.requests().len();
    assert_eq!(length, 0);
    spans(&exported, 60);
    let is_all = exported.otel.flush(LONG);
    let stats = account(&exported.otel);
    let got = exported.receiver.spans().items.len() as u64;
    assert_eq!((got, stats.exported + stats.refused), (stats.exported, 121), "{stats:?}");
    assert_eq!(is_all, stats.refused == 0);
    assert!(stats.refused <= 1, "{stats:?}");
}

#[test]
fn what_a_receiver_rejects_of_a_batch_is_counted_and_not_sent_again() {
    // partial_success { rejected_spans: 3, error_message: "too old" }, then
    // more than were sent, then a message alone.
    let answers: [&[u8]; 3] =
        [b"\x0A\x0B\x08\x03\x12\x07too old", b"\x0A\x02\x08\x63", b"\x0A\x06\x12\x04slow"];
    let receiver = Receiver::with(move |request| {
        let body = answers.get(request.number).copied().unwrap_or_default();
        Reaction::Answer(200, Vec::new(), body.to_vec())
    });
    let exported = exported(receiver);
    for (is_all, rejected, sent) in [(false, 3, 5), (false, 8, 10), (true, 8, 15)] {
        spans(&exported, 5);
        assert_eq!(exported.otel.flush(LONG), is_all);
        let stats = account(&exported.otel);
        assert_eq!((stats.rejected, stats.exported), (rejected, sent - rejected));
    }
    assert_eq!(exported.receiver.requests().len(), 3);
}

#[test]
fn a_batch_whose_answer_is_lost_is_sent_again_byte_for_byte_and_counted_once() {
    for lost in [
        Reaction::Close,
        Reaction::Raw(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        Reaction::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        Reaction::Raw(vec![b'x'; 200_000]),
    ] {
        let shown = format!("{lost:?}").chars().take(40).collect::<String>();
        let receiver = Receiver::with(move |request| match request.number {
            0 => lost.clone(),
            _ => Reaction::ok(),
        });
        let exported = exported(receiver);
        spans(&exported, 5);
        assert!(exported.otel.flush(LONG), "{shown}");
        let requests = exported.receiver.requests();
        assert_eq!(requests.len(), 2, "{shown}");
        assert_eq!(requests[0].0.body, requests[1].0.body);
        assert_eq!(Spans::decode(&requests[0].0.body).items.len(), 5);
        assert_eq!(account(&exported.otel).exported, 5);
    }
}

#[test]
fn a_receiver_that_stalls_or_is_late_is_tried_again_after_the_time_out() {
    for late in [Reaction::Stall, Reaction::Late(Duration::from_secs(2))] {
        let receiver = Receiver::with(move |request| match request.number {
            0 => late.clone(),
            _ => Reaction::ok(),
        });
        let exported = Exported::to(receiver, "info", |it| {
            it.endpoint(Endpoint::default().timeout(Duration::from_millis(200)))
        });
        spans(&exported, 5);
        assert!(exported.otel.flush(LONG));
        assert_eq!(exported.receiver.requests().len(), 2);
        assert_eq!(account(&exported.otel).exported, 5);
    }
}

#[test]
fn with_the_head_of_a_2xx_a_batch_is_taken_whatever_follows() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\n";
    for rest in [
        "Content-Length: 1073741824\r\n\r\nbegins".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        format!("Content-Length: 200000\r\n\r\n{}", "x".repeat(200_000)),
    ] {
        let answer = format!("{head}{rest}").into_bytes();
        let receiver = Receiver::with(move |request| match request.number {
            0 => Reaction::Raw(answer.clone()),
            _ => Reaction::ok(),
        });
        let exported = exported(receiver);
        spans(&exported, 5);
        assert!(exported.otel.flush(LONG));
        spans(&exported, 5);
        assert!(exported.otel.flush(LONG));
        assert_eq!(exported.receiver.requests().len(), 2);
        assert_eq!(account(&exported.otel).exported, 10);
    }
}

#[test]
fn what_does_not_fit_into_the_buffer_is_dropped_and_counted() {
    let exported = Exported::with("info", |it| it.traces(patient().max_queue_size(100)));
    spans(&exported, 250);
    let stats = account(&exported.otel);
    // The batch is the queue: it is full, and may be on its way already.
    assert!(stats.overflow > 0, "{stats:?}");
    assert!(exported.otel.flush(LONG));
    let stats = account(&exported.otel);
    assert_eq!(exported.receiver.spans().items.len() as u64, stats.exported);
    assert_eq!(stats.exported + stats.overflow, 250);
    assert!(
        exported
            .receiver
            .requests()
            .iter()
            .all(|(request, _)| { Spans::decode(&request.body).items.len() <= 100 })
    );
}

#[test]
fn after_a_shutdown_everything_counts_as_ended() {
    let exported = exported(Receiver::with(|_| Reaction::Stall));
    spans(&exported, 5);
    assert!(!exported.otel.shutdown(Duration::from_millis(50)));
    spans(&exported, 3);
    let stats = account(&exported.otel);
    assert_eq!((stats.ended, stats.waiting), (8, 0));
    let exported = self::exported(Receiver::start());
    spans(&exported, 5);
    assert!(exported.otel.shutdown(LONG));
    spans(&exported, 3);
    let stats = account(&exported.otel);
    assert_eq!((stats.exported, stats.ended), (5, 3));
}

#[test]
fn a_receiver_that_restarts_and_is_busy_gets_everything_in_order() {
    let first =
        Receiver::with(
            |request| {
                if request.number < 2 { Reaction::ok() } else { Reaction::status(503) }
            },
        );
    let address = first.address();
    let exported = Exported::to(Receiver::start(), "info", |it| {
        let soon = Signal::new().schedule_delay(Duration::from_millis(5));
        it.endpoint(format!("http://{address}")).traces(soon)
    });
    let mut count = 0;
    while first.requests().len() < 3 {
        spans(&exported, 10);
        count += 10;
        std::thread::sleep(Duration::from_millis(2));
    }
    let before = first.spans().items.len();
    drop(first);
    spans(&exported, 100);
    count += 100;
    let second = Receiver::at(&address, |request| {
        if request.number < 1 { Reaction::status(504) } else { Reaction::ok() }
    });
    second.wait_for_spans(count - before);
    wait_until("all are counted", || account(&exported.otel).waiting == 0);
    let stats = account(&exported.otel);
    assert_eq!((stats.exported, stats.dropped()), (count as u64, 0));
    assert_eq!(before + second.spans().items.len(), count);
}

#[test]
fn a_receiver_that_closes_each_connection_gets_each_batch_once() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let exported = exported(Receiver::with(move |_| Reaction::Raw(answer.to_vec())));
    for number in 1..=4 {
        spans(&exported, 5);
        assert!(exported.otel.flush(LONG));
        assert_eq!(account(&exported.otel).exported, 5 * number);
    }
    assert_eq!(exported.receiver.requests().len(), 4);
}
