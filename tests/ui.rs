//! Which code the macros take, which they refuse, and how they say so.
//!
//! What a compiler prints changes from release to release: the `.stderr` files
//! are compared where `rustc --version` is the one in `ui/RUSTC`. To write them
//! anew, run `TRYBUILD=overwrite cargo test -p tests --test ui -- --ignored`, read
//! the difference, and put down the version.

use std::process::Command;

#[test]
#[ignore = "builds what the tests need once more, which takes minutes"]
fn what_is_taken() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
#[ignore = "compiles two hundred programs, which takes minutes"]
fn what_is_refused_and_how() {
    let (recorded, rustc) = (include_str!("ui/RUSTC").trim(), rustc_version());
    if rustc != recorded {
        println!("skipped: the errors are recorded for {recorded:?}, and this is {rustc:?}");
        return;
    }
    let cases = trybuild::TestCases::new();
    // Of the user's own mistakes, in `body`, there are a few to be read: in
    // `parity`, many more are compared with the plain function.
    for folder in
        ["body", "carry", "count_request", "event", "record", "step", "timed", "traced_handler"]
    {
        cases.compile_fail(format!("ui/fail/{folder}/*.rs"));
    }
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
