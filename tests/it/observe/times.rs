//! The times and ids that observers see.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use futures::future::join_all;
use tokio::{task::yield_now, time::sleep};
use trace_runtime::{
    Context, SpanId,
    observe::{Closed, Kind, Observe},
    testing::Capture,
    timed, traced_handler,
};

/// What a scope that ended leaves.
#[derive(Clone, Debug)]
struct Span {
    kind: Kind,
    callsite: u32,
    name: &'static str,
    start_ns: u64,
    end_ns: u64,
    id: Option<SpanId>,
    parent: Option<SpanId>,
    trace: Option<[u8; 16]>,
    trace_text: Option<String>,
}

#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

impl Observe for Spans {
    fn closed(&self, closed: &Closed<'_>) {
        let duration = u64::try_from(closed.duration().as_nanos()).unwrap();
        self.0.lock().unwrap().push(Span {
            kind: closed.kind(),
            callsite: closed.callsite(),
            name: closed.name(),
            start_ns: closed.start_unix_ns(),
            end_ns: closed.start_unix_ns() + duration,
            id: closed.span_id(),
            parent: closed.parent_id(),
            trace: closed.trace().map(|trace| trace.id_bytes()),
            trace_text: closed.trace().map(|trace| trace.id().to_string()),
        });
    }
}

impl Spans {
    fn all(&self) -> Vec<Span> {
        self.0.lock().unwrap().clone()
    }
}

#[timed]
async fn leaf(delay: Duration) {
    sleep(delay).await;
}

#[timed]
async fn branch(delay: Duration) {
    leaf(delay).await;
    yield_now().await;
    leaf(delay).await;
}

#[traced_handler(trace_id = id)]
async fn tree(id: Option<&str>) {
    join_all((1..9).map(|n| branch(Duration::from_micros(n * 100)))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_lies_inside_its_parent_to_the_nanosecond() {
    let spans = Spans::default();
    let capture = Capture::new().observed_by(spans.clone());
    let before = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let tasks = (0..8).map(|_| tokio::spawn(capture.scope(tree(None))));
    join_all(tasks).await;
    let spans = spans.all();
    assert_eq!(spans.len(), 8 * (1 + 8 + 16));
    for span in &spans {
        assert!(u128::from(span.start_ns) + 1_000_000 >= before.as_nanos());
        let Some(parent) = span.parent else {
            assert_eq!(span.kind, Kind::Request);
            continue;
        };
        let parent = spans.iter().find(|it| it.id == Some(parent)).unwrap();
        assert_eq!(parent.trace, span.trace);
        assert!(parent.start_ns <= span.start_ns, "{span:?} in {parent:?}");
        assert!(span.end_ns <= parent.end_ns, "{span:?} in {parent:?}");
    }
}

#[tokio::test]
async fn a_callsite_has_one_number_and_no_two_have_the_same() {
    let spans = Spans::default();
    Capture::new().observed_by(spans.clone()).scope(tree(None)).await;
    let spans = spans.all();
    for (one, other) in spans.iter().zip(spans.iter().skip(1)) {
        assert_eq!(one.callsite == other.callsite, one.name == other.name);
    }
}

#[tokio::test]
async fn an_opaque_id_is_offered_as_text_and_as_the_bytes_of_traceparent() {
    let spans = Spans::default();
    let capture = Capture::new().observed_by(spans.clone());
    capture.scope(tree(Some("req-7"))).await;
    let hex = capture.values().last().unwrap()["w3c_trace_id"].as_str().unwrap().to_owned();
    for span in spans.all() {
        let bytes = u128::from_be_bytes(span.trace.unwrap());
        assert_eq!((format!("{bytes:032x}"), span.trace_text), (hex.clone(), Some("req-7".into())));
    }
}

#[tokio::test]
async fn a_step_that_outlives_its_request_is_offered_after_it() {
    #[traced_handler]
    async fn handler() -> Context {
        Context::current()
    }

    let spans = Spans::default();
    let capture = Capture::new().observed_by(spans.clone());
    let context = capture.scope(handler()).await;
    context.scope(leaf(Duration::ZERO)).await;
    let names: Vec<_> = spans.all().iter().map(|span| span.name).collect();
    assert_eq!(names, ["handler", "leaf"]);
    assert_eq!(spans.all()[1].parent, spans.all()[0].id);
}

#[test]
fn what_a_thread_does_without_a_runtime_is_offered_too() {
    #[timed]
    fn work() {}

    let spans = Spans::default();
    let capture = Capture::new().observed_by(spans.clone());
    capture.run(work);
    let spans = spans.all();
    assert_eq!((spans.len(), spans[0].name, spans[0].trace), (1, "work", None));
}
