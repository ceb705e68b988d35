//! What is written to fails, blocks, or takes a little at a time: the process
//! goes on, each line is written whole or counted, and none is torn.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, PipeWriter, Read as _},
    process::{Command, Stdio},
    thread,
};

use serde_json::Value;
use tests::{
    TemporaryFile,
    child::{Ran, child, drain, ended, run},
    json,
};

fn scenario(arguments: &[&str]) -> Command {
    child(env!("CARGO_BIN_EXE_child"), arguments)
}

/// Returns how many lines a child says it has written and dropped.
#[track_caller]
fn counts(stderr: &str) -> (u64, u64) {
    let last = stderr.lines().last().unwrap_or_default();
    let (written, dropped) = last.split_once(' ').unwrap_or_else(|| panic!("{stderr}"));
    (written.parse().unwrap(), dropped.parse().unwrap())
}

/// Checks that there is each line of each thread, whole and in order.
#[track_caller]
fn check_all(text: &str, threads: u64, lines: u64) {
    let all: Vec<_> = text.lines().map(json::parse).collect();
    for thread in 0..threads {
        let of_thread = all.iter().filter(|line| line["thread"] == thread);
        let numbers: Vec<_> = of_thread.map(|line| line["n"].as_u64().unwrap()).collect();
        assert!(numbers.iter().copied().eq(0..lines), "thread {thread}: {numbers:?}");
    }
    assert_eq!(all.len() as u64, threads * lines);
}

