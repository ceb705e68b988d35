//! Panics: `panicked` on what they pass through and on nothing else, and the
//! payload unharmed.

mod bystanders;
mod destructors;
mod lines;
mod payloads;

use std::{future::pending, panic::AssertUnwindSafe};

use futures::FutureExt as _;
use tokio::task::yield_now;
use trace_runtime::{spawn, timed, traced_handler};

/// Where one request panics, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    BeforeTheFirstAwait,
    AfterTheFirstAwait,
    InAStep,
    InASyncStep,
    InADrop,
    WhileCancelled,
    BesideAnInnocent,
    InASpawnedTask,
    CaughtInside,
}

#[traced_handler(trace_id = format!("request-{own}"), fields(own))]
async fn request(own: u32, fate: Fate) {
    match fate {
        Fate::Fine => yield_now().await,
        Fate::BeforeTheFirstAwait => panic!("on purpose {own}"),
        Fate::AfterTheFirstAwait => {
            yield_now().await;
            panic!("on purpose {own}");
        }
        Fate::InAStep => failing(own).await,
        Fate::InASyncStep => failing_sync(own),
        Fate::InADrop => {
            let _panics = PanicsOnDrop(own);
            yield_now().await;
        }
        Fate::WhileCancelled => {
            let _panics = PanicsOnDrop(own);
            pending::<()>().await;
        }
        Fate::BesideAnInnocent => {
            tokio::join!(innocent(own), failing(own), innocent(own));
        }
        Fate::InASpawnedTask => assert!(spawn(failing(own)).await.unwrap_err().is_panic()),
        Fate::CaughtInside => {
            AssertUnwindSafe(failing(own)).catch_unwind().await.unwrap_err();
        }
    }
}

#[timed(fields(own))]
async fn failing(own: u32) {
    yield_now().await;
    panic!("on purpose {own}");
}

#[timed(fields(own))]
fn failing_sync(own: u32) {
    panic!("on purpose {own}");
}

#[timed(fields(own))]
async fn innocent(own: u32) {
    pending::<()>().await;
}

struct PanicsOnDrop(u32);

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("on purpose {}", self.0);
    }
}
