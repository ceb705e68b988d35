//! Handlers outside the edge that the process has: scenarios of
//! `process/outside.rs`.

use test_support::at_once;
use trace_runtime::{
    edge::{self, Outcome, Request},
    init,
    propagation::Incoming,
    traced_handler,
};

pub(crate) fn run(scenario: &str, _: &[&str]) -> bool {
    match scenario {
        "outside_an_edge" => outside_an_edge(),
        "outside_without_an_edge" => outside_without_an_edge(),
        "inside_an_edge" => inside_an_edge(),
        "outside_with_an_id" => outside_with_an_id(),
        _ => return false,
    }
    true
}

#[traced_handler]
async fn added_after() {}

#[traced_handler]
async fn added_later() {}

#[traced_handler(trace_id = id)]
async fn job(id: Option<&str>) {}

fn outside_an_edge() {
    init().unwrap();
    edge::announce();
    at_once(added_after());
    edge::announce();
    at_once(added_later());
}

fn outside_without_an_edge() {
    init().unwrap();
    at_once(added_after());
    edge::announce();
}

fn inside_an_edge() {
    init().unwrap();
    edge::announce();
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
    request.enter(|| at_once(added_after()));
    request.end(Outcome::Ok);
}

fn outside_with_an_id() {
    init().unwrap();
    edge::announce();
    at_once(job(None));
    at_once(job(Some("job-7")));
}
