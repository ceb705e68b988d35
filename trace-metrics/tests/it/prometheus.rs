//! A real Prometheus scrapes a real service. Where there is no `prometheus`,
//! this says so and is skipped.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Router, routing::get};
use test_support::LONG;
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

struct Prometheus {
    child: Child,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts one that scrapes `target` every half second.
    fn start(target: SocketAddr) -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prometheus");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let settings = format!(
            "global: {{scrape_interval: 500ms}}\nscrape_configs:\n- job_name: shop\n  \
             static_configs: [{{targets: ['{target}']}}]\n"
        );
        fs::write(folder.join("p.yml"), settings).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new("prometheus")
            .current_dir(&folder)
            .args(["--config.file=p.yml", "--storage.tsdb.path=data"])
            .arg("--enable-feature=exemplar-storage")
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { child, address })
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

impl Drop for Prometheus {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_has_the_numbers_and_an_exemplar() {
    let metrics = Metrics::new();
    let service = serve(&metrics).await;
    let Some(prometheus) = Prometheus::start(service) else {
        return println!("skipped: there is no prometheus");
    };
    for _ in 0..25 {
        ask(service, "/hello").await.unwrap();
    }
    let counted = "/api/v1/query?query=http_server_request_duration_seconds_count";
    let answer = prometheus.ask_until(counted, "\"25\"").await;
    for label in [
        r#""http_request_method":"GET""#,
        r#""http_route":"/hello""#,
        r#""http_response_status_code":"200""#,
    ] {
        assert!(answer.contains(label), "{answer}");
    }
    let steps = "/api/v1/query?query=trace_step_duration_seconds_count";
    assert!(prometheus.ask_until(steps, "\"25\"").await.contains(r#""name":"load""#));
    let exemplars = "/api/v1/query_exemplars?query=http_server_request_duration_seconds_bucket\
                     &start=0&end=9999999999";
    prometheus.ask_until(exemplars, r#""trace_id":""#).await;
}
