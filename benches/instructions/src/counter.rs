//! Runs this program under callgrind.

use std::{collections::BTreeMap, env, process::Command};

/// How often each workload is called.
const CALLS: u64 = 5_000;

/// Returns the versions of the tools that the counts depend on, or `None`
/// without valgrind.
pub(crate) fn tools() -> Option<BTreeMap<String, String>> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some((program.to_owned(), String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    };
    Some(BTreeMap::from([version("rustc")?, version("valgrind")?]))
}

/// Counts the instructions of one call of a workload whose lines have a format.
pub(crate) fn instructions_per_call(name: &str, format: &str) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=instructions::counted")
        .arg(env::current_exe().expect("this program"))
        .args(["run", name, &CALLS.to_string()])
        .env("TRACE_FORMAT", format)
        .output()
        .expect("valgrind starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) = collected.unwrap_or_else(|| panic!("no count: {said}"));
    count.trim().parse::<u64>().expect("a count") / CALLS
}
