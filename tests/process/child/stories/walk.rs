//! Stories by chance: what the nodes of a tree do.

use std::{
    future::poll_fn,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    task::{Context as Task, Poll, Waker},
    thread,
};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use tokio::{runtime::Handle, task::yield_now};
use trace_runtime::{
    Context, OpenRequest, OpenStep, carry, count_request, edge, in_flight, info,
    propagation::Incoming, record, record_request, spawn, step, timed, traced_handler,
};

use super::{
    by_hand::Chatty,
    nodes::{Chance, Edge, End, FUNCTIONS, Leave, May, Node, Nodes},
};

/// The message of all panics.
pub(super) const PANIC: &str = "by chance";

/// The context that the story began in.
static OUTSIDE: Mutex<Option<Context>> = Mutex::new(None);

/// What was given to any other that takes it.
static GIVEN: Mutex<Vec<Ending>> = Mutex::new(Vec::new());

type Ending = BoxFuture<'static, Result<(), Chatty>>;

/// Returns the story of a seed.
pub(super) fn story(seed: u64) -> BoxFuture<'static, ()> {
    let mut chance = Chance(seed);
    let (kind, edge, nodes) = (chance.below(4), chance.edge(), chance.nodes(0, May::Spawn));
    let request = async move {
        match kind {
            0 => answered(edge, nodes).await,
            1 => with_an_id(nodes).await,
            _ => drop(handled(End::Value, nodes).await),
        }
    };
    async move {
        *OUTSIDE.lock().unwrap() = Some(Context::current());
        let _ = AssertUnwindSafe(request).catch_unwind().await;
        // Tasks may outlive what has spawned them, and give more.
        while Handle::current().metrics().num_alive_tasks() > 0 {
            yield_now().await;
        }
        while let Some(given) = taken() {
            drop(given);
        }
    }
    .boxed()
}

/// Writes functions whose steps differ in name and level.
macro_rules! steps {
    ($($level:literal $sync:ident $async:ident)*) => {
        $(
            #[timed(level = $level, fields(end = ?end))]
            fn $sync(end: End, inside: Nodes) -> Result<(), Chatty> {
                call(inside);
                come_to(end)
            }

            #[timed(level = $level, fields(end = ?end))]
            async fn $async(end: End, inside: Nodes) -> Result<(), Chatty> {
                walk(inside).await;
                come_to(end)
            }
        )*
        const SYNC: [fn(End, Nodes) -> Result<(), Chatty>; FUNCTIONS] = [$($sync),*];
        const ASYNC: [fn(End, Nodes) -> Ending; FUNCTIONS] =
            [$(|end, inside| $async(end, inside).boxed()),*];
    };
}

steps! {
    "info" s0 a0 "info" s1 a1 "info" s2 a2 "info" s3 a3 "info" s4 a4 "info" s5 a5
    "debug" s6 a6 "debug" s7 a7 "debug" s8 a8 "debug" s9 a9 "debug" s10 a10 "debug" s11 a11
    "trace" s12 a12 "trace" s13 a13 "trace" s14 a14 "trace" s15 a15 "trace" s16 a16
    "trace" s17 a17
}

fn come_to(end: End) -> Result<(), Chatty> {
    match end {
        End::Value => Ok(()),
        End::Error => Err(Chatty),
        End::Panic => panic!("{PANIC}"),
    }
}

/// Calls nodes when it is dropped.
struct AtEnd(Nodes);

impl Drop for AtEnd {
    fn drop(&mut self) {
        call(self.0);
    }
}

fn call(nodes: Nodes) {
    let mut at_end = Vec::new();
    for node in nodes {
        match *node {
            Node::AtEnd(inside) => at_end.push(AtEnd(inside)),
            node => call_one(node),
        }
    }
}

fn call_one(node: Node) {
    match node {
        Node::Event(number) => info!(number, "event"),
        Node::Chatty => info!(error = %Chatty, "shown: {Chatty}"),
        Node::Open => note_open(),
        Node::Record(number) => record!(number),
        Node::RecordRequest(number) => record_request!(number),
        Node::Count => count_request!(counted += 2),
        Node::Carry => carry!(carried = 7),
        Node::Step(which, end, inside) => {
            let _ = catch_unwind(|| SYNC[which](end, inside));
        }
        Node::Thread(inside) => {
            let here = Context::current();
            thread::spawn(move || here.run(|| call(inside))).join().unwrap();
        }
        Node::Again(inside) => Context::current().run(|| call(inside)),
        Node::Above(inside) => Context::current().without_step().run(|| call(inside)),
        Node::Outside(inside) => outside().run(|| call(inside)),
        Node::Entered(leave, inside) => entered(leave, inside),
        Node::Blocking(inside) => {
            let mut future = walk(inside);
            while poll_once(&mut future).is_pending() {}
        }
        Node::Given(is_begun, which, inside) => {
            let mut future = ASYNC[which](End::Value, inside);
            if !is_begun || poll_once(&mut future).is_pending() {
                GIVEN.lock().unwrap().push(future);
            }
        }
        Node::Taken => drop(taken()),
        _ => unreachable!("it waits"),
    }
}

