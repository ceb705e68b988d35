//! Records carry the ids of the request that they are logged in.

use trace_runtime::{spawn, spawn_blocking, testing::Capture, timed, traced_handler};

#[timed]
async fn step() {
    log::info!("in a step");
    tokio::task::yield_now().await;
    spawn(async { log::info!("in a task") }).await.unwrap();
    spawn_blocking(|| log::info!("on a thread")).await.unwrap();
}

#[traced_handler]
async fn handler() {
    log::info!("in a handler");
    step().await;
}

#[tokio::test]
async fn a_record_belongs_to_what_is_current() {
    let _ = trace_log::init();
    let capture = Capture::new();
    capture.scope(handler()).await;
    let expected = "handler ok\n  \"in a handler\"\n  step ok\n    \"in a step\"\n    \
                    \"in a task\"\n    \"on a thread\"\n";
    assert_eq!(capture.tree(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn captures_side_by_side_have_only_their_own() {
    let _ = trace_log::init();
    let each = (0..64).map(|number| async move {
        let capture = Capture::new();
        for _ in 0..20 {
            capture.scope(async { log::trace!(number; "mine") }).await;
            tokio::task::yield_now().await;
            log::trace!("in no capture");
        }
        (number, capture.values())
    });
    for test in each.map(tokio::spawn).collect::<Vec<_>>() {
        let (number, lines) = test.await.unwrap();
        assert_eq!(lines.len(), 20);
        assert!(lines.iter().all(|line| line["number"] == number));
    }
}
