//! actix-web, which is no tower service: the id comes in through the handler.
//!
//! Look for `trace_id` and `request_id`, which the headers brought, and for
//! `x-trace-id`, which the handler gives back.
//!
//! ```sh
//! cargo run -p trace-tower --example actix
//! ```

use std::{error::Error, io::Write as _};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::header::HeaderValue, web};
use trace_runtime::{
    info, propagation,
    propagation::{Incoming, Outgoing},
    timed, traced_handler,
};

#[traced_handler(trace_id = incoming(&request), fields(user_id = *user_id))]
async fn get_user(request: HttpRequest, user_id: web::Path<u32>) -> HttpResponse {
    let name = load(*user_id).await;
    let mut response = HttpResponse::Ok();
    if let (Some(id), Some(outgoing)) = (trace_runtime::trace_id(), Outgoing::current()) {
        response.insert_header(("x-trace-id", id.to_string()));
        response.insert_header(("x-request-id", outgoing.request_id().to_string()));
    }
    response.body(name)
}

/// actix has headers of its own; a closure is enough to read them.
fn incoming(request: &HttpRequest) -> Incoming {
    propagation::extract(|name| request.headers().get_all(name).map(HeaderValue::as_bytes))
}

#[timed]
async fn load(user_id: u32) -> String {
    info!(user_id, "asking the database");
    format!("user {user_id}")
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    trace_runtime::init()?;
    let server = HttpServer::new(|| App::new().route("/users/{id}", web::get().to(get_user)));
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);

    let request = reqwest::Client::new()
        .get(format!("http://{address}/users/42"))
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .header("x-request-id", "req-7");
    let response = request.send().await?;
    for name in ["x-trace-id", "x-request-id"] {
        writeln!(std::io::stderr(), "{name}: {:?}", response.headers().get(name))?;
    }
    handle.stop(true).await;
    Ok(())
}
