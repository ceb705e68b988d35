//! The same answers from databases: DuckDB over the files, ClickHouse over
//! HTTP. Where their Python packages are not there, the tests say so.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use crate::support::{cases, program, trace, trace_with};

fn has_package(name: &str) -> bool {
    let import = Command::new("python3").args(["-c", &format!("import {name}")]).output();
    let is_there = import.is_ok_and(|output| output.status.success());
    if !is_there {
        println!("skipped: there is no {name} for Python");
    }
    is_there
}

/// Returns the rows that DuckDB answers a question with, as lines.
fn duckdb(question: &str) -> String {
    const RUN: &str = "import duckdb,sys
for row in duckdb.connect().execute(sys.stdin.read()).fetchall():
    print(*row, sep='|')";
    let query = trace(&format!("sql --dialect duckdb {question}"));
    assert_eq!((query.code, &*query.stderr), (0, ""));
    let mut python = Command::new("python3");
    python.args(["-c", RUN]).current_dir(cases());
    let mut child =
        python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(query.stdout.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        query.stdout,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn duckdb_finds_the_same_lines() {
    if !has_package("duckdb") {
        return;
    }
    let shown = |lines: String, command: &str| trace_with(command, lines.as_bytes()).stdout;
    let show = shown(duckdb("show 64e9 outcomes.jsonl plain.jsonl"), "show 64e9 -");
    assert_eq!(show, trace("show 64e9 outcomes.jsonl").stdout);
    for choice in [
        "",
        "--failed",
        "--slow 250ms",
        "--failed --slow 60ms",
        "--status 4xx",
        "--outcome rejected",
        "--route /orders",
        "--since 1s",
        "--until 2026-11-27T10:00:00.2",
        "--where status=201",
        "--where status>400 --service shop",
        "--where status>=402",
        "--where status<=201",
        "-n 2",
    ] {
        let found = shown(duckdb(&format!("ls {choice} outcomes.jsonl")), "ls --json");
        let expected = trace(&format!("ls --json {choice} outcomes.jsonl")).stdout;
        assert_eq!(found, expected, "{choice}");
    }
}

#[test]
fn duckdb_counts_the_same() {
    if !has_package("duckdb") {
        return;
    }
    for by in ["step", "route", "service"] {
        let rows = duckdb(&format!("stats --by {by} outcomes.jsonl plain.jsonl"));
        let ours = trace(&format!("stats --json --by {by} outcomes.jsonl plain.jsonl")).stdout;
        let row = |line: &str| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text =
                |key: &str| row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned);
            let keys = [by, "calls", "errors", "p50_ms", "p95_ms", "p99_ms", "max_ms", "total_ms"];
            keys.map(text).join("|")
        };
        let mut expected: Vec<_> = ours.lines().map(row).collect();
        let mut found: Vec<_> = rows.lines().map(str::to_owned).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{by}");
    }
}

/// ClickHouse's engine behind HTTP; it ends with its standard input.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Option<Self> {
        if !has_package("chdb") {
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewer/clickhouse.py");
        let mut python = Command::new("python3");
        python.arg(script).args([cases().join("outcomes.jsonl"), cases().join("plain.jsonl")]);
        let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Some(Self { child, url: format!("http://127.0.0.1:{}", port.trim()) })
    }

    fn ask(&self, command: &str) -> String {
        let ran = trace(&format!("{command} --clickhouse {}", self.url));
        assert_eq!(ran.stderr, "", "{command}");
        ran.stdout
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn clickhouse_answers_as_the_files_do() {
    let Some(server) = Server::start() else { return };
    for id in ["64e99f3c4797703e289c42bec2d61eaf", "5ff6", "f2bc"] {
        let of_files = trace(&format!("show {id} outcomes.jsonl plain.jsonl")).stdout;
        assert_eq!(server.ask(&format!("show {id}")), of_files, "{id}");
    }
    for choice in
        ["--failed", "--slow 250ms", "--status 4xx", "--route /orders", "--since 1s", "-n 2"]
    {
        let of_files = trace(&format!("ls --json {choice} outcomes.jsonl plain.jsonl")).stdout;
        assert_eq!(server.ask(&format!("ls --json {choice}")), of_files, "{choice}");
    }
    let rows = server.ask("stats --by step");
    assert!(
        rows.contains("render            3       0  9.25  12.1  12.1   12.100    0.031"),
        "{rows}"
    );
    // No value ends a literal.
    for value in ["it's", "a\\b", "\"", "--", "';DROP TABLE logs;'", "`"] {
        let mut command = program();
        command.args(["ls", "--clickhouse", &server.url, "--where", &format!("note={value}")]);
        let ran = command.output().unwrap();
        assert_eq!((ran.status.code(), ran.stderr), (Some(1), Vec::new()), "{value}");
    }
    let mut stranger = program();
    stranger.args(["ls", "--clickhouse", &server.url]).env("CLICKHOUSE_USER", "stranger");
    let refused = stranger.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("the server answered 403: Code: 516."), "{said}");
}

