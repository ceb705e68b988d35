//! Threads that set the logger at the same time.
//!
//! A process of its own: it has one logger.

use std::{sync::Barrier, thread};

#[test]
fn of_threads_that_call_at_once_one_sets_it_and_all_others_see_that_it_is_ours() {
    const THREADS: usize = 16;
    let barrier = Barrier::new(THREADS);
    let init = || {
        barrier.wait();
        trace_log::init()
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(init)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let errors: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), THREADS - 1);
    assert!(errors.iter().all(trace_log::Error::is_already_initialized), "{errors:?}");
}
