//! The filter of the process decides, also when it changes; and a sink that logs
//! does not log into itself.
//!
//! A process of its own: it has one filter.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use log::LevelFilter;
use trace_runtime::{builder, set_filter, sink::Sink, stats, writer::Cause};

static LINES: AtomicUsize = AtomicUsize::new(0);

/// Logs each time it is written to.
struct Logs;

impl Sink for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Not the reports of lines that were dropped.
        if !bytes.windows(13).any(|text| text == b"Lines dropped") {
            LINES.fetch_add(1, Ordering::Relaxed);
        }
        log::error!("written");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_filter_of_the_process_decides() {
    trace_log::init().unwrap();
    assert_eq!(log::max_level(), LevelFilter::Off);
    builder().filter("info").sink(Logs).init().unwrap();
    assert_eq!(log::max_level(), LevelFilter::Info);

    for _ in 0..1_000 {
        log::info!("one line");
    }
    assert_eq!(LINES.load(Ordering::Relaxed), 1_000);
    assert!(stats().dropped_by(Cause::Nested) >= 1_000);

    let written = |log: &dyn Fn()| {
        let before = LINES.load(Ordering::Relaxed);
        log();
        LINES.load(Ordering::Relaxed) - before
    };
    set_filter("off").unwrap();
    assert_eq!((log::max_level(), written(&|| log::error!("off"))), (LevelFilter::Off, 0));
    set_filter("warn,process=trace").unwrap();
    assert_eq!((log::max_level(), written(&|| log::trace!("on"))), (LevelFilter::Trace, 1));
    assert_eq!(written(&|| log::info!(target: "other", "off")), 0);

    // What is off stops with the call that turns it off, on all threads.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..100).for_each(|_| log::info!("while it changes")));
        }
        (0..100).for_each(|turn| set_filter(if turn % 2 == 0 { "off" } else { "info" }).unwrap());
        set_filter("off").unwrap();
    });
    assert_eq!(written(&|| log::error!("off")), 0);
}
