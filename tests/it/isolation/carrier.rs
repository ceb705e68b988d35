//! Two ways to carry the id of a request: ours, and one that does not work.

use std::cell::Cell;

use trace_runtime::{Context, InCurrentTrace as _, info, timed, trace_id, traced_handler};

/// The number of a request.
pub(super) type Own = u32;

/// A way to carry the id of a request to wherever it is asked for.
pub(super) trait Carrier: Send + Sync + 'static {
    /// Runs a request.
    fn request<F>(own: Own, body: F) -> impl Future<Output = ()> + Send + 'static
    where
        F: Future<Output = ()> + Send + 'static;

    /// Runs a step of it.
    fn step<F>(own: Own, body: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send;

    /// Calls a step of it.
    fn sync_step(own: Own, body: impl FnOnce());

    /// Writes a line.
    fn event(own: Own);

    /// Takes the id along to another task.
    fn carried<F>(body: F) -> impl Future<Output = F::Output> + Send + 'static
    where
        F: Future + Send + 'static;

    /// Takes the id along to another thread.
    fn carried_call(body: impl FnOnce() + Send + 'static) -> impl FnOnce() + Send + 'static;

    /// Returns the number of the current request, if it is known here.
    fn here() -> Option<Own>;
}

/// The trace.
pub(super) struct Traced;

impl Carrier for Traced {
    fn request<F>(own: Own, body: F) -> impl Future<Output = ()> + Send + 'static
    where
        F: Future<Output = ()> + Send + 'static,
    {
        request(own, body)
    }

    fn step<F>(own: Own, body: F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        step(own, body)
    }

    fn sync_step(own: Own, body: impl FnOnce()) {
        sync_step(own, body);
    }

    fn event(own: Own) {
        info!(own);
    }

    fn carried<F>(body: F) -> impl Future<Output = F::Output> + Send + 'static
    where
        F: Future + Send + 'static,
    {
        body.in_current_trace()
    }

    fn carried_call(body: impl FnOnce() + Send + 'static) -> impl FnOnce() + Send + 'static {
        let here = Context::current();
        move || here.run(body)
    }

    fn here() -> Option<Own> {
        trace_id()?.to_string().strip_prefix("request-")?.parse().ok()
    }
}

#[traced_handler(trace_id = format!("request-{own}"), fields(own))]
async fn request<F: Future<Output = ()>>(own: Own, body: F) {
    body.await;
}

#[timed(fields(own))]
async fn step<F: Future>(own: Own, body: F) -> F::Output {
    body.await
}

#[timed(fields(own))]
fn sync_step(own: Own, body: impl FnOnce()) {
    body();
}

thread_local! {
    static HERE: Cell<Option<Own>> = const { Cell::new(None) };
}

/// A thread-local that is set when a request begins, and put back when it
/// ends: the obvious way, which does not work.
pub(super) struct ThreadLocal;

impl Carrier for ThreadLocal {
    fn request<F>(own: Own, body: F) -> impl Future<Output = ()> + Send + 'static
    where
        F: Future<Output = ()> + Send + 'static,
    {
        set_during(Some(own), body)
    }

    async fn step<F>(_: Own, body: F) -> F::Output
    where
        F: Future + Send,
    {
        body.await
    }

    fn sync_step(_: Own, body: impl FnOnce()) {
        body();
    }

    fn event(_: Own) {}

    fn carried<F>(body: F) -> impl Future<Output = F::Output> + Send + 'static
    where
        F: Future + Send + 'static,
    {
        set_during(HERE.get(), body)
    }

    fn carried_call(body: impl FnOnce() + Send + 'static) -> impl FnOnce() + Send + 'static {
        let here = HERE.get();
        move || {
            let _restored = Restore(HERE.replace(here));
            body();
        }
    }

    fn here() -> Option<Own> {
        HERE.get()
    }
}

async fn set_during<F: Future>(own: Option<Own>, body: F) -> F::Output {
    let _restored = Restore(HERE.replace(own));
    body.await
}

struct Restore(Option<Own>);

impl Drop for Restore {
    fn drop(&mut self) {
        HERE.set(self.0);
    }
}
