//! Thousands of requests, cancelled in each way there is.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use test_support::{Random, capture, values, wait_until};
use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};
use trace_runtime::{testing::Capture, timed, traced_handler};

use super::multi_thread;

const REQUESTS: usize = 2_500;

/// Never ends by itself; where it is cancelled depends on how far it got.
#[traced_handler(trace_id = format!("request-{own}"), fields(own))]
async fn endless(own: usize, awaits: usize, begun: Arc<AtomicUsize>) {
    begun.fetch_add(1, Ordering::Relaxed);
    for _ in 0..awaits {
        yield_now().await;
    }
    waiting(own).await;
}

#[timed(fields(own))]
async fn waiting(own: usize) {
    pending::<()>().await;
}

/// Checks that each request has one closing line, `cancelled`, with its own id,
/// and so has each step that had begun.
fn check(capture: &Capture) {
    let mut closed = vec![0; REQUESTS];
    for line in values(capture) {
        let own = usize::try_from(line["own"].as_u64().unwrap()).unwrap();
        assert_eq!(line["outcome"], "cancelled", "{line}");
        assert_eq!(line["level"], "WARN", "{line}");
        assert_eq!(line["trace_id"], format!("request-{own}"), "{line}");
        assert!(line.get("error").is_none(), "{line}");
        closed[own] += usize::from(line["kind"] == "request");
    }
    assert!(closed.iter().all(|&times| times == 1), "not one closing line each");
}

#[test]
fn requests_cancelled_by_timeout_each_have_one_line_of_their_own() {
    let capture = capture();
    let mut random = Random::seeded(1);
    multi_thread().block_on(async {
        let mut tasks = JoinSet::new();
        for own in 0..REQUESTS {
            let request = endless(own, random.below(50), Arc::default());
            let patience = Duration::from_micros(random.below(5_000) as u64);
            tasks.spawn(capture.scope(timeout(patience, request)));
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap().unwrap_err();
        }
    });
    check(&capture);
}

#[test]
fn requests_cancelled_by_select_each_have_one_line_of_their_own() {
    async fn cancelled(request: impl Future<Output = ()>, awaits: usize) {
        tokio::select! {
            biased;
            () = request => unreachable!("never ends"),
            () = async { for _ in 0..awaits { yield_now().await; } } => {}
        }
    }
    let capture = capture();
    let mut random = Random::seeded(2);
    multi_thread().block_on(async {
        let mut tasks = JoinSet::new();
        for own in 0..REQUESTS {
            let request = endless(own, random.below(50), Arc::default());
            tasks.spawn(capture.scope(cancelled(request, random.below(50))));
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    });
    check(&capture);
}

#[test]
fn requests_cancelled_by_abort_each_have_one_line_of_their_own() {
    let capture = capture();
    let mut random = Random::seeded(3);
    multi_thread().block_on(async {
        let begun = Arc::<AtomicUsize>::default();
        let tasks: Vec<_> = (0..REQUESTS)
            .map(|own| endless(own, random.below(50), Arc::clone(&begun)))
            .map(|request| tokio::spawn(capture.scope(request)))
            .collect();
        wait_until("all have begun", || begun.load(Ordering::Relaxed) == REQUESTS);
        for task in tasks {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
    });
    check(&capture);
}

#[test]
fn requests_cancelled_by_the_end_of_a_runtime_each_have_one_line_of_their_own() {
    let capture = capture();
    let mut random = Random::seeded(4);
    let begun = Arc::<AtomicUsize>::default();
    let runtime = multi_thread();
    for own in 0..REQUESTS {
        let request = endless(own, random.below(50), Arc::clone(&begun));
        runtime.spawn(capture.scope(request));
    }
    wait_until("all have begun", || begun.load(Ordering::Relaxed) == REQUESTS);
    drop(runtime);
    check(&capture);
}
