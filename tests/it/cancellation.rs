//! A request or step that is dropped before its end: one line, `cancelled`,
//! with its own id, wherever that happens.

use std::{
    cell::RefCell,
    future::{pending, ready},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context as Cx, Waker},
    thread,
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use test_support::{LONG, Random, capture, closing, only, values, wait_until};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{Notify, mpsc},
    task::{JoinSet, yield_now},
    time::{sleep, timeout},
};
use trace_runtime::{Context, info, step, testing::Capture, timed, trace_id, traced_handler};

const REQUESTS: usize = 2_500;

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Never ends by itself; where it stands when it is cancelled depends on how
/// far it got.
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

/// One closing line for each request, `cancelled`, with its own id; the same
/// for those of its steps that had begun.
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

#[traced_handler(trace_id = "outer")]
async fn outer<F: Future>(body: F) -> F::Output {
    body.await
}

#[traced_handler(trace_id = "inner")]
async fn inner() {
    step().await;
}

#[timed]
async fn step() {
    let _last = OnDrop(|| info!("on the way out"));
    pending::<()>().await;
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Polls a request once, so that it has begun and waits.
fn begun(capture: &Capture) -> BoxFuture<'static, ()> {
    let mut request = capture.scope(inner()).boxed();
    assert!(request.poll_unpin(&mut Cx::from_waker(Waker::noop())).is_pending());
    request
}

const CANCELLED: &str = "inner cancelled\n  step cancelled\n    \"on the way out\"\n";

fn check_inner(capture: &Capture) {
    assert_eq!(capture.tree(), CANCELLED);
    for line in values(capture) {
        assert_eq!(line["trace_id"], "inner", "{line}");
    }
}

#[tokio::test]
async fn a_future_dropped_inside_another_request_keeps_its_own_id() {
    let (capture, elsewhere) = (capture(), capture());
    let request = begun(&capture);
    elsewhere.scope(outer(async { drop(request) })).await;
    check_inner(&capture);
    assert_eq!(only(&elsewhere)["trace_id"], "outer");
}

#[test]
fn a_future_dropped_inside_a_sync_step_leaves_the_step_as_it_was() {
    #[timed]
    fn drops(request: BoxFuture<'static, ()>) {
        drop(request);
        info!("after the drop");
    }
    let (capture, elsewhere) = (capture(), capture());
    let request = begun(&capture);
    let body = async { drops(request) };
    assert!(elsewhere.scope(outer(body)).now_or_never().is_some());
    check_inner(&capture);
    assert_eq!(elsewhere.tree(), "outer ok\n  drops ok\n    \"after the drop\"\n");
}

#[test]
fn a_future_dropped_on_another_thread_keeps_its_own_id() {
    let capture = capture();
    let request = begun(&capture);
    thread::spawn(move || drop(request)).join().unwrap();
    check_inner(&capture);
}

#[test]
fn a_future_dropped_after_its_runtime_keeps_its_own_id() {
    let capture = capture();
    let request = Arc::new(Mutex::new(None));
    let runtime = multi_thread();
    let (kept, scope) = (Arc::clone(&request), capture.clone());
    runtime
        .block_on(runtime.spawn(async move { *kept.lock().unwrap() = Some(begun(&scope)) }))
        .unwrap();
    runtime.shutdown_timeout(LONG);
    drop(request.lock().unwrap().take());
    check_inner(&capture);
}

/// What a future's own destructor logs has no context any more by then; the
/// line of the request has.
#[test]
fn a_future_dropped_in_the_destructor_of_a_thread_local_keeps_its_own_id() {
    thread_local! {
        static KEPT: RefCell<Option<BoxFuture<'static, ()>>> = const { RefCell::new(None) };
    }
    for register_first in [true, false] {
        let capture = capture();
        let scope = capture.clone();
        thread::spawn(move || {
            // Destructors run in the opposite order of their registration.
            if register_first {
                KEPT.with_borrow_mut(|_| ());
            }
            let request = begun(&scope);
            KEPT.set(Some(request));
        })
        .join()
        .unwrap();
        for name in ["inner", "step"] {
            let line = closing(&capture, name);
            assert_eq!(line["trace_id"], "inner", "{line}");
            assert_eq!(line["outcome"], "cancelled", "{line}");
        }
    }
}

#[test]
fn what_was_never_polled_has_no_line() {
    let capture = capture();
    drop(capture.scope(inner()));
    capture.run(|| drop(inner()));
    assert_eq!(capture.lines(), [""; 0]);
}

#[tokio::test]
async fn what_is_dropped_after_its_end_has_the_one_line_it_had() {
    #[traced_handler]
    async fn done() {}
    let capture = capture();
    let mut request = Box::pin(capture.scope(done()));
    request.as_mut().await;
    drop(request);
    assert_eq!(capture.tree(), "done ok\n");
}

#[tokio::test]
async fn the_loser_of_a_select_is_cancelled_and_the_winner_is_not() {
    #[timed]
    async fn winner() {
        yield_now().await;
    }
    let capture = capture();
    let race = async {
        tokio::select! {
            () = step() => unreachable!("never ends"),
            () = winner() => {}
        }
    };
    capture.scope(outer(race)).await;
    assert_eq!(capture.tree(), "outer ok\n  winner ok\n  step cancelled\n    \"on the way out\"\n");
}

