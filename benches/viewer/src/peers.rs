//! Runs the viewer and its peers in turns, and shows how much processor time
//! each took.

use std::{env, path::Path, process::Command};

use crate::truth::{an_id, generate_long};

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

const AGRIND: &str = "* | json | where kind == \"step\" | p50(duration_ms), p95(duration_ms), p99(duration_ms) by name";

fn program(name: &str, usual: &str) -> String {
    env::var(name).unwrap_or_else(|_| usual.to_owned())
}

fn questions(log: &str, id: &str) -> Vec<Question> {
    let trace = program("TRACE", "../target/release/trace");
    let args = |args: &[&str]| args.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let ours = |of: &[&str]| [vec![trace.clone()], args(of), args(&[log])].concat();
    let rg = |of: &[&str]| [vec![program("RG", "rg")], args(of), args(&[log])].concat();
    let python = program("PYTHON", "python3");
    let duckdb = [vec![python.clone()], args(&["-c", DUCKDB, log])].concat();
    let other = log.replace("log.jsonl", "shuffled.jsonl");
    let shuffled = |of: &[&str]| [args(of), args(&[&other])].concat();
    let jq = [
        vec![program("JQ", "jq")],
        args(&["-c", "select(.kind == \"step\") | [.name, .duration_ms]", log]),
    ]
    .concat();
    let agrind = [vec![program("AGRIND", "agrind")], args(&["--file", log, AGRIND])].concat();
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
                ("angle-grinder", agrind),
                ("mlr", mlr),
            ],
        },
        Question {
            name: "the same, keys in any order",
            programs: vec![
                ("trace stats", shuffled(&[&trace, "stats", "--by", "step", "--threads", "1"])),
                ("duckdb, 1 thread", shuffled(&[&python, "-c", DUCKDB])),
            ],
        },
        Question {
            name: "whole traces",
            programs: vec![("trace stats --self", one(&["stats", "--by", "route,step", "--self"]))],
        },
    ]
}

/// Asks each question of one long log, and prints what it took.
///
/// # Panics
///
/// If the log cannot be made.
pub fn long(folder: &Path, mib: u64) {
    let log = folder.join("long.jsonl");
    if !log.exists() {
        generate_long(folder, mib);
    }
    let gib = log.metadata().unwrap().len() as f64 / f64::from(1 << 30);
    let (trace, id) = (program("TRACE", "../target/release/trace"), an_id(&log, 200_000));
    let log = log.to_str().unwrap();
    let asked = [
        format!("show {id}"),
        "show --failed -n 1".to_owned(),
        "ls --failed".to_owned(),
        "ls --since 10s".to_owned(),
        "stats --by step".to_owned(),
        "stats --self --by route,step".to_owned(),
        format!("diff {log}"),
        "html --output /dev/null".to_owned(),
        "export folded".to_owned(),
    ];
    let command = |question: &String| {
        let words = question.split(' ').map(str::to_owned);
        std::iter::once(trace.clone()).chain(words).chain([log.to_owned()]).collect::<Vec<_>>()
    };
    let commands: Vec<_> = asked.iter().map(command).collect();
    println!("{gib:.2} GiB");
    println!("| question | CPU s | MiB |");
    println!("|---|---|---|");
    for (question, times) in asked.iter().zip(measure(&commands.iter().collect::<Vec<_>>(), 1)) {
        let [(cpu, _, memory)] = times[..] else { panic!("{question} failed") };
        println!("| {} | {cpu:.2} | {memory:.0} |", question.replace(log, "LOG"));
    }
}

/// Prints the table: for each program the least and the median of the rounds,
/// in which all programs take turns.
///
/// # Panics
///
/// If the log cannot be read.
pub fn run(folder: &Path, rounds: u64) {
    let log = folder.join("log.jsonl");
    let gib = log.metadata().unwrap().len() as f64 / f64::from(1 << 30);
    let id = an_id(&log, 200_000);
    let questions = questions(log.to_str().unwrap(), &id);
    let commands: Vec<_> = questions.iter().flat_map(|it| &it.programs).collect();
    let measured = measure(&commands.iter().map(|it| &it.1).collect::<Vec<_>>(), rounds);
    println!("| question | program | CPU s a GiB, least | user | median | MiB |");
    println!("|---|---|---|---|---|---|");
    let names =
        questions.iter().flat_map(|it| it.programs.iter().map(|program| (it.name, program.0)));
    for ((question, name), mut times) in names.zip(measured) {
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some((least, user, _)) = times.first() else { continue };
        let (median, _, memory) = times[times.len() / 2];
        let (least, user, median) = (least / gib, user / gib, median / gib);
        println!("| {question} | {name} | {least:.2} | {user:.2} | {median:.2} | {memory:.0} |");
    }
}

/// Runs programs in turns; returns the processor time of each, that outside the
/// kernel, and the most memory it had. Of a program that is not there, nothing.
fn measure(commands: &[&Vec<String>], rounds: u64) -> Vec<Vec<(f64, f64, f64)>> {
    const RUN: &str = "import json,os,subprocess,sys
null=open(os.devnull,'w')
for _ in range(int(sys.argv[1])):
    for at,command in enumerate(json.loads(sys.argv[2])):
        try:
            child=subprocess.Popen(command,stdout=null,stderr=null)
        except OSError:
            continue
        _,status,used=os.wait4(child.pid,0)
        # 1 is that of ours that found nothing.
        if os.waitstatus_to_exitcode(status) in (0,1):
            print(at,used.ru_utime+used.ru_stime,used.ru_utime,used.ru_maxrss/1024)";
    let mut python = Command::new(program("PYTHON", "python3"));
    python.args(["-c", RUN, &rounds.to_string(), &serde_json::to_string(commands).unwrap()]);
    let output = python.output().unwrap();
    let mut measured = vec![Vec::new(); commands.len()];
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let numbers: Vec<f64> = line.split(' ').map(|it| it.parse().unwrap()).collect();
        let [at, cpu, user, memory] = numbers[..] else { panic!("{line}") };
        measured[at as usize].push((cpu, user, memory));
    }
    measured
}
