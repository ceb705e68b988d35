//! How often the caller allocates for what is exported.

use allocation_counter::measure;
use test_support::{at_once, otlp::Receiver};
use trace_otel::{Otel, Signal};
use trace_runtime::{info, testing::Capture, timed, traced_handler};

#[timed(fields(user_id, user, share))]
fn step(user_id: u64, user: &str, share: f64) {}

#[traced_handler]
async fn steps(count: u64) {
    for id in 0..count {
        step(id, "alice", 0.5);
        info!(id, "inside");
    }
}

#[test]
fn a_span_and_a_record_allocate_only_where_the_buffer_grows() {
    let receiver = Receiver::start();
    let patient = || Signal::new().schedule_delay(std::time::Duration::from_secs(3_600));
    let builder = Otel::builder().endpoint(receiver.url()).traces(patient()).logs(patient());
    let otel = builder.build().expect("an address");
    let [with, without] = [Some(otel), None].map(|otel| {
        let capture = Capture::new();
        let capture = otel.into_iter().fold(capture, Capture::observed_by);
        // The first ones make the memory of the thread and of the place.
        at_once(capture.scope(steps(10)));
        measure(|| at_once(capture.scope(steps(500)))).count_total
    });
    // The buffer doubles from some KiB to some hundred.
    assert!(with <= without + 8, "{with} with an exporter, {without} without");
}
