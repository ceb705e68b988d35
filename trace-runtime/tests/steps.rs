//! Steps that another library opens: entered and left in any order, on any
//! thread.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

use std::{
    pin::pin,
    sync::{Barrier, Mutex},
    task::Waker,
    thread,
};

use serde_json::Value;
use tokio::runtime::Builder;
use trace_runtime::{
    Context, Level,
    edge::{Callsite, Parent, Step},
    info, record, step,
    testing::Capture,
    timed, trace_id, traced_handler,
};

fn open(name: &str) -> Step {
    below(name, Parent::Current)
}

fn below(name: &str, parent: Parent<'_>) -> Step {
    let callsite = Callsite::leaked(name, "library", Level::Info, Some(("library.rs", 7)));
    Step::open(callsite, parent, |_| {}).unwrap()
}

/// Runs `body` inside a request, and returns its lines.
fn lines(body: impl FnOnce()) -> Vec<Value> {
    let capture = Capture::new();
    capture.run(|| request(body));
    capture.values()
}

fn tree(body: impl FnOnce()) -> String {
    let capture = Capture::new();
    capture.run(|| request(body));
    capture.tree()
}

fn request(body: impl FnOnce()) {
    #[traced_handler]
    async fn request(body: impl FnOnce()) {
        body();
    }

    let mut cx = std::task::Context::from_waker(Waker::noop());
    assert!(pin!(request(body)).poll(&mut cx).is_ready());
}

#[timed]
fn inner() {
    info!("inside");
    record!(rows = 3);
}

fn named<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    lines.iter().find(|line| line["name"] == name || line["message"] == name).unwrap()
}

#[test]
fn what_is_entered_is_the_parent_of_what_is_below() {
    let tree = tree(|| {
        let mut step = open("a");
        let token = step.enter();
        inner();
        info!("beside");
        step.exit(token);
        info!("after");
    });
    assert_eq!(
        tree,
        "request ok\n  \"after\"\n  a ok\n    inner ok\n      \"inside\"\n    \"beside\"\n"
    );
}

#[test]
fn steps_are_left_in_any_order() {
    let lines = lines(|| {
        let (mut a, mut b) = (open("a"), open("b"));
        let (in_a, in_b) = (a.enter(), b.enter());
        info!("in b");
        a.exit(in_a);
        info!("still in b");
        b.exit(in_b);
        info!("in none");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(id("in b"), id("b"));
    assert_eq!(id("still in b"), id("b"));
    assert_eq!(id("in none"), id("request"));
}

#[test]
fn a_sync_step_may_outlive_the_entering_it_began_in() {
    let lines = lines(|| {
        let (mut a, mut b) = (open("a"), open("b"));
        let in_a = a.enter();
        step!("inner", {
            a.exit(in_a);
            let in_b = b.enter();
            info!("in b");
            b.exit(in_b);
            info!("in inner");
        });
        info!("in none");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(id("in b"), id("b"));
    assert_eq!(id("in inner"), id("inner"));
    assert_eq!(named(&lines, "inner")["parent_span_id"], *id("a"));
    assert_eq!(id("in none"), id("request"));
}

#[test]
fn what_is_recorded_while_it_is_entered_is_its_field() {
    let lines = lines(|| {
        let mut step = open("a");
        step.record(|fields| {
            fields.set("rows", 1);
            fields.set("name", "a key of ours");
            fields.set("host", 80);
        });
        let token = step.enter();
        record!(rows = 2);
        step.exit(token);
    });
    let line = named(&lines, "a");
    assert_eq!((&line["rows"], &line["field.name"]), (&2.into(), &"a key of ours".into()));
    assert_eq!(line["host"], "80");
}

#[test]
fn a_step_carries_its_trace_to_threads_and_outlives_its_request() {
    let capture = Capture::new();
    let mut step = capture.run(|| {
        let mut kept = None;
        request(|| kept = Some(open("a")));
        kept.unwrap()
    });
    assert_eq!(trace_id(), None);
    thread::scope(|scope| {
        scope.spawn(|| {
            let token = step.enter();
            info!("from a thread");
            step.exit(token);
            assert_eq!(trace_id(), None);
        });
    });
    step.close();
    let lines = capture.values();
    let trace = &named(&lines, "request")["trace_id"];
    assert!(trace.is_string());
    assert!(lines.iter().all(|line| line["trace_id"] == *trace), "{lines:#?}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_step_is_entered_on_two_threads_at_once() {
    let lines = lines(|| {
        let (step, barrier) = (Mutex::new(open("a")), Barrier::new(2));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let token = step.lock().unwrap().enter();
                    barrier.wait();
                    inner();
                    barrier.wait();
                    step.lock().unwrap().exit(token);
                });
            }
        });
    });
    let step = named(&lines, "a");
    let inner: Vec<_> = lines.iter().filter(|line| line["name"] == "inner").collect();
    assert_eq!(inner.len(), 2);
    assert!(inner.iter().all(|inner| inner["parent_span_id"] == step["span_id"]));
    assert!(step.get("busy_ms").is_none(), "entered twice is polled once");
}

#[test]
fn what_is_left_on_another_thread_is_not_current_any_more() {
    let lines = lines(|| {
        let mut step = open("a");
        let token = step.enter();
        thread::scope(|scope| {
            scope.spawn(|| step.exit(token));
        });
        info!("in none");
    });
    assert_eq!(named(&lines, "in none")["span_id"], named(&lines, "request")["span_id"]);
}