/// Runs a child that writes into a pipe which is read as fast as it goes.
#[track_caller]
fn written(arguments: &[&str]) -> Ran {
    let ran = run(&mut scenario(arguments));
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

/// Above 4,096 bytes a pipe tears lines, unless they are written one by one.
#[test]
fn lines_of_many_threads_into_one_pipe_are_whole() {
    let ran = written(&["write", "4", "1000", "250", "8000"]);
    check_all(&ran.stdout, 4, 1_000);
    assert!(ran.stdout.lines().any(|line| line.len() > 7_000));
    assert_eq!(counts(&ran.stderr), (4_000, 0));
}

#[test]
fn lines_of_many_processes_into_one_file_are_whole() {
    let file = TemporaryFile::new();
    let children: Vec<_> = (0..4)
        .map(|first| first.to_string())
        .map(|first| scenario(&["append", file.as_str(), &first, "500"]))
        .map(|mut command| command.stderr(Stdio::null()).spawn().unwrap())
        .collect();
    for mut child in children {
        assert!(ended(&mut child).success());
    }
    check_all(&file.text(), 4, 500);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_reason_to_fail() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = scenario(&["write", "2", "100", "250", "8000"]);
    let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let stderr = drain(child.stderr.take().unwrap());
    assert!(ended(&mut child).success());
    let stderr = stderr.join().unwrap();
    assert_eq!(counts(&stderr), (0, 200));
    assert!(!stderr.contains("panicked"), "{stderr}");
}

/// A limit on the size of a file stands in for a disk: it can be reached, and
/// there is space again once the file has been emptied.
#[cfg(target_os = "linux")]
#[test]
fn lines_are_written_again_once_there_is_space() {
    let file = TemporaryFile::new();
    let mut shell = Command::new("sh");
    let line = r#"trap "" XFSZ; ulimit -f 64; exec "$0" fill "$1""#;
    shell.args(["-c", line, env!("CARGO_BIN_EXE_child"), file.as_str()]);
    let ran = run(&mut shell);
    assert!(ran.status.success(), "{ran:#?}");
    let (written, dropped) = counts(&ran.stderr);
    assert!(written > 10 && dropped > 100, "{ran:#?}");
    assert_eq!(written + dropped, 1_010);
    // What was there when it was full: whole lines, and the torn one.
    let (whole, torn) = ran.stdout.rsplit_once('\n').unwrap();
    let before = whole.lines().map(json::parse).count();
    assert!(!torn.is_empty(), "nothing was torn");
    // Then all lines, and one that says what is missing.
    let text = file.text();
    let after: Vec<_> = text.lines().filter(|line| !line.is_empty()).map(json::parse).collect();
    let told = after.iter().find(|line| line["message"] == "Lines dropped").unwrap();
    assert_eq!(told["lines_dropped"], dropped);
    assert_eq!(before + after.len() - 1, usize::try_from(written).unwrap());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_reason_to_fail() {
    for also_stderr in [false, true] {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut command = scenario(&["write", "2", "1000", "250", "8000"]);
        let stderr = if also_stderr { writer.try_clone().unwrap().into() } else { Stdio::piped() };
        let mut child = command.stdout(writer).stderr(stderr).spawn().unwrap();
        // The command holds copies of the other end.
        drop(command);
        let mut first = [0; 1];
        reader.read_exact(&mut first).unwrap();
        drop(reader);
        let stderr = child.stderr.take().map(drain);
        assert!(ended(&mut child).success());
        if let Some(stderr) = stderr.map(|stderr| stderr.join().unwrap()) {
            let (written, dropped) = counts(&stderr);
            assert!(written < 2_000 && written + dropped == 2_000, "{stderr}");
            assert!(!stderr.contains("panicked"), "{stderr}");
        }
    }
}

#[cfg(unix)]
#[test]
fn streams_closed_before_the_start_are_no_reason_to_fail() {
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        let mut shell = Command::new("sh");
        let line = format!("exec \"$0\" write 2 100 250 8000 {closed}");
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_child")]);
        let ran = run(&mut shell);
        assert!(ran.status.success(), "{closed}: {ran:#?}");
    }
}

/// Returns a pipe whose writer gets an error instead of having to wait.
#[cfg(unix)]
fn non_blocking_pipe() -> (io::PipeReader, PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let (reader, writer) = io::pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    (reader, writer)
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_that_does_not_block_loses_nothing_to_a_slow_reader() {
    for (least, most) in [("250", "251"), ("8000", "8001")] {
        let (mut reader, writer) = non_blocking_pipe();
        let mut command = scenario(&["write", "4", "300", least, most]);
        let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        drop(command);
        let stderr = drain(child.stderr.take().unwrap());
        let reader = thread::spawn(move || {
            let mut text = Vec::new();
            let mut bytes = [0; 1_000];
            // Not before the pipe is full: from then on, the writer waits.
            tests::wait_until("the pipe is full", || {
                rustix::io::ioctl_fionread(&reader).unwrap() > 48 * 1024
            });
            loop {
                match reader.read(&mut bytes).unwrap() {
                    0 => return String::from_utf8(text).unwrap(),
                    taken => text.extend_from_slice(&bytes[..taken]),
                }
            }
        });
        assert!(ended(&mut child).success());
        check_all(&reader.join().unwrap(), 4, 300);
        assert_eq!(counts(&stderr.join().unwrap()), (1_200, 0));
    }
}

#[test]
fn a_sink_may_log() {
    let ran = written(&["sink_that_logs"]);
    let outside = ran.messages().iter().filter(|message| *message == "outside").count();
    assert_eq!(outside, 3, "{ran:#?}");
    let (written, dropped) = counts(&ran.stderr);
    assert_eq!(written, 3);
    assert!(dropped >= 3, "what it logs itself is counted: {ran:#?}");
}

#[test]
fn a_sink_may_panic() {
    let ran = written(&["sink_that_panics"]);
    let (written, dropped) = counts(&ran.stderr);
    assert_eq!(written + dropped, 10, "{ran:#?}");
    let outside: Vec<_> = ran.lines().into_iter().filter(|line| line.get("n").is_some()).collect();
    assert_eq!(outside.len() as u64, written);
    assert!(written > 0 && dropped > 0, "{ran:#?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:#?}");
}

/// A panic inside of a panic hook would end the process.
#[test]
fn a_sink_that_panics_does_not_turn_a_users_panic_into_an_abort() {
    let ran = written(&["panic_with_a_sink_that_panics"]);
    for n in 0..4 {
        assert!(ran.stderr.contains(&format!("panic {n}")), "{ran:#?}");
    }
    assert!(ran.lines().iter().any(|line| line["level"] == "ERROR"), "{ran:#?}");
}

#[test]
fn a_sink_that_holds_back_is_flushed_after_each_line() {
    let ran = written(&["sink_that_holds_back"]);
    assert_eq!(ran.lines().len(), 10, "{ran:#?}");
}

/// A torn line stands alone; what follows begins on a new line.
#[test]
fn a_sink_that_stutters_tears_only_what_it_refuses() {
    let ran = written(&["sink_that_stutters", "500"]);
    let (written, dropped) = counts(&ran.stderr);
    assert_eq!(written + dropped, 2_000);
    assert!(dropped > 0 && written > dropped, "{written} {dropped}");
    let (whole, torn): (Vec<_>, Vec<_>) =
        ran.stdout.lines().partition(|line| json::try_parse(line).is_ok());
    let whole: Vec<Value> = whole.into_iter().map(json::parse).collect();
    let ours: Vec<_> = whole
        .iter()
        .filter(|line| line.get("n").is_some())
        .map(|line| (line["thread"].as_u64(), line["n"].as_u64()))
        .collect();
    // A line of which nothing but its newline was refused is there all the
    // same.
    assert!((written..=written + dropped).contains(&(ours.len() as u64)));
    assert_eq!(ours.iter().collect::<HashSet<_>>().len(), ours.len(), "none stands twice");
    for line in &torn {
        assert!(!line.ends_with('}') && line.matches("timestamp").count() <= 1, "merged: {line}");
    }
    let told = whole.iter().filter(|line| line["message"] == "Lines dropped");
    let told: u64 = told.map(|line| line["lines_dropped"].as_u64().unwrap()).sum();
    assert!(told <= dropped && told > 0, "{told} of {dropped}");
}
