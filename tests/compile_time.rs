//! What the attributes cost a compiler.
//!
//! Writes crates of 1,000 `async` functions: plain ones, ones that are
//! `#[timed]`, and ones under `tracing::instrument`. Compiles them by turns,
//! without incremental compilation, dependencies aside, and prints the median
//! of three times of `cargo check`, `cargo build` and `cargo build --release`,
//! and the sizes of the release binaries. Where the system reports it, the time
//! is the sum over all processors, so that it matters little what else runs:
//!
//! ```sh
//! cargo run -p tests --bin compile_time            # 1,000 functions, three times
//! cargo run -p tests --bin compile_time -- 500 1   # 500 functions, once
//! ```
//!
//! The crates are workspaces of their own, so `tracing` does not enter ours.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// How many functions are in a file.
const PER_FILE: usize = 100;

/// A name, an attribute, and the dependency it is from.
const KINDS: [(&str, &str, &str); 3] = [
    ("plain", "", ""),
    ("timed", "#[trace_runtime::timed]", "trace-runtime = { path = \"RUNTIME\" }"),
    ("instrument", "#[tracing::instrument(skip_all, err)]", "tracing = \"0.1\""),
];

const COMMANDS: [&[&str]; 3] = [&["check"], &["build"], &["build", "--release"]];

/// A row for each crate, with a time for each command.
type Rows = Vec<Vec<Duration>>;

fn main() {
    let numbers: Vec<usize> = env::args().skip(1).filter_map(|it| it.parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(1000);
    let runs = numbers.get(1).copied().unwrap_or(3);
    let folder = env::temp_dir().join(format!("trace-compile-time-{}", std::process::id()));
    println!("{count} functions, {}", output(Command::new("rustc").arg("--version")));
    let crates: Vec<Crate> =
        KINDS.iter().map(|kind| Crate::write(&folder.join(kind.0), kind, count)).collect();
    let mut rows = vec![Vec::new(); crates.len()];
    for command in COMMANDS {
        for (row, time) in rows.iter_mut().zip(medians(&crates, command, runs)) {
            row.push(time);
        }
    }
    print(&crates, &rows);
    // What is left behind is in the temporary folder of the system anyway.
    let _ = fs::remove_dir_all(folder);
}

/// Runs a command in each crate, by turns, and returns the median of each.
fn medians(crates: &[Crate], command: &[&str], runs: usize) -> Vec<Duration> {
    let mut times = vec![Vec::new(); crates.len()];
    for one in crates {
        one.compile(command); // the dependencies
    }
    for _ in 0..runs {
        for (one, times) in crates.iter().zip(&mut times) {
            times.push(one.compile(command));
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

fn print(crates: &[Crate], rows: &Rows) {
    println!("| | check | build | release | binary |\n|---|---:|---:|---:|---:|");
    for (one, row) in crates.iter().zip(rows) {
        let times = row.iter().zip(&rows[0]).map(|(time, plain)| {
            let times = time.as_secs_f64() / plain.as_secs_f64();
            format!(" {:.1} s, {times:.1}× |", time.as_secs_f64())
        });
        let size = one.size() / 1024;
        println!("| {} |{} {size} KiB |", one.name, times.collect::<String>());
    }
}

struct Crate {
    name: &'static str,
    folder: PathBuf,
}

impl Crate {
    fn write(
        folder: &Path,
        (name, attribute, dependency): &(&'static str, &str, &str),
        count: usize,
    ) -> Self {
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-runtime");
        let dependency = dependency.replace("RUNTIME", &runtime.display().to_string());
        fs::create_dir_all(folder.join("src")).expect("can be made");
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text).expect("can be written");
        };
        write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{dependency}\n\n[workspace]\n"
            ),
        );
        let files = count.div_ceil(PER_FILE);
        let mut main = String::new();
        for file in 0..files {
            let of_file = (file * PER_FILE)..count.min((file + 1) * PER_FILE);
            write(&format!("src/part{file}.rs"), &part(attribute, of_file));
            let _ = writeln!(main, "mod part{file};");
        }
        let calls = (0..files).map(|file| format!("    part{file}::all(poll);\n"));
        let _ = writeln!(main, "{MAIN}{}}}", calls.collect::<String>());
        write("src/main.rs", &main);
        Self { name, folder: folder.to_owned() }
    }

    /// Compiles the crate, and returns how long that took.
    fn compile(&self, command: &[&str]) -> Duration {
        let main = self.folder.join("src/main.rs");
        let text = fs::read_to_string(&main).expect("can be read");
        fs::write(main, text).expect("can be written");
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(command).arg("--quiet").current_dir(&self.folder);
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", self.folder.join("target"));
        let (start, used) = (Instant::now(), processor_time());
        let _ = output(&mut cargo);
        match (used, processor_time()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => start.elapsed(),
        }
    }

    fn size(&self) -> u64 {
        let binary = self.folder.join("target/release").join(self.name);
        fs::metadata(binary).map_or(0, |binary| binary.len())
    }
}

/// What all processes that this one waited for have used.
fn processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses, the 14th and 15th, in hundredths.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(13).take(2).map(|ticks| ticks.parse::<u64>().ok());
    Some(Duration::from_millis(ticks.sum::<Option<u64>>()? * 10))
}

/// A file of functions, and one that calls them all.
fn part(attribute: &str, of_file: std::ops::Range<usize>) -> String {
    let mut part = "use std::io::{Error, ErrorKind};\n".to_owned();
    let mut all = "pub fn all(poll: fn(crate::Work)) {\n".to_owned();
    for index in of_file {
        let _ = write!(
            part,
            "\n{attribute}\n\
             pub async fn function{index}(id: u64, name: &str) -> Result<u64, Error> {{\n\
             \x20   if name.is_empty() {{\n\
             \x20       return Err(ErrorKind::NotFound.into());\n\
             \x20   }}\n\
             \x20   crate::wait().await;\n\
             \x20   Ok(id + {index})\n\
             }}\n"
        );
        let _ = writeln!(all, "    poll(Box::pin(function{index}(7, \"a\")));");
    }
    format!("{part}\n{all}}}\n")
}

const MAIN: &str = r"
use std::{future::Future, io, pin::Pin, task};

pub type Work = Pin<Box<dyn Future<Output = io::Result<u64>>>>;

pub async fn wait() {}

fn poll(mut work: Work) {
    let mut context = task::Context::from_waker(task::Waker::noop());
    let _ = std::hint::black_box(work.as_mut().poll(&mut context));
}

fn main() {
";

fn output(command: &mut Command) -> String {
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
