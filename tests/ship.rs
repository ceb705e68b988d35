//! The recipes of `docs/ship`, each run on lines of the example `messages`
//! where its program can be had.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use test_support::{python_with, succeeds, wait_until};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn recipe(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/docs/ship/{name}")).unwrap()
}

fn messages() -> String {
    fs::read_to_string(format!("{ROOT}/examples/messages.jsonl")).unwrap()
}

/// Returns an empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ship").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a program in a folder; returns what it printed.
#[track_caller]
fn run(program: &mut Command, folder: &Path) -> String {
    let output = program.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the lines of `messages`, and many made ones, in their order.
fn many() -> String {
    let mut lines = messages();
    for number in 0..80_000 {
        let _ = writeln!(
            lines,
            r#"{{"timestamp":"2026-11-22T03:00:01.000000Z","level":"INFO","message":"made","Number":{number}}}"#
        );
    }
    lines
}

#[test]
fn rsyslog_passes_each_line_on_in_order_and_puts_failed_requests_apart() {
    if !succeeds(Command::new("rsyslogd").arg("-v")) {
        return println!("skipped: there is no rsyslogd");
    }
    let folder = folder("rsyslog");
    let shown = folder.to_str().unwrap();
    let settings = recipe("rsyslog.conf").replace("/var/log/shop", shown);
    fs::write(folder.join("r.conf"), settings.replace("/var/spool/rsyslog", shown)).unwrap();
    let lines = many();
    fs::write(folder.join("service.log"), &lines).unwrap();
    let mut daemon = Command::new("rsyslogd")
        .args(["-n", "-f", &format!("{shown}/r.conf"), "-i", &format!("{shown}/pid")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let archive = folder.join("archive.log");
    let size = || fs::metadata(&archive).map_or(0, |file| file.len());
    wait_until("all lines are passed on", || size() >= lines.len() as u64);
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    assert!(fs::read_to_string(archive).unwrap() == lines, "the archive is not the log");
    let failed = fs::read_to_string(folder.join("failed.log")).unwrap();
    assert_eq!(failed.lines().count(), 1, "{failed}");
    assert!(failed.contains("database timeout while fetching user messages"), "{failed}");
}

/// What the six questions have to answer, in their order.
const ANSWERS: [&str; 6] = [
    "database timeout while fetching user messages",
    "fetch_messages",
    "/users/{id}/messages",
    "find_user",
    "Error code 5: database is locked",
    "overflow",
];

/// The log of the questions: `messages`, a gap, a key that comes late, and half
/// a line.
fn log() -> String {
    let gap = r#"{"timestamp":"2026-11-22T03:00:01.000000Z","level":"WARN","message":"Lines dropped","target":"trace_runtime","lines_dropped":3,"cause":"overflow","first_dropped":"2026-11-22T03:00:00.000000Z","last_dropped":"2026-11-22T03:00:00.500000Z"}"#;
    let late = r#"{"timestamp":"2026-11-22T03:00:02.000000Z","message":"late","late":{"key":1}}"#;
    let messages = messages();
    let torn = &messages.lines().last().unwrap()[..100];
    format!("{messages}{gap}\n{late}\n{torn}")
}

#[track_caller]
fn check_answers(answers: &[&str]) {
    assert_eq!(answers.len(), ANSWERS.len(), "{answers:#?}");
    for (answer, expected) in answers.iter().zip(ANSWERS) {
        assert!(answer.contains(expected), "{expected} is not in {answer}");
    }
}

#[test]
fn duckdb_answers_the_six_questions() {
    const PROGRAM: &str = "import duckdb, sys
for statement in duckdb.extract_statements(sys.stdin.read()):
    result = duckdb.execute(statement)
    if statement.type == duckdb.StatementType.SELECT:
        print(result.fetchall())";
    let Some(python) = python_with("duckdb", "duckdb", Path::new(env!("CARGO_TARGET_TMPDIR")))
    else {
        return println!("skipped: DuckDB cannot be had");
    };
    let folder = folder("duckdb");
    fs::write(folder.join("service.log"), log()).unwrap();
    fs::write(folder.join("recipe.sql"), recipe("duckdb.sql")).unwrap();
    let recipe = fs::File::open(folder.join("recipe.sql")).unwrap();
    let answers = run(Command::new(python).args(["-c", PROGRAM]).stdin(recipe), &folder);
    check_answers(&answers.lines().collect::<Vec<_>>());
}

#[test]
fn clickhouse_answers_the_six_questions() {
    if !succeeds(Command::new("clickhouse").args(["local", "--version"])) {
        return println!("skipped: there is no clickhouse");
    }
    let folder = folder("clickhouse");
    fs::write(folder.join("service.log"), log()).unwrap();
    let recipe = recipe("clickhouse.sql").replace(";\n\n-- ", ";\nSELECT '=';\n\n-- ");
    let answers = run(Command::new("clickhouse").args(["local", "--query", &recipe]), &folder);
    let answers: Vec<_> = answers.split("=\n").filter(|answer| !answer.is_empty()).collect();
    check_answers(&answers);
}

#[test]
fn lnav_finds_the_lines_of_a_trace() {
    if !succeeds(Command::new("lnav").arg("-V")) {
        return println!("skipped: there is no lnav");
    }
    let folder = folder("lnav");
    let formats = folder.join(".config/lnav/formats/installed");
    fs::create_dir_all(&formats).unwrap();
    fs::write(formats.join("trace_log.json"), recipe("lnav.json")).unwrap();
    fs::write(folder.join("service.log"), messages()).unwrap();
    let question = ";SELECT count(*) AS lines, count(DISTINCT log_opid) AS traces, \
                    sum(log_level = 'error') AS errors FROM trace_log";
    let mut lnav = Command::new("lnav");
    lnav.env("HOME", &folder).args(["-n", "-c", question, "-c", ":write-csv-to -", "service.log"]);
    let answer = run(&mut lnav, &folder);
    let lines = messages().lines().count();
    assert_eq!(answer, format!("lines,traces,errors\n{lines},5,1\n"));
    let shown = run(Command::new("lnav").env("HOME", &folder).args(["-n", "service.log"]), &folder);
    let failed = "Request processed get_messages error 0.000000 database timeout while fetching";
    assert!(shown.contains(failed), "{shown}");
}

#[test]
fn what_no_test_runs_says_so() {
    for name in ["otelcol.yaml", "vector.toml"] {
        assert!(recipe(name).lines().next().unwrap().contains("Not run by a test"), "{name}");
    }
    let index = recipe("README.md");
    for file in fs::read_dir(format!("{ROOT}/docs/ship")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || index.contains(&format!("({name})")), "{name}");
    }
}
