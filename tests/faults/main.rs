//! What both modes survive: each row of the table in a short form as a test.
//!
//! In full, as a table: row, mode, runs, lines acknowledged, written, dropped
//! by cause, torn, verdict:
//!
//! ```sh
//! cargo test -p tests --release --test faults -- --ignored --nocapture
//! ```
//!
//! `FAULT_ROWS=F1,F7` tries some of them only, `FAULT_RUNS=5` each less often.
//!
//! Each run keeps count where a killed process leaves it (`test_support::Ledger`),
//! and must account for every line: acknowledged = written + dropped.

#![cfg(target_os = "linux")]

mod abort;
mod evidence;
mod pipe;
mod plan;
mod rows;
mod table;

use plan::Plan;
use table::Tally;

/// Checks a row in its short form.
#[track_caller]
fn check(row: Row) {
    let tallies = row(Plan::SHORT);
    assert!(tallies.iter().all(Tally::is_passed), "\n{}", table::draw(&tallies));
}

#[test]
fn f1_nothing_is_lost_at_an_ordinary_end() {
    check(rows::ends);
}

#[test]
fn f2_at_a_hard_end_no_more_is_lost_than_is_said() {
    check(rows::hard_ends);
}

#[test]
fn f4_a_sink_that_fails_loses_what_is_counted_and_no_more() {
    check(rows::failing_sinks);
}

#[test]
fn f5_without_a_reader_lines_are_counted() {
    check(rows::no_reader);
}

#[test]
fn f6_a_pipe_that_does_not_block_loses_nothing() {
    check(rows::non_blocking);
}

#[test]
fn f7_a_slow_reader_costs_50_ms_once_and_one_line() {
    check(rows::slow_readers);
}

#[test]
fn f8_a_caller_that_waits_loses_nothing() {
    check(rows::blocking);
}

#[test]
fn f8_threads_at_full_speed_leave_the_writer_its_turn() {
    check(rows::full_speed);
}

#[test]
fn f9_what_is_too_long_is_cut() {
    check(rows::sizes);
}

#[test]
fn f10_values_that_misbehave_are_marked() {
    check(rows::values);
}

#[test]
fn f11_a_line_may_be_logged_anywhere() {
    check(rows::hooks);
}

#[test]
fn f12_lines_of_the_very_end_are_there_or_counted() {
    check(rows::very_end);
}

#[test]
fn f23_lines_of_several_processes_and_threads_do_not_tear() {
    check(rows::several);
}

#[test]
fn f24_rotation_loses_no_line_and_keeps_to_its_size() {
    check(rows::rotation);
}

#[test]
fn f25_a_file_may_be_shared() {
    check(rows::sharing);
}

#[test]
fn f26_each_line_is_in_one_of_the_counts() {
    check(rows::looks);
}

#[test]
fn f27_a_flood_drowns_no_error() {
    check(rows::flood);
}

#[test]
fn f28_one_init_wins() {
    check(rows::setting_up);
}

/// A fault, in all cases and modes.
type Row = fn(Plan) -> Vec<Tally>;

/// The rows in full, by the beginning of their names.
const ALL: [(&str, Row); 18] = [
    ("F1", rows::ends),
    ("F2", rows::hard_ends),
    ("F4", rows::failing_sinks),
    ("F5", rows::no_reader),
    ("F6", rows::non_blocking),
    ("F7", rows::slow_readers),
    ("F8", rows::blocking),
    ("F8", rows::full_speed),
    ("F9", rows::sizes),
    ("F10", rows::values),
    ("F11", rows::hooks),
    ("F12", rows::very_end),
    ("F23", rows::several),
    ("F24", rows::rotation),
    ("F25", rows::sharing),
    ("F26", rows::looks),
    ("F27", rows::flood),
    ("F28", rows::setting_up),
];

#[test]
#[ignore = "takes a quarter of an hour, and prints the table"]
fn the_whole_table() {
    let wanted = std::env::var("FAULT_ROWS").ok();
    let is_wanted =
        |name: &str| wanted.as_ref().is_none_or(|rows| rows.split(',').any(|row| row == name));
    let mut tallies = Vec::new();
    for (_, row) in ALL.into_iter().filter(|(name, _)| is_wanted(name)) {
        let of_row = row(Plan::full());
        print!("{}", table::draw(&of_row));
        tallies.extend(of_row);
    }
    println!("\n{}", table::draw(&tallies));
    println!("{}", rows::NOT_HERE);
    assert!(tallies.iter().all(Tally::is_passed));
}