fn walk(nodes: Nodes) -> BoxFuture<'static, ()> {
    async move {
        let mut at_end = Vec::new();
        for node in nodes {
            match *node {
                Node::AtEnd(inside) => at_end.push(AtEnd(inside)),
                node => walk_one(node).await,
            }
        }
    }
    .boxed()
}

async fn walk_one(node: Node) {
    match node {
        Node::Taken => {
            let Some(future) = taken() else { return };
            let _ = AssertUnwindSafe(future).catch_unwind().await;
        }
        Node::Yield => yield_once().await,
        Node::AsyncStep(which, end, inside) => {
            let _ = AssertUnwindSafe(ASYNC[which](end, inside)).catch_unwind().await;
        }
        Node::EnteredAcross(inside) => {
            let Some(mut step) = entry() else { return walk(inside).await };
            let token = step.enter();
            walk(inside).await;
            step.exit(token);
        }
        Node::Join(one, other) => drop(tokio::join!(walk(one), walk(other))),
        Node::Select(one, other) => tokio::select! {
            biased;
            () = walk(one) => info!("the one"),
            () = walk(other) => info!("the other"),
        },
        Node::Dropped(which, inside) => {
            let mut future = ASYNC[which](End::Value, inside);
            let _ = poll_once(&mut future);
        }
        Node::Stream(taken, inside) => {
            let items = stream::iter(0..2).then(move |_| walk(inside));
            let items = step!("stream", stream = items);
            items.take(taken + 1).for_each(|()| async { info!("item") }).await;
        }
        Node::Handler(end, inside) => {
            let _ = AssertUnwindSafe(handled(end, inside)).catch_unwind().await;
        }
        Node::Edge(edge, inside) => answered(edge, inside).await,
        Node::Spawned(inside) => spawn(walk(inside)).await.unwrap(),
        Node::Left(inside) => drop(spawn(walk(inside))),
        Node::PassedOn(which, inside) => {
            let mut future = ASYNC[which](End::Value, inside);
            if poll_once(&mut future).is_pending() {
                let _ = spawn(future).await.unwrap();
            }
        }
        node => call_one(node),
    }
}

#[traced_handler(fields(end = ?end))]
async fn handled(end: End, inside: Nodes) -> Result<(), Chatty> {
    walk(inside).await;
    note_open();
    come_to(end)
}

#[traced_handler(trace_id = "order-7/eu")]
async fn with_an_id(inside: Nodes) {
    walk(inside).await;
    note_open();
}

async fn answered(edge: Edge, inside: Nodes) {
    let callsite = edge::callsite!("http_request", target: "child");
    let mut request = edge::Request::open(callsite, Incoming::none(), "GET", "/");
    if matches!(edge, Edge::Retried) {
        let mut first = handled(End::Value, inside).boxed();
        let _ = request.enter(|| poll_once(&mut first));
        request.enter(|| drop(first));
    }
    let mut handler = handled(End::Error, inside).boxed();
    let _ = poll_fn(|task| request.enter(|| handler.as_mut().poll(task))).await;
    let steps: Vec<_> = request.steps().into_iter().map(|(name, _)| name).collect();
    request.record(|fields| fields.set("known", format!("{steps:?}")));
    request.set_status(200);
    request.end(edge::Outcome::Ok);
}

/// Writes the names of all open steps.
fn note_open() {
    let requests = in_flight();
    let mut names: Vec<_> =
        requests.iter().flat_map(OpenRequest::steps).map(OpenStep::name).collect();
    names.sort_unstable();
    info!(requests = requests.len(), awaits = ?names, "open");
}

fn entry() -> Option<edge::Step> {
    let callsite = edge::callsite!("entered", target: "child");
    edge::Step::open(callsite, edge::Parent::Current, |_| {})
}

fn entered(leave: Leave, inside: Nodes) {
    let (Some(mut outer), Some(mut inner)) = (entry(), entry()) else { return };
    let outer_token = outer.enter();
    info!("in the outer step");
    let inner_token = inner.enter();
    call(inside);
    match leave {
        Leave::InOrder => {
            inner.exit(inner_token);
            outer.exit(outer_token);
        }
        Leave::OutOfOrder => {
            outer.exit(outer_token);
            call(inside);
            inner.exit(inner_token);
        }
        Leave::Never => {}
    }
}

fn outside() -> Context {
    OUTSIDE.lock().unwrap().clone().unwrap()
}

fn taken() -> Option<Ending> {
    GIVEN.lock().unwrap().pop()
}

fn poll_once<T>(future: &mut BoxFuture<'_, T>) -> Poll<T> {
    future.as_mut().poll(&mut Task::from_waker(Waker::noop()))
}

/// As tokio's `yield_now`, but needs no runtime.
async fn yield_once() {
    let mut is_first = true;
    poll_fn(|task| {
        task.waker().wake_by_ref();
        if mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}
