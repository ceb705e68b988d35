//! Which records are written: those that the filter lets through, whatever the
//! caller has asked.

use log::{Level, LevelFilter, Record};
use trace_runtime::testing::Capture;

use crate::{line, lines, lines_of};

fn record(level: Level, target: &str) {
    let record = Record::builder().level(level).target(target).build();
    // Not all ask `enabled`: tracing's feature `log` does not.
    log::logger().log(&record);
}

#[test]
fn target_and_level_decide() {
    let capture = Capture::with_filter("warn,audit=debug");
    let lines = lines_of(&capture, || {
        record(Level::Debug, "audit");
        record(Level::Trace, "audit");
        record(Level::Info, "shop");
        record(Level::Warn, "shop");
        assert!(log::log_enabled!(target: "audit::db", Level::Debug));
        assert!(!log::log_enabled!(target: "shop", Level::Info));
    });
    let targets: Vec<_> = lines.iter().map(|line| &line["target"]).collect();
    assert_eq!(targets, ["audit", "shop"]);
}

#[test]
fn levels_are_the_same_five() {
    let lines = lines(|| Level::iter().for_each(|level| record(level, "x")));
    let levels: Vec<_> = lines.iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert_eq!(levels, Level::iter().map(|level| level.as_str()).collect::<Vec<_>>());
}

#[test]
fn a_capture_lets_finer_records_reach_it() {
    let _ = trace_log::init();
    let capture = Capture::new();
    assert_eq!(log::max_level(), LevelFilter::Trace);
    capture.run(|| log::trace!("seen"));
    assert_eq!(capture.values()[0]["message"], "seen");
}

#[test]
fn a_record_without_place_has_none() {
    let line = line(|| record(Level::Info, "audit"));
    assert!(line.get("file").is_none() && line.get("line").is_none(), "{line}");
    assert_eq!(line["message"], "");
}

#[test]
fn text_of_several_lines_is_one_line() {
    let line = line(|| log::debug!("Sending ClientHello Message {{\n    version: TLSv1_2,\n}}"));
    assert_eq!(line["message"], "Sending ClientHello Message {\n    version: TLSv1_2,\n}");
}
