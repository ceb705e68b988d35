//! The service that the W3C's trace-context suite drives.
//!
//! POST `/test` takes `[{"url": "…", "arguments": […]}, …]`; each `arguments` is
//! posted to its `url`, with the headers that this service passes on. Run it,
//! and then the [suite]:
//!
//! ```sh
//! cargo run -p trace-tower --example w3c -- 127.0.0.1:5000
//! SPEC_LEVEL=2 STRICT_LEVEL=2 python test/test.py http://127.0.0.1:5000/test
//! ```
//!
//! [suite]: https://github.com/w3c/trace-context/tree/main/test

use std::{env, error::Error};

use axum::{Router, body::Body, body::Bytes, http::StatusCode, routing::post};
use http::Request;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tower::{Layer as _, Service as _, ServiceExt as _};
use trace_runtime::traced_handler;
use trace_tower::{PropagateLayer, TraceLayer, propagate::Propagate};

type Outgoing = Propagate<Client<HttpConnector, Body>>;

#[traced_handler(fields(calls = calls.len()))]
async fn call_all(client: Outgoing, calls: Vec<Value>) -> Result<(), Box<dyn Error + Send + Sync>> {
    for call in calls {
        let mut client = client.clone();
        let url = call["url"].as_str().ok_or("a call without a url")?;
        let request = Request::post(url).header("content-type", "application/json");
        let request = request.body(Body::from(call["arguments"].to_string()))?;
        client.ready().await?.call(request).await?;
    }
    Ok(())
}

async fn test(client: Outgoing, body: Bytes) -> StatusCode {
    let Ok(calls) = serde_json::from_slice(&body) else { return StatusCode::BAD_REQUEST };
    match call_all(client, calls).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::BAD_GATEWAY,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    trace_runtime::init()?;
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:5000".to_owned());
    let client = Client::builder(TokioExecutor::new()).build_http();
    let client = PropagateLayer::new().layer(client);
    let app = Router::new()
        .route("/test", post(move |body| test(client.clone(), body)))
        .layer(TraceLayer::new());
    let listener = TcpListener::bind(&address).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
