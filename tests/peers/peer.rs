//! Starts programs of others, and reads the lines that they print.

use std::{
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;
use test_support::{child::child, wait_until};

/// Returns the folder of the installed peers.
pub fn installed() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers");
    let is_there = folder.join("done-2").exists();
    if !is_there {
        println!("skipped: `tests/peers/install.sh` has not been run");
    }
    is_there.then_some(folder)
}

/// A program that runs until it is dropped.
pub struct Peer {
    child: Child,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Peer {
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (lines, stdout) = (Arc::<Mutex<Vec<Value>>>::default(), child.stdout.take().unwrap());
        let of_thread = Arc::clone(&lines);
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    of_thread.lock().unwrap().push(value);
                }
            }
        });
        Self { child, lines }
    }

    /// Starts a script of this folder.
    pub fn python(folder: &Path, script: &str, arguments: &[&str]) -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let mut command = Command::new(folder.join("bin/python"));
        Self::start(command.arg(scripts.join(script)).args(arguments))
    }

    /// Starts a collector that passes on to a URL. Returns where it receives.
    pub fn rotel(folder: &Path, to: &str) -> (Self, String) {
        let [http, grpc] = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
        let program = glob(&folder.join("lib"), "rotel/rotel-agent");
        let mut command = Command::new(program);
        command.args(["start", "--otlp-grpc-endpoint", &grpc, "--otlp-http-endpoint", &http]);
        command.args(["--exporter", "otlp", "--otlp-exporter-endpoint", to]);
        command.args(["--otlp-exporter-protocol", "http", "--batch-timeout", "200ms"]);
        let rotel = Self::start(&mut command);
        wait_until("the collector listens", || TcpStream::connect(&http).is_ok());
        (rotel, format!("http://{http}"))
    }

    /// Starts our own helper program.
    pub fn ours(scenario: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = child(env!("CARGO_BIN_EXE_child"), scenario);
        Self::start(command.envs(variables.iter().copied()))
    }

    /// Returns the address that it says it listens on.
    pub fn url(&self) -> String {
        let port = || self.lines().iter().find_map(|line| line["port"].as_u64());
        wait_until("it listens", || port().is_some());
        format!("http://127.0.0.1:{}", port().unwrap())
    }

    /// Returns what it has printed so far.
    pub fn lines(&self) -> Vec<Value> {
        self.lines.lock().unwrap().clone()
    }

    /// Returns the items of this kind that it has printed.
    pub fn items(&self, kind: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["kind"] == kind).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Finds a file below the folders of a folder that are named for a version.
fn glob(folder: &Path, file: &str) -> PathBuf {
    let versions = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = versions.map(|path| path.join("site-packages").join(file));
    files.into_iter().find(|path| path.exists()).unwrap()
}
