//! The same log with the keys of each preset gives the same answers.

use serde_json::Value;

use crate::support::{cases, trace, trace_with};

const PRESETS: [&str; 4] = ["otel", "ecs", "gcp", "datadog"];

/// Questions whose answers name no key.
const QUESTIONS: [&str; 7] = [
    "show 4bf92f3577b34da6a3ce929d0e0e4736 --json",
    "show 00f067aa0ba902b7 --json",
    "ls --json --failed --status 5xx --where user_id=42 --where status=502 --route /orders/{id}",
    "stats --json",
    "stats --json --by step,service",
    "stats --json --self --by route,step",
    "export folded",
];

#[test]
fn a_log_says_the_same_with_the_keys_of_each_preset() {
    for question in QUESTIONS {
        let native = trace(&format!("{question} presets/native.jsonl"));
        assert_eq!((native.code, &*native.stderr), (0, ""), "{question}");
        for preset in PRESETS {
            let found = trace(&format!("{question} presets/{preset}.jsonl"));
            let set = trace(&format!("{question} --keys {preset} presets/{preset}.jsonl"));
            let like_native = without_levels(&native.stdout);
            assert_eq!(without_levels(&found.stdout), like_native, "{question} of {preset}");
            assert_eq!(without_levels(&set.stdout), like_native, "{question} of {preset}");
        }
    }
}

/// The lines that the runtime's own tests compare: one of each kind in each of
/// its formats.
const KEPT: &str = "../../../trace-runtime/src/line/tests/golden";

#[test]
fn lines_of_each_kind_say_the_same_in_each_format() {
    for question in [
        "show 4bf92f3577b34da6a3ce929d0e0e4736 --json",
        "ls --json",
        "ls --json --where user_id=42 --slow 20ms",
        "stats --json",
        "stats --json --by name",
        "stats --json --by step,service",
    ] {
        let native = trace(&format!("{question} {KEPT}/json.jsonl"));
        assert_eq!((native.code, &*native.stderr), (0, ""), "{question}");
        for format in PRESETS {
            let ran = trace(&format!("{question} {KEPT}/{format}.jsonl"));
            let like_native = without_levels(&native.stdout);
            assert_eq!(without_levels(&ran.stdout), like_native, "{question} of {format}");
        }
    }
    for format in PRESETS {
        let by_request = trace(&format!("show req-7 --json {KEPT}/{format}.jsonl"));
        assert!(by_request.stdout.contains("said \\\"no\\\""), "{format}: {}", by_request.stderr);
        let dropped = trace(&format!("stats {KEPT}/{format}.jsonl")).stdout;
        assert!(dropped.contains("12 lines were dropped by the services (full 12)"), "{dropped}");
        let shown = trace(&format!("show 4bf92f3577b34da6a3ce929d0e0e4736 {KEPT}/{format}.jsonl"));
        let log = std::fs::read_to_string(cases().join(format!("{KEPT}/{format}.jsonl"))).unwrap();
        let line = log.lines().find(|line| line.contains("\"users\"")).unwrap();
        let call = trace_with("show 4bf92f3577b34da6a3ce929d0e0e4736 -", line.as_bytes()).stdout;
        assert!(call.contains("  load GET users:8080  "), "{call}");
        let call = trace_with("export otlp -", line.as_bytes()).stdout;
        let server = r#"{"key":"server.address","value":{"stringValue":"users"}},{"key":"server.port","value":{"intValue":"8080"}}"#;
        assert!(call.contains(server), "{call}");
        assert!(shown.stdout.contains("outer ← inner"), "{}", shown.stdout);
    }
}

/// Takes off the words for levels, which differ, and what is said of fields.
fn without_levels(answer: &str) -> String {
    let answer = answer.split(",\"problems\"").next().unwrap_or_default();
    answer
        .split("\"level\":\"")
        .map(|part| part.split_once("\",\"message").map_or(part, |it| it.1))
        .collect()
}

/// Logs that other libraries wrote, and an id of a trace in each.
const REAL: [(&str, &str); 2] =
    [("pino", "f3b321d1515f504a7c5a99bdaab6b70f"), ("otel", "815d9c71879067c3dbe6c9e6c75d2faa")];

#[test]
fn what_other_libraries_wrote_is_read_with_their_keys() {
    for (keys, id) in REAL {
        for question in ["ls --json", "stats --json", &format!("show {id} --json")] {
            let found = trace(&format!("{question} real/{keys}.jsonl"));
            let set = trace(&format!("{question} --keys {keys} real/{keys}.jsonl"));
            assert_eq!((found.code, &found.stdout), (set.code, &set.stdout), "{question}");
        }
        let show = |keys_set: &str| trace(&format!("show {id} {keys_set} real/{keys}.jsonl"));
        assert!(show("").stdout.contains("· looked into the cache"));
        assert!(!show("--keys native").stdout.contains("· looked into the cache"));
    }
}

#[test]
fn a_span_is_found_by_its_decimal_id() {
    let decimal = trace("show 67667974448284343 presets/datadog.jsonl");
    let hexadecimal = trace("show 00f067aa0ba902b7 presets/datadog.jsonl");
    assert_eq!((decimal.code, decimal.stdout), (0, hexadecimal.stdout));
}

#[test]
fn a_log_of_another_preset_may_follow() {
    let all = PRESETS.map(|preset| format!("presets/{preset}.jsonl")).join(" ");
    let ran = trace(&format!("ls --json {all}"));
    let rows: Vec<Value> =
        ran.stdout.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert_eq!(row["request"], "POST /orders/{id}");
        assert_eq!(row["why"], "charge_card: card refused");
    }
}

#[test]
fn the_first_lines_say_whose_keys_a_log_has() {
    // Only among lines of Datadog is `duration` one of nanoseconds.
    let quiet = r#"{"timestamp":"2026-11-27T10:00:02Z","message":"m","http.status_code":200,"duration":5000000}"#;
    let datadog = std::fs::read_to_string(cases().join("presets/datadog.jsonl")).unwrap();
    let with = trace_with("ls --json -", format!("{datadog}{quiet}\n").as_bytes());
    assert_eq!(with.stdout.lines().count(), 2, "{}", with.stdout);
    assert!(with.stdout.contains("\"took_ms\":5.0"), "{}", with.stdout);
    let alone = trace_with("ls --json -", format!("{quiet}\n").as_bytes());
    assert_eq!(alone.stdout, "");
    let set = trace_with("ls --json --keys datadog -", format!("{quiet}\n").as_bytes());
    assert!(set.stdout.contains("\"took_ms\":5.0"), "{}", set.stdout);
    // Beyond the first lines, they say no more.
    let native = "{\"timestamp\":\"2026-11-27T10:00:02Z\",\"level\":\"INFO\",\"message\":\"m\",\"target\":\"t\"}\n";
    let late = format!("{}{datadog}{quiet}\n", native.repeat(64));
    let late = trace_with("ls --json -", late.as_bytes());
    assert!(!late.stdout.contains("\"took_ms\":5.0"), "{}", late.stdout);
}
