//! The programs of `docs/reading-lines.md`, run over a log with keys that come
//! late and a torn last line: where the program can be had.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the text of the block that begins with this fence.
fn block(fence: &str) -> String {
    let document = fs::read_to_string(format!("{ROOT}/docs/reading-lines.md")).unwrap();
    let (_, after) = document.split_once(&format!("```{fence}\n")).unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

/// A folder with a `service.log`: more plain lines than `DuckDB` looks at to infer
/// columns, then the lines of the example `messages`, a key that comes late,
/// and half a line.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reading");
    fs::create_dir_all(&folder).unwrap();
    let plain = r#"{"timestamp":"2026-11-22T03:00:00.000000Z","level":"INFO","message":"m"}"#;
    let messages = fs::read_to_string(format!("{ROOT}/examples/messages.jsonl")).unwrap();
    let late = r#"{"timestamp":"2026-11-22T03:00:01.000000Z","message":"late","late":{"key":1}}"#;
    let torn = &messages.lines().last().unwrap()[..100];
    let log = format!("{}{messages}{late}\n{torn}", format!("{plain}\n").repeat(21_000));
    fs::write(folder.join("service.log"), log).unwrap();
    folder
});

/// Returns what a program printed, or none where it cannot be had.
fn run(program: &mut Command) -> Option<String> {
    let Output { status, stdout, stderr } = program.current_dir(&*FOLDER).output().ok()?;
    assert!(status.success(), "{program:?}: {}", String::from_utf8_lossy(&stderr));
    Some(String::from_utf8(stdout).unwrap())
}

fn is_there(program: &mut Command) -> bool {
    program.output().is_ok_and(|output| output.status.success())
}

#[test]
fn jq_reads_a_log_with_a_torn_last_line() {
    if !is_there(Command::new("jq").arg("--version")) {
        println!("skipped: there is no jq");
        return;
    }
    let programs = block("sh");
    let programs: Vec<_> = programs.lines().filter(|line| line.starts_with("jq ")).collect();
    let [failed, steps] = programs[..] else { panic!("{programs:?}") };
    let failed = run(Command::new("sh").args(["-c", failed])).unwrap();
    assert!(failed.contains(r#""error":"database timeout while fetching"#), "{failed}");
    let steps = run(Command::new("sh").args(["-c", steps])).unwrap();
    assert!(steps.starts_with(r#"{"name":"fetch_messages","ms":"#), "{steps}");
}

/// Returns a Python that has `DuckDB`, installing it below `target` if need be.
fn python_with_duckdb() -> Option<PathBuf> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("duckdb");
    let python = environment.join(if cfg!(windows) { "Scripts/python" } else { "bin/python" });
    let install = ["-m", "pip", "install", "-q", "--retries", "0", "--timeout", "20", "duckdb"];
    let has_it = is_there(Command::new(&python).args(["-c", "import duckdb"]))
        || is_there(Command::new("python3").args(["-m", "venv"]).arg(&environment))
            && is_there(Command::new(&python).args(install));
    has_it.then_some(python)
}

#[test]
fn duckdb_reads_a_log_with_late_keys_and_a_torn_last_line() {
    const PROGRAM: &str = "import duckdb, sys
for statement in duckdb.extract_statements(sys.argv[1]):
    result = duckdb.execute(statement)
    if result.description:
        print(result.fetchall())";
    let Some(python) = python_with_duckdb() else {
        println!("skipped: DuckDB cannot be had");
        return;
    };
    let run = |sql: &str| run(Command::new(&python).args(["-c", PROGRAM, sql])).unwrap();
    let recipe = block("sql duckdb");
    let found = run(&recipe);
    assert!(found.contains("500, 'database timeout while fetching user messages')"), "{found}");
    assert!(found.contains("('find_user', "), "{found}");
    let view = recipe.split_inclusive(';').next().unwrap();
    let counts = "SELECT count(message), count(timestamp), count(user_id) FROM lines";
    let messages = fs::read_to_string(FOLDER.join("service.log")).unwrap().lines().count() - 1;
    let found = run(&format!("{view} {counts}"));
    assert!(found.contains(&format!("({messages}, {messages}, ")), "{found}");
}

#[test]
fn clickhouse_reads_a_log_with_late_keys_and_a_torn_last_line() {
    if !is_there(Command::new("clickhouse").args(["local", "--version"])) {
        println!("skipped: there is no clickhouse");
        return;
    }
    let query = block("sql clickhouse");
    let found = run(Command::new("clickhouse").args(["local", "--query", &query])).unwrap();
    assert!(found.contains("500\tdatabase timeout while fetching user messages\t["), "{found}");
}
