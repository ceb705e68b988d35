//! A real Prometheus and a real `VictoriaMetrics` scrape a real service. Where
//! one is missing, its test says so and is skipped.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Router, routing::get};
use test_support::{LONG, pages::block};
use tokio::time::{Instant, sleep};
use trace_metrics::Metrics;
use trace_runtime::{testing::Capture, timed, traced_handler};
use trace_tower::TraceLayer;

#[timed]
async fn load() {}

#[traced_handler]
async fn hello() -> &'static str {
    load().await;
    "hello"
}

/// Serves `/hello` and `/metrics`.
async fn serve(metrics: &Metrics) -> SocketAddr {
    let capture = Capture::with_filter("off").observed_by(metrics.clone());
    let app = Router::new().route("/hello", get(hello)).layer(TraceLayer::axum());
    let app = app.layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        capture.scope(next.run(request))
    }));
    let app = app.route_service("/metrics", metrics.service());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A server that scrapes.
struct Scraper {
    child: Child,
    address: SocketAddr,
}

impl Scraper {
    /// Starts one that scrapes `target` every half second. `arguments` are given
    /// the address to listen on.
    fn start(
        program: &str,
        target: SocketAddr,
        arguments: impl FnOnce(SocketAddr) -> Vec<String>,
    ) -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let settings = format!(
            "global: {{scrape_interval: 500ms}}\nscrape_configs:\n- job_name: shop\n  \
             static_configs: [{{targets: ['{target}']}}]\n"
        );
        fs::write(folder.join("p.yml"), settings).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(program);
        command.current_dir(&folder).args(arguments(address));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Some(Self { child: child.ok()?, address })
    }

    fn prometheus(target: SocketAddr) -> Option<Self> {
        Self::start("prometheus", target, |address| {
            vec![
                "--config.file=p.yml".to_owned(),
                "--storage.tsdb.path=data".to_owned(),
                "--enable-feature=exemplar-storage".to_owned(),
                format!("--web.listen-address={address}"),
            ]
        })
    }

    fn victoria_metrics(target: SocketAddr) -> Option<Self> {
        Self::start("victoria-metrics", target, |address| {
            vec![
                "-promscrape.config=p.yml".to_owned(),
                "-storageDataPath=data".to_owned(),
                "-search.latencyOffset=0s".to_owned(),
                format!("-httpListenAddr={address}"),
            ]
        })
    }

    /// Asks until the answer holds `wanted`.
    async fn ask_until(&self, question: &str, wanted: &str) -> String {
        let deadline = Instant::now() + LONG;
        loop {
            let answer = ask(self.address, question).await.unwrap_or_default();
            if answer.contains(wanted) {
                return answer;
            }
            assert!(Instant::now() < deadline, "{question}: {answer}");
            sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for Scraper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends `GET`; returns the answer with its head.
async fn ask(address: SocketAddr, path: &str) -> Option<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}

/// Serves, and answers 25 requests.
async fn served() -> SocketAddr {
    let service = serve(&Metrics::new()).await;
    for _ in 0..25 {
        ask(service, "/hello").await.unwrap();
    }
    service
}

const COUNTED: &str = "/api/v1/query?query=http_server_request_duration_seconds_count";
const STEPS: &str = "/api/v1/query?query=trace_step_duration_seconds_count";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_has_the_numbers_and_an_exemplar() {
    let Some(prometheus) = Scraper::prometheus(served().await) else {
        return println!("skipped: there is no prometheus");
    };
    let answer = prometheus.ask_until(COUNTED, "\"25\"").await;
    for label in [
        r#""http_request_method":"GET""#,
        r#""http_route":"/hello""#,
        r#""http_response_status_code":"200""#,
    ] {
        assert!(answer.contains(label), "{answer}");
    }
    assert!(prometheus.ask_until(STEPS, "\"25\"").await.contains(r#""name":"load""#));
    let exemplars = "/api/v1/query_exemplars?query=http_server_request_duration_seconds_bucket\
                     &start=0&end=9999999999";
    prometheus.ask_until(exemplars, r#""trace_id":""#).await;
}

/// Returns what `promtool` answers, or `None` where there is none.
fn promtool(address: SocketAddr, question: &str) -> Option<String> {
    let mut command = Command::new("promtool");
    command.args(["query", "instant", &format!("http://{address}"), question]);
    let output = command.output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{question}: {said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_takes_the_questions_of_the_guide() {
    let Some(prometheus) = Scraper::prometheus(served().await) else {
        return println!("skipped: there is no prometheus");
    };
    prometheus.ask_until(COUNTED, "\"25\"").await;
    let address = prometheus.address;
    let questions = block("guide/metrics.md", "promql");
    for question in questions.split("# ").skip(1) {
        let (_, question) = question.split_once('\n').unwrap();
        if promtool(address, question).is_none() {
            return println!("skipped: there is no promtool");
        }
    }
    let commands = block("guide/metrics.md", "text promql");
    let questions: Vec<_> = commands.split('\'').skip(1).step_by(2).collect();
    let answers = questions.iter().map(|question| promtool(address, question).unwrap());
    let answers: Vec<_> = answers.collect();
    assert!(answers[0].starts_with(r#"{http_response_status_code="200"} => 25"#), "{answers:?}");
    assert!(answers[1].starts_with(r#"{name="load"} => "#), "{answers:?}");
    assert!(commands.contains(r#"{http_response_status_code="200"} => "#), "{commands}");
    assert!(commands.contains(r#"{name="fetch_messages"} => "#), "{commands}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victoria_metrics_has_the_numbers() {
    let Some(victoria_metrics) = Scraper::victoria_metrics(served().await) else {
        return println!("skipped: there is no victoria-metrics");
    };
    victoria_metrics.ask_until(COUNTED, "\"25\"").await;
    victoria_metrics.ask_until(STEPS, "\"25\"").await;
}
