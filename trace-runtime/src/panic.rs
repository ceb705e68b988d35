//! The panic hook: writes a line where the panic happens, and keeps the message
//! for the lines of the scopes that the panic unwinds.
//!
//! The message is kept per thread, because unwinding stays on the thread that
//! called the hook. It is discarded when the next scope starts to run on that
//! thread, because the panic may have been caught.
//!
//! A hook cannot detect two cases. If a panic is caught and another one is
//! resumed before any scope runs, the second gets the message of the first. If
//! a destructor panics during unwinding and catches that panic itself, its
//! message replaces the one of the original panic.

use std::{
    cell::{Cell, RefCell},
    panic::{self, PanicHookInfo},
    sync::{Mutex, PoisonError},
    thread,
};

use crate::{
    __event_callsite as event_callsite, clock::Moment, context::Context, dispatch, event,
    field::value::ToValue as _, guard, line::event_keys as keys, output, writer,
};

thread_local! {
    /// How long the hooks ran for the panic whose message is kept.
    static HOOKS_NS: Cell<Option<u64>> = const { Cell::new(None) };
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Installs the hook in front of the previous one, once per process. Does
/// nothing on a thread that is panicking; a later call installs it.
pub(crate) fn install_hook() {
    static IS_INSTALLED: Mutex<bool> = Mutex::new(false);
    let mut is_installed = IS_INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if *is_installed || thread::panicking() {
        return;
    }
    *is_installed = true;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // A panic that `guard` catches is reported on the line in which it
        // happened. If the process ends, nothing is caught.
        let is_the_end = is_the_end(info);
        if is_the_end || !guard::is_catching() {
            let began = Moment::now();
            keep(info);
            report(info, is_the_end);
            if is_the_end {
                output::close();
            }
            before(info);
            HOOKS_NS.set(Some(Moment::now().nanos_since(began)));
        }
    }));
}

/// Returns how long the hooks ran for the panic that is unwinding this thread.
/// They may print a backtrace, and that time is not the service's work.
pub(crate) fn hooks_ns() -> u64 {
    HOOKS_NS.get().unwrap_or_default()
}

/// Returns the message of the panic that is unwinding this thread.
pub(crate) fn message() -> Option<String> {
    HOOKS_NS.get()?;
    let message = MESSAGE.try_with(|kept| kept.try_borrow().ok().map(|message| message.clone()));
    // A payload that is not text has no message.
    message.ok().flatten().filter(|message| !message.is_empty())
}

/// Discards the message of a panic that is over.
#[inline]
pub(crate) fn forget() {
    if HOOKS_NS.get().is_some() && !thread::panicking() {
        HOOKS_NS.set(None);
    }
}

fn keep(info: &PanicHookInfo<'_>) {
    HOOKS_NS.set(Some(0));
    let _ = MESSAGE.try_with(|kept| {
        if let Ok(mut kept) = kept.try_borrow_mut() {
            kept.clear();
            kept.push_str(text_of(info).unwrap_or_default());
        }
    });
}

/// Returns whether the process aborts after this panic, so that only the hooks
/// still run. A hook learns this only from the compiler's own message for a
/// panic that cannot unwind.
fn is_the_end(info: &PanicHookInfo<'_>) -> bool {
    const LAST_WORDS: [&str; 2] =
        ["panic in a function that cannot unwind", "panic in a destructor during cleanup"];
    cfg!(panic = "abort") || text_of(info).is_some_and(|text| LAST_WORDS.contains(&text))
}

/// Returns what `panic!` was given, if it is text.
fn text_of<'a>(info: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    let payload = info.payload();
    let constant = payload.downcast_ref::<&str>().copied();
    constant.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

fn report(info: &PanicHookInfo<'_>, is_the_end: bool) {
    let callsite = event_callsite! {
        level: Error, target: (keys::PANIC_TARGET), message: _, keys: [(keys::LOCATION), (keys::THREAD)]
    };
    let here = Context::current();
    let Some(output) = here.output().filter(|output| !output.is_off()) else { return };
    let message = text_of(info).unwrap_or("a value that is not text");
    let location = info.location().map(ToString::to_string);
    let thread = thread::current();
    let name = thread.name();
    let write = || {
        let fields = [location.to_value(), name.to_value()];
        if is_the_end {
            // No request will ever end.
            dispatch::write_what_is_held(&here.owner);
        }
        event::write_at_once(callsite, format_args!("panicked: {message}"), &fields);
    };
    // Inside a sink the line is dropped and counted. Handing it to another
    // thread would deadlock: that thread waits for this one to leave the sink,
    // and this one waits for that thread.
    if output.is_foreign() && !writer::is_inside() {
        elsewhere(|| here.run(write));
    } else {
        write();
    }
}

/// Calls `write` on another thread and waits for it. A sink that panics inside
/// a panic hook would abort the process.
fn elsewhere(write: impl FnOnce() + Send) {
    thread::scope(|scope| {
        if let Ok(writing) = thread::Builder::new().spawn_scoped(scope, write) {
            let _ = writing.join();
        }
    });
}
