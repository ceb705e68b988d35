//! Two logs: only what differs is shown, and always.

use std::{fs, path::PathBuf};

use crate::support::{folder, trace};

/// What a log is made of.
struct Made {
    seed: u64,
    requests: u64,
    slower_percent: u64,
    errors_percent: u64,
}

/// Numbers that look like chance.
///
/// Source: Steele, Lea and Flood, “Fast splittable pseudorandom number
/// generators”.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn log(made: &Made) -> String {
    let (mut state, mut log) = (made.seed, String::new());
    for number in 0..made.requests {
        let (route, steps): (_, &[(&str, u64)]) = match random(&mut state) % 2 {
            0 => ("/orders", &[("charge_card", 40_000), ("render", 1_000)]),
            _ => ("/users", &[("find_user", 2_000)]),
        };
        let trace = format!("{:016x}{:016x}", random(&mut state), random(&mut state));
        let mut at = 1_000 + number * 200;
        let begin = at;
        for (index, (name, usual)) in steps.iter().enumerate() {
            let chance = random(&mut state) % 1_000 + random(&mut state) % 1_000;
            let slower = if *name == "charge_card" { made.slower_percent } else { 0 };
            let us = usual * (500 + chance) / 1_500 * (100 + slower) / 100;
            at += us;
            log.push_str(&line(at, &trace, index + 2, "step", name, "ok", us, ""));
        }
        let is_error = random(&mut state) % 100 < made.errors_percent;
        let outcome = if is_error { "error" } else { "ok" };
        let http = format!(",\"method\":\"GET\",\"route\":\"{route}\"");
        log.push_str(&line(at, &trace, 1, "request", "handler", outcome, at - begin, &http));
    }
    log
}

#[expect(clippy::too_many_arguments, reason = "they are the keys of a line")]
fn line(
    at: u64,
    trace: &str,
    span: usize,
    kind: &str,
    name: &str,
    outcome: &str,
    us: u64,
    rest: &str,
) -> String {
    let (seconds, micros) = (at / 1_000_000, at % 1_000_000);
    let (minute, second) = (seconds / 60, seconds % 60);
    let message = if kind == "step" { "Step finished" } else { "Request processed" };
    let parent = if kind == "step" { ",\"parent_span_id\":\"0000000000000001\"" } else { "" };
    format!(
        "{{\"timestamp\":\"2026-11-27T10:{minute:02}:{second:02}.{micros:06}Z\",\"level\":\"INFO\",\"message\":\"{message}\",\"trace_id\":\"{trace}\",\"span_id\":\"{span:016x}\"{parent},\"target\":\"t\",\"kind\":\"{kind}\",\"name\":\"{name}\",\"outcome\":\"{outcome}\",\"duration_ms\":{}.{:03}{rest}}}\n",
        us / 1_000,
        us % 1_000
    )
}

/// Returns two logs; in the second, one step is slower.
pub(crate) fn two_days() -> (String, String) {
    let yesterday = Made { seed: 1, requests: 4_000, slower_percent: 0, errors_percent: 1 };
    let today = Made { seed: 2, slower_percent: 25, ..yesterday };
    (log(&yesterday), log(&today))
}

/// Returns a log of so many requests.
pub(crate) fn many(requests: u64) -> String {
    log(&Made { seed: 1, requests, slower_percent: 0, errors_percent: 1 })
}

fn written(name: &str, made: &Made) -> PathBuf {
    let file = folder(name).join("log.jsonl");
    fs::write(&file, log(made)).unwrap();
    file
}

const PLAIN: Made = Made { seed: 1, requests: 4_000, slower_percent: 0, errors_percent: 1 };

fn diff(name: &str, after: &Made, rest: &str) -> crate::support::Ran {
    let before = written(&format!("{name}-before"), &PLAIN);
    let after = written(&format!("{name}-after"), after);
    trace(&format!("diff {} {} {rest}", before.display(), after.display()))
}

#[test]
fn logs_that_differ_by_chance_are_the_same() {
    for seed in 2..12 {
        let ran = diff("chance", &Made { seed, ..PLAIN }, "--fail-on 10%");
        assert_eq!(
            (ran.code, &*ran.stdout),
            (1, "3 steps and 2 routes did not change\n"),
            "{seed}"
        );
    }
}

/// How many pairs of logs are compared; in full: `TRACE_PAIRS=100 cargo test -p
/// trace-cli --test viewer pairs`.
fn pairs() -> u64 {
    std::env::var("TRACE_PAIRS").map_or(10, |count| count.parse().unwrap())
}

