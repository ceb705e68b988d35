//! Beside other people's layers: what tower, tower-http, axum and tonic ask of
//! a layer in a stack, inside and outside each of theirs.
//!
//! That it compiles is most of it; each stack also answers a request, which has
//! its line.

mod bodies;
mod clients;
mod servers;
mod tonic;

use std::time::Duration;

use axum::{body::Body, extract::Request};

const HOUR: Duration = Duration::from_secs(3_600);

fn request() -> Request {
    let request = Request::get("/").header("accept-encoding", "gzip");
    request.header("authorization", "Bearer open").body(Body::empty()).unwrap()
}
