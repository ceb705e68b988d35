//! What is measured: the calls of a service.

use trace_runtime::{
    edge::{self, Outcome, Request},
    info,
    propagation::Incoming,
    timed,
};

/// Name and body of each workload.
pub(crate) const WORKLOADS: [(&str, fn()); 4] =
    [("step", step), ("filtered step", filtered), ("event", event), ("request", request)];

#[timed]
fn work() {}

#[timed(level = "debug")]
fn quiet() {}

/// A request around the calls, as in a service.
pub(crate) fn inside(run: impl FnOnce()) {
    let mut request = open();
    request.enter(run);
    request.end(Outcome::Ok);
}

fn open() -> Request {
    let callsite = edge::callsite!("http_request", target: "service");
    let mut request = Request::open(callsite, Incoming::none(), "GET", "/users/7");
    request.set_route("/users/{id}");
    request
}

fn step() {
    work();
}

fn filtered() {
    quiet();
}

fn event() {
    info!(user_id = 7, "found");
}

fn request() {
    let mut request = open();
    request.set_status(200);
    request.end(Outcome::Ok);
}
