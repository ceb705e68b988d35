//! What is shown of each case, as a file beside this one. With `TRACE_BLESS=1`
//! the files are written instead.

use std::{env, fs, path::Path};

use crate::support::trace;

/// Compares what some commands say with the file of that name.
#[track_caller]
fn shows(name: &str, commands: &[&str]) {
    let mut text = String::new();
    for command in commands {
        let ran = trace(command);
        text.push_str(&format!("$ trace {command}\n{}", ran.stdout));
        text.push_str(&ran.stderr);
        if ran.code != 0 {
            text.push_str(&format!("exit code {}\n", ran.code));
        }
        text.push('\n');
    }
    is_kept(name, &text);
}

/// Compares a text with the file of that name.
#[track_caller]
pub(crate) fn is_kept(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/viewer/shown/{name}.txt"));
    if env::var_os("TRACE_BLESS").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{name}.txt (rewritten with TRACE_BLESS=1)");
}

macro_rules! shown {
    ($($name:ident: $($command:literal),+;)*) => {$(
        #[test]
        fn $name() {
            shows(stringify!($name), &[$($command),+]);
        }
    )*};
}

shown! {
    what_pino_wrote: "ls real/pino.jsonl", "show f3b321d1 real/pino.jsonl", "stats real/pino.jsonl";
    what_opentelemetry_wrote: "show 815d9c71 real/otel.jsonl", "show -v 0x815d9c71879067c3dbe6c9e6c75d2faa real/otel.jsonl", "stats real/otel.jsonl";
    a_plain_log: "show 968f plain.jsonl", "show f2bc plain.jsonl", "ls plain.jsonl",
        "stats plain.jsonl", "stats --by step plain.jsonl", "stats --by route,step plain.jsonl",
        "stats --self --by step plain.jsonl", "ls --json plain.jsonl", "stats --json plain.jsonl",
        "show --json f2bc plain.jsonl";
    the_prefix_of_a_composed_log: "show cf9c compose-prefix.log", "show 0978 compose-prefix.log";
    records_that_a_container_cut: "show a1fc cri-partial.log";
    the_prefix_of_syslog: "show 60c1 syslog-prefix.log";
    colours_around_objects: "show 968f made/ansi-before.log", "show 968f --around made/ansi-before.log";
    several_objects_on_a_line: "show 796e two-on-a-line.log", "show ec23 two-on-a-line.log";
    an_object_over_several_lines: "show 86fb --around pretty-between.log";
    a_backtrace_between_lines: "show 87c9 --around backtrace-between.log";
    values_that_say_nothing: "show 0cff nulls-and-empties.jsonl";
    numbers_in_quotes: "show b300 numbers-as-text.jsonl", "ls numbers-as-text.jsonl",
        "ls --slow 250ms numbers-as-text.jsonl", "ls --status 5xx numbers-as-text.jsonl",
        "ls --status 503 numbers-as-text.jsonl", "stats numbers-as-text.jsonl";
    times_in_many_forms: "show f9ef times-in-many-forms.jsonl";
    keys_that_stand_twice: "show 8a84 duplicate-keys.jsonl";
    keys_in_any_order: "show 3154 keys-shuffled.jsonl";
    ids_in_many_forms: "show 00c0ffee ids-in-many-forms.jsonl", "show 00C0FFEE ids-in-many-forms.jsonl",
        "show 17733a41 ids-in-many-forms.jsonl", "show 8f08d9c833dfff44 ids-in-many-forms.jsonl",
        "show 00000000000000008f08d9c833dfff44 ids-in-many-forms.jsonl";
    durations_of_nothing_and_of_hours: "show e89b durations-zero-and-hours.jsonl",
        "show db2d durations-zero-and-hours.jsonl", "show 3d99 durations-zero-and-hours.jsonl",
        "show 7c8b durations-zero-and-hours.jsonl", "show d104 durations-zero-and-hours.jsonl";
    odd_names: "show 9dbe names-odd.jsonl", "stats names-odd.jsonl";
    all_outcomes: "show 5ff6 outcomes.jsonl", "show 8f7d outcomes.jsonl", "show 64e9 outcomes.jsonl",
        "ls outcomes.jsonl", "ls --failed outcomes.jsonl", "ls --outcome ok outcomes.jsonl",
        "ls --outcome cancelled outcomes.jsonl", "ls --outcome panicked outcomes.jsonl",
        "ls --outcome error outcomes.jsonl", "ls --outcome rejected outcomes.jsonl",
        "ls --status 4xx outcomes.jsonl", "ls --status 5xx outcomes.jsonl",
        "show --failed -n 1 outcomes.jsonl";
    hostile_texts: "show f8e29dbf2bd0e73d hostile-text.jsonl", "show -v f8e29dbf2bd0e73d hostile-text.jsonl",
        "ls hostile-text.jsonl", "ls --json hostile-text.jsonl";
    bytes_that_are_not_utf_8: "show 968f made/not-utf-8.jsonl", "show f2bc made/not-utf-8.jsonl",
        "stats --by step made/not-utf-8.jsonl";
    bytes_that_are_zero: "show 968f made/nul.jsonl", "show f2bc made/nul.jsonl", "stats made/nul.jsonl";
    a_line_torn_by_the_end: "show f2bc made/torn-at-the-end.jsonl", "stats made/torn-at-the-end.jsonl";
    a_line_torn_by_another: "show 968f made/torn-then-whole.jsonl", "stats made/torn-then-whole.jsonl";
    long_lines: "show 00000000000000000000000000008000 made/long-lines.jsonl";
    the_keys_of_ecs: "ls producer-ecs.jsonl", "show f485 producer-ecs.jsonl", "show 29f1 producer-ecs.jsonl";
    the_keys_of_google_cloud: "show e7b7 producer-gcp.jsonl";
    the_keys_of_zap: "show bd08 producer-zap.jsonl";
    the_keys_of_pino: "show 4bf9 presets/pino.jsonl", "ls presets/pino.jsonl",
        "show Order-7 presets/pino.jsonl", "stats presets/pino.jsonl";
    keys_that_are_set: "show 4bf9 presets/datadog.jsonl", "ls --keys native presets/datadog.jsonl",
        "ls --keys ecs presets/datadog.jsonl", "ls --keys zap presets/datadog.jsonl";
    lines_out_of_order: "show a444 out-of-order.jsonl", "ls out-of-order.jsonl",
        "ls --since 1m out-of-order.jsonl", "stats --self --by step out-of-order.jsonl";
    clocks_that_disagree: "show 35f5 clock-skew/shop.jsonl clock-skew/stock.jsonl",
        "show 01b2 --align clock-skew/stock.jsonl clock-skew/shop.jsonl",
        "show 11ce clock-skew/shop.jsonl clock-skew/stock.jsonl", "show 35f5 clock-skew/stock.jsonl";
    parents_without_a_line: "show ef41 parent-never-came.jsonl";
    no_request_line: "show 226b no-request-line.jsonl", "ls no-request-line.jsonl";
    nothing_but_request_lines: "ls request-line-only.jsonl", "stats --by step request-line-only.jsonl",
        "show f246 request-line-only.jsonl";
    lines_delivered_twice: "show 9580 delivered-twice.jsonl", "show 3e52 delivered-twice.jsonl",
        "stats delivered-twice.jsonl", "stats --by step delivered-twice.jsonl",
        "stats --dedup delivered-twice.jsonl", "stats --by step --dedup delivered-twice.jsonl";
    span_ids_that_are_the_same: "show 9f12 same-span-ids.jsonl", "show 69ef same-span-ids.jsonl",
        "show 54eb9a91ce8eb843 same-span-ids.jsonl", "show 98bd same-span-ids.jsonl";
    detail_of_requests: "show 1a7c detail.jsonl", "show 2b7c detail.jsonl", "show 3c7c detail.jsonl";
    dropped_lines: "show 2212 lines-dropped.jsonl", "show 5f5c lines-dropped.jsonl", "stats lines-dropped.jsonl";
    rotated_files: "ls rotated/app.log rotated/app.log.10 rotated/app.log.9 rotated/app.log.2 rotated/app.log.1",
        "show 9a05 rotated/app.log rotated/app.log.1",
        "ls made/rotated/app.log made/rotated/app.log.1 made/rotated/app.log.2 made/rotated/app.log.2.gz made/rotated/app.log.9.gz made/rotated/app.log.10",
        "stats made/rotated/app.log made/rotated/app.log.1 made/rotated/app.log.2 made/rotated/app.log.2.gz made/rotated/app.log.9.gz made/rotated/app.log.10";
    twenty_thousand_siblings: "show 000000000000000000000000000031de made/wide.jsonl",
        "stats --by step made/wide.jsonl";
    a_hundred_services: "show 00000000000000000000000000000100 made/hundred-services.jsonl",
        "show 00000000000000000000000000000100 --all made/hundred-services.jsonl";
    questions_as_sql: "sql show 968fc382a9ef4a7b8eb507c34907066f", "sql show 968f",
        "sql ls --failed --slow 250ms --route /a --service shop --name get --outcome ok --status 5xx -n 3",
        "sql ls --since 10m --until 2026-11-22T18:03 --where user_id=42 --where user_id!=4 --where a<b --where a>5 --where a~b'c",
        "sql ls --since 18:03 --table a.b`c",
        "sql stats", "sql stats --by step,service --since 1h", "sql stats --dialect duckdb --by route log.jsonl",
        "sql show 968f --dialect duckdb a'b.jsonl c.jsonl", "sql ls --dialect duckdb --where it's=a\\b\"c --table logs";
    questions_that_are_wrong: "show", "show 12", "show nothing-like-this plain.jsonl",
        "ls no-such-file.jsonl plain.jsonl", "ls .", "ls --where x plain.jsonl", "ls --since soon plain.jsonl";
}

