//! A request as `wide-log` writes it: one line with all that the others write in
//! six. The times of its steps are members, its events are messages.
//!
//! A crate of its own, because `wide_log!` needs a root, where its macros have
//! the names of others.

use std::{cell::RefCell, time::Instant};

use floor::{hex, random};
use wide_log::wide_log;

wide_log!({
    "level": null,
    "target": null,
    "trace_id": null,
    "span_id": null,
    "name": null,
    "outcome": null,
    "user_id": null,
    "path": null,
    "authenticate": { "duration_ms": null },
    "fetch_messages": { "duration_ms": null },
    "render": { "duration_ms": null },
});

thread_local! {
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Runs a request, and gives its line to `write`. `work` is the work of a step.
pub fn request(user_id: u64, path: fn() -> &'static str, work: fn(u64), write: fn(&[u8])) {
    let guard = WideLogGuard::builder()
        .with_emit(move |event| {
            emit(|line| event.serialize_to(line).expect("memory takes it"), write);
        })
        .build();
    wl_set!("level", "INFO");
    wl_set!("target", module_path!());
    wl_set!("trace_id", trace_id());
    wl_set!("span_id", text(&hex(random())));
    wl_set!("name", "get_messages");
    wl_set!("user_id", user_id);
    wl_set!("authenticate.duration_ms", step(|| work(user_id)));
    asking(path());
    wl_set!("fetch_messages.duration_ms", step(|| work(user_id)));
    asking(path());
    wl_set!("render.duration_ms", step(|| work(user_id)));
    wl_set!("outcome", "ok");
    drop(guard);
}

/// Returns how many milliseconds a step took.
fn step(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e3
}

fn asking(path: &'static str) {
    wl_set!("path", path);
    info!("asking the database");
}

/// Clears the line of this thread, has it filled, and gives it to `write`.
fn emit(fill: impl FnOnce(&mut Vec<u8>), write: fn(&[u8])) {
    LINE.with_borrow_mut(|line| {
        line.clear();
        fill(line);
        line.push(b'\n');
        write(line);
    });
}

fn trace_id() -> String {
    text(&hex(random())) + &text(&hex(random()))
}

fn text(digits: &[u8]) -> String {
    String::from_utf8_lossy(digits).into_owned()
}
