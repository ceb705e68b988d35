//! Another subscriber was first: it keeps its events, and ours says so.
//!
//! A process of its own: it has one subscriber.

use trace_runtime::testing::Capture;
use tracing::{level_filters::LevelFilter, subscriber::NoSubscriber};

#[test]
fn the_subscriber_that_was_first_stays() {
    tracing::subscriber::set_global_default(NoSubscriber::default()).unwrap();
    let before = LevelFilter::current();
    for _ in 0..2 {
        let error = trace_tracing::init().unwrap_err();
        assert!(!error.is_already_initialized());
        let expected = "tracing: another subscriber is installed, and keeps its events; leave it \
                        out, or give it a `trace_tracing::Layer` (feature `layer`)";
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(LevelFilter::current(), before);
    let capture = Capture::new();
    capture.run(|| tracing::error!("to the other"));
    assert!(capture.lines().is_empty());
}
