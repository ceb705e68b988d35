//! What the exporter reports about itself.

use test_support::otlp::{Reaction, Receiver};

use super::{ran, said};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

#[test]
fn the_addresses_in_use_are_reported_without_secrets() {
    let receiver = Receiver::start();
    let url = receiver.url().replace("http://", "http://user:passw@") + "/otlp?key=hidden";
    let ran = ran(
        &["otel_lines", "10"],
        &[
            (ENDPOINT, &url),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic dXNlcjpwYXNzdw==,x-share=50%"),
        ],
    );
    let base = receiver.url() + "/otlp";
    let expected = [
        "WARN Setting is not used as it stands variable=OTEL_EXPORTER_OTLP_HEADERS \
         reason=a part is malformed"
            .to_owned(),
        format!("INFO Export started traces={base}/v1/traces logs={base}/v1/logs"),
    ];
    assert_eq!(said(&ran, &["variable", "reason", "traces", "logs"]), expected);
    for secret in ["passw", "hidden", "dXNlcjpwYXNzdw", "50%"] {
        assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    }
    let (request, _) = &receiver.requests()[0];
    assert_eq!(request.path, "/otlp/v1/traces?key=hidden");
    assert_eq!(request.header("authorization"), Some("Basic dXNlcjpwYXNzdw=="));
    assert_eq!(request.header("x-share"), Some("50%"));
}

#[test]
fn a_wrong_path_is_reported_once_with_its_status_and_its_url() {
    let receiver = Receiver::with(|_| Reaction::status(404));
    let url = receiver.url() + "/v1/traces";
    let ran = ran(
        &["otel_lines", "20000"],
        &[(ENDPOINT, &url), ("OTEL_LOGS_EXPORTER", "none"), ("RUST_LOG", "warn")],
    );
    let said = said(&ran, &["variable", "cause", "lost", "reason", "url"]);
    let appended = "WARN Setting is not used as it stands variable=OTEL_EXPORTER_OTLP_ENDPOINT \
                    reason=it is a base, and gets the path of each signal appended";
    // The second line of that cause is written at the end of the process.
    assert_eq!((said.len(), &*said[0]), (3, appended));
    assert!(said[1].starts_with("WARN Export lost items cause=refused lost="), "{said:?}");
    let reason = format!(" reason=status 404 url={url}/v1/traces");
    assert!(said[1].ends_with(&reason), "{said:?}");
    assert!(receiver.requests().len() >= 3);
    assert!(ran.stderr.contains("refused: 20001"), "{}", ran.stderr);
}

#[test]
fn each_loss_is_on_a_line_though_there_is_one_a_minute() {
    let receiver = Receiver::with(|_| Reaction::status(400));
    let ran = ran(
        &["otel_lines", "20000"],
        &[
            (ENDPOINT, &receiver.url()),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "100000"),
            ("RUST_LOG", "warn"),
        ],
    );
    let said = said(&ran, &["cause", "lost"]);
    let lost = said.iter().filter_map(|line| line.split_once("cause=refused lost="));
    let lost: Vec<u64> = lost.map(|(_, count)| count.parse().unwrap()).collect();
    assert_eq!((lost.len(), lost.iter().sum()), (2, 20_001), "{said:?}");
}

#[test]
fn a_receiver_that_is_not_there_is_reported_once_and_what_waits_is_counted() {
    let address = Receiver::start().address();
    let url = format!("http://{address}");
    let ran = ran(
        &["otel_lines", "10"],
        &[
            (ENDPOINT, &url),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "3000"),
            ("RUST_LOG", "warn"),
        ],
    );
    let said = said(&ran, &["cause", "waiting", "lost", "reason"]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("WARN Export fails, items wait waiting=11 reason="), "{said:?}");
    assert!(said[0].contains("refused"), "{said:?}");
    assert!(said[1].starts_with("WARN Export lost items cause=expired lost=11"), "{said:?}");
}

#[test]
fn memory_is_bounded_however_much_is_dropped() {
    let address = Receiver::start().address();
    let ran = ran(
        &["otel_memory", "200000"],
        &[
            (ENDPOINT, &format!("http://{address}")),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("RUST_LOG", "warn"),
        ],
    );
    let kib: u64 = ran.stderr.trim().parse().unwrap();
    assert!(kib <= 16 * 1024, "{kib} KiB");
    let said = said(&ran, &["cause"]);
    assert!(said.iter().any(|it| it == "WARN Export lost items cause=overflow"), "{said:?}");
}

#[test]
fn what_a_receiver_says_of_a_batch_is_reported() {
    let receiver = Receiver::with(|request| {
        let partial: &[u8] = match &*request.path {
            "/v1/traces" => b"\x0A\x0B\x08\x03\x12\x07too old",
            _ => b"\x0A\x06\x12\x04slow",
        };
        Reaction::Answer(200, Vec::new(), partial.to_vec())
    });
    let ran = ran(&["otel_lines", "10"], &[(ENDPOINT, &receiver.url()), ("RUST_LOG", "warn")]);
    let mut said = said(&ran, &["signal", "cause", "lost", "reason"]);
    said.sort(); // The signals are independent of each other.
    let expected = [
        "WARN Export lost items signal=traces cause=rejected lost=3 reason=too old",
        "WARN Receiver warns signal=logs reason=slow",
    ];
    assert_eq!(said, expected);
}

#[test]
fn why_a_receiver_refuses_is_reported_without_the_key_that_it_repeats() {
    let receiver = Receiver::with(|request| {
        let message = format!("key s3cret-s3cret has expired: {}", request.path);
        Reaction::Answer(403, vec!["content-type: text/plain".to_owned()], message.into_bytes())
    });
    let ran = ran(
        &["otel_lines", "10"],
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &(receiver.url() + "/in?token=abcd")),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20s3cret-s3cret"),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("RUST_LOG", "warn"),
        ],
    );
    let reason = "reason=status 403: key ************* has expired: /in?**********";
    let said = said(&ran, &["cause", "reason"]);
    assert_eq!(said, [format!("WARN Export lost items cause=refused {reason}")]);
}

#[test]
fn lines_of_the_exporter_are_written_but_not_exported() {
    let receiver = Receiver::start();
    let ran = ran(&["otel_lines", "1"], &[(ENDPOINT, &receiver.url())]);
    assert_eq!(said(&ran, &[]), ["INFO Export started"]);
    let logs = receiver.logs();
    assert_eq!(logs.items.len(), 1, "{logs:?}");
}
