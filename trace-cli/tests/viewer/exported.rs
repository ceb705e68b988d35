//! Exports are what their formats ask for.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::trace;

const LOGS: &str = "outcomes.jsonl plain.jsonl names-odd.jsonl parent-never-came.jsonl same-span-ids.jsonl clock-skew/shop.jsonl clock-skew/stock.jsonl out-of-order.jsonl";

fn json(command: &str) -> Value {
    let ran = trace(&format!("{command} {LOGS}"));
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn folded_stacks_are_whole_microseconds_of_frames_that_are_no_numbers() {
    let ran = trace(&format!("export folded {LOGS}"));
    let mut sum = 0;
    for line in ran.stdout.lines() {
        let (stack, weight) = line.rsplit_once(' ').unwrap();
        sum += weight.parse::<u64>().unwrap();
        for frame in stack.split(';') {
            let last = frame.rsplit(' ').next().unwrap();
            assert!(!frame.is_empty() && last.parse::<f64>().is_err(), "{line}");
        }
    }
    assert!(sum > 0);
    assert!(
        ran.stdout.contains("GET /files/{*path} and {a b};load:order 5000\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_weights_of_requests_in_which_nothing_overlaps_add_up_to_their_time() {
    let ran = trace("export folded plain.jsonl");
    let weights = ran.stdout.lines().map(|line| line.rsplit(' ').next().unwrap());
    assert_eq!(weights.map(|it| it.parse::<u64>().unwrap()).sum::<u64>(), 60_000);
}

#[test]
fn in_each_lane_of_chrome_spans_lie_within_one_another_or_one_behind_the_other() {
    let file = json("export chrome");
    let mut lanes: HashMap<(i64, i64), Vec<(f64, f64)>> = HashMap::new();
    for event in file["traceEvents"].as_array().unwrap().iter().filter(|it| it["ph"] == "X") {
        let begin = event["ts"].as_f64().unwrap();
        let lane = (event["pid"].as_i64().unwrap(), event["tid"].as_i64().unwrap());
        lanes.entry(lane).or_default().push((begin, begin + event["dur"].as_f64().unwrap()));
    }
    assert!(lanes.len() > 3);
    for spans in lanes.values() {
        for (index, a) in spans.iter().enumerate() {
            for b in &spans[index + 1..] {
                let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                let is_behind = second.0 >= first.1 - 0.001;
                let is_within = second.1 <= first.1 + 0.001 || second.0 - first.0 < 0.001;
                assert!(is_behind || is_within, "{first:?} {second:?}");
            }
        }
    }
}

#[test]
fn each_span_of_speedscope_is_closed_by_the_order_in_which_it_was_opened() {
    let file = json("export speedscope");
    let frames = file["shared"]["frames"].as_array().unwrap().len();
    let mut count = 0;
    for profile in file["profiles"].as_array().unwrap() {
        let (mut open, mut last) = (Vec::new(), 0.0);
        for event in profile["events"].as_array().unwrap() {
            let (frame, at) = (event["frame"].as_u64().unwrap(), event["at"].as_f64().unwrap());
            assert!((frame as usize) < frames && at >= last, "{event}");
            last = at;
            match event["type"].as_str().unwrap() {
                "O" => open.push(frame),
                _ => assert_eq!(open.pop(), Some(frame)),
            }
            count += 1;
        }
        assert!(open.is_empty());
        assert!(profile["endValue"].as_f64().unwrap() >= last);
    }
    assert!(count > 60, "{count}");
}

#[test]
fn otlp_is_a_request_on_each_line_with_ids_in_hexadecimal() {
    let ran = trace(&format!("export otlp {LOGS}"));
    let (mut spans, mut events) = (0, 0);
    for line in ran.stdout.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        for resource in request["resourceSpans"].as_array().unwrap() {
            assert!(resource["resource"]["attributes"][0]["value"]["stringValue"].is_string());
            for span in resource["scopeSpans"][0]["spans"].as_array().unwrap() {
                let is_hex = |key: &str, len| {
                    let id = span[key].as_str().unwrap();
                    id.len() == len && id.chars().all(|c| c.is_ascii_hexdigit())
                };
                assert!(is_hex("traceId", 32) && is_hex("spanId", 16), "{span}");
                let time = |key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
                assert!(time("startTimeUnixNano") <= time("endTimeUnixNano"));
                spans += 1;
                events += span["events"].as_array().unwrap().len();
            }
        }
    }
    assert_eq!((spans, events > 8), (69, true));
}

#[test]
fn one_trace_alone_is_exported_and_a_choice_of_requests() {
    let one = trace("export otlp --trace 968fc382a9ef4a7b8eb507c34907066f plain.jsonl");
    assert_eq!(one.stdout.lines().count(), 1);
    assert_eq!(trace("export otlp --failed plain.jsonl").stdout.lines().count(), 1);
    let none = trace("export chrome --status 418 plain.jsonl");
    assert_eq!((none.code, &*none.stdout), (1, "{\"traceEvents\":[]}\n"));
}

/// The called service's file is far longer than what is read at a time.
#[test]
fn the_services_of_a_request_are_one_trace_though_they_stand_in_files_of_their_own() {
    let folder = crate::support::folder("services");
    let (mut shop, mut stock) = (String::new(), String::new());
    let line = |second: u32, trace: u32, span: &str, rest: &str| {
        format!(
            "{{\"timestamp\":\"2026-11-27T10:{:02}:{:02}.500000Z\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"{trace:032x}\",\"span_id\":\"{span}\",{rest}}}\n",
            second / 60,
            second % 60
        )
    };
    for trace in 1..2_000 {
        let (call, root) = ("00000000000000ca", "00000000000000aa");
        let of = |kind: &str, name: &str, ms: u32, service: &str| {
            format!(
                "\"target\":\"t\",\"kind\":\"{kind}\",\"name\":\"{name}\",\"outcome\":\"ok\",\"duration_ms\":{ms},\"service\":\"{service}\""
            )
        };
        let below = |parent: &str, rest: String| format!("\"parent_span_id\":\"{parent}\",{rest}");
        shop += &line(trace, trace, call, &below(root, of("step", "http_call", 20, "shop")));
        shop += &line(trace, trace, root, &of("request", "post_order", 30, "shop"));
        stock += &line(
            trace,
            trace,
            "00000000000000bb",
            &below(call, of("request", "reserve", 10, "stock")),
        );
    }
    std::fs::write(folder.join("shop.jsonl"), shop).unwrap();
    std::fs::write(folder.join("stock.jsonl"), stock).unwrap();
    let files = format!("{0}/shop.jsonl {0}/stock.jsonl", folder.display());
    let ran = trace(&format!("export folded {files}"));
    assert_eq!(
        ran.stdout,
        "post_order 19990000\npost_order;http_call 19990000\npost_order;http_call;reserve 19990000\n"
    );
}

#[test]
fn inferno_draws_the_folded_stacks_with_all_their_time() {
    let ran = trace(&format!("export folded {LOGS}"));
    let weights = ran.stdout.lines().map(|line| line.rsplit(' ').next().unwrap());
    let sum: u64 = weights.map(|weight| weight.parse::<u64>().unwrap()).sum();
    let mut options = inferno::flamegraph::Options::default();
    options.count_name = "us".to_owned();
    options.min_width = 0.0;
    let mut picture = Vec::new();
    inferno::flamegraph::from_reader(&mut options, ran.stdout.as_bytes(), &mut picture).unwrap();
    let picture = String::from_utf8(picture).unwrap();
    let digits: String =
        picture.split("<title>all (").nth(1).unwrap().chars().take_while(|c| *c != ' ').collect();
    assert_eq!(digits.replace(',', "").parse::<u64>().unwrap(), sum);
    for frame in ["GET /files/{*path} and {a b}", "load:order", "charge_card"] {
        assert!(picture.contains(&format!("<title>{frame} (")), "{frame}");
    }
    // A column of numbers more would make it a picture of differences.
    assert!(!picture.contains("differential"));
}
