//! A contestant's process, as the parent process sees it.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;

use crate::workloads::Workload;

pub(crate) struct Player {
    pub(crate) name: &'static str,
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Player {
    /// Starts the process. `destination` is `null`, `direct` or `background`.
    pub(crate) fn start(name: &'static str, destination: &str, folder: &Path) -> Self {
        let file = folder.join(format!("{name}-{destination}.jsonl").replace(' ', "-"));
        let mut process = Command::new(env::current_exe().expect("this program"))
            .args(["contestant", name, destination])
            .arg(file)
            .env_remove("RUST_LOG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("it is piped"));
        Self { name, process, questions, answers }
    }

    /// Measures a workload for about this many milliseconds.
    pub(crate) fn measure(&mut self, workload: &Workload, milliseconds: u32) -> Value {
        self.ask(&format!("{milliseconds} {workload}"))
    }

    /// Returns the text of one batch.
    pub(crate) fn show(&mut self, workload: &Workload) -> String {
        self.ask(&format!("show {workload}")).as_str().unwrap_or_default().to_owned()
    }

    fn ask(&mut self, question: &str) -> Value {
        let questions = self.questions.as_mut().expect("open until it is dropped");
        writeln!(questions, "{question}").expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("{}, {question}: {error}: {answer}", self.name))
    }
}

impl Drop for Player {
    /// Closes the questions, which ends the process.
    fn drop(&mut self) {
        self.questions = None;
        let _ = self.process.wait();
    }
}
