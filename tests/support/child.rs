//! Child processes, for what a process can do only once: set up, and end.

use std::{
    ffi::OsStr,
    io::Read,
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{LONG, json};

/// What a child left behind.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// Returns the command for one scenario of the helper program.
pub fn child(program: impl AsRef<OsStr>, scenario: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(scenario).env("RUST_BACKTRACE", "0");
    for variable in ["RUST_LOG", "TRACE_FORMAT", "GOOGLE_CLOUD_PROJECT"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end, and reads all that it writes.
///
/// # Panics
///
/// If it cannot be started, or does not end in time.
#[track_caller]
pub fn run(command: &mut Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("spawns");
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let status = ended(&mut child);
    Ran { status, stdout: text(stdout), stderr: text(stderr) }
}

/// Waits for a child to end.
///
/// # Panics
///
/// If it does not end in time; it is killed then.
#[track_caller]
pub fn ended(child: &mut Child) -> ExitStatus {
    ended_after(child, |_| {})
}

/// The same, and does something to it again and again, until it has ended.
///
/// # Panics
///
/// If it does not end in time; it is killed then.
#[track_caller]
pub fn ended_after(child: &mut Child, mut again: impl FnMut(&Child)) -> ExitStatus {
    let deadline = Instant::now() + LONG;
    loop {
        if let Some(status) = child.try_wait().expect("can be waited for") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the child does not end");
        }
        again(child);
        thread::park_timeout(Duration::from_millis(1));
    }
}

/// Reads a stream to its end on a thread of its own, so that the child never
/// waits for us.
pub fn drain(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("can be read");
        String::from_utf8(bytes).expect("is UTF-8")
    })
}

fn text(reader: Option<JoinHandle<String>>) -> String {
    reader.map(|reader| reader.join().expect("was read")).unwrap_or_default()
}

impl Ran {
    /// Returns the lines on standard output, each read strictly.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(json::parse).collect()
    }

    /// Returns the messages of the lines on standard output.
    #[track_caller]
    pub fn messages(&self) -> Vec<String> {
        self.lines().iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
    }
}