/// Returns the spans and events of a trace, by their times.
fn spans(shown: &str) -> Vec<String> {
    let shown: serde_json::Value = serde_json::from_str(shown).unwrap();
    let of = |key: &str| shown[key].as_array().unwrap().clone();
    let mut spans = of("spans");
    let names: Vec<_> = spans.iter().map(|span| span["name"].clone()).collect();
    for span in &mut spans {
        // The rows of a table have no order of lines.
        if let Some(parent) = span["parent"].as_u64() {
            span["parent"] = names[usize::try_from(parent).unwrap()].clone();
        }
    }
    let mut events = of("events");
    for event in &mut events {
        let span = event["span"].as_u64().unwrap();
        event["span"] = names[usize::try_from(span).unwrap()].clone();
    }
    let mut all: Vec<_> = spans.iter().chain(&events).map(ToString::to_string).collect();
    all.sort();
    all
}

#[test]
fn the_tables_of_a_collector_answer_as_the_files_do() {
    let Some(server) = Server::start() else { return };
    for table in ["otel_logs", "default.otel_traces"] {
        for id in ["64e99f3c4797703e289c42bec2d61eaf", "5ff6", "f2bc", "968f"] {
            let of_files = trace(&format!("show --json {id} outcomes.jsonl plain.jsonl")).stdout;
            let of_table = server.ask(&format!("show --json {id} --table {table}"));
            assert_eq!(spans(&of_table), spans(&of_files), "{id} of {table}");
        }
        for choice in ["--failed", "--slow 60ms", "--status 4xx", "--route /orders", "-n 2"] {
            let ask = format!("ls --json {choice}");
            let rows = |rows: String| {
                let row = |row: &str| {
                    let mut row: serde_json::Value = serde_json::from_str(row).unwrap();
                    // Neither table has the list of steps.
                    row.as_object_mut().unwrap().remove("why");
                    // A span does not say if it is a job.
                    row.to_string().replace("job sweep", "sweep")
                };
                rows.lines().map(row).collect::<Vec<_>>()
            };
            let of_files = trace(&format!("{ask} outcomes.jsonl plain.jsonl")).stdout;
            let of_table = server.ask(&format!("{ask} --table {table}"));
            assert_eq!(rows(of_table), rows(of_files), "{choice} of {table}");
        }
        for by in ["step", "route"] {
            let rows = server.ask(&format!("stats --json --by {by}")).replace("job sweep", "sweep");
            let of_table = server.ask(&format!("stats --json --by {by} --table {table}"));
            assert_eq!(of_table.replace("job sweep", "sweep"), rows, "{table}");
        }
    }
}

#[test]
fn a_call_in_the_table_of_a_collector_has_its_host_and_its_port() {
    let Some(server) = Server::start() else { return };
    let shown = server.ask("show 35f5eef7b083deeba01f5c22df915252 --table calls.otel_traces");
    assert!(shown.contains(" PUT PUT stock:8080 "), "{shown}");
}

#[test]
fn requests_are_chosen_by_the_server_and_shown_whole() {
    let Some(server) = Server::start() else { return };
    for choice in ["--failed", "--failed -n 1", "--status 5xx", "--where user_id=42"] {
        // The server orders requests by their ends.
        let sorted = |shown: &str| {
            let mut lines: Vec<_> = shown.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let of_files = trace(&format!("show {choice} outcomes.jsonl plain.jsonl")).stdout;
        let of_server = server.ask(&format!("show {choice}"));
        assert_eq!(sorted(&of_server), sorted(&of_files), "{choice}");
    }
    let none = trace(&format!("show --status 418 --clickhouse {}", server.url));
    assert_eq!((none.code, none.stdout), (1, String::new()));
}

#[test]
fn two_times_of_a_table_are_compared() {
    let Some(server) = Server::start() else { return };
    let same = server.ask("diff logs logs");
    assert!(same.ends_with(" did not change\n"), "{same}");
    let of_files = trace("diff plain.jsonl outcomes.jsonl").stdout;
    let by_time = server.ask("diff ..2026-11-27T10:00:00.1 2026-11-27T10:00:00.1..");
    assert!(by_time.ends_with(" did not change\n"), "{by_time}\n{of_files}");
    let wrong = trace(&format!("diff soon.. .. --clickhouse {}", server.url));
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.starts_with("trace: `soon`: expected 10m"), "{}", wrong.stderr);
}

/// Answers one request with these bytes, and returns what it was asked.
fn answering(answer: &'static [u8]) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = vec![0; 10_000];
        let len = stream.read(&mut asked).unwrap();
        stream.write_all(answer).unwrap();
        String::from_utf8_lossy(&asked[..len]).into_owned()
    });
    (url, asked)
}

#[test]
fn a_server_that_misbehaves_is_an_error_in_one_sentence() {
    let cases: [(&'static [u8], &str); 4] = [
        (b"hello\r\n", "that is no HTTP server"),
        (
            b"HTTP/1.1 500 x\r\nContent-Length: 14\r\n\r\nCode: 60. \x1b[31m",
            "the server answered 500: Code: 60. \\u{1b}[31",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
            "unexpected end of file",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "unexpected end of file"),
    ];
    for (answer, sentence) in cases {
        let (url, asked) = answering(answer);
        let ran = trace(&format!("ls --clickhouse {url}"));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{}", ran.stderr);
        assert!(asked.join().unwrap().starts_with("POST / HTTP/1.1\r\nHost: 127.0.0.1:"));
    }
    for url in ["https://db", "http://", "ftp://x", "http://user@host"] {
        let ran = trace(&format!("ls --clickhouse {url}"));
        assert!(ran.stderr.contains("expected http://HOST[:PORT]"), "{}", ran.stderr);
    }
}
