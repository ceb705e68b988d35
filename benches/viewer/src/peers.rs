//! Runs the viewer and its peers in turns, and shows how much processor time
//! each took.

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// A question, and the programs that answer it; the first is ours.
struct Question {
    name: &'static str,
    programs: Vec<(&'static str, Vec<String>)>,
}

const DUCKDB: &str = "import duckdb,sys
db=duckdb.connect()
db.execute('SET threads=1')
q=\"SELECT name,count(*),quantile_cont(duration_ms,[0.5,0.95,0.99]) FROM read_json('%s',format='newline_delimited',columns={kind:'VARCHAR',name:'VARCHAR',duration_ms:'DOUBLE'}) WHERE kind='step' GROUP BY name ORDER BY name\"
print(db.execute(q%sys.argv[1]).fetchall())";

fn program(name: &str, usual: &str) -> String {
    env::var(name).unwrap_or_else(|_| usual.to_owned())
}

fn questions(log: &str, id: &str) -> Vec<Question> {
    let trace = program("TRACE", "../target/release/trace");
    let args = |args: &[&str]| args.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let ours = |of: &[&str]| [vec![trace.clone()], args(of), args(&[log])].concat();
    let rg = |of: &[&str]| [vec![program("RG", "rg")], args(of), args(&[log])].concat();
    let duckdb = [vec![program("PYTHON", "python3")], args(&["-c", DUCKDB, log])].concat();
    let jq = [
        vec![program("JQ", "jq")],
        args(&["-c", "select(.kind == \"step\") | [.name, .duration_ms]", log]),
    ]
    .concat();
    let mlr = [
        vec![program("MLR", "mlr")],
        args(&[
            "--ijsonl",
            "--opprint",
            "stats1",
            "-a",
            "p50,p95,p99",
            "-f",
            "duration_ms",
            "-g",
            "name",
            log,
        ]),
    ]
    .concat();
    let one = |of: &[&str]| ours(&[of, &["--threads", "1"]].concat());
    vec![
        Question {
            name: "the lines of one id",
            programs: vec![
                ("trace show", ours(&["show", id])),
                ("rg -F --no-mmap", rg(&["-F", "--no-mmap", id])),
                ("rg -F", rg(&["-F", id])),
            ],
        },
        Question {
            name: "requests that failed or took 250 ms",
            programs: vec![
                ("trace ls", ours(&["ls", "--failed", "--slow", "250ms"])),
                ("rg -F", rg(&["-F", id])),
            ],
        },
        Question {
            name: "p50, p95, p99 by step",
            programs: vec![
                ("trace stats", one(&["stats", "--by", "step"])),
                ("trace stats by route", one(&["stats"])),
                ("duckdb, 1 thread", duckdb),
                ("jq, no percentiles", jq),
                ("mlr", mlr),
            ],
        },
        Question {
            name: "whole traces",
            programs: vec![("trace stats --self", one(&["stats", "--by", "route,step", "--self"]))],
        },
    ]
}

/// Prints the table: for each program the median of the rounds.
///
/// # Panics
///
/// If the log cannot be read.
pub fn run(folder: &Path, rounds: u64) {
    let log = folder.join("log.jsonl");
    let gib = log.metadata().unwrap().len() as f64 / f64::from(1 << 30);
    let id = an_id(&log);
    println!("| question | program | CPU s a GiB | user | memory MiB |\n|---|---|---|---|---|");
    for question in questions(log.to_str().unwrap(), &id) {
        let mut taken = vec![Vec::new(); question.programs.len()];
        for _ in 0..rounds {
            for (times, (_, command)) in taken.iter_mut().zip(&question.programs) {
                times.extend(measure(command));
            }
        }
        for (mut times, (name, _)) in taken.into_iter().zip(&question.programs) {
            times.sort_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((cpu, user, memory)) = times.get(times.len() / 2) {
                println!(
                    "| {} | {name} | {:.2} | {:.2} | {memory:.0} |",
                    question.name,
                    cpu / gib,
                    user / gib
                );
            }
        }
    }
}

/// Returns the id of a request in the middle of the log.
fn an_id(log: &Path) -> String {
    let mut lines = BufReader::new(File::open(log).unwrap()).lines();
    let line = lines.nth(200_000).unwrap().unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    line["trace_id"].as_str().unwrap().to_owned()
}

/// Runs a program; returns its processor time, that outside the kernel, and
/// the most memory it had. `None` if there is no such program.
fn measure(command: &[String]) -> Option<(f64, f64, f64)> {
    const SHOWN: &str = "import resource,subprocess,sys
r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)
u=resource.getrusage(resource.RUSAGE_CHILDREN)
print(r.returncode,u.ru_utime,u.ru_stime,u.ru_maxrss)";
    let mut python = Command::new(program("PYTHON", "python3"));
    python.args(["-c", SHOWN]).args(command).stderr(Stdio::null());
    let output = python.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    let [code, user, system, memory] = numbers[..] else { return None };
    (code == 0.0).then_some((user + system, user, memory / 1024.0))
}