#[test]
fn a_request_id_with_a_blank_is_found() {
    let ran = crate::support::program()
        .args(["show", "Order 7/A", "ids-in-many-forms.jsonl"])
        .output()
        .unwrap();
    let shown = String::from_utf8(ran.stdout).unwrap();
    assert!(
        shown.starts_with("17733a41e220bf30bd59840513930de6  GET /orders/{id}  200 ok"),
        "{shown}"
    );
}

#[test]
fn the_end_of_a_line_and_a_byte_order_mark_make_no_difference() {
    for command in ["show 968f", "show f2bc", "ls", "stats --by step"] {
        let plain = trace(&format!("{command} plain.jsonl"));
        for other in ["made/crlf.jsonl", "made/bom.jsonl"] {
            let other = trace(&format!("{command} {other}"));
            assert_eq!((plain.code, &plain.stdout), (other.code, &other.stdout), "{command}");
        }
    }
}

#[test]
fn five_thousand_steps_below_each_other_are_all_shown() {
    let ran = trace("show 0000000000000000000000000000dee9 made/deep.jsonl");
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("walk ")).count(), 5_000 + 1);
    for at in [1, 2_500, 5_000] {
        let (start, took) = (at * 10, 100_020 - at * 20);
        let ms = |us: i64| format!("{}.{:03}", us / 1_000, us % 1_000);
        let row = format!("{}  {:>7}", ms(start), ms(took));
        assert!(ran.stdout.contains(&row), "no row has {row}");
    }
    assert!(ran.stdout.ends_with("time   walk 100.0 % · in no step 0.020 ms\n"));
}

#[test]
fn each_of_twenty_thousand_siblings_has_a_row_if_that_is_asked_for() {
    let ran = trace("show 000000000000000000000000000031de --all made/wide.jsonl");
    assert_eq!(ran.stdout.matches(" load_product ").count(), 20_000 + 1);
}
