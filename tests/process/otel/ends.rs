//! However the process ends, what was offered is delivered, if the receiver
//! takes it in two seconds.

use std::{
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use test_support::{
    child::{drain, ended},
    otlp::{Reaction, Receiver, attribute},
};

use super::{command, ran, said};

/// Ends a child after some spans of some threads, and checks that all of them
/// have arrived, in the order of each thread.
#[track_caller]
fn end(how: &str, threads: u64, spans: u64, is_expected: impl Fn(ExitStatus) -> bool) {
    let receiver = Receiver::start();
    let scenario = ["otel_end", how, &threads.to_string(), &spans.to_string()];
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()), ("RUST_LOG", "warn")];
    let mut child = command(&scenario, &variables);
    let mut child = child.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    if how == "sigterm" {
        std::io::Read::read_exact(&mut stderr, &mut [0; 6]).unwrap(); // "ready\n"
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }
    let stderr = drain(stderr);
    let status = ended(&mut child);
    let stderr = stderr.join().unwrap();
    assert!(is_expected(status), "{how}: {status} {stderr}");
    let arrived = receiver.spans();
    for thread in 0..threads {
        let of_thread = arrived
            .items
            .iter()
            .filter(|span| attribute(&span.attributes, "thread") == Some(thread.to_string()));
        let numbers = of_thread.map(|span| attribute(&span.attributes, "number").unwrap());
        let numbers: Vec<u64> = numbers.map(|number| number.parse().unwrap()).collect();
        assert!(numbers.iter().copied().eq(0..spans), "{how}: {} of {spans}", numbers.len());
    }
}

#[track_caller]
fn check(how: &str, is_expected: impl Fn(ExitStatus) -> bool) {
    for (threads, spans) in [(1, 10), (4, 10), (1, 10_000), (4, 2_000)] {
        end(how, threads, spans, &is_expected);
    }
}

#[test]
fn main_returns() {
    check("return", |status| status.success());
}

#[test]
fn the_process_exits() {
    check("exit", |status| status.code() == Some(7));
    check("exit_of_a_thread", |status| status.code() == Some(7));
}

#[test]
fn a_panic_ends_main_or_cannot_unwind() {
    use std::os::unix::process::ExitStatusExt as _;

    check("panic_in_main", |status| status.code() == Some(101));
    check("panic_that_cannot_unwind", |status| status.signal() == Some(6));
}

#[test]
fn sigterm_is_answered_by_the_recipe() {
    check("sigterm", |status| status.success());
}

#[test]
fn a_receiver_that_stalls_holds_the_end_back_for_two_seconds_and_the_rest_is_reported() {
    let receiver = Receiver::with(|_| Reaction::Stall);
    let url = receiver.url();
    let start = Instant::now();
    let ran = ran(
        &["otel_end", "exit", "1", "10"],
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("RUST_LOG", "warn"),
        ],
    );
    let took = start.elapsed();
    assert_eq!(ran.status.code(), Some(7));
    assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(20), "{took:?}");
    let expected =
        format!("WARN Export lost items signal=traces cause=ended lost=11 url={url}/v1/traces");
    assert_eq!(said(&ran, &["signal", "cause", "lost", "url"]), [expected]);
}
