//! The kinds of runtime that requests run on.

use test_support::in_time;
use tokio::{
    runtime::Builder,
    task::{JoinSet, LocalSet},
};

/// A kind of runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runtime {
    CurrentThread,
    MultiThread,
    LocalSet,
}

impl Runtime {
    /// Runs all tasks at once, each to its end.
    pub(super) fn run<F>(self, tasks: Vec<F>)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut builder = match self {
            Self::CurrentThread | Self::LocalSet => Builder::new_current_thread(),
            Self::MultiThread => Builder::new_multi_thread(),
        };
        let runtime = builder.worker_threads(4).enable_all().build().unwrap();
        let mut running = JoinSet::new();
        match self {
            Self::CurrentThread | Self::MultiThread => runtime.block_on(async {
                for task in tasks {
                    running.spawn(task);
                }
                in_time(join_all(running)).await;
            }),
            Self::LocalSet => LocalSet::new().block_on(&runtime, async {
                for task in tasks {
                    running.spawn_local(task);
                }
                in_time(join_all(running)).await;
            }),
        }
    }
}

async fn join_all(mut running: JoinSet<()>) {
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}
