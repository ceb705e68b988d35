//! What a log holds, by the last line of `stats`: its sum is always the number
//! of lines.

use crate::support::{cases, trace, trace_with};

#[test]
fn the_lines_of_each_case_are_what_they_are() {
    let expected = [
        ("backtrace-between.log", "15 lines: 2 steps and requests, 1 event, 12 other, 0 broken"),
        ("compose-prefix.log", "10 lines: 6 steps and requests, 2 events, 2 other, 0 broken"),
        ("cri-partial.log", "6 lines: 3 steps and requests, 1 event, 2 other, 0 broken"),
        ("pretty-between.log", "14 lines: 3 steps and requests, 1 event, 8 other, 2 broken"),
        ("syslog-prefix.log", "6 lines: 3 steps and requests, 1 event, 2 other, 0 broken"),
        ("two-on-a-line.log", "8 lines: 6 steps and requests, 2 events, 0 other, 0 broken"),
        ("delivered-twice.jsonl", "12 lines: 9 steps and requests, 3 events, 0 other, 0 broken"),
        ("duplicate-keys.jsonl", "4 lines: 3 steps and requests, 1 event, 0 other, 0 broken"),
        (
            "durations-zero-and-hours.jsonl",
            "11 lines: 10 steps and requests, 1 event, 0 other, 0 broken",
        ),
        ("hostile-text.jsonl", "5 lines: 3 steps and requests, 2 events, 0 other, 0 broken"),
        ("ids-in-many-forms.jsonl", "12 lines: 9 steps and requests, 3 events, 0 other, 0 broken"),
        ("keys-shuffled.jsonl", "4 lines: 3 steps and requests, 1 event, 0 other, 0 broken"),
        ("lines-dropped.jsonl", "7 lines: 4 steps and requests, 3 events, 0 other, 0 broken"),
        ("names-odd.jsonl", "11 lines: 11 steps and requests, 0 events, 0 other, 0 broken"),
        ("no-request-line.jsonl", "8 lines: 4 steps and requests, 4 events, 0 other, 0 broken"),
        ("nulls-and-empties.jsonl", "10 lines: 2 steps and requests, 2 events, 6 other, 0 broken"),
        ("numbers-as-text.jsonl", "6 lines: 5 steps and requests, 1 event, 0 other, 0 broken"),
        ("out-of-order.jsonl", "18 lines: 13 steps and requests, 5 events, 0 other, 0 broken"),
        ("outcomes.jsonl", "14 lines: 12 steps and requests, 2 events, 0 other, 0 broken"),
        ("parent-never-came.jsonl", "6 lines: 5 steps and requests, 1 event, 0 other, 0 broken"),
        ("producer-ecs.jsonl", "5 lines: 2 steps and requests, 3 events, 0 other, 0 broken"),
        ("producer-gcp.jsonl", "5 lines: 1 step or request, 4 events, 0 other, 0 broken"),
        ("producer-zap.jsonl", "4 lines: 0 steps and requests, 4 events, 0 other, 0 broken"),
        ("request-line-only.jsonl", "3 lines: 3 steps and requests, 0 events, 0 other, 0 broken"),
        ("same-span-ids.jsonl", "12 lines: 10 steps and requests, 2 events, 0 other, 0 broken"),
        (
            "times-in-many-forms.jsonl",
            "17 lines: 0 steps and requests, 17 events, 0 other, 0 broken",
        ),
        ("made/ansi-before.log", "8 lines: 6 steps and requests, 2 events, 0 other, 0 broken"),
        ("made/bom.jsonl", "8 lines: 6 steps and requests, 2 events, 0 other, 0 broken"),
        ("made/crlf.jsonl", "8 lines: 6 steps and requests, 2 events, 0 other, 0 broken"),
        ("made/deep.jsonl", "5,001 lines: 5,001 steps and requests, 0 events, 0 other, 0 broken"),
        (
            "made/hundred-services.jsonl",
            "199 lines: 199 steps and requests, 0 events, 0 other, 0 broken",
        ),
        ("made/long-lines.jsonl", "3 lines: 1 step or request, 1 event, 0 other, 1 broken"),
        ("made/not-utf-8.jsonl", "8 lines: 6 steps and requests, 2 events, 0 other, 0 broken"),
        ("made/nul.jsonl", "9 lines: 6 steps and requests, 2 events, 1 other, 0 broken"),
        (
            "made/torn-at-the-end.jsonl",
            "8 lines: 5 steps and requests, 2 events, 0 other, 1 broken",
        ),
        (
            "made/torn-then-whole.jsonl",
            "8 lines: 5 steps and requests, 2 events, 0 other, 1 broken",
        ),
        ("made/wide.jsonl", "20,001 lines: 20,001 steps and requests, 0 events, 0 other, 0 broken"),
    ];
    for (file, expected) in expected {
        let said = trace(&format!("stats {file}")).stdout;
        assert!(said.lines().any(|line| line == expected), "{file}: {said}");
    }
}

#[test]
fn a_log_through_a_pipe_is_the_same_log() {
    let log = std::fs::read(cases().join("outcomes.jsonl")).unwrap();
    for command in ["stats", "ls", "stats --by step", "stats --self", "ls --failed -n 2"] {
        let (piped, file) =
            (trace_with(command, &log), trace(&format!("{command} outcomes.jsonl")));
        assert_eq!(piped.stdout, file.stdout, "{command}");
    }
    let whole = "5ff611576c20f16dc183e65bfac93cee";
    for command in [format!("show {whole}"), format!("show --around {whole}")] {
        let (piped, file) = (
            trace_with(&format!("{command} -"), &log),
            trace(&format!("{command} outcomes.jsonl")),
        );
        assert_eq!(piped.stdout, file.stdout, "{command}");
    }
    // A short id is looked for twice.
    let (piped, file) = (trace_with("show 5ff6 -", &log), trace("show 5ff6 outcomes.jsonl"));
    assert_eq!(piped.stdout, file.stdout);
}

#[test]
fn shares_of_a_file_make_no_difference() {
    let one = std::fs::read(cases().join("outcomes.jsonl")).unwrap();
    let large = crate::support::folder("shares").join("large.jsonl");
    std::fs::write(&large, one.repeat(2_500)).unwrap();
    let said =
        |threads| trace(&format!("stats --by step --threads {threads} {}", large.display())).stdout;
    let alone = said(1);
    assert!(
        alone.contains("35,000 lines: 30,000 steps and requests, 5,000 events, 0 other, 0 broken")
    );
    for threads in [2, 3, 7, 64] {
        assert_eq!(alone, said(threads), "{threads} threads");
    }
}

#[test]
fn the_id_of_another_form_cannot_be_looked_for_twice_in_a_pipe() {
    let log = br#"{"timestamp":"2026-11-27T10:00:00.030000Z","level":"INFO","message":"Request processed","trace_id":"mine-1","span_id":"00f067aa0ba902b7","w3c_trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","target":"shop","kind":"request","name":"get_order","outcome":"ok","duration_ms":30.0}"#;
    let ran = trace_with("show 4bf92f3577b34da6a3ce929d0e0e4736 -", log);
    assert_eq!((ran.code, &*ran.stdout), (2, ""));
    assert!(ran.stderr.contains("belongs to mine-1"), "{}", ran.stderr);
    let short = trace_with("show 4bf92f35 -", log);
    assert!(short.stdout.starts_with("mine-1  get_order  ok  30.000 ms"), "{}", short.stderr);
}
