//! Whatever a request calls, in whatever way: its `steps` are the sums over the
//! lines of the steps themselves.

use std::{
    future::{pending, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    thread,
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;
use test_support::{capture, closing, values};
use tokio::{runtime::Builder, task::yield_now};
use trace_runtime::{Context, spawn, step, testing::Capture, traced_handler};

type Result = std::result::Result<(), &'static str>;

/// One call of a step, and what it calls itself.
#[derive(Clone, Debug)]
struct Call {
    /// Which step of its form.
    kind: usize,
    form: Form,
    end: End,
    /// How often it gives way.
    turns: usize,
    inside: Vec<Call>,
    /// Whether what is inside runs at the same time.
    together: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Async,
    /// Async, in a task of its own.
    Task,
    /// All that is inside is sync, too.
    Sync,
    /// Sync, on a thread of its own that is waited for at once: the order of
    /// all that begins is certain.
    Thread,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Ok,
    Error,
    Panic,
    /// Dropped while it waits, if it is async.
    Cancelled,
}

type AsyncStep = fn(BoxFuture<'static, Result>) -> BoxFuture<'static, Result>;
type SyncStep = fn(&mut dyn FnMut() -> Result) -> Result;

/// Makes steps, each a place in the code of its own.
macro_rules! steps {
    ($($name:literal $sync_name:literal,)*) => {
        const ASYNC: &[(&str, AsyncStep)] =
            &[$(($name, |body| step!($name, body).boxed()),)*];
        const SYNC: &[(&str, SyncStep)] =
            &[$(($sync_name, |body| step!($sync_name, { body() })),)*];
    };
}

steps! {
    "a0" "s0", "a1" "s1", "a2" "s2", "a3" "s3", "a4" "s4", "a5" "s5", "a6" "s6", "a7" "s7",
    "a8" "s8", "a9" "s9", "a10" "s10", "a11" "s11", "a12" "s12", "a13" "s13", "a14" "s14",
    "a15" "s15", "a16" "s16", "a17" "s17", "a18" "s18", "a19" "s19", "a20" "s20", "a21" "s21",
}

/// The names of steps, in the order in which they first began.
type Begun = Arc<Mutex<Vec<&'static str>>>;

fn note(begun: &Begun, name: &'static str) {
    let mut begun = begun.lock().unwrap();
    if !begun.contains(&name) {
        begun.push(name);
    }
}

impl Call {
    fn run(self, begun: Begun) -> BoxFuture<'static, ()> {
        async move {
            match self.form {
                Form::Async => self.run_async(begun).await,
                Form::Task => spawn(self.run_async(begun)).await.unwrap(),
                Form::Sync => self.run_sync(&begun),
                Form::Thread => {
                    let here = Context::current();
                    let run = move || here.run(|| self.run_sync(&begun));
                    thread::spawn(run).join().unwrap();
                }
            }
        }
        .boxed()
    }

    async fn run_async(self, begun: Begun) {
        let (name, step) = ASYNC[self.kind];
        let (end, waits) = (self.end, Arc::<AtomicBool>::default());
        let is_waiting = Arc::clone(&waits);
        let body = async move {
            note(&begun, name);
            let inside = self.inside.into_iter().map(|call| call.run(Arc::clone(&begun)));
            if self.together {
                join_all(inside).await;
            } else {
                for call in inside {
                    call.await;
                }
            }
            for _ in 0..self.turns {
                yield_now().await;
            }
            if matches!(end, End::Cancelled) {
                waits.store(true, Ordering::Relaxed);
                pending::<()>().await;
            }
            end.result()
        };
        let mut step = pin!(AssertUnwindSafe(step(body.boxed())).catch_unwind());
        // What waits for ever is dropped.
        poll_fn(|cx| match step.as_mut().poll(cx) {
            Poll::Pending if !is_waiting.load(Ordering::Relaxed) => Poll::Pending,
            Poll::Pending | Poll::Ready(_) => Poll::Ready(()),
        })
        .await;
    }

    fn run_sync(&self, begun: &Begun) {
        let (name, step) = SYNC[self.kind];
        let mut body = || {
            note(begun, name);
            self.inside.iter().for_each(|call| call.run_sync(begun));
            self.end.result()
        };
        let _ = catch_unwind(AssertUnwindSafe(|| step(&mut body)));
    }
}

impl End {
    fn result(self) -> Result {
        match self {
            Self::Ok | Self::Cancelled => Ok(()),
            Self::Error => Err("on purpose"),
            Self::Panic => panic!("on purpose"),
        }
    }
}

/// Calls of any shape, of as many kinds of each form.
fn calls(kinds: usize) -> impl Strategy<Value = Vec<Call>> {
    let form = prop::sample::select(vec![Form::Async, Form::Task, Form::Sync, Form::Thread]);
    let end = prop::sample::select(vec![End::Ok, End::Error, End::Panic, End::Cancelled]);
    let call = (0..kinds, form, end, 0..3_usize, any::<bool>());
    let leaf = call.clone().prop_map(|call| with(call, Vec::new()));
    let tree = leaf.prop_recursive(4, 60, 8, move |inner| {
        (call.clone(), vec(inner, 0..8)).prop_map(|(call, inside)| with(call, inside))
    });
    vec(tree, 0..8)
}

fn with(call: (usize, Form, End, usize, bool), inside: Vec<Call>) -> Call {
    let (kind, form, end, turns, together) = call;
    Call { kind, form, end, turns, inside, together }
}

#[traced_handler]
async fn handler(calls: Vec<Call>, begun: Begun) {
    // At the same time.
    join_all(calls.into_iter().map(|call| call.run(Arc::clone(&begun)))).await;
}

/// Runs a request that makes these calls, and returns the names of the steps
/// in the order in which they began.
fn ran(capture: &Capture, calls: Vec<Call>) -> Vec<&'static str> {
    let begun = Begun::default();
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(capture.scope(handler(calls, Arc::clone(&begun))));
    let begun = begun.lock().unwrap();
    begun.clone()
}

/// The entry of one place.
#[derive(Debug, Default, PartialEq)]
struct Total {
    name: String,
    count: u64,
    sum_ns: u64,
    max_ns: u64,
    errors: u64,
    cancelled: u64,
}

/// Adds up the lines of the steps of one name. The time of a step inside
/// another of the same name is not counted again.
fn added_up(lines: &[Value], name: &str) -> Total {
    let mut total = Total { name: name.to_owned(), ..Total::default() };
    for line in lines.iter().filter(|line| line["name"] == name) {
        total.count += 1;
        if ancestors(lines, line).all(|outer| outer["name"] != name) {
            let took = nanos(&line["duration_ms"]);
            total.sum_ns += took;
            total.max_ns = total.max_ns.max(took);
        }
        total.errors += u64::from(line["outcome"] == "error" || line["outcome"] == "panicked");
        total.cancelled += u64::from(line["outcome"] == "cancelled");
    }
    total
}

/// The lines of the scopes around a scope, from the inside out.
fn ancestors<'a>(lines: &'a [Value], line: &'a Value) -> impl Iterator<Item = &'a Value> {
    let parent = |line: &&Value| {
        let id = &line["parent_span_id"];
        lines.iter().find(|outer| outer.get("kind").is_some() && outer["span_id"] == *id)
    };
    std::iter::successors(parent(&line), parent)
}

/// The time of the steps of one name without the time of those inside them,
/// where these run one after the other.
fn own_ns(lines: &[Value], name: &str) -> u64 {
    let took = |line: &Value| nanos(&line["duration_ms"]);
    let of_name = lines.iter().filter(|line| line["name"] == name);
    let inside = |line: &Value| {
        let id = &line["span_id"];
        lines.iter().filter(|inner| inner["parent_span_id"] == *id).map(took).sum::<u64>()
    };
    of_name.map(|line| took(line) - inside(line)).sum()
}

fn read(step: &Value) -> Total {
    let cancelled = step.get("cancelled").map(|cancelled| cancelled.as_u64().unwrap());
    assert_ne!(cancelled, Some(0), "{step}");
    Total {
        name: step["name"].as_str().unwrap().to_owned(),
        count: step["count"].as_u64().unwrap(),
        sum_ns: nanos(&step["total_ms"]),
        max_ns: nanos(&step["max_ms"]),
        errors: step["errors"].as_u64().unwrap(),
        cancelled: cancelled.unwrap_or_default(),
    }
}

/// Reads milliseconds with up to six decimals, exactly.
fn nanos(millis: &Value) -> u64 {
    let text = millis.to_string();
    let (whole, part) = text.split_once('.').unwrap();
    format!("{whole}{part:0<6}").parse().unwrap()
}

impl Call {
    /// The same calls one after the other, in one task.
    fn in_turn(self) -> Self {
        let form = match self.form {
            Form::Async | Form::Task => Form::Async,
            Form::Sync | Form::Thread => Form::Sync,
        };
        let inside = self.inside.into_iter().map(Self::in_turn).collect();
        Self { form, inside, together: false, ..self }
    }
}

/// Returns the entries of the request, and how many steps it left out.
fn entries(capture: &Capture) -> (Vec<Total>, u64) {
    let request = closing(capture, "handler");
    let steps = request.get("steps").map(|steps| steps.as_array().unwrap());
    let dropped = request.get("steps_dropped").map(|dropped| dropped.as_u64().unwrap());
    assert_ne!(dropped, Some(0), "{request}");
    (steps.into_iter().flatten().map(read).collect(), dropped.unwrap_or_default())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn few_kinds_of_steps_are_added_up_exactly(calls in calls(8)) {
        let capture = capture();
        let begun = ran(&capture, calls);
        let lines = values(&capture);
        let expected: Vec<_> = begun.iter().map(|name| added_up(&lines, name)).collect();
        prop_assert_eq!(entries(&capture), (expected, 0));
    }

    #[test]
    fn of_many_kinds_the_first_have_entries_and_all_are_counted(calls in calls(22)) {
        let capture = capture();
        let begun = ran(&capture, calls);
        let lines = values(&capture);
        let (steps, dropped) = entries(&capture);
        let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
        prop_assert!(begun.starts_with(&names), "{begun:?} {names:?}");
        let ended = lines.iter().filter(|line| line["kind"] == "step").count();
        let counted: u64 = steps.iter().map(|step| step.count).sum();
        prop_assert_eq!(counted + dropped, ended as u64);
        for step in &steps {
            let all = added_up(&lines, &step.name);
            prop_assert!(step.count <= all.count && step.sum_ns <= all.sum_ns);
        }
    }

    #[test]
    fn what_a_step_takes_itself_is_what_the_steps_inside_it_leave(calls in calls(8)) {
        let capture = capture();
        let begun = ran(&capture, calls.into_iter().map(Call::in_turn).collect());
        let lines = values(&capture);
        let request = closing(&capture, "handler");
        for (step, name) in request["steps"].as_array().into_iter().flatten().zip(begun) {
            prop_assert_eq!(nanos(&step["self_ms"]), own_ns(&lines, name), "{}", step);
        }
    }

    /// Whatever runs beside a step, or longer than it.
    #[test]
    fn what_a_step_takes_itself_is_no_more_than_it_takes(calls in calls(8)) {
        let capture = capture();
        let begun = ran(&capture, calls);
        let lines = values(&capture);
        let request = closing(&capture, "handler");
        for (step, name) in request["steps"].as_array().into_iter().flatten().zip(begun) {
            let calls = lines.iter().filter(|line| line["name"] == name);
            let all: u64 = calls.map(|line| nanos(&line["duration_ms"])).sum();
            prop_assert!(nanos(&step["self_ms"]) <= all, "{}", step);
        }
    }
}
