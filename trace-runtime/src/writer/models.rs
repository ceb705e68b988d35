//! The queue under every order in which a few threads may meet.
//!
//! ```sh
//! RUSTFLAGS="--cfg trace_loom" LOOM_MAX_PREEMPTIONS=3 \
//!     cargo test -p trace-runtime --lib --release writer::models
//! ```
//!
//! Somebody who sleeps for ever, such as a worker that was not woken, is
//! found as a deadlock. Waits with an end may end at any time.

#![cfg(trace_loom)]

use std::time::Duration;

use loom::{
    model,
    sync::{Arc, Mutex},
    thread,
};

use super::{
    Cause, Line, Overflow,
    batch::Batch,
    queue::{Pushed, Queue, Work},
    stats::Levels,
};
use crate::{Level, clock::Timestamp};

const NO_TIME: Duration = Duration::ZERO;

fn push(queue: &Queue, text: &str, overflow: Overflow) -> Pushed {
    let time = Timestamp::at(0, 0);
    let bytes = text.as_bytes();
    queue.push(&Line { bytes, level: Level::Info, time, is_important: false }, overflow)
}

/// What came out at the far end.
#[derive(Default)]
struct Out {
    text: String,
    /// Lines of which the worker says that it wrote them.
    written: u64,
    /// Lines that gaps tell of, and how many gaps.
    told: u64,
    gaps: u64,
}

/// Takes until the queue is closed, as the worker does.
fn work(queue: &Queue, out: &Mutex<Out>) {
    let mut batch = Batch::default();
    loop {
        match queue.take(&mut batch) {
            Work::End => return,
            Work::Nothing => {}
            Work::Lines => write(queue, &batch, &mut out.lock().unwrap()),
        }
        batch = Batch::default();
        queue.flushed();
    }
}

fn write(queue: &Queue, batch: &Batch, out: &mut Out) {
    out.text.push_str(std::str::from_utf8(&batch.bytes).unwrap());
    let levels: Levels = batch.levels.iter().copied().collect();
    let (is_counted, gap) = queue.done(batch.bytes.len(), &levels);
    out.written += if is_counted { levels.total() } else { 0 };
    if let Some(gap) = gap {
        out.told += gap.lines.total();
        out.gaps += 1;
    }
}

/// A queue, and the worker at its far end.
struct Set {
    queue: Arc<Queue>,
    out: Arc<Mutex<Out>>,
    worker: thread::JoinHandle<()>,
}

impl Set {
    fn up(capacity: usize) -> Self {
        let queue = Arc::new(Queue::new(capacity));
        let out = Arc::new(Mutex::new(Out::default()));
        let (theirs, their_out) = (Arc::clone(&queue), Arc::clone(&out));
        let worker = thread::spawn(move || work(&theirs, &their_out));
        Self { queue, out, worker }
    }

    /// Closes the queue; returns what came out, and what was left.
    fn close(self) -> (Out, u64) {
        let left = self.queue.close(NO_TIME).total();
        self.worker.join().unwrap();
        assert_eq!(self.queue.pending(), 0);
        (std::mem::take(&mut *self.out.lock().unwrap()), left)
    }
}

/// Push against swap, and park against wake.
#[test]
fn what_is_pushed_comes_out_once_and_in_order() {
    model(|| {
        let queue = Arc::new(Queue::new(1_000));
        let theirs = Arc::clone(&queue);
        let pusher = thread::spawn(move || {
            for text in ["a\n", "b\n"] {
                assert_eq!(push(&theirs, text, Overflow::DropNew), Pushed::Queued);
            }
        });
        let (mut out, mut batch) = (Out::default(), Batch::default());
        while out.written < 2 {
            assert_eq!(queue.take(&mut batch), Work::Lines);
            write(&queue, &batch, &mut out);
            batch = Batch::default();
        }
        pusher.join().unwrap();
        assert_eq!(out.text, "a\nb\n");
    });
}

#[test]
fn lines_of_two_threads_come_out_once_each() {
    model(|| {
        let set = Set::up(1_000);
        let theirs = Arc::clone(&set.queue);
        let pusher = thread::spawn(move || push(&theirs, "a\n", Overflow::DropNew));
        assert_eq!(push(&set.queue, "b\n", Overflow::DropNew), Pushed::Queued);
        assert_eq!(pusher.join().unwrap(), Pushed::Queued);
        let (out, left) = set.close();
        assert_eq!(out.written + left, 2);
        assert!(left > 0 || out.text == "a\nb\n" || out.text == "b\na\n");
    });
}

