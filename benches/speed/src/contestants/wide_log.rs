//! `wide-log`: one line for a request. It has no lines of less.

use std::{
    future::pending,
    io::Write as _,
    sync::{Mutex, OnceLock, PoisonError},
};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::{Destination, Tallied},
};

struct WideLog;

/// What it writes with outlives a request, as its type demands.
static SINK: OnceLock<Mutex<Tallied>> = OnceLock::new();

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    SINK.get_or_init(|| Mutex::new(destination.open()));
    Box::new(WideLog)
}

fn write(line: &[u8]) {
    let sink = SINK.get().expect("it is set up");
    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
    sink.write_all(line).expect("a file takes lines");
}

fn step(user_id: u64) {
    at_once(work(user_id));
}

impl Contestant for WideLog {
    fn requests(&self, count: u32) {
        (0..count).for_each(|_| wide::request(user_id(), path, step, write));
    }

    fn events(&self, _: u32) {}

    fn sync_steps(&self, _: u32) {}

    fn async_steps(&self, _: u32) {}

    fn filtered_events(&self, _: u32) {}

    fn filtered_steps(&self, _: u32) {}

    fn nested(&self, _: u32, _: u32) {}

    fn fields(&self, _: u32, _: u32) {}

    fn messages(&self, _: &str, _: u32) {}

    fn held(&self) -> Held {
        Box::pin(pending())
    }

    fn settle(&self, _: u64) {}
}
