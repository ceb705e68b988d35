//! Where work leaves the task and takes the trace along, its lines and its
//! steps belong to the request.

use futures::{StreamExt as _, stream};
use rayon::prelude::*;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::task::TaskTracker;
use trace_runtime::{
    Context, InCurrentTrace as _, info, spawn, spawn_blocking, testing::Capture, timed,
    traced_handler,
};

#[derive(Clone, Copy, Debug)]
enum By {
    Spawn,
    JoinSet,
    TaskTracker,
    SpawnBlocking,
    Thread,
    Rayon,
    Channel,
    Stream,
}

#[timed]
async fn step(n: usize) {
    tokio::task::yield_now().await;
    info!(n, "working");
}

#[timed]
fn sync_step(n: usize) {
    info!(n, "working");
}

/// Lets three steps run elsewhere.
#[traced_handler]
async fn handler(by: By) {
    match by {
        By::Spawn => {
            let tasks: Vec<_> = (0..3).map(|n| spawn(step(n))).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
        By::JoinSet => {
            let mut tasks: JoinSet<()> = (0..3).map(|n| step(n).in_current_trace()).collect();
            while let Some(ended) = tasks.join_next().await {
                ended.unwrap();
            }
        }
        By::TaskTracker => {
            let tasks = TaskTracker::new();
            (0..3).for_each(|n| drop(tasks.spawn(step(n).in_current_trace())));
            tasks.close();
            tasks.wait().await;
        }
        By::SpawnBlocking => {
            for n in 0..3 {
                spawn_blocking(move || sync_step(n)).await.unwrap();
            }
        }
        By::Thread => {
            let here = Context::current();
            let threads = (0..3).map(|n| {
                let here = here.clone();
                std::thread::spawn(move || here.run(|| sync_step(n)))
            });
            threads.for_each(|thread| thread.join().unwrap());
        }
        By::Rayon => {
            let here = Context::current();
            (0..3).into_par_iter().for_each(|n| here.run(|| sync_step(n)));
        }
        By::Channel => through_a_channel().await,
        By::Stream => {
            let steps = stream::iter(0..3).map(|n| step(n).in_current_trace());
            steps.buffer_unordered(3).collect::<Vec<_>>().await;
        }
    }
}

async fn through_a_channel() {
    let (jobs, mut queue) = mpsc::channel::<(Context, usize)>(1);
    let worker = tokio::spawn(async move {
        while let Some((context, n)) = queue.recv().await {
            context.scope(step(n)).await;
        }
    });
    for n in 0..3 {
        jobs.send((Context::current(), n)).await.unwrap();
    }
    drop(jobs);
    worker.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_and_events_elsewhere_belong_to_the_request() {
    use By::{Channel, JoinSet, Rayon, Spawn, SpawnBlocking, Stream, TaskTracker, Thread};
    for by in [Spawn, JoinSet, TaskTracker, SpawnBlocking, Thread, Rayon, Channel, Stream] {
        let capture = Capture::new();
        capture.scope(handler(by)).await;
        let lines = capture.values();
        let request = lines.last().unwrap();
        assert_eq!(lines.len(), 7, "{by:?}");
        assert_eq!(
            (&request["kind"], &request["steps"][0]["count"]),
            (&"request".into(), &3.into())
        );
        for line in &lines {
            assert_eq!(line["trace_id"], request["trace_id"], "{by:?}");
        }
        for step in lines.iter().filter(|line| line["kind"] == "step") {
            assert_eq!(step["parent_span_id"], request["span_id"], "{by:?}");
        }
    }
}

#[tokio::test]
async fn a_worker_that_left_the_trace_stays_outside() {
    #[traced_handler]
    async fn starts_a_worker() {
        let outside = Context::none().scope(async { info!("outside") });
        spawn(outside).await.unwrap();
    }
    let capture = Capture::new();
    capture.scope(starts_a_worker()).await;
    let lines = capture.values();
    assert_eq!((&lines[0]["message"], lines[0].get("trace_id")), (&"outside".into(), None));
}
