//! Each capture has exactly its own, however many there are at once, and
//! wherever a callsite was met first.
//!
//! A process of its own: the last capture that goes turns all off.

use std::{sync::Barrier, thread};

use trace_runtime::testing::Capture;
use tracing::{trace, trace_span};

const THREADS: usize = 64;
const ROUNDS: usize = 200;

/// Functions of a library: in each of the first rounds, one is called for the
/// first time.
macro_rules! library {
    ($($round:literal)*) => {
        &[$(|| trace_span!("span", round = $round).in_scope(|| trace!(round = $round, "event"))),*]
    };
}

#[rustfmt::skip]
const LIBRARY: &[fn()] = library! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60
};

#[test]
fn each_capture_has_exactly_its_own() {
    let (barrier, library) = (Barrier::new(THREADS), |round: usize| LIBRARY[round % LIBRARY.len()]);
    let seen = thread::scope(|scope| {
        let threads = (0..THREADS).map(|number| {
            let barrier = &barrier;
            scope.spawn(move || {
                let _ = trace_tracing::init();
                let rounds = (0..ROUNDS).filter(|round| {
                    barrier.wait();
                    one(number, library(*round))
                });
                rounds.count()
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(seen, THREADS * ROUNDS);
}

/// Runs it with a capture or without one; returns whether all was as it must be.
fn one(number: usize, library: fn()) -> bool {
    if number % 2 == 0 {
        library();
        return true;
    }
    let capture = Capture::new();
    capture.run(library);
    capture.tree() == "span ok\n  \"event\"\n"
}
