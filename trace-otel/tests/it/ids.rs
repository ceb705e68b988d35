//! Ids that came from elsewhere, and parents that are there.

use test_support::otlp::{attribute, hex};
use trace_runtime::{
    Context,
    edge::{self, Outcome, Request},
    info,
    propagation::extract,
    timed, traced_handler,
};

use crate::support::Exported;

#[timed]
fn step() {
    info!("inside");
}

#[traced_handler(trace_id = id)]
async fn handler(id: &str) {
    step();
}

#[tokio::test]
async fn each_form_of_an_id_is_the_same_16_bytes_everywhere_and_verbatim_on_the_span() {
    let cases = [
        ("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736", false),
        ("4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736", true),
        ("a3bb189e-8bf9-9888-9912-ace4e6543002", "a3bb189e8bf998889912ace4e6543002", true),
        ("00f067aa0ba902b7", "000000000000000000f067aa0ba902b7", true),
        ("Root=1-67891233-abcdef012345678912345678", "67891233abcdef012345678912345678", true),
        // Python's `uuid.uuid5`.
        ("req-7", "17d2b948ef605a07916a0d9aba3ee2c7", true),
    ];
    for (id, expected, is_verbatim) in cases {
        let exported = Exported::new();
        exported.capture.scope(handler(id)).await;
        let (spans, logs) = (exported.spans(), exported.logs());
        let ids: Vec<_> = spans.items.iter().map(|span| hex(&span.trace_id)).collect();
        assert_eq!(ids, [expected, expected], "{id}");
        assert_eq!(hex(&logs.items[0].trace_id), expected);
        let verbatim = attribute(&spans.named("handler").attributes, "request_id");
        assert_eq!(verbatim, is_verbatim.then(|| format!("{id:?}")));
    }
}

#[test]
fn a_parent_elsewhere_is_marked_as_remote_with_its_state() {
    let exported = Exported::new();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [("traceparent", parent), ("tracestate", "vendor=x"), ("x-request-id", "req-9")];
    let incoming =
        extract(|name| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value));
    exported.capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, incoming, "GET", "/");
        request.enter(step);
        request.end(Outcome::Ok);
    });
    let spans = exported.spans();
    let (request, step) = (spans.named("GET"), spans.named("step"));
    assert_eq!(hex(&request.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&request.parent_span_id), "b7ad6b7169203331");
    assert_eq!((request.flags, step.flags), (0x301, 0x101));
    assert_eq!((&*request.trace_state, &*step.trace_state), ("vendor=x", "vendor=x"));
    assert_eq!(attribute(&request.attributes, "request_id"), Some("\"req-9\"".to_owned()));
    assert_eq!(step.parent_span_id, request.span_id);
}

#[tokio::test]
async fn a_step_that_outlives_its_request_belongs_to_it() {
    #[traced_handler]
    async fn spawns() -> tokio::task::JoinHandle<()> {
        trace_runtime::spawn(async {
            tokio::task::yield_now().await;
            step();
        })
    }

    let exported = Exported::new();
    exported.capture.scope(spawns()).await.await.unwrap();
    let spans = exported.spans();
    assert_eq!(spans.named("step").parent_span_id, spans.named("spawns").span_id);
    assert_eq!(spans.named("step").trace_id, spans.named("spawns").trace_id);
}

#[test]
fn outside_of_a_trace_there_are_records_without_ids_and_no_spans() {
    let exported = Exported::new();
    exported.capture.run(step);
    let (logs, spans) = (exported.logs(), exported.spans());
    assert_eq!(spans.items.len(), 0);
    let record = &logs.items[0];
    assert_eq!((record.trace_id.len(), record.span_id.len(), record.flags), (0, 0, 0));
}

#[tokio::test]
async fn work_that_was_queued_belongs_to_the_request_that_queued_it() {
    #[traced_handler]
    async fn queues() -> Context {
        Context::current()
    }

    let exported = Exported::new();
    let mut queue = Vec::new();
    for _ in 0..3 {
        queue.push(exported.capture.scope(queues()).await);
    }
    // A worker outside any trace does all of it, and something of its own.
    exported.capture.run(step);
    for context in &queue {
        context.run(step);
    }
    let spans = exported.spans();
    let (requests, steps): (Vec<_>, Vec<_>) =
        spans.items.iter().partition(|span| span.name == "queues");
    assert_eq!((requests.len(), steps.len()), (3, 3));
    for (request, step) in requests.iter().zip(&steps) {
        assert_eq!((&step.trace_id, &step.parent_span_id), (&request.trace_id, &request.span_id));
    }
}
