//! For loggers without traces and steps: ids are passed on and times are taken
//! by hand, and both are fields of every line.

use std::{future::pending, hint::black_box, time::Instant};

use floor::{hex, random};

use super::{Contestant, Held};
use crate::content::{at_once, path, user_id, work};

/// A logger that writes lines with these fields.
pub(super) trait Logger: Sync {
    fn event(&self, at: &Step, user_id: u64, path: &str);
    fn step(&self, ended: &Step, name: &str, user_id: u64);
    fn request(&self, ended: &Step, name: &str, user_id: u64);
    fn filtered_event(&self, user_id: u64, path: &str);
    fn filtered_step(&self, name: &str, user_id: u64);
    fn fields(&self, at: &Step, count: u32, value: u64);
    fn message(&self, at: &Step, message: &str);
    fn settle(&self, lines: u64);
}

/// An open step or request.
#[derive(Clone)]
pub(super) struct Step {
    trace: [u8; 32],
    span: [u8; 16],
    parent: [u8; 16],
    start: Instant,
}

impl Step {
    fn request() -> Self {
        let mut trace = [0; 32];
        trace[..16].copy_from_slice(&hex(random()));
        trace[16..].copy_from_slice(&hex(random()));
        Self { trace, span: hex(random()), parent: [b'0'; 16], start: Instant::now() }
    }

    fn child(&self) -> Self {
        Self { trace: self.trace, span: hex(random()), parent: self.span, start: Instant::now() }
    }

    pub(super) fn trace(&self) -> &str {
        text(&self.trace)
    }

    pub(super) fn span(&self) -> &str {
        text(&self.span)
    }

    pub(super) fn parent(&self) -> &str {
        text(&self.parent)
    }

    pub(super) fn duration_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}

fn text(id: &[u8]) -> &str {
    str::from_utf8(id).expect("hexadecimal")
}

/// A contestant that does by hand what its logger does not do.
pub(super) struct ByHand<L>(pub(super) L);

impl<L: Logger> ByHand<L> {
    fn within(&self, run: impl FnOnce(&Step)) {
        let request = Step::request();
        run(&request);
        self.0.request(&request, "within", user_id());
    }

    async fn step(&self, parent: &Step, name: &str, user_id: u64) {
        let step = parent.child();
        work(user_id).await;
        self.0.step(&step, name, user_id);
    }

    async fn deeper(&self, parent: &Step, depth: u32) {
        let step = parent.child();
        if depth > 1 {
            Box::pin(self.deeper(&step, depth - 1)).await;
        }
        self.0.step(&step, "deeper", user_id());
    }

    async fn get_messages(&self, user_id: u64) {
        let request = Step::request();
        self.step(&request, "authenticate", user_id).await;
        self.0.event(&request, user_id, path());
        self.step(&request, "fetch_messages", user_id).await;
        self.0.event(&request, user_id, path());
        self.step(&request, "render", user_id).await;
        self.0.request(&request, "get_messages", user_id);
    }
}

impl<L: Logger> Contestant for ByHand<L> {
    fn events(&self, count: u32) {
        self.within(|at| (0..count).for_each(|_| self.0.event(at, user_id(), path())));
    }

    fn sync_steps(&self, count: u32) {
        let step = |parent: &Step| {
            let step = parent.child();
            self.0.step(&step, "sync_step", user_id());
        };
        self.within(|request| (0..count).for_each(|_| step(request)));
    }

    fn async_steps(&self, count: u32) {
        let steps = async |request: &Step| {
            for _ in 0..count {
                self.step(request, "fetch_messages", user_id()).await;
            }
        };
        self.within(|request| at_once(steps(request)));
    }

    fn requests(&self, count: u32) {
        (0..count).for_each(|_| at_once(self.get_messages(user_id())));
    }

    fn filtered_events(&self, count: u32) {
        (0..count).for_each(|_| self.0.filtered_event(user_id(), path()));
    }

    fn filtered_steps(&self, count: u32) {
        (0..count).for_each(|_| self.0.filtered_step("fetch_messages", user_id()));
    }

    fn nested(&self, depth: u32, count: u32) {
        let steps = async |request: &Step| {
            for _ in 0..count {
                self.deeper(request, depth).await;
            }
        };
        self.within(|request| at_once(steps(request)));
    }

    fn fields(&self, fields: u32, count: u32) {
        self.within(|at| (0..count).for_each(|_| self.0.fields(at, fields, user_id())));
    }

    fn messages(&self, message: &str, count: u32) {
        self.within(|at| (0..count).for_each(|_| self.0.message(at, message)));
    }

    fn held(&self) -> Held {
        Box::pin(async {
            let request = Step::request();
            pending::<()>().await;
            black_box(request.span());
        })
    }

    fn settle(&self, lines: u64) {
        self.0.settle(lines);
    }
}
