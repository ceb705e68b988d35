//! Counts the instructions of each question over a small log, so that they do
//! not grow unnoticed.
//!
//! Callgrind counts them, exactly; they are comparable for one compiler and
//! one valgrind only. With others than the recorded ones the check is skipped.
//! What the program takes to start is in them: it is a thousandth.

use std::{collections::BTreeMap, env, fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

use crate::truth;

/// How much a count may grow or shrink without a reason.
const TOLERANCE: f64 = 0.03;

/// The size of the log, in MiB.
const SIZE: u64 = 4;

/// The questions, by what is kept of them. `ID` is a request in the middle.
const QUESTIONS: [(&str, &str); 5] = [
    ("diff", "diff log.jsonl slower.jsonl"),
    ("find", "show ID log.jsonl"),
    ("ls", "ls --failed --slow 250ms log.jsonl"),
    ("stats", "stats --by step --threads 1 log.jsonl"),
    ("stats of traces", "stats --self --by route,step log.jsonl"),
];

/// Compares the counts with the kept ones. Returns whether they hold.
///
/// # Panics
///
/// If the log cannot be made, or the program not run.
pub fn check(is_strict: bool) -> bool {
    let kept: Value = fs::read_to_string(path()).map_or(Value::Null, |it| it.parse().unwrap());
    let Some(tools) = tools() else {
        println!("the viewer's instructions: skipped, there is no valgrind");
        return true;
    };
    if is_strict && kept["tools"] != json!(tools) {
        println!("the viewer's instructions: skipped, kept for {}", kept["tools"]);
        return true;
    }
    let before = |name: &str| kept["instructions"][name].as_f64().unwrap_or_default();
    let all = counts().into_iter().map(|(name, now)| holds(name, before(name), now as f64));
    // All of them are shown, also behind one that does not hold.
    all.filter(|holds| !holds).count() == 0
}

/// Keeps the counts.
///
/// # Panics
///
/// If there is no valgrind, or the file cannot be written.
pub fn bless() {
    let kept = json!({ "tools": tools().expect("there is valgrind"), "instructions": counts() });
    fs::write(path(), serde_json::to_string_pretty(&kept).unwrap() + "\n").unwrap();
    println!("{kept}");
}

fn holds(name: &str, before: f64, now: f64) -> bool {
    let growth = now / before - 1.0;
    let says = match growth {
        growth if growth > TOLERANCE => "grew too much: make it smaller, or `bless` it and say why",
        growth if growth < -TOLERANCE => "shrank: `bless` it, so that it stays so",
        _ => "",
    };
    println!("{name:<16} {before:>12} → {now:>12} {:>+6.1} % {says}", growth * 100.0);
    growth <= TOLERANCE
}

fn counts() -> BTreeMap<&'static str, u64> {
    let folder = env::temp_dir().join("trace-viewer-instructions");
    truth::generate(&folder, SIZE);
    let id = truth::an_id(&folder.join("log.jsonl"), 5_000);
    let program = env::var("TRACE").unwrap_or_else(|_| "../target/release/trace".to_owned());
    let program = fs::canonicalize(program).expect("the program is built");
    let count = |(name, question): (&'static str, &str)| {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(&program);
        valgrind.args(question.split(' ').map(|word| if word == "ID" { &id } else { word }));
        let output = valgrind.current_dir(&folder).output().expect("valgrind starts");
        let said = String::from_utf8_lossy(&output.stderr);
        let collected = said.lines().find_map(|line| line.split_once("Collected :"));
        let (_, count) = collected.unwrap_or_else(|| panic!("no count: {said}"));
        (name, count.trim().parse().expect("a count"))
    };
    QUESTIONS.into_iter().map(count).collect()
}

/// Returns the versions of the tools that the counts depend on, or `None`
/// without valgrind.
fn tools() -> Option<BTreeMap<&'static str, String>> {
    let version = |program: &'static str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some((program, String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    };
    Some(BTreeMap::from([version("rustc")?, version("valgrind")?]))
}

fn path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../viewer.json"))
}
