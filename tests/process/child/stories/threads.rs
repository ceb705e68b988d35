//! Requests with many steps on eight threads: each step is counted once, wherever
//! it began and ended, and none stays open.

use std::{collections::BTreeMap, future::pending, thread};

use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use tokio::{runtime, task::yield_now};
use trace_runtime::{
    Context, builder, count_request, in_flight, spawn, spawn_blocking, step, timed, trace_id,
    traced_handler,
};

use super::Written;

const REQUESTS: u32 = 200;
const DEPTHS: u32 = 5;

pub(super) fn run() {
    let written = Written::default();
    builder().filter("info").sink(written.clone()).init().unwrap();
    let runtime = runtime::Builder::new_multi_thread().worker_threads(8).build().unwrap();
    runtime.block_on(async {
        let requests: Vec<_> =
            (0..REQUESTS).map(|nth| tokio::spawn(request(nth % DEPTHS))).collect();
        for request in requests {
            request.await.unwrap();
        }
    });
    assert!(in_flight().is_empty());
    let lines = written.take();
    let requests: Vec<_> = lines.iter().filter(|line| line["kind"] == "request").collect();
    assert_eq!(requests.len(), REQUESTS as usize);
    for line in requests {
        let mut expected = Counts::new();
        let depth = u32::try_from(line["depth"].as_u64().unwrap()).unwrap();
        add_branch(&mut expected, depth);
        assert_eq!(counted(line), expected, "{line}");
        let leaves = expected.get("leaf").map(|[leaves, ..]| *leaves);
        assert_eq!(line.get("leaves").and_then(Value::as_u64), leaves, "{line}");
    }
}

/// By name: how many steps there are, how many failed, how many were cancelled.
type Counts = BTreeMap<String, [u64; 3]>;

fn counted(line: &Value) -> Counts {
    let number = |step: &Value, key| step.get(key).map_or(0, |number| number.as_u64().unwrap());
    let steps = line["steps"].as_array().unwrap().iter();
    let count = |step| ["count", "errors", "cancelled"].map(|key| number(step, key));
    steps.map(|step| (step["name"].as_str().unwrap().to_owned(), count(step))).collect()
}

/// Adds what [`branch`] does.
fn add_branch(counts: &mut Counts, depth: u32) {
    let mut add = |name: &str, count, errors, cancelled| {
        let sums = counts.entry(name.to_owned()).or_default();
        *sums = [sums[0] + count, sums[1] + errors, sums[2] + cancelled];
    };
    add("branch", 1, 0, 0);
    if depth == 0 {
        return;
    }
    let errors = u64::from(fails(depth));
    add("leaf", 3, 3 * errors, 0);
    add("async_leaf", 1, errors, 0);
    add("block", 1, 0, 0);
    add("waits", 1, 0, 1);
    add_branch(counts, depth - 1);
    add_branch(counts, depth - 1);
}

fn fails(depth: u32) -> bool {
    depth % 3 == 1
}

#[traced_handler(fields(depth))]
async fn request(depth: u32) {
    branch(depth).await;
    let id = trace_id().unwrap();
    let open = in_flight().into_iter().filter(|request| *request.trace_id() == id);
    let steps: Vec<_> = open.map(|request| request.steps().to_vec()).collect();
    assert!(steps.len() == 1 && steps[0].is_empty(), "{steps:?}");
}

fn boxed(depth: u32) -> BoxFuture<'static, ()> {
    branch(depth).boxed()
}

#[timed(level = "debug")]
async fn branch(depth: u32) {
    if depth == 0 {
        return;
    }
    let other = spawn(boxed(depth - 1));
    let _ = leaf(depth);
    yield_now().await;
    boxed(depth - 1).await;
    let _ = async_leaf(depth).await;
    let _ = spawn_blocking(move || leaf(depth)).await.unwrap();
    dropped_elsewhere(depth).await;
    other.await.unwrap();
}

/// A step begins here, and is dropped in a task or on a thread.
async fn dropped_elsewhere(depth: u32) {
    let mut waits = Box::pin(waits());
    assert!((&mut waits).now_or_never().is_none());
    if depth & 1 == 0 {
        spawn(async move { drop(waits) }).await.unwrap();
    } else {
        let here = Context::current();
        thread::spawn(move || here.run(|| drop(waits))).join().unwrap();
    }
}

#[timed(level = "debug")]
fn leaf(depth: u32) -> Result<(), &'static str> {
    count_request!(leaves += 1);
    if fails(depth) { Err("by chance") } else { Ok(()) }
}

#[timed(level = "debug")]
async fn async_leaf(depth: u32) -> Result<(), &'static str> {
    step!("block", level = "debug", { std::hint::black_box(depth) });
    leaf(depth)
}

#[timed(level = "debug")]
async fn waits() {
    pending::<()>().await;
}
