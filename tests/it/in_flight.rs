//! Requests that have not ended, as they are seen from inside and outside.

use std::future::pending;

use test_support::capture;
use tokio::{sync::oneshot, task::yield_now};
use trace_runtime::{
    Context, InCurrentTrace as _, Level, OpenRequest, OpenStep, Outcome,
    edge::{self, Callsite, Parent, Request, Step},
    in_flight,
    propagation::Incoming,
    report_in_flight, spawn, step,
    testing::Capture,
    timed, traced_handler,
};

/// The names of the steps of the only open request.
fn steps() -> Vec<&'static str> {
    let open = in_flight();
    assert_eq!(open.len(), 1, "{open:#?}");
    open[0].steps().iter().map(OpenStep::name).collect()
}

#[traced_handler]
async fn handler<T>(run: impl AsyncFnOnce() -> T) -> T {
    run().await
}

async fn within<T>(run: impl AsyncFnOnce() -> T) -> T {
    capture().scope(handler(run)).await
}

#[tokio::test]
async fn a_step_that_has_ended_uncovers_the_one_around_it() {
    let seen = within(async || {
        let before = steps();
        let inside = step!("outer", async {
            let inner = step!("inner", async { steps() }).await;
            (inner, steps())
        });
        let (inner, outer) = inside.await;
        [before, inner, outer, steps()]
    });
    assert_eq!(seen.await, [vec![], vec!["outer", "inner"], vec!["outer"], vec![]]);
}

#[tokio::test]
async fn a_step_that_is_dropped_or_that_panics_is_open_no_more() {
    let seen = within(async || {
        let mut dropped = Box::pin(step!("dropped", pending::<()>()));
        assert!(futures::poll!(dropped.as_mut()).is_pending());
        let open = steps();
        drop(dropped);
        assert!(tokio::spawn(panics().in_current_trace()).await.is_err());
        (open, steps())
    });
    assert_eq!(seen.await, (vec!["dropped"], vec![]));
}

#[timed]
async fn panics() {
    panic!("no");
}

#[tokio::test]
async fn steps_of_spawned_tasks_are_steps_of_their_request_until_it_ends() {
    let capture = capture();
    let (_end, ended) = oneshot::channel::<()>();
    let request = handler(async || {
        let task = spawn(async { step!("elsewhere", ended).await.is_ok() });
        while steps().is_empty() {
            yield_now().await;
        }
        (task, steps())
    });
    let (task, seen) = capture.scope(request).await;
    assert_eq!(seen, ["elsewhere"]);
    assert!(capture.in_flight().is_empty(), "the task has not ended, but the request has");
    task.abort();
}

#[tokio::test]
async fn more_steps_than_there_are_places_are_seen_in_the_order_of_their_start() {
    async fn deeper(left: usize) -> usize {
        if left == 0 {
            return steps().len();
        }
        step!("deeper", Box::pin(deeper(left - 1))).await
    }
    let seen = within(async || {
        let deepest = deeper(50).await;
        (deepest, steps().len())
    });
    assert_eq!(seen.await, (50, 0));
}

#[tokio::test]
async fn captures_see_their_own_requests_and_the_process_sees_none_of_them() {
    let (one, two) = (Capture::new(), Capture::new());
    let names = |open: Vec<OpenRequest>| open.iter().map(|it| it.trace_id().to_string()).collect();
    let mut first = Box::pin(one.scope(named("one".to_owned())));
    let mut second = Box::pin(two.scope(named("two".to_owned())));
    assert!(futures::poll!(first.as_mut()).is_pending());
    assert!(futures::poll!(second.as_mut()).is_pending());
    let seen: [Vec<String>; 2] = [&one, &two].map(|capture| names(capture.in_flight()));
    assert_eq!(seen, [["one"], ["two"]]);
    assert_eq!((one.run(in_flight).len(), one.run(report_in_flight)), (1, 1));
    assert_eq!(one.run(|| Context::none().run(in_flight)).len(), 1, "it is still in the capture");
    let of_process: Vec<String> = names(in_flight());
    assert!(!of_process.contains(&"one".to_owned()), "{of_process:?}");
    drop((first, second));
    assert_eq!((one.in_flight().len(), two.in_flight().len()), (0, 0));
}

#[traced_handler(trace_id = &id)]
async fn named(id: String) {
    pending::<()>().await;
    drop(id);
}

#[test]
fn a_request_of_an_edge_shows_what_was_asked_for_and_how_far_the_answer_is() {
    let capture = capture();
    let open = || {
        let open = capture.in_flight();
        assert_eq!(open.len(), 1);
        open[0].clone()
    };
    capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/users/7");
        let asked = open();
        assert_eq!(
            (asked.name(), asked.target(), asked.kind()),
            ("http_request", "edge", "request")
        );
        assert_eq!((asked.method(), asked.path()), (Some("GET"), Some("/users/7")));
        assert_eq!((asked.route(), asked.status(), asked.is_stream()), (None, None, false));
        request.set_route("/users/{id}");
        request.set_status(200);
        request.set_stream();
        let answered = open();
        assert_eq!((answered.route(), answered.status()), (Some("/users/{id}"), Some(200)));
        assert_eq!((answered.kind(), answered.is_stream()), ("stream", true));
        report_in_flight();
        request.end(Outcome::Ok);
    });
    assert!(capture.in_flight().is_empty());
    let [running, ended] = &capture.values()[..] else { panic!("two lines") };
    for key in ["trace_id", "span_id", "target", "name", "method", "route", "path", "status"] {
        assert_eq!(running[key], ended[key], "{key}");
    }
    assert_eq!((&running["kind"], &running["duration_ms"]), (&().into(), &().into()));
}

#[test]
fn a_step_of_another_library_is_open_from_its_opening_to_its_close_under_its_last_name() {
    let capture = capture();
    let current = || capture.in_flight()[0].step().map(OpenStep::name);
    capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
        request.enter(|| {
            let named = |name| Callsite::leaked(name, "sqlx", Level::Info, None);
            let mut step = Step::open(named("query"), Parent::Current, |_| {}).unwrap();
            assert_eq!(current(), Some("query"));
            step.set_callsite(named("renamed"));
            assert_eq!(current(), Some("renamed"));
            step.close();
            assert_eq!(current(), None);
        });
    });
}
