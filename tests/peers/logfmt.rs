//! logfmt lines, read by lnav.

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use test_support::child::{child, run};

/// Returns what lnav reads from lines, unless it is not there.
fn read(lines: &str) -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lnav");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("service.log");
    fs::write(&file, lines).unwrap();
    let query = ";SELECT log_level, log_body, fields FROM logfmt_log";
    let mut lnav = Command::new("lnav");
    lnav.env("HOME", &folder).args(["-n", "-c", query, "-c", ":write-json-to -"]).arg(&file);
    let Ok(output) = lnav.output() else {
        println!("skipped: there is no lnav");
        return None;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn lnav_reads_levels_messages_and_fields() {
    let mut command = child(env!("CARGO_BIN_EXE_child"), &["console"]);
    let lines = run(command.env("TRACE_FORMAT", "logfmt")).stdout;
    let Some(rows) = read(&lines) else { return };
    let levels: Vec<_> = rows.iter().map(|row| row["log_level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["info", "info", "info", "warning", "error", "info", "error"]);
    let of = |row: usize, field: &str| rows[row]["fields"][field].clone();
    assert_eq!(rows[0]["log_body"], "listening");
    assert_eq!(of(0, "address"), "127.0.0.1:3000");
    assert_eq!(of(3, "tenant"), "globex");
    assert_eq!(of(3, "error"), "database timeout while fetching user messages");
    assert_eq!(of(3, "error_chain"), "[\"database is locked\"]");
    let steps: Value = serde_json::from_str(of(4, "steps").as_str().unwrap()).unwrap();
    assert_eq!(steps[1]["name"], "fetch_messages");
    assert_eq!(of(6, "note"), "\u{1b}[31mred\u{1b}[0m");
}
