//! What both modes survive: each row of the table in a short form as a test.
//!
//! In full, as a table: row, mode, runs, lines acknowledged, written, dropped
//! by cause, torn, verdict:
//!
//! ```sh
//! cargo test -p tests --release --test faults -- --ignored --nocapture
//! ```
//!
//! Each run keeps count where a killed process leaves it (`tests::Ledger`),
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
fn check(row: fn(Plan) -> Vec<Tally>) {
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
fn f8_who_blocks_loses_nothing() {
    check(rows::blocking);
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
fn f27_a_flood_drowns_no_error() {
    check(rows::flood);
}

#[test]
fn f28_one_init_wins() {
    check(rows::setting_up);
}

#[test]
#[ignore = "takes a quarter of an hour, and prints the table"]
fn the_whole_table() {
    let all: [fn(Plan) -> Vec<Tally>; 14] = [
        rows::ends,
        rows::hard_ends,
        rows::failing_sinks,
        rows::no_reader,
        rows::non_blocking,
        rows::slow_readers,
        rows::blocking,
        rows::sizes,
        rows::values,
        rows::hooks,
        rows::very_end,
        rows::several,
        rows::flood,
        rows::setting_up,
    ];
    let mut tallies = Vec::new();
    for row in all {
        let of_row = row(Plan::full());
        print!("{}", table::draw(&of_row));
        tallies.extend(of_row);
    }
    println!("\n{}", table::draw(&tallies));
    println!("{}", rows::NOT_HERE);
    assert!(tallies.iter().all(Tally::is_passed));
}
