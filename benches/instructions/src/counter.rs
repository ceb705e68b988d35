//! Runs this program under callgrind.

use std::{collections::BTreeMap, env, process::Command};

/// The difference between so many calls and so many is what counts: what
/// happens once is in both.
const CALLS: [u64; 2] = [1_000, 6_000];

/// Returns the versions of what counts depend on, or nothing without valgrind.
pub(crate) fn tools() -> Option<BTreeMap<String, String>> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some((program.to_owned(), String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    };
    Some(BTreeMap::from([version("rustc")?, version("valgrind")?]))
}

/// Counts the instructions of one call of a workload.
pub(crate) fn instructions_per_call(name: &str) -> u64 {
    let [few, many] = CALLS.map(|calls| collected(name, calls));
    (many - few) / (CALLS[1] - CALLS[0])
}

/// Returns how many instructions a run of so many calls takes.
fn collected(name: &str, calls: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().expect("this program"))
        .args(["run", name, &calls.to_string()])
        .output()
        .expect("valgrind starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) = collected.unwrap_or_else(|| panic!("no count: {said}"));
    count.trim().parse().expect("a count")
}
