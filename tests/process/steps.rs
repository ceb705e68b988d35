//! What is set for all requests: each test has a process of its own.

use std::env;

use serde_json::{Value, json};
use test_support::child::{Ran, child, run};

#[track_caller]
fn ran(arguments: &[&str]) -> Ran {
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), arguments));
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

/// Returns the names of the lines that are marked as slow.
#[track_caller]
fn slow(arguments: &[&str]) -> Vec<String> {
    let lines = ran(arguments).lines();
    assert_eq!(lines.len(), 5);
    for line in &lines {
        let level = if line.get("slow").is_some() { "WARN" } else { "INFO" };
        assert_eq!(line["level"], level, "{line}");
    }
    let slow = lines.iter().filter(|line| line["slow"] == true);
    slow.map(|line| line["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_default_for_requests_is_for_no_steps_and_gives_way_to_the_attribute() {
    assert_eq!(slow(&["slow_requests", "0"]), ["without_threshold", "lower"]);
    assert_eq!(slow(&["slow_requests", "1"]), ["without_threshold", "lower"]);
    assert_eq!(slow(&["slow_requests", "3600000000000"]), ["lower"]);
}

/// Returns how many steps the entries of a request line count, and how many it
/// says are left out.
fn counted(request: &Value) -> (u64, u64) {
    let steps = request.get("steps").map(|steps| steps.as_array().unwrap());
    let counted = steps.into_iter().flatten().map(|step| step["count"].as_u64().unwrap()).sum();
    (counted, request.get("steps_dropped").map_or(0, |dropped| dropped.as_u64().unwrap()))
}

#[test]
fn steps_take_no_more_room_than_they_are_given() {
    for (bytes, at_least) in [(0, 0), (50, 0), (150, 2), (300, 4), (1_000, 16), (100_000, 64)] {
        let ran = ran(&["limited_steps", &bytes.to_string()]);
        let request = &ran.lines()[0];
        let (counted, dropped) = counted(request);
        assert!(counted >= at_least && counted + dropped == 80, "{bytes}: {request}");
        let taken = ran.stdout.split_once(r#","steps":["#);
        let taken = taken.map_or(0, |(_, from)| from.find(']').unwrap() + 11);
        assert!(taken <= bytes, "{taken} of {bytes} bytes: {request}");
        assert_eq!(counted > 0, request.get("steps").is_some());
    }
}

#[test]
fn however_much_a_request_has_to_say_its_line_is_not_longer_than_set() {
    let ran = ran(&["shortest_lines"]);
    let requests: Vec<_> =
        ran.lines().into_iter().filter(|line| line["kind"] == "request").collect();
    assert_eq!(requests.len(), 130);
    for line in ran.stdout.lines() {
        assert!(line.len() < 2_560, "{} bytes: {line}", line.len() + 1);
    }
    for request in requests {
        let (counted, dropped) = counted(&request);
        assert_eq!(counted + dropped, 80 + 40 + 1, "{request}");
        assert_eq!(request["request_id_rejected"], "charset");
        assert_eq!(request["slow"], true);
    }
}

#[test]
fn a_static_field_gives_way_to_a_late_one() {
    // A key that stands twice is refused by the reader.
    let lines = ran(&["late_static_fields"]).lines();
    let fields = |line: &Value| [line["service"].clone(), line["items"].clone()];
    let found: Vec<_> = lines.iter().map(fields).collect();
    let expected = [
        [json!("of the step"), json!("all")],
        [json!("shop"), json!(3)],
        [json!("of the request"), json!("all")],
    ];
    assert_eq!(found, expected);
}

/// What becomes of lines; see `stories` in `child`.
const WAYS: [&str; 3] = ["written", "held", "observed"];

#[test]
fn lines_are_the_same_where_they_take_a_short_way() {
    for way in WAYS {
        ran(&["stories", way]);
    }
}

#[test]
fn lines_of_stories_by_chance_are_the_same_too() {
    let stories = env::var("TRACE_STORIES").unwrap_or_else(|_| "100".to_owned());
    for way in WAYS {
        let lines: u64 =
            ran(&["random_stories", way, "0", &stories]).stdout.trim().parse().unwrap();
        assert!(lines > 1_000, "{way}: {lines}");
    }
}

#[test]
fn steps_on_eight_threads_are_counted_once_each() {
    ran(&["steps_on_threads"]);
}

#[test]
fn a_step_that_waits_for_one_elsewhere_has_little_time_of_its_own() {
    let lines = ran(&["time_elsewhere"]).lines();
    let request = lines.last().unwrap();
    let steps = request["steps"].as_array().unwrap();
    for name in ["blocks", "waits"] {
        let it = steps.iter().find(|step| step["name"] == name).unwrap();
        let (total, own) = (it["total_ms"].as_f64().unwrap(), it["self_ms"].as_f64().unwrap());
        assert!(total >= 60.0 && own < total / 2.0, "{request}");
    }
    assert_eq!(steps.len(), 6, "{request}");
}
