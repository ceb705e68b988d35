//! The story of `docs/console`, by `tracing`'s `pretty`.

use std::{error::Error, fmt, thread::sleep, time::Duration};

use tracing::{error, info, instrument};
use tracing_subscriber::fmt::format::FmtSpan;

fn main() {
    tracing_subscriber::fmt()
        .pretty()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(true)
        .init();
    info!(address = "127.0.0.1:3000", "listening");
    get_messages(41, "acme", "4f1d9c0e8a7b4c53a2d6e1f0b9c8d7e6");
    get_messages(42, "globex", "48a5ba26f01d4c7e9b3a5d8c6e2f1a07");
}

#[instrument(skip(tenant), fields(method = "GET", route = "/users/{id}/messages", status))]
fn get_messages(user_id: u32, tenant: &str, trace_id: &str) {
    find_user();
    let result = fetch_messages(tenant);
    let status = if result.is_ok() { 200 } else { 500 };
    tracing::Span::current().record("status", status);
    if let Err(error) = &result {
        error!(error = error as &dyn Error, "request failed");
    }
}

#[instrument]
fn find_user() {
    sleep(Duration::from_micros(1_300));
}

#[instrument]
fn fetch_messages(tenant: &str) -> Result<(), Failed> {
    info!("reading the tenant's database");
    if tenant == "globex" {
        sleep(Duration::from_millis(250));
        return Err(Failed(1));
    }
    sleep(Duration::from_millis(3));
    info!(found = 2, "fetched the messages");
    Ok(())
}

#[derive(Debug)]
struct Failed(usize);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = ["database is locked", "database timeout while fetching user messages"];
        f.write_str(texts[self.0])
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (self.0 > 0).then_some(&Failed(0))
    }
}