#[tokio::test]
async fn a_timeout_inside_a_request_cancels_the_step_alone() {
    let capture = capture();
    let body = timeout(Duration::from_millis(1), step());
    assert!(capture.scope(outer(body)).await.is_err());
    assert_eq!(capture.tree(), "outer ok\n  step cancelled\n    \"on the way out\"\n");
    assert_eq!(closing(&capture, "outer")["level"], "INFO");
}

#[test]
fn a_future_that_is_done_but_not_dropped_is_not_cancelled() {
    let capture = capture();
    let mut request = pin!(capture.scope(outer(ready(7))));
    assert_eq!(request.as_mut().now_or_never(), Some(7));
    assert_eq!(only(&capture)["outcome"], "ok");
}

#[tokio::test]
async fn a_cancelled_request_has_been_busy_only_while_it_was_polled() {
    let capture = capture();
    let request = outer(async {
        yield_now().await;
        sleep(LONG).await;
    });
    timeout(Duration::from_millis(50), capture.scope(request)).await.unwrap_err();
    let line = only(&capture);
    let (duration, busy) = (line["duration_ms"].as_f64().unwrap(), &line["busy_ms"]);
    assert!(duration >= 50.0, "{line}");
    assert!(busy.as_f64().unwrap() < duration, "{line}");
}

#[tokio::test]
async fn a_destructor_that_runs_on_cancellation_sees_the_trace() {
    let capture = capture();
    let (seen, notify) = (Arc::new(Mutex::new(None)), Arc::new(Notify::new()));
    let (kept, begun) = (Arc::clone(&seen), Arc::clone(&notify));
    let task = tokio::spawn(capture.scope(outer(async move {
        let _last = OnDrop(|| *kept.lock().unwrap() = Some((trace_id(), Context::current())));
        begun.notify_one();
        pending::<()>().await;
    })));
    notify.notified().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let (id, context) = seen.lock().unwrap().take().unwrap();
    assert_eq!(id.unwrap().to_string(), "outer");
    assert_eq!(context.trace_id().unwrap().to_string(), "outer");
}

#[timed(cancelled = "debug")]
async fn next(jobs: &mut mpsc::Receiver<u8>) -> Option<u8> {
    jobs.recv().await
}

/// The usual consumer: what it waits for is dropped with each tick.
#[tokio::test]
async fn a_receive_that_a_loop_drops_again_and_again_is_no_warning() {
    #[traced_handler]
    async fn consumer(mut jobs: mpsc::Receiver<u8>) -> usize {
        let mut ticks = 0;
        while ticks < 20 {
            tokio::select! {
                biased;
                Some(_) = next(&mut jobs) => {}
                () = yield_now() => ticks += 1,
            }
        }
        ticks
    }
    let (capture, (jobs, queue)) = (capture(), mpsc::channel(1));
    jobs.send(1).await.unwrap();
    assert_eq!(capture.scope(consumer(queue)).await, 20);
    let lines = values(&capture);
    let at = |level: &str| lines.iter().filter(|line| line["level"] == level).count();
    assert_eq!((at("WARN"), at("DEBUG"), at("INFO")), (0, 20, 2));
    let steps = &closing(&capture, "consumer")["steps"];
    assert_eq!((&steps[0]["count"], steps[0].get("cancelled")), (&21.into(), None));
}

#[tokio::test]
async fn each_form_says_at_which_level_it_was_cancelled() {
    #[traced_handler(cancelled = "trace")]
    async fn handler() {
        pending::<()>().await;
    }
    #[timed(cancelled = Level::ERROR)]
    async fn timed_async() {
        pending::<()>().await;
    }
    #[timed(cancelled = "off")]
    async fn silent() {
        pending::<()>().await;
    }
    #[timed(cancelled = 3, slow = "1ns")]
    async fn slow() {
        pending::<()>().await;
    }
    let capture = capture();
    capture.run(|| {
        assert!(handler().now_or_never().is_none());
        assert!(timed_async().now_or_never().is_none());
        assert!(silent().now_or_never().is_none());
        assert!(slow().now_or_never().is_none());
        let block = step!("future", cancelled = "debug", pending::<()>());
        assert!(block.now_or_never().is_none());
        let stream = step!("stream", cancelled = "debug", stream = stream::pending::<()>());
        assert!(Box::pin(stream).next().now_or_never().is_none());
    });
    let lines = values(&capture);
    let ended: Vec<_> = lines.iter().map(|line| (&line["name"], &line["level"])).collect();
    let expected = [
        ("handler", "TRACE"),
        ("timed_async", "ERROR"),
        // However long it was waited for.
        ("slow", "INFO"),
        ("future", "DEBUG"),
        ("stream", "DEBUG"),
    ];
    assert_eq!(ended.len(), expected.len());
    assert!(ended.iter().zip(expected).all(|((a, b), (c, d))| **a == c && **b == d), "{ended:?}");
    assert!(lines.iter().all(|line| line["outcome"] == "cancelled"));
}

#[tokio::test]
async fn what_may_be_dropped_still_fails_as_it_did() {
    #[timed(cancelled = "off")]
    async fn fails() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture();
    capture.scope(fails()).await.unwrap_err();
    assert_eq!(only(&capture)["level"], "WARN");
}
