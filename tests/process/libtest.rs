//! What a test shows: this executable runs some of its own tests, which are
//! otherwise ignored, and reads what the harness prints of them.

use std::{env, thread};

use test_support::child::{Ran, child, run};
use tokio::runtime::Builder;
use trace_runtime::{builder, info, testing::Capture, traced_handler};

/// Runs tests of this executable, one after the other.
fn run_tests(names: &[&str]) -> Ran {
    let mut command = child(env::current_exe().unwrap(), names);
    command.args(["--ignored", "--exact", "--test-threads=1"]).env_remove("RUST_TEST_NOCAPTURE");
    run(&mut command)
}

/// Returns what was printed of a test that failed.
fn shown<'a>(ran: &'a Ran, name: &str) -> &'a str {
    let (_, after) = ran.stdout.split_once(&format!("---- {name} stdout ----\n")).unwrap();
    after.split("\n\n").next().unwrap()
}

#[traced_handler]
async fn handler() {
    info!("inside");
    // What a thread writes belongs to the test that has started the thread.
    thread::spawn(|| info!("from a thread")).join().unwrap();
}

fn request() {
    Builder::new_multi_thread().build().unwrap().block_on(async {
        tokio::spawn(handler()).await.unwrap();
    });
}

#[test]
#[ignore = "run by another"]
fn passes() {
    builder().test().unwrap();
    info!("of the test that passes");
}

#[test]
#[ignore = "run by another"]
fn then_fails() {
    builder().test().unwrap();
    request();
    panic!("as it should");
}

#[test]
fn lines_of_a_test_are_shown_with_it_if_it_fails() {
    let ran = run_tests(&["passes", "then_fails"]);
    let messages: Vec<_> = shown(&ran, "then_fails")
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| test_support::json::parse(line)["message"].as_str().unwrap().to_owned())
        .collect();
    let expected = ["inside", "from a thread", "Request processed", "panicked: as it should"];
    assert_eq!(messages, expected, "{ran:#?}");
    assert!(!ran.stdout.contains("of the test that passes"), "{ran:#?}");
    assert_eq!(ran.stderr, "");
}

#[test]
#[ignore = "run by another"]
fn a_test_with_a_capture() {
    let capture = Capture::new();
    capture.run(request);
}

#[test]
#[ignore = "run by another"]
fn another_test_panics() {
    info!("unread");
    panic!("for a reason of its own");
}

#[test]
fn a_panic_outside_a_capture_is_printed_as_ever() {
    let ran = run_tests(&["a_test_with_a_capture", "another_test_panics"]);
    let shown = shown(&ran, "another_test_panics");
    assert!(shown.contains("for a reason of its own"), "{ran:#?}");
    assert!(!ran.stdout.contains('{'), "{ran:#?}");
    assert_eq!(ran.stderr, "");
}