/// Full, dropped, and told exactly once.
#[test]
fn each_line_that_is_dropped_is_told_once() {
    for overflow in [Overflow::DropNew, Overflow::BlockThenDrop] {
        model(move || {
            // Room for two ordinary lines.
            let set = Set::up(6);
            let pushed = ["a\n", "b\n", "c\n", "d\n"].map(|text| push(&set.queue, text, overflow));
            let dropped = count(&pushed, Pushed::Dropped(Cause::Overflow));
            let queued = count(&pushed, Pushed::Queued);
            assert_eq!(queued + dropped, 4);
            let (out, left) = set.close();
            assert_eq!(out.written + left, queued);
            assert!(out.told == dropped || left > 0, "{} of {dropped}", out.told);
            assert!(out.gaps <= dropped);
        });
    }
}

fn count(pushed: &[Pushed], of: Pushed) -> u64 {
    pushed.iter().filter(|each| **each == of).count() as u64
}

#[test]
fn who_blocks_gets_in() {
    model(|| {
        // Room for one ordinary line.
        let set = Set::up(3);
        for text in ["a\n", "b\n", "c\n"] {
            assert_eq!(push(&set.queue, text, Overflow::Block), Pushed::Queued);
        }
        let (out, left) = set.close();
        assert_eq!(out.written + left, 3);
        assert!("a\nb\nc\n".starts_with(&out.text));
    });
}

/// Shutdown against push, and the end against a batch in flight.
#[test]
fn the_end_leaves_no_line_behind_uncounted() {
    model(|| {
        let set = Set::up(1_000);
        let (theirs, out) = (Arc::clone(&set.queue), Arc::clone(&set.out));
        let pusher = thread::spawn(move || {
            let first = push(&theirs, "a\n", Overflow::DropNew);
            let second = push(&theirs, "b\n", Overflow::DropNew);
            if first == Pushed::Queued && second == Pushed::NotMine {
                // Whoever writes itself comes behind its own lines.
                assert!(out.lock().unwrap().text.contains('a'));
            }
            [first, second]
        });
        let left = set.queue.close(NO_TIME).total();
        let pushed = pusher.join().unwrap();
        set.worker.join().unwrap();
        let out = set.out.lock().unwrap();
        assert_eq!(out.written + left, count(&pushed, Pushed::Queued));
        let known = [Pushed::Queued, Pushed::NotMine, Pushed::Dropped(Cause::Ended)];
        assert!(pushed.iter().all(|pushed| known.contains(pushed)), "{pushed:?}");
    });
}

#[test]
fn what_is_flushed_is_out() {
    model(|| {
        let set = Set::up(1_000);
        assert_eq!(push(&set.queue, "a\n", Overflow::DropNew), Pushed::Queued);
        let flushed = set.queue.flush(NO_TIME);
        let is_out = set.out.lock().unwrap().written == 1;
        assert!(is_out || flushed.is_err());
        let (out, left) = set.close();
        assert_eq!(out.written + left, 1);
    });
}

/// Two who log, against the end.
#[test]
fn lines_of_two_threads_at_the_end_are_each_counted_once() {
    model(|| {
        let set = Set::up(1_000);
        let pushers = ["a\n", "b\n"].map(|text| {
            let theirs = Arc::clone(&set.queue);
            thread::spawn(move || push(&theirs, text, Overflow::DropNew))
        });
        let left = set.queue.close(NO_TIME).total();
        let pushed = pushers.map(|pusher| pusher.join().unwrap());
        set.worker.join().unwrap();
        let written = set.out.lock().unwrap().written;
        assert_eq!(written + left, count(&pushed, Pushed::Queued));
    });
}

/// Who waits for room, however long, does not wait for a worker that is gone.
#[test]
fn who_blocks_at_the_end_is_let_go() {
    model(|| {
        // Room for one ordinary line.
        let set = Set::up(3);
        let theirs = Arc::clone(&set.queue);
        let pusher =
            thread::spawn(move || ["a\n", "b\n"].map(|text| push(&theirs, text, Overflow::Block)));
        let left = set.queue.close(NO_TIME).total();
        let pushed = pusher.join().unwrap();
        set.worker.join().unwrap();
        let written = set.out.lock().unwrap().written;
        assert_eq!(written + left, count(&pushed, Pushed::Queued));
    });
}

/// Two who flush, and one who logs: each is answered for what came before.
#[test]
fn each_flush_is_answered() {
    model(|| {
        let set = Set::up(1_000);
        let (theirs, out) = (Arc::clone(&set.queue), Arc::clone(&set.out));
        let other = thread::spawn(move || {
            push(&theirs, "a\n", Overflow::DropNew);
            let flushed = theirs.flush(NO_TIME);
            flushed.is_err() || out.lock().unwrap().text.contains('a')
        });
        push(&set.queue, "b\n", Overflow::DropNew);
        let flushed = set.queue.flush(NO_TIME);
        assert!(flushed.is_err() || set.out.lock().unwrap().text.contains('b'));
        assert!(other.join().unwrap());
        let (out, left) = set.close();
        assert_eq!(out.written + left, 2);
    });
}
