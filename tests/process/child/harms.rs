//! Values, messages, hooks and destructors that misbehave: scenarios of
//! `faults/`. Each line that is acknowledged has a number.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
    panic::{self, catch_unwind},
    sync::{
        Barrier,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use trace_runtime::{info, timed};

use crate::{
    init,
    ledger::{self, at_exit},
};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("sizes", _) => sizes(),
        ("values", _) => values(),
        ("hooks_and_destructors", _) => hooks_and_destructors(),
        ("many_inits", _) => many_inits(),
        _ => return false,
    }
    true
}

/// Writes a numbered line, and keeps count. What is logged while a line is
/// made has numbers of its own: it comes out first.
macro_rules! numbered {
    (depth: $depth:expr, $($line:tt)*) => {{
        let thread: usize = $depth;
        let n = NEXT[thread].fetch_add(1, Ordering::Relaxed);
        info!(thread, n, $($line)*);
        ledger::acknowledge(thread, n + 1);
    }};
    ($($line:tt)*) => { numbered!(depth: 0, $($line)*) };
}

/// The next number at each depth.
static NEXT: [AtomicU64; 16] = [const { AtomicU64::new(0) }; 16];

/// What is too long by a byte, by far, or too deep.
fn sizes() {
    const MESSAGE: usize = 2_048;
    const VALUE: usize = 4_096 - 2; // its quotes count
    init().unwrap();
    for length in [0, MESSAGE - 1, MESSAGE, MESSAGE + 1, 1 << 20, 1 << 26] {
        let text = "x".repeat(length);
        numbered!("{text}");
    }
    for length in [0, VALUE - 1, VALUE, VALUE + 1, 1 << 20, 1 << 26] {
        let value = "x".repeat(length);
        numbered!(value, "value");
    }
    let deep = deep(10_000);
    numbered!(value = ?deep, "deep");
    numbered!("next");
    // Its own drop would go as deep.
    std::mem::forget(deep);
}

#[derive(Debug)]
struct Deep(#[expect(dead_code, reason = "shown by `Debug`")] Option<Box<Deep>>);

fn deep(levels: u32) -> Deep {
    (0..levels).fold(Deep(None), |inner, _| Deep(Some(Box::new(inner))))
}

/// Shows itself by calling a function.
struct Shown(fn(&mut fmt::Formatter<'_>) -> fmt::Result);

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Its cause is itself.
impl Error for Shown {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Shown(|f| f.write_str("cycle")))
    }
}

/// Each shown by `Display` and by `Debug`, and followed by a plain line.
fn values() {
    init().unwrap();
    let all: [fn(&mut fmt::Formatter<'_>) -> fmt::Result; 5] =
        [|_| panic!("on purpose"), |_| Err(fmt::Error), logs, logs_itself, is_a_gigabyte];
    for show in all {
        let value = Shown(show);
        numbered!(%value, "value");
        numbered!(?value, "value");
        numbered!("next");
    }
    let n = NEXT[0].fetch_add(1, Ordering::Relaxed);
    fails(n).unwrap_err();
    ledger::acknowledge(0, n + 1);
}

fn logs(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    numbered!(depth: 1, "from inside");
    f.write_str("shown")
}

/// The deepest of its lines is dropped, and counted.
fn logs_itself(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    static DEPTH: AtomicUsize = AtomicUsize::new(0);
    let depth = DEPTH.fetch_add(1, Ordering::Relaxed) + 1;
    numbered!(depth: depth, value = %Shown(logs_itself), "from inside");
    DEPTH.fetch_sub(1, Ordering::Relaxed);
    f.write_str("shown")
}

fn is_a_gigabyte(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let part = "x".repeat(1_024);
    (0..1 << 20).try_for_each(|_| f.write_str(&part))
}

#[timed(fields(thread = 0, n))]
fn fails(n: u64) -> Result<(), Shown> {
    Err(Shown(|f| f.write_str("cycle")))
}

/// Logs from a panic hook of the user's, and from destructors while unwinding.
fn hooks_and_destructors() {
    struct Logs;
    impl Drop for Logs {
        fn drop(&mut self) {
            assert!(thread::panicking());
            numbered!(value = %Shown(|_| panic!("on purpose, too")), "in a destructor");
        }
    }
    init().unwrap();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        numbered!(depth: 1, "in a hook");
        before(info);
    }));
    for _ in 0..10 {
        catch_unwind(|| {
            let _logs = Logs;
            panic!("on purpose");
        })
        .unwrap_err();
        numbered!("next");
    }
}

/// Logs before `init`, sets up from 64 threads at once and once more, logs,
/// and logs when all is over.
fn many_inits() {
    extern "C" fn when_all_is_over() {
        numbered!("line");
    }
    at_exit(when_all_is_over);
    info!("goes nowhere");
    let together = Barrier::new(64);
    let init_together = || {
        together.wait();
        u32::from(init().is_ok())
    };
    let winners: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..64).map(|_| scope.spawn(init_together)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(winners, 1);
    init().unwrap_err();
    for _ in 0..9 {
        numbered!("line");
    }
}
