//! Targets that are made at run time are not kept.
//!
//! A process of its own: its memory is measured.

use log::Level;
use trace_runtime::testing::Capture;

#[test]
fn a_million_targets_leave_nothing_behind() {
    trace_log::init().unwrap();
    let capture = Capture::with_filter("off,audit=info");
    log_each(0..1_000);
    let before = resident();
    capture.run(|| log_each(0..1_000_000));
    let after = resident();
    assert!(capture.lines().is_empty());
    assert!(after <= before + (4 << 20), "{before} then {after}");
}

fn log_each(numbers: std::ops::Range<u32>) {
    for number in numbers {
        let target = format!("target_{number}");
        let mut record = log::Record::builder();
        record.level(Level::Info).target(&target);
        log::logger().log(&record.args(format_args!("m")).build());
    }
}

/// Returns how many bytes of memory the process has; zero where that cannot be
/// read.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_default() * 4_096
}
