//! However the process ends, what was logged is there.

use std::{
    io::Read as _,
    process::{ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use test_support::{
    Random, TemporaryFile,
    child::{Ran, child, ended, run},
    json, wait_until,
};

const MODES: [&str; 2] = ["direct", "background"];

/// Ends a child in a way, after some lines of some threads, and checks that
/// all of them are there.
#[track_caller]
fn end(mode: &str, how: &str, threads: u64, lines: u64) -> Ran {
    let (threads_text, lines_text) = (threads.to_string(), lines.to_string());
    let scenario = ["end", how, &threads_text, &lines_text];
    let ran = run(child(env!("CARGO_BIN_EXE_child"), &scenario).env("MODE", mode));
    assert!(ran.stdout.ends_with('\n'));
    let all = ran.lines();
    for thread in 0..threads {
        assert!(numbers(&all, thread).eq(0..lines), "lost, torn or out of order: {ran:#?}");
    }
    ran
}

/// Checks a way to end in both modes.
#[track_caller]
fn check(how: &str, is_expected: impl Fn(ExitStatus) -> bool) {
    for mode in MODES {
        check_in(mode, how, &is_expected);
    }
}

/// Checks a way to end with few lines, often, and with many, once.
#[track_caller]
fn check_in(mode: &str, how: &str, is_expected: impl Fn(ExitStatus) -> bool) {
    for threads in [1, 4] {
        for lines in [10, 10, 10, 10, 10, 5_000] {
            let ran = end(mode, how, threads, lines);
            assert!(is_expected(ran.status), "{mode}: {}", ran.status);
        }
    }
}

/// Returns the numbers of a thread's lines, in their order.
fn numbers(lines: &[Value], thread: u64) -> impl Iterator<Item = u64> {
    let of_thread = lines.iter().filter(move |line| line["thread"] == thread);
    of_thread.map(|line| line["n"].as_u64().unwrap())
}

fn is_aborted(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        const SIGABRT: i32 = 6;
        status.signal() == Some(SIGABRT)
    }
    #[cfg(not(unix))]
    !status.success()
}

#[test]
fn nothing_is_lost_when_main_returns() {
    check("return", |status| status.success());
}

#[test]
fn nothing_is_lost_on_exit() {
    check("exit", |status| status.code() == Some(7));
}

#[test]
fn nothing_is_lost_on_exit_by_another_thread() {
    check("exit_of_a_thread", |status| status.code() == Some(7));
}

#[test]
fn nothing_is_lost_when_main_panics() {
    check("panic_in_main", |status| status.code() == Some(101));
    for mode in MODES {
        let ran = end(mode, "panic_in_main", 1, 1);
        let last = ran.lines().pop().unwrap();
        assert_eq!(last["message"], "panicked: on purpose");
        assert_eq!(last["level"], "ERROR");
        assert_eq!(last["thread"], "main");
    }
}

#[test]
fn nothing_is_lost_when_a_task_panics() {
    check("panic_in_a_task", |status| status.success());
    for mode in MODES {
        let ran = end(mode, "panic_in_a_task", 1, 1);
        let [_, panic, request] = ran.lines().try_into().unwrap();
        assert_eq!(panic["message"], "panicked: on purpose");
        assert_eq!(panic["trace_id"], "request-1");
        assert_eq!(request["outcome"], "panicked");
    }
}

#[test]
fn nothing_is_lost_on_abort_in_direct_mode() {
    check_in("direct", "abort", is_aborted);
}

/// The line of the hook is the last one there is of that request.
#[test]
fn a_panic_that_aborts_is_logged_before_the_end() {
    check("panic_that_cannot_unwind", is_aborted);
    for mode in MODES {
        let lines = end(mode, "panic_that_cannot_unwind", 1, 1).lines();
        assert_eq!(lines[1]["message"], "panicked: on purpose");
        assert_eq!(lines[1]["trace_id"], "request-1");
    }
}

/// Reads acknowledgements until `enough` have come, calls `then`, and checks
/// that each line acknowledged is in the file.
#[track_caller]
fn check_acknowledged(how: &str, enough: usize, then: impl FnOnce(&mut std::process::Child)) {
    let file = TemporaryFile::new();
    let mut command = child(env!("CARGO_BIN_EXE_child"), &["acknowledge", how, file.as_str()]);
    let mut running = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut acknowledgements = running.stderr.take().unwrap();
    let acknowledged: Arc<[AtomicUsize; 4]> = Arc::default();
    let counts = Arc::clone(&acknowledged);
    let reader = thread::spawn(move || {
        let mut bytes = [0; 64];
        loop {
            let taken = acknowledgements.read(&mut bytes).unwrap();
            for byte in &bytes[..taken] {
                counts[usize::from(byte - b'0')].fetch_add(1, Ordering::Relaxed);
            }
            if taken == 0 {
                break;
            }
        }
    });
    let count = |thread: usize| acknowledged[thread].load(Ordering::Relaxed);
    wait_until("lines were acknowledged", || (0..4).map(count).sum::<usize>() >= enough);
    then(&mut running);
    ended(&mut running);
    reader.join().unwrap();
    let text = file.text();
    // Only the very last line may be torn, by the end itself.
    let (whole, _torn) = text.rsplit_once('\n').unwrap();
    let lines: Vec<_> = whole.lines().map(json::parse).collect();
    for thread in 0..4 {
        let numbers: Vec<_> = numbers(&lines, thread as u64).collect();
        assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "torn or out of order");
        assert!(numbers.len() >= count(thread), "{} < {}", numbers.len(), count(thread));
    }
}

#[test]
fn no_line_that_was_acknowledged_is_lost_when_the_process_is_killed() {
    let mut random = Random::seeded(9);
    for _ in 0..10 {
        check_acknowledged("kill", random.below(3_000), |child| child.kill().unwrap());
    }
}

#[test]
fn no_line_that_was_acknowledged_is_lost_when_the_process_ends_meanwhile() {
    for how in ["return", "exit", "abort"] {
        for _ in 0..3 {
            check_acknowledged(how, 1, |_| {});
        }
    }
}
