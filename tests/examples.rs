//! Runs each example as a reader would, and compares what it writes with the
//! file beside it; with `TRACE_BLESS=1` that file is written instead.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader, Lines, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use serde_json::Value;
use test_support::{
    child::{self, Ran},
    json,
    otlp::{self, Receiver, Span},
    pages::{block, without_numbers},
    wait_until,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the command that runs an example, built from the sources as they
/// are now.
fn example(name: &str) -> Command {
    static PROGRAMS: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    child::child(PROGRAMS.get_or_init(build)[name].to_str().unwrap(), &[])
}

/// Builds the examples as `cargo test --workspace` does, which then costs
/// nothing, and returns where they are.
fn build() -> HashMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--workspace", "--examples", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let program = |message: &str| {
        let message: Value = serde_json::from_str(message).unwrap();
        let program = message["executable"].as_str()?;
        Some((message["target"]["name"].as_str()?.to_owned(), program.into()))
    };
    messages.lines().filter_map(program).collect()
}

/// Returns a path in a directory that is empty at first.
fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory.join("data")
}

/// Compares with the file beside the example, or writes it.
#[track_caller]
fn compare(file: &str, written: &str) {
    let path = root().join("examples").join(file);
    if env::var_os("TRACE_BLESS").is_some() {
        fs::write(path, written).unwrap();
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let (expected, found) = (without_polls(&committed), without_polls(written));
    assert_eq!(expected, found, "examples/{file} (rewritten with TRACE_BLESS=1)");
}

/// Leaves out `busy_ms`, which is there when a future was polled more than
/// once: a matter of chance, where it waits for another thread.
fn without_polls(lines: &str) -> String {
    lines.replace(r#","busy_ms":0.0"#, "").replace("busy_ms=0", "")
}

/// Replaces what differs from run to run. Ids are numbered, so that it is
/// still to be seen which are the same.
#[derive(Default)]
struct Mask {
    ids: HashMap<String, usize>,
}

impl Mask {
    fn line(&mut self, line: &str) -> String {
        let member = |(key, value): (String, Value)| {
            let value = self.value(&key, &value);
            format!("{}:{value}", Value::from(key))
        };
        let members: Vec<String> = json::members(line).into_iter().map(member).collect();
        format!("{{{}}}\n", members.join(","))
    }

    fn step(&mut self, step: &Value) -> Value {
        let members = step.as_object().unwrap().iter();
        members.map(|(key, value)| (key.clone(), self.value(key, value))).collect()
    }

    fn value(&mut self, key: &str, value: &Value) -> Value {
        match (key, value.as_str()) {
            ("timestamp", _) => "2026-11-22T03:00:00.000000Z".into(),
            ("duration_ms" | "busy_ms" | "total_ms" | "self_ms" | "max_ms" | "ttfb_ms", _) => {
                0.0.into()
            }
            ("age_ms" | "step_age_ms", _) => 0.0.into(),
            ("steps", _) => value.as_array().unwrap().iter().map(|step| self.step(step)).collect(),
            ("address", _) => "127.0.0.1:0".into(),
            ("thread", _) => "worker".into(),
            ("location", Some(location)) => {
                let (file, _) = location.split_once(".rs:").unwrap();
                format!("{}.rs:0:0", file.replace('\\', "/")).into()
            }
            (_, Some(id)) if is_generated(id) => {
                let next = self.ids.len() + 1;
                let number = *self.ids.entry(id.to_owned()).or_insert(next);
                format!("{number:0width$x}", width = id.len()).into()
            }
            _ => value.clone(),
        }
    }
}

/// Whether it is an id that the runtime made, of a trace or of a span.
fn is_generated(id: &str) -> bool {
    matches!(id.len(), 16 | 32) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn masked<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut mask = Mask::default();
    lines.into_iter().map(|line| mask.line(line)).collect()
}

#[track_caller]
fn writes_its_lines(name: &str) {
    let ran = child::run(&mut example(name));
    assert!(ran.status.success(), "{}", ran.stderr);
    compare(&format!("{name}.jsonl"), &masked(ran.stdout.lines()));
}

/// The program of the guide's first page. It listens where the page says.
#[test]
fn service_writes_its_lines() {
    let Ok(free) = TcpListener::bind("127.0.0.1:3000") else {
        return println!("skipped: port 3000 is taken");
    };
    drop(free);
    let mut command = example("service");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], 3000));
    wait_until("it listens", || TcpStream::connect(address).is_ok());
    if child.try_wait().unwrap().is_some() {
        return println!("skipped: port 3000 was taken meanwhile");
    }
    let answer = ask(address, "/users/42/messages", "");
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(3);
    let lines: Vec<String> = lines.map(Result::unwrap).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    let id = json::parse(&lines[2])["trace_id"].as_str().unwrap().to_owned();
    assert!(answer.contains(&format!("x-trace-id: {id}\r\n")), "{answer}");
    compare("service.jsonl", &masked(lines.iter().map(String::as_str)));
}

