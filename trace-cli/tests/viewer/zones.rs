//! Times of the local zone, which `TZ` names.

use crate::support::{Ran, program};

fn trace_in(zone: &str, arguments: &str) -> Ran {
    let mut command = program();
    command.env("TZ", zone).args(arguments.split_whitespace());
    command.output().unwrap().into()
}

#[test]
fn times_are_those_of_the_local_zone() {
    let shown = trace_in("Asia/Kolkata", "show 968f --local plain.jsonl").stdout;
    assert_eq!(shown.lines().nth(1).unwrap()[..33], *"2026-11-27 15:30:00.000000 +05:30");
    let listed = trace_in("Asia/Kolkata", "ls --local plain.jsonl").stdout;
    assert!(listed.starts_with("time (local)  "), "{listed}");
    assert!(listed.contains("\n15:30:00.000000 "), "{listed}");
    assert!(listed.ends_with(", 2026-11-27 15:30:00 to 15:30:00 +05:30\n"), "{listed}");
    for command in ["show 968f plain.jsonl", "ls plain.jsonl", "ls --json --local plain.jsonl"] {
        let elsewhere = trace_in("America/New_York", command).stdout;
        assert_eq!(elsewhere, trace_in("UTC", command).stdout, "{command}");
    }
}

#[test]
fn what_is_typed_without_a_zone_is_local_time() {
    let count = |zone: &str, arguments: &str| {
        trace_in(zone, &format!("ls --json plain.jsonl {arguments}")).stdout.lines().count()
    };
    for (zone, arguments) in [
        ("UTC", "--since 2026-11-27T10:00:00.060"),
        ("Asia/Kolkata", "--since 2026-11-27T10:00:00.060"),
        ("Asia/Kolkata", "--local --since 2026-11-27T15:30:00.060"),
        ("Asia/Kolkata", "--local --since 15:30:00.060"),
        ("America/New_York", "--local --since 05:00:00.060"),
        ("America/New_York", "--local --since 2026-11-27T10:00:00.060Z"),
        ("America/New_York", "--local --since 2026-11-27T12:00:00.060+02:00"),
    ] {
        assert_eq!(count(zone, arguments), 1, "{zone} {arguments}");
    }
    assert_eq!(count("Asia/Kolkata", "--local --since 15:29"), 2);
}

#[test]
fn a_zone_that_is_not_known_is_reported() {
    let ran = trace_in("Nowhere/Nothing", "ls --local plain.jsonl");
    assert_eq!((ran.code, &*ran.stdout), (2, ""));
    assert!(ran.stderr.starts_with("trace: the local time is not known: "), "{}", ran.stderr);
    assert_eq!(trace_in("Nowhere/Nothing", "ls plain.jsonl").code, 0);
}
