//! The story of `docs/console`: one request that is answered, and one that
//! fails, as the programs of `pictures/peers` write it, too.

use std::{error::Error, fmt, time::Duration};

use trace_runtime::{
    edge::{self, Outcome, Request},
    info,
    propagation::extract,
    timed, traced_handler,
};

pub(crate) fn show() {
    trace_runtime::builder().field("service", "messages").init().unwrap();
    info!(target: "messages", address = "127.0.0.1:3000", "listening");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(ask(41, "acme", "4f1d9c0e8a7b4c53a2d6e1f0b9c8d7e6"));
    runtime.block_on(ask(42, "globex", "48a5ba26f01d4c7e9b3a5d8c6e2f1a07"));
}

/// Asks as a client would, of a server that is an edge.
async fn ask(user_id: u32, tenant: &str, id: &str) {
    let header = format!("00-{id}-00f067aa0ba902b7-01");
    let incoming = extract(|name| (name == "traceparent").then_some(header.as_bytes()));
    let callsite = edge::callsite!("http_request", target: "messages");
    let path = format!("/users/{user_id}/messages");
    let mut request = Request::open(callsite, incoming, "GET", &path);
    request.set_route("/users/{id}/messages");
    let mut handler = Box::pin(get_messages(user_id, tenant));
    let result = std::future::poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
    request.set_status(if result.is_ok() { 200 } else { 500 });
    drop(handler);
    request.end(if result.is_ok() { Outcome::Ok } else { Outcome::Error });
}

#[traced_handler(target = "messages::handler", fields(user_id))]
async fn get_messages(user_id: u32, tenant: &str) -> Result<(), Failed> {
    find_user().await;
    fetch_messages(tenant).await
}

#[timed(target = "messages::steps")]
async fn find_user() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[timed(target = "messages::steps", fields(tenant))]
async fn fetch_messages(tenant: &str) -> Result<(), Failed> {
    info!(target: "messages::steps", "reading the tenant's database");
    if tenant == "globex" {
        tokio::time::sleep(Duration::from_millis(250)).await;
        return Err(Failed(1));
    }
    tokio::time::sleep(Duration::from_millis(3)).await;
    info!(target: "messages::steps", found = 2, "fetched the messages");
    Ok(())
}

/// `database timeout while fetching user messages: database is locked`
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
