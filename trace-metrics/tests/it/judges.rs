//! Real readers of the page: both parsers of `prometheus_client`, and
//! `promtool`. Where one is missing, its tests say so and are skipped.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use proptest::prelude::*;
use trace_metrics::{Family, Metrics};
use trace_runtime::timed;

use super::{exchange, metrics};

/// Runs a program with a page as its input. Returns `None` if it is not there.
fn run(mut command: Command, page: &str) -> Option<(bool, String)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let mut input = child.stdin.take().unwrap();
    let page = page.to_owned();
    let writing = std::thread::spawn(move || input.write_all(page.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writing.join();
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Returns the samples that the parser of Python reads; `None` if there is
/// none.
#[track_caller]
fn parsed(page: &str, format: &str) -> Option<Vec<String>> {
    let mut python = Command::new("python3");
    python.args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/parse.py"), format]);
    let (is_read, said) = run(python, page)?;
    if said.contains("No module named") {
        println!("skipped: there is no prometheus_client");
        return None;
    }
    assert!(is_read, "{said}\n{page}");
    Some(said.lines().map(str::to_owned).collect())
}

#[timed]
fn step(fails: bool) -> Result<(), &'static str> {
    if fails { Err("no") } else { Ok(()) }
}

/// Metrics with a bit of everything.
fn full() -> Metrics {
    let (metrics, capture) = metrics();
    capture.run(|| {
        for status in [200, 404, 503] {
            exchange("GET", Some("/users/{id}"), status);
            exchange("PROPFIND", None, status);
        }
        let _ = (step(true), step(false));
    });
    let pool = Family::gauge("pool_size", "With a \"quote\" and a \\.").labels(["pool"]);
    metrics.add(pool, |it| it.push(&["a\"b\\c\nd"], f64::INFINITY)).unwrap();
    metrics.add(Family::counter("mails", "Mails."), |it| it.push(&[], 1e21)).unwrap();
    metrics.add(Family::counter("odd", "No counter."), |it| it.push(&[], f64::NAN)).unwrap();
    metrics
}

#[test]
fn both_parsers_of_prometheus_client_read_each_sample() {
    let metrics = full();
    for (page, format) in
        [(metrics.render(), "prometheus"), (metrics.render_openmetrics(), "openmetrics")]
    {
        let samples = page.lines().filter(|line| !line.starts_with('#')).count();
        let Some(read) = parsed(&page, format) else { return };
        assert_eq!(read.len(), samples, "{page}");
        let read = read.join("\n");
        assert!(read.contains(r#""pool": "a\"b\\c\nd""#), "{read}");
    }
}

#[test]
fn exemplars_are_read_back() {
    let Some(read) = parsed(&full().render_openmetrics(), "openmetrics") else { return };
    let with = read.iter().filter(|sample| sample.contains("trace_id")).count();
    // One for each label set of a request: each had one bucket.
    assert_eq!(with, 6, "{read:#?}");
}

#[test]
fn promtool_has_nothing_to_say() {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]);
    let Some((is_fine, said)) = run(promtool, &full().render()) else {
        return println!("skipped: there is no promtool");
    };
    assert!(is_fine, "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_value_of_a_label_is_read_back(value in any::<String>(), number in any::<f64>()) {
        let metrics = Metrics::new();
        let wanted = value.clone();
        let family = Family::gauge("any", "").labels(["value"]);
        metrics.add(family, move |samples| samples.push(&[&value], number)).unwrap();
        for (page, format) in
            [(metrics.render(), "prometheus"), (metrics.render_openmetrics(), "openmetrics")]
        {
            let Some(read) = parsed(&page, format) else { return Ok(()) };
            let sample = read.iter().find(|sample| sample.starts_with("[\"any\"")).unwrap();
            let label = serde_json_string(&wanted);
            prop_assert!(sample.to_lowercase().contains(&label), "{sample} {label}");
        }
    }
}

/// Returns the text as Python's `json.dumps` writes it, in lower case.
fn serde_json_string(text: &str) -> String {
    let mut json = String::new();
    for unit in text.encode_utf16() {
        match unit {
            0x22 => json.push_str("\\\""),
            0x5c => json.push_str("\\\\"),
            0x0a => json.push_str("\\n"),
            0x0d => json.push_str("\\r"),
            0x09 => json.push_str("\\t"),
            0x08 => json.push_str("\\b"),
            0x0c => json.push_str("\\f"),
            0x20..=0x7e => json.push(char::from_u32(unit.into()).unwrap()),
            _ => write!(json, "\\u{unit:04x}").unwrap(),
        }
    }
    format!("\"{}\"", json.to_lowercase())
}