#[test]
fn hello_writes_its_lines() {
    writes_its_lines("hello");
}

#[test]
fn worker_writes_its_lines() {
    writes_its_lines("worker");
}

#[test]
fn crossings_writes_its_lines() {
    writes_its_lines("crossings");
}

#[test]
fn migrating_writes_its_lines() {
    writes_its_lines("migrating");
}

#[test]
fn detail_writes_its_lines() {
    writes_its_lines("detail");
}

#[test]
fn errors_writes_its_lines() {
    writes_its_lines("errors");
}

#[test]
fn stuck_writes_its_lines() {
    writes_its_lines("stuck");
}

#[test]
fn testing_prints_the_tree_it_asserts_on() {
    let ran = child::run(&mut example("testing"));
    assert!(ran.status.success(), "{}", ran.stderr);
    compare("testing.txt", &ran.stdout);
}

/// Runs the demo, and returns how long it took, too.
fn demo() -> (Ran, Duration) {
    let mut command = example("messages");
    let start = Instant::now();
    let ran = child::run(command.env("MESSAGES_DATA", scratch("demo")));
    assert!(ran.status.success(), "{}", ran.stderr);
    (ran, start.elapsed())
}

/// Groups lines by their trace, ordered by the user that asked; first what
/// belongs to no trace.
fn by_user(stdout: &str) -> Vec<Vec<&str>> {
    let mut traces: HashMap<Option<String>, Vec<&str>> = HashMap::new();
    for line in stdout.lines() {
        let trace_id = json::parse(line)["trace_id"].as_str().map(str::to_owned);
        traces.entry(trace_id).or_default().push(line);
    }
    let mut traces: Vec<_> = traces.into_values().collect();
    traces.sort_by_key(|lines| lines.iter().find_map(|line| json::parse(line)["user_id"].as_i64()));
    traces
}

#[test]
fn messages_is_five_requests_and_one_of_them_failed() {
    let (ran, took) = demo();
    assert!(took < Duration::from_secs(10), "took {took:?}");
    let groups = by_user(&ran.stdout);
    compare("messages.jsonl", &masked(groups.iter().flatten().copied()));

    let (outside, traces) = groups.split_first().unwrap();
    assert_eq!(outside.len(), 1, "only `listening` belongs to no trace");
    assert_eq!(traces.len(), 5);
    let mut failed = Vec::new();
    for lines in traces {
        let lines: Vec<Value> = lines.iter().map(|line| json::parse(line)).collect();
        let mut requests = lines.iter().filter(|line| line["message"] == "Request processed");
        let request = requests.next().expect("a request line");
        assert!(requests.next().is_none(), "two request lines: {lines:#?}");
        if request["outcome"] == "error" {
            failed.push(lines);
        }
    }

    let [failed] = &failed[..] else { panic!("not one failed: {failed:#?}") };
    let spans: Vec<[&str; 3]> = failed
        .iter()
        .filter(|line| line.get("kind").is_some())
        .map(|line| ["kind", "name", "outcome"].map(|key| line[key].as_str().unwrap()))
        .collect();
    let expected = [
        ["step", "find_user", "ok"],
        ["step", "fetch_messages", "error"],
        ["request", "get_messages", "error"],
    ];
    assert_eq!(spans, expected);
    let request = failed.last().unwrap();
    assert_eq!(request["error"], "database timeout while fetching user messages");
    assert_eq!(request["error_chain"][0], "database is locked");

    let id = failed[0]["trace_id"].as_str().unwrap();
    // The summary ends with the request as `trace show` draws it.
    let shown: Vec<&str> = ran.stderr.lines().skip_while(|line| !line.starts_with(id)).collect();
    assert!(shown[0].contains("GET /users/{id}/messages  500 error  "), "{}", ran.stderr);
    let row = |name: &str| shown.iter().find(|line| line.contains(name)).expect("a row");
    assert!(!row("├ find_user").ends_with("error"), "{}", ran.stderr);
    assert!(row("└ fetch_messages").ends_with("error"), "{}", ran.stderr);
    assert!(row("· reading the tenant's database").ends_with('·'), "{}", ran.stderr);
    let error = "error  database timeout while fetching user messages ← database is locked";
    assert!(row("error  database").starts_with(error), "{}", ran.stderr);
}

