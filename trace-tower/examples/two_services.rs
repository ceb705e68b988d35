//! Two services, one id: a shop asks a stock over HTTP.
//!
//! Each is a process of its own, and writes its own lines. Look for the
//! `trace_id`, which is the same in both, and for the `parent_span_id` of the
//! stock's request, which is the `span_id` of the shop's call.
//!
//! ```sh
//! cargo run -p trace-tower --example two_services
//! ```

use std::{
    env,
    error::Error,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdout, Command, Stdio},
};

use axum::{Router, body::Body, extract::Path, http::StatusCode, routing::get};
use http::Request;
use http_body_util::BodyExt as _;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};
use trace_runtime::{info, timed, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["stock"] => serve("stock", Router::new().route("/items/{id}", get(get_item))).await,
        ["shop", stock] => {
            let stock = stock.to_owned();
            let order = async move |Path(id): Path<u32>| get_order(id, &stock).await;
            serve("shop", Router::new().route("/orders/{id}", get(order))).await
        }
        _ => story().await,
    }
}

#[traced_handler(fields(id))]
async fn get_item(Path(id): Path<u32>) -> String {
    format!("{} pieces", count(id).await)
}

#[timed]
async fn count(id: u32) -> u32 {
    info!(id, "counting");
    id * 6
}

#[traced_handler(fields(id))]
async fn get_order(id: u32, stock: &str) -> std::result::Result<String, StatusCode> {
    ask(&format!("http://{stock}/items/{id}")).await.map_err(|_| StatusCode::BAD_GATEWAY)
}

/// The client that passes ids on: the one line that it takes.
async fn ask(url: &str) -> Result<String> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let client = PropagateLayer::new().layer(client);
    let response = client.oneshot(Request::get(url).body(Body::empty())?).await?;
    Ok(String::from_utf8(response.into_body().collect().await?.to_bytes().to_vec())?)
}

/// Serves an app that takes ids in, and says where.
async fn serve(name: &str, app: Router) -> Result<()> {
    trace_runtime::builder().filter("info").field("service", name).init()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    info!(address = %listener.local_addr()?, "listening");
    axum::serve(listener, app.layer(TraceLayer::new())).await?;
    Ok(())
}

/// A service that runs as a process of its own, and is stopped when dropped.
struct Service {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Service {
    fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        let mut process = command.args(arguments).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let mut service = Self { process, lines, address: String::new() };
        let listening = service.next_line()?;
        text(&listening, "address").clone_into(&mut service.address);
        Ok(service)
    }

    /// Passes a line on, and returns it.
    fn next_line(&mut self) -> Result<Value> {
        let line = self.lines.next().ok_or("it has ended")??;
        writeln!(std::io::stdout(), "{line}")?;
        Ok(serde_json::from_str(&line)?)
    }

    /// Returns the first line that is like this.
    fn line(&mut self, key: &str, value: &str) -> Result<Value> {
        loop {
            let line = self.next_line()?;
            if line[key] == value {
                return Ok(line);
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts both, orders something, and reads in their lines what happened.
async fn story() -> Result<()> {
    let mut stock = Service::start(&["stock"])?;
    let mut shop = Service::start(&["shop", &stock.address])?;
    let answer = ask(&format!("http://{}/orders/7", shop.address)).await?;

    let call = shop.line("name", "http_call")?;
    let order = shop.line("kind", "request")?;
    let item = stock.line("kind", "request")?;
    let linked = item["parent_span_id"] == call["span_id"];
    let is_one = order["trace_id"] == item["trace_id"] && call["trace_id"] == item["trace_id"];
    if !(linked && is_one) {
        return Err("the lines do not belong together".into());
    }
    let mut out = std::io::stderr();
    writeln!(out, "\n{answer}; the trace {} in both services:", text(&order, "trace_id"))?;
    writeln!(out, "shop   get_order     span {}", text(&order, "span_id"))?;
    writeln!(out, "shop     http_call   span {}", text(&call, "span_id"))?;
    writeln!(out, "stock      get_item  parent {}", text(&item, "parent_span_id"))?;
    Ok(())
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}
