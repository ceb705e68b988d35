//! Runs the example as a reader would: sqlx's lines are in the right request, and
//! all is as in `sqlx.jsonl` beside it, which is written with `TRACE_BLESS=1`.

use std::{env, fs, path::Path, process::Command};

use serde_json::Value;

fn written() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_messages-sqlx")).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the lines without their order: of a query that fails, sqlx's thread and
/// the step write theirs at the same time.
fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<_> = lines.lines().collect();
    lines.sort_unstable();
    lines
}

/// Blanks out ids and digits, which differ from run to run.
fn masked(lines: &str) -> String {
    let part = |part: &str| {
        let is_id = matches!(part.len(), 16 | 32) && part.bytes().all(|it| it.is_ascii_hexdigit());
        if is_id { "ID".to_owned() } else { without_digits(part) }
    };
    lines.split('"').map(part).collect::<Vec<_>>().join("\"")
}

/// Returns each number as one zero: `12.5` as `0`.
fn without_digits(text: &str) -> String {
    let mut masked = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' if masked.ends_with('0') => {}
            '0'..='9' => masked.push('0'),
            '.' if masked.ends_with('0') => {}
            c => masked.push(c),
        }
    }
    // Below a tenth of a millisecond, seconds are written as `5e-5`.
    let masked = masked.replace("0e-0", "0");
    masked.replace("ms", "s").replace("µs", "s").replace("ns", "s").replace(r#","busy_s":0"#, "")
}

#[test]
fn the_example_writes_its_lines() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sqlx.jsonl");
    let written = written();
    if env::var_os("TRACE_BLESS").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(sorted(&masked(&expected)), sorted(&masked(&written)));
}

#[test]
fn each_query_is_below_the_step_that_asked() {
    let written = written();
    let lines: Vec<Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<_> = lines.iter().filter(|line| line["kind"] == "step").collect();
    let queries = lines.iter().filter(|line| line["target"] == "sqlx::query");
    let in_requests: Vec<_> = queries.filter(|line| line.get("trace_id").is_some()).collect();
    assert_eq!(steps.len(), 4);
    assert!(in_requests.len() >= 3, "{written}");
    for query in in_requests {
        let step = steps.iter().find(|step| step["span_id"] == query["span_id"]).unwrap();
        assert_eq!(step["trace_id"], query["trace_id"]);
    }
}
