//! The filter of the process decides, also when it changes while spans are open;
//! and a sink that logs does not log into itself.
//!
//! A process of its own: it has one filter.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

use std::{
    io,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::Value;
use trace_runtime::{builder, set_filter, sink::Sink, stats, writer::Cause};
use tracing::{error, info, info_span, level_filters::LevelFilter};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LOGS: AtomicBool = AtomicBool::new(true);

/// Logs each time it is written to, through both crates.
struct Logs;

impl Sink for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().push(String::from_utf8_lossy(bytes).into_owned());
        if LOGS.load(Ordering::Relaxed) {
            error!("written");
            log::error!("written");
            info_span!("writing").in_scope(|| ());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the lines that `run` writes, but for reports of those dropped.
fn written(run: impl FnOnce()) -> Vec<Value> {
    LINES.lock().unwrap().clear();
    run();
    let lines = LINES.lock().unwrap();
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"] != "Lines dropped").collect()
}

#[test]
fn the_filter_of_the_process_decides() {
    trace_log::init().unwrap();
    trace_tracing::init().unwrap();
    assert_eq!(LevelFilter::current(), LevelFilter::OFF);
    builder().filter("info").sink(Logs).init().unwrap();
    assert_eq!(LevelFilter::current(), LevelFilter::INFO);

    let lines = written(|| (0..1_000).for_each(|_| info!("one line")));
    assert_eq!(lines.len(), 1_000);
    assert!(stats().dropped_by(Cause::Nested) >= 3_000);
    LOGS.store(false, Ordering::Relaxed);

    while_a_span_is_entered();
    on_four_threads();
}

fn while_a_span_is_entered() {
    let lines = written(|| {
        let span = info_span!("made while on");
        let entered = span.enter();
        set_filter("off").unwrap();
        let off = info_span!("made while off");
        error!("off");
        drop(entered);
        set_filter("trace").unwrap();
        span.in_scope(|| off.in_scope(|| info!("on again")));
    });
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(
        (&lines[0]["message"], &lines[1]["name"]),
        (&"on again".into(), &"made while on".into())
    );
    assert_eq!(lines[0]["span_id"], lines[1]["span_id"]);
}

fn on_four_threads() {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    info_span!("span").in_scope(|| info!("while it changes"));
                    log::info!("while it changes");
                }
            });
        }
        (0..100).for_each(|turn| set_filter(if turn % 2 == 0 { "off" } else { "info" }).unwrap());
    });
    set_filter("off").unwrap();
    let off = || {
        error!("off");
        log::error!("off");
    };
    assert!(written(off).is_empty());
    set_filter("info").unwrap();
    assert_eq!(written(off).len(), 2);
}