#[test]
fn of_many_pairs_of_logs_hardly_one_differs_by_chance() {
    let rows = |seed| {
        let made = Made { seed, requests: 1_000, ..PLAIN };
        let ran = diff("pairs", &made, "");
        ran.stdout.lines().filter(|line| !line.ends_with("did not change")).count()
    };
    let all: usize = (100..100 + pairs()).map(rows).sum();
    // Of a hundred pairs with five figures each.
    assert!(all as u64 <= 5 * pairs().div_ceil(100), "{all} rows");
}

#[test]
fn in_each_of_many_pairs_of_logs_what_differs_is_found() {
    for seed in 100..100 + pairs() {
        let slower = diff("slow-pairs", &Made { seed, slower_percent: 25, ..PLAIN }, "");
        assert!(slower.stdout.contains("  charge_card  +"), "{seed}: {}", slower.stdout);
        let failing = diff("failing-pairs", &Made { seed, errors_percent: 4, ..PLAIN }, "");
        assert!(failing.stdout.contains(", errors "), "{seed}: {}", failing.stdout);
    }
}

#[test]
fn a_step_that_got_slower_by_a_quarter_is_shown() {
    let ran = diff("slower", &Made { seed: 2, slower_percent: 25, ..PLAIN }, "--fail-on 10%");
    let rows: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(rows.len(), 3, "{}", ran.stdout);
    assert!(rows[0].starts_with("GET /orders    mean "), "{}", ran.stdout);
    assert!(rows[1].starts_with("  charge_card  +"), "{}", ran.stdout);
    assert_eq!(rows[2], "2 steps and 1 route did not change");
    assert_eq!(ran.code, 3);
    let fewer = diff("slower", &Made { seed: 2, slower_percent: 25, ..PLAIN }, "--fail-on 50%");
    assert_eq!(fewer.code, 0);
}

#[test]
fn more_errors_are_shown_though_no_time_changed() {
    let ran = diff("errors", &Made { seed: 2, errors_percent: 4, ..PLAIN }, "");
    assert!(ran.stdout.contains("errors 1."), "{}", ran.stdout);
    assert_eq!(ran.code, 0);
}

#[test]
fn of_a_few_requests_it_is_not_known() {
    let before = written("few-before", &Made { requests: 20, ..PLAIN });
    let after = written("few-after", &Made { requests: 20, slower_percent: 80, ..PLAIN });
    let ran = trace(&format!("diff {} {}", before.display(), after.display()));
    assert!(ran.stdout.contains("too few to know"), "{}", ran.stdout);
    assert_eq!(ran.code, 1);
}

#[test]
fn of_requests_that_have_not_ended_only_so_much_is_kept() {
    let log = folder("held").join("log.jsonl");
    let step = |of: u32| {
        format!(
            "{{\"timestamp\":\"2026-11-22T03:00:09.143456Z\",\"level\":\"INFO\",\"message\":\"Step finished\",\"trace_id\":\"{of:032x}\",\"span_id\":\"00000000000000a1\",\"parent_span_id\":\"00000000000000b1\",\"target\":\"t\",\"kind\":\"step\",\"name\":\"load\",\"outcome\":\"ok\",\"duration_ms\":2.0}}\n"
        )
    };
    let request = |of: u32| {
        format!(
            "{{\"timestamp\":\"2026-11-22T03:00:09.153456Z\",\"level\":\"INFO\",\"message\":\"Request processed\",\"trace_id\":\"{of:032x}\",\"span_id\":\"00000000000000b1\",\"target\":\"t\",\"kind\":\"request\",\"name\":\"get\",\"outcome\":\"ok\",\"duration_ms\":12.0}}\n"
        )
    };
    let lines = (1..=500).map(step).chain((1..=500).map(request));
    fs::write(&log, lines.collect::<String>()).unwrap();
    let rows = |hold: &str| {
        let ran =
            trace(&format!("stats --self --by name,step --json {hold} {}", log.display())).stdout;
        let row = |row: &str| {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            (row["name"].as_str().unwrap().to_owned(), row["calls"].as_u64().unwrap())
        };
        ran.lines().map(row).collect::<Vec<_>>()
    };
    assert_eq!(rows(""), [("get".to_owned(), 500)]);
    let little = rows("--hold 8K");
    assert_eq!(little.iter().map(|row| row.1).sum::<u64>(), 500);
    let alone = little.iter().find(|row| row.0 == "(no request line)").unwrap();
    assert!(alone.1 > 200, "{little:?}");
}

#[test]
fn sizes_are_read_as_people_type_them() {
    for size in ["64K", "1MiB", "2G", "4096", "8MB"] {
        assert_eq!(trace(&format!("stats --self --hold {size} plain.jsonl")).code, 0, "{size}");
    }
    for size in ["", "x", "1T", "-1", "99999999999G"] {
        let ran = trace(&format!("stats --self --hold={size} plain.jsonl"));
        assert_eq!(ran.code, 2, "{size}");
    }
}