#[test]
fn no_process_is_left_when_the_demo_of_messages_is_killed() {
    let mut demo = Service::start(&[], "killed");
    demo.child.kill().unwrap();
    child::ended(&mut demo.child);
    wait_until("the service is gone", || TcpStream::connect(demo.address).is_err());
}

/// Sends `GET`; returns the answer with its head.
fn ask(address: SocketAddr, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(test_support::LONG)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// A service that runs; killed if the test fails.
struct Service {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: SocketAddr,
}

impl Service {
    /// Starts `messages` and waits until it listens.
    fn start(arguments: &[&str], data: &str) -> Self {
        let mut command = example("messages");
        command.args(arguments).env("MESSAGES_DATA", scratch(data));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = json::parse(&lines.next().expect("a line").unwrap());
        assert_eq!(listening["message"], "listening");
        let address = listening["address"].as_str().unwrap().parse().unwrap();
        Self { child, lines, address }
    }

    /// Sends `GET`; returns the answer with its head.
    fn ask(&self, path: &str, header: &str) -> String {
        ask(self.address, path, header)
    }

    fn get(&self, user_id: u32, header: &str) -> Response {
        let response = self.ask(&format!("/users/{user_id}/messages"), header);
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let trace_id = head.lines().find_map(|line| line.strip_prefix("x-trace-id: "));
        Response {
            status: head[9..12].parse().unwrap(),
            trace_id: trace_id.expect("an id").to_owned(),
            body: serde_json::from_str(body).unwrap(),
        }
    }

    /// Returns the next request line.
    fn request_line(&mut self) -> Value {
        let lines = self.lines.by_ref().map(|line| json::parse(&line.unwrap()));
        lines.into_iter().find(|line| line["kind"] == "request").expect("a request line")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Response {
    status: u16,
    trace_id: String,
    body: Value,
}

#[test]
fn messages_exports_to_the_receiver_that_is_named() {
    let receiver = Receiver::start();
    let mut command = example("messages");
    command.env("MESSAGES_DATA", scratch("exported"));
    let ran = child::run(command.env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()));
    assert!(ran.status.success(), "{}", ran.stderr);
    let (spans, logs) = (receiver.spans(), receiver.logs());
    let lines: Vec<Value> = ran.stdout.lines().map(json::parse).collect();
    let of_kind = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!(spans.items.len(), of_kind("request") + of_kind("step"));
    let is_failed = |span: &&Span| span.name.starts_with("GET ") && span.status.is_some();
    let failed: Vec<_> = spans.items.iter().filter(is_failed).map(otlp::span).collect();
    assert_eq!(failed.len(), 1);
    let expected = concat!(
        r#"server "GET /users/{id}/messages" error(database timeout while fetching user messages) "#,
        r#"user_id=42 http.request.method="GET" http.route="/users/{id}/messages" "#,
        r#"url.path="/users/42/messages" url.scheme="http" http.response.status_code=500 "#,
    );
    assert!(failed[0].starts_with(expected), "{failed:?}");
    let shown = block("guide/otlp.md", "text spans");
    let [found, shown] =
        [story(&spans.items), shown].map(|text| without_polls(&without_numbers(&text)));
    assert_eq!(found, shown);
    let body =
        |body: &str| logs.items.iter().filter(|it| otlp::value(it.body.as_ref()) == body).count();
    assert_eq!(body(r#""reading the tenant's database""#), 5);
    let resource = otlp::attributes(&spans.resource.unwrap().attributes);
    assert!(resource.contains(r#"service.name="messages""#), "{resource}");
}

/// Returns the spans of the request that failed, without where they are in the
/// code: the request, then its steps.
fn story(spans: &[Span]) -> String {
    let is_failed = |span: &&Span| span.parent_span_id.is_empty() && span.status.is_some();
    let request = spans.iter().find(is_failed).unwrap();
    let mut story: Vec<_> = spans.iter().filter(|it| it.trace_id == request.trace_id).collect();
    story.sort_by_key(|span| span.start_time_unix_nano);
    let shown = story.into_iter().map(|span| {
        let mut span = span.clone();
        span.attributes.retain(|it| !it.key.starts_with("code."));
        otlp::span(&span)
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn messages_gives_an_id_back_that_was_sent_also_with_a_failure() {
    let mut service = Service::start(&["serve", "127.0.0.1:0"], "ids");
    for (user_id, status, id) in [(41, 200, "mine-1"), (42, 500, "mine-2"), (99, 404, "mine-3")] {
        let response = service.get(user_id, &format!("X-Request-ID: {id}\r\n"));
        assert_eq!((response.status, &*response.trace_id), (status, id));
        let line = service.request_line();
        assert_eq!(line["trace_id"], id);
        assert_eq!(line["user_id"], user_id);
        assert_eq!(line.get("error"), response.body.get("error").filter(|_| status == 500));
    }
}

#[test]
fn messages_serves_its_metrics_and_makes_no_line_of_that() {
    let mut service = Service::start(&["serve", "127.0.0.1:0"], "metrics");
    service.get(41, "");
    let page = service.ask("/metrics", "");
    let request = r#"http_server_request_duration_seconds_count{http_request_method="GET",http_route="/users/{id}/messages",http_response_status_code="200",outcome="ok"} 1"#;
    assert!(page.contains(request), "{page}");
    let step = r#"trace_step_duration_seconds_count{target="messages::steps",name="find_user",outcome="ok"} 1"#;
    assert!(page.contains(step), "{page}");
    assert!(page.contains(r#"target_info{service_name="messages"} 1"#), "{page}");
    let page = service.ask("/metrics", "Accept: application/openmetrics-text\r\n");
    let bucket = without_numbers(&block("guide/metrics.md", "text openmetrics"));
    let is_shown = |line: &str| without_numbers(line).starts_with(bucket.trim_end_matches('…'));
    assert!(page.lines().any(is_shown), "there is no {bucket} in {page}");
    service.get(99, "");
    assert_eq!(service.request_line()["status"], 200);
    assert_eq!(service.request_line()["status"], 404, "a line of `/metrics`");
}

#[test]
fn messages_replaces_an_id_that_it_does_not_accept() {
    let mut service = Service::start(&["serve", "127.0.0.1:0"], "refused");
    for user_id in [41, 42] {
        let response = service.get(user_id, "X-Request-ID: two words\r\n");
        assert!(is_generated(&response.trace_id), "{}", response.trace_id);
        let line = service.request_line();
        assert_eq!(line["trace_id"], *response.trace_id);
        assert_eq!(line["request_id_rejected"], "charset");
        assert!(!line.to_string().contains("two words"));
    }
}

#[test]
#[cfg(unix)]
fn messages_serves_until_ctrl_c_and_says_what_to_try() {
    let mut service = Service::start(&["serve", "127.0.0.1:0"], "ctrl-c");
    assert_eq!(service.get(41, "").status, 200);
    let stderr = child::drain(service.child.stderr.take().unwrap());
    let id = service.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(child::ended(&mut service.child).success());
    let stderr = stderr.join().unwrap();
    assert_eq!(stderr.matches("  curl -i ").count(), 2, "{stderr}");
}

#[test]
fn messages_says_in_one_sentence_why_it_cannot_run() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let data = scratch("sentences");
    let not_a_directory = data.with_file_name("file");
    fs::write(&not_a_directory, "").unwrap();
    let unwritable = not_a_directory.join("data");
    let cases: [(&[&str], &Path, &str); 6] = [
        (&["serve", &taken], &data, "cannot listen on 127.0.0.1:"),
        (&["serve", "127.0.0.1:0"], &unwritable, "cannot make the databases in "),
        (&["serve", "nowhere"], &data, "`nowhere` is not an address to listen on"),
        (&["serve", "127.0.0.1:0", "now"], &data, "unknown argument `now`"),
        (&["help"], &data, "unknown argument `help`"),
        // The demo, whose service ends before it listens.
        (&[], &unwritable, "the service ended early"),
    ];
    for (arguments, data, sentence) in cases {
        let ran = child::run(example("messages").args(arguments).env("MESSAGES_DATA", data));
        assert_eq!(ran.status.code(), Some(1), "{arguments:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("messages: "), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}
