//! Another logger was first: it keeps its records, and ours says so.
//!
//! A process of its own: it has one logger.

use std::sync::atomic::{AtomicUsize, Ordering};

use log::{LevelFilter, Log, Metadata, Record};

static SEEN: AtomicUsize = AtomicUsize::new(0);

struct Other;

impl Log for Other {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, _: &Record<'_>) {
        SEEN.fetch_add(1, Ordering::Relaxed);
    }

    fn flush(&self) {}
}

#[test]
fn the_logger_that_was_first_keeps_its_records_and_its_level() {
    log::set_logger(&Other).unwrap();
    log::set_max_level(LevelFilter::Warn);
    for _ in 0..2 {
        let error = trace_log::init().unwrap_err();
        assert!(!error.is_already_initialized());
        let expected = "log: another logger is set, and keeps its records; call \
                        `trace_log::init` before it, or leave the other one out";
        assert_eq!(error.to_string(), expected);
    }
    let _capture = trace_runtime::testing::Capture::new();
    assert_eq!(log::max_level(), LevelFilter::Warn);
    log::warn!("to the other");
    assert_eq!(SEEN.load(Ordering::Relaxed), 1);
}
