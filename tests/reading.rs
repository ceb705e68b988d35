//! The programs of `docs/cookbook.md`, run over a log with keys that come
//! late and a torn last line, and its settings, read by what they are for: where
//! the program can be had.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use test_support::{pages, python_with, succeeds};
use trace_runtime::sink::{File, Sink as _};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the text of the block of the page that begins with this fence.
fn block(fence: &str) -> String {
    pages::block("cookbook.md", fence)
}

/// A folder with a `service.log`: more plain lines than `DuckDB` looks at to infer
/// columns, then the lines of the example `messages`, a gap, a key that comes
/// late, and half a line.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reading");
    fs::create_dir_all(&folder).unwrap();
    let plain = r#"{"timestamp":"2026-11-22T03:00:00.000000Z","level":"INFO","message":"m"}"#;
    let messages = fs::read_to_string(format!("{ROOT}/examples/messages.jsonl")).unwrap();
    let gap = r#"{"timestamp":"2026-11-22T03:00:01.000000Z","message":"Lines dropped","target":"trace_runtime","lines_dropped":3,"cause":"overflow"}"#;
    let late = r#"{"timestamp":"2026-11-22T03:00:01.000000Z","message":"late","late":{"key":1}}"#;
    let torn = &messages.lines().last().unwrap()[..100];
    let log = format!("{}{messages}{gap}\n{late}\n{torn}", format!("{plain}\n").repeat(21_000));
    fs::write(folder.join("service.log"), log).unwrap();
    folder
});

/// Returns what a program printed, or none where it cannot be had.
fn run(program: &mut Command) -> Option<String> {
    let Output { status, stdout, stderr } = program.current_dir(&*FOLDER).output().ok()?;
    assert!(status.success(), "{program:?}: {}", String::from_utf8_lossy(&stderr));
    Some(String::from_utf8(stdout).unwrap())
}

#[test]
fn jq_reads_a_log_with_a_torn_last_line() {
    if !succeeds(Command::new("jq").arg("--version")) {
        println!("skipped: there is no jq");
        return;
    }
    let answers: Vec<_> = block("sh")
        .lines()
        .filter(|line| line.starts_with("jq "))
        .map(|program| run(Command::new("sh").args(["-c", &with_failed_id(program)])).unwrap())
        .collect();
    let [failed, story, steps, slowest, gaps] = &answers[..] else { panic!("{answers:?}") };
    assert!(failed.contains(r#""error":"database timeout while fetching"#), "{failed}");
    assert!(story.contains("reading the tenant's database"), "{story}");
    assert!(steps.starts_with(r#"{"name":"fetch_messages","ms":"#), "{steps}");
    assert_eq!(slowest.lines().count(), 10, "{slowest}");
    assert!(gaps.contains(r#""lines_dropped":3,"cause":"overflow""#), "{gaps}");
}

/// Puts the id of the request that failed in the place of the one that a
/// program asks for.
fn with_failed_id(program: &str) -> String {
    let messages = fs::read_to_string(format!("{ROOT}/examples/messages.jsonl")).unwrap();
    let failed = messages.lines().find(|line| line.contains(r#""level":"ERROR""#)).unwrap();
    let id = failed.split(r#""trace_id":""#).nth(1).unwrap().split('"').next().unwrap();
    let is_id = |part: &&str| part.len() == 32 && part.chars().all(|c| c.is_ascii_hexdigit());
    program.split('"').find(is_id).map_or(program.to_owned(), |other| program.replace(other, id))
}

#[test]
fn duckdb_reads_a_log_with_late_keys_and_a_torn_last_line() {
    const PROGRAM: &str = "import duckdb, sys
for statement in duckdb.extract_statements(sys.argv[1]):
    result = duckdb.execute(statement)
    if result.description:
        print(result.fetchall())";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let Some(python) = python_with("duckdb", "duckdb", folder) else {
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
    if !succeeds(Command::new("clickhouse").args(["local", "--version"])) {
        println!("skipped: there is no clickhouse");
        return;
    }
    let query = block("sql clickhouse");
    let found = run(Command::new("clickhouse").args(["local", "--query", &query])).unwrap();
    assert!(found.contains("500\tdatabase timeout while fetching user messages\t["), "{found}");
}

/// Returns an empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn logrotate_moves_a_log_away_that_is_then_opened_anew() {
    let logrotate = ["logrotate", "/usr/sbin/logrotate"]
        .into_iter()
        .find(|program| succeeds(Command::new(program).arg("--version")));
    let Some(logrotate) = logrotate else {
        return println!("skipped: there is no logrotate");
    };
    let folder = folder("logrotate");
    let (log, signalled) = (folder.join("service.log"), folder.join("signalled"));
    let settings = block("text logrotate")
        .replace("/var/log/shop", folder.to_str().unwrap())
        .replace("pkill -HUP -x shop", &format!("touch {}", signalled.display()));
    fs::write(folder.join("settings"), settings).unwrap();
    let mut file = File::open(&log).unwrap();
    file.write(b"{\"before\":1}\n").unwrap();
    let mut rotate = Command::new(logrotate);
    rotate.args(["--force", "--state", "state", "settings"]).current_dir(&folder);
    let output = rotate.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(signalled.exists(), "no signal was sent");
    file.write(b"{\"meanwhile\":1}\n").unwrap();
    file.reopen().reopen().unwrap();
    file.write(b"{\"after\":1}\n").unwrap();
    let old = fs::read_to_string(folder.join("service.log.1")).unwrap();
    assert_eq!(old, "{\"before\":1}\n{\"meanwhile\":1}\n");
    assert_eq!(fs::read_to_string(&log).unwrap(), "{\"after\":1}\n");
}

#[test]
fn systemd_takes_the_unit() {
    if !succeeds(Command::new("systemd-analyze").arg("--version")) {
        return println!("skipped: there is no systemd-analyze");
    }
    let unit = folder("systemd").join("shop.service");
    fs::write(&unit, block("ini systemd").replace("/usr/local/bin/shop", "/bin/true")).unwrap();
    let output = Command::new("systemd-analyze").arg("verify").arg(&unit).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let of_it: Vec<_> = said.lines().filter(|line| line.contains("shop.service")).collect();
    assert_eq!(of_it, [""; 0]);
}

#[test]
fn kubernetes_takes_the_deployment() {
    let manifest = folder("kubernetes").join("shop.yaml");
    fs::write(&manifest, block("yaml kubernetes")).unwrap();
    if !succeeds(Command::new("kubectl").args(["version", "--client"])) {
        return println!("skipped: there is no kubectl");
    }
    // Without a server: `--local` reads it by the types of Kubernetes.
    let mut kubectl = Command::new("kubectl");
    kubectl.args(["set", "env", "--local", "-o", "yaml", "RUST_LOG=debug", "-f"]).arg(&manifest);
    let output = kubectl.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = String::from_utf8(output.stdout).unwrap();
    for line in ["path: /health", "terminationGracePeriodSeconds: 30", "value: debug"] {
        assert!(read.contains(line), "{line}: {read}");
    }
}