#[test]
fn a_context_entered_by_a_closure_covers_what_was_entered_before() {
    let capture = Capture::new();
    capture.run(|| {
        request(|| {
            let mut step = open("a");
            let token = step.enter();
            Context::none().run(|| info!("outside"));
            request(|| info!("in another request"));
            info!("in a");
            step.exit(token);
        });
    });
    let lines = capture.values();
    assert!(named(&lines, "outside").get("trace_id").is_none());
    assert_eq!(named(&lines, "in a")["span_id"], named(&lines, "a")["span_id"]);
}

#[test]
fn what_is_left_in_a_closure_that_covers_it_is_not_current_after_that() {
    let lines = lines(|| {
        let mut step = open("a");
        let token = step.enter();
        Context::none().run(|| {
            step.exit(token);
            info!("covered");
            let token = step.enter();
            info!("again");
            step.exit(token);
            info!("still covered");
        });
        info!("in none");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!((id("covered"), id("still covered")), (&Value::Null, &Value::Null));
    assert_eq!((id("again"), id("in none")), (id("a"), id("request")));
}

#[test]
fn a_step_that_is_closed_while_it_is_entered_is_current_until_its_token_is_left() {
    let tree = tree(|| {
        let mut step = open("a");
        let (outer, inner) = (step.enter(), step.enter());
        step.exit(inner);
        step.close();
        info!("in a");
        drop(step);
        outer.leave();
        info!("in none");
    });
    assert_eq!(tree, "request ok\n  a ok\n    \"in a\"\n  \"in none\"\n");
}

#[test]
fn a_failure_without_a_text_keeps_the_text_of_the_one_before() {
    let lines = lines(|| {
        let mut step = open("a");
        step.fail(Some(&"timeout"));
        step.fail(None);
    });
    assert_eq!(named(&lines, "a")["error"], "timeout");
}

#[test]
fn what_a_closure_does_not_leave_ends_with_it() {
    let lines = lines(|| {
        let mut step = open("a");
        let mut token = None;
        Context::current().run(|| ());
        Context::none().run(|| token = Some(step.enter()));
        info!("in none");
        step.exit(token.unwrap());
    });
    assert_eq!(named(&lines, "in none")["span_id"], named(&lines, "request")["span_id"]);
}

#[test]
fn parents_are_what_is_said() {
    let lines = lines(|| {
        let mut a = open("a");
        let token = a.enter();
        let (root, given) = (below("root", Parent::None), a.context());
        a.exit(token);
        let child = below("child", Parent::Given(&given));
        drop((root, child));
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(named(&lines, "root")["parent_span_id"], *id("request"));
    assert_eq!(named(&lines, "child")["parent_span_id"], *id("a"));
}

#[test]
fn a_step_that_stands_for_the_current_one_has_no_line() {
    let lines = lines(|| {
        let mut here = Step::current().unwrap();
        thread::spawn(move || {
            let token = here.enter();
            info!("from a thread");
            record!(rows = 1);
            here.exit(token);
            info!("outside");
        })
        .join()
        .unwrap();
    });
    assert_eq!(lines.len(), 2, "what is outside goes nowhere");
    assert_eq!(lines[0]["span_id"], lines[1]["span_id"]);
    assert_eq!(lines[1]["rows"], 1);
    assert!(Step::current().is_none());
}

#[test]
fn a_step_left_by_a_panic_has_panicked() {
    let lines = lines(|| {
        let mut step = open("a");
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            struct Leaves<'a>(&'a mut Step, Option<trace_runtime::edge::Token>);
            impl Drop for Leaves<'_> {
                fn drop(&mut self) {
                    self.0.exit(self.1.take().unwrap());
                }
            }
            let token = step.enter();
            let _leaves = Leaves(&mut step, Some(token));
            panic!("oh no");
        }));
        assert!(result.is_err());
    });
    let line = named(&lines, "a");
    assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &"oh no".into()));
}

#[test]
fn a_step_ends_when_it_is_left_last() {
    let lines = lines(|| {
        let mut step = open("a");
        for _ in 0..3 {
            let token = step.enter();
            step.exit(token);
        }
        thread::sleep(std::time::Duration::from_millis(20));
    });
    let line = named(&lines, "a");
    assert!(line["duration_ms"].as_f64().unwrap() < 20.0, "{line}");
    assert!(line["busy_ms"].as_f64().unwrap() <= line["duration_ms"].as_f64().unwrap());
}

#[test]
fn a_step_that_is_filtered_out_is_none() {
    let capture = Capture::with_filter("info,library=warn");
    capture.run(|| {
        let callsite = Callsite::leaked("a", "library", Level::Info, None);
        assert!(Step::open(callsite, Parent::Current, |_| {}).is_none());
    });
}

#[test]
fn fields_that_panic_leave_what_was_set() {
    let lines = lines(|| {
        let callsite = Callsite::leaked("a", "library", Level::Info, None);
        let step = Step::open(callsite, Parent::Current, |fields| {
            fields.set("rows", 1);
            panic!("no");
        });
        step.unwrap().close();
    });
    assert_eq!(named(&lines, "a")["rows"], 1);
}

#[test]
fn a_spawned_task_and_a_poll_take_the_step_along() {
    #[traced_handler]
    async fn handler() {
        let mut step = open("a");
        let token = step.enter();
        let task = trace_runtime::spawn(async { info!("spawned") });
        step.exit(token);
        task.await.unwrap();
        waits().await;
    }

    #[timed]
    async fn waits() {
        let mut step = open("b");
        for _ in 0..3 {
            let token = step.enter();
            info!("polled");
            step.exit(token);
            tokio::task::yield_now().await;
        }
    }

    let capture = Capture::new();
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(capture.scope(handler()));
    let expected = "handler ok\n  waits ok\n    b ok\n      \"polled\"\n      \"polled\"\n      \
                    \"polled\"\n  a ok\n    \"spawned\"\n";
    assert_eq!(capture.tree(), expected);
}
