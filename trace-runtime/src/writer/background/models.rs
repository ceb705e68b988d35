//! The queue under every order in which a few threads may meet.
//!
//! ```sh
//! RUSTFLAGS="--cfg trace_loom" LOOM_MAX_PREEMPTIONS=3 \
//!     cargo test -p trace-runtime --lib --release writer::background::models
//! ```
//!
//! A thread that sleeps for ever, such as a worker that was not woken, is
//! found as a deadlock. Waits with an end may end at any time.

#![cfg(trace_loom)]

use std::time::Duration;

use loom::{
    model,
    sync::{Arc, Mutex},
    thread,
};

use super::{
    merge::Merge,
    queue::{Pushed, Queue, Work},
};
use crate::{
    clock::Timestamp,
    level::Level,
    writer::{
        batch::{Batch, BatchBuf},
        counters::Counters,
        mode::Overflow,
        stats::{Cause, Gap, Levels, Stats},
    },
};

const NO_TIME: Duration = Duration::ZERO;

/// What came out at the far end.
#[derive(Default)]
struct Out {
    text: String,
    /// Lines that reports speak of, and how many reports there are.
    reported: u64,
    reports: u64,
    /// How often the sink refuses yet.
    refusals: u8,
}

impl Out {
    fn lines(&self) -> u64 {
        self.text.lines().count() as u64
    }
}

/// What the threads of a model share.
struct Shared {
    queue: Queue,
    counters: Counters,
    out: Mutex<Out>,
}

impl Shared {
    fn new(capacity: usize, lanes: usize, refusals: u8) -> Arc<Self> {
        let out = Mutex::new(Out { refusals, ..Out::default() });
        let queue = Queue::new(capacity, lanes);
        Arc::new(Self { queue, counters: Counters::default(), out })
    }

    fn push(&self, text: &str, overflow: Overflow) -> Pushed {
        self.push_to(0, text, overflow)
    }

    fn push_to(&self, lane: usize, text: &str, overflow: Overflow) -> Pushed {
        let time = Timestamp::at(0, 0);
        let line = Batch::line(text.as_bytes(), &Level::Info, time, false);
        let pushed = self.queue.push(lane, &line, overflow);
        if let Pushed::Dropped(cause) = pushed {
            self.counters.count(&Gap::of(cause, Level::Info, time));
        }
        pushed
    }

    fn stats(&self) -> Stats {
        self.queue.stats(&self.counters)
    }

    /// Takes until the queue is closed, as the worker does.
    fn work(&self) {
        let mut merge = Merge::new(self.queue.lanes());
        while self.queue.take(&mut merge, &self.counters) != Work::End {
            self.write(&mut merge);
            self.queue.flushed();
        }
        self.report();
        self.queue.end();
    }

    /// Writes what was taken, line by line: as much as the sink takes at once.
    fn write(&self, merge: &mut Merge) {
        let mut batch = BatchBuf::default();
        merge.drain_into(&mut batch);
        for line in std::str::from_utf8(&batch.bytes).unwrap().split_inclusive('\n') {
            let levels = Levels::from_iter([Level::Info]);
            loop {
                if !self.queue.offer(&levels) {
                    return;
                }
                let is_taken = self.sink(line);
                let taken = if is_taken { (line.len(), levels) } else { (0, Levels::default()) };
                self.queue.answered(taken.0, &taken.1, &self.counters);
                if is_taken {
                    break;
                }
                self.queue.back_off(NO_TIME);
            }
            self.report();
        }
    }

    /// Takes and writes until so many lines are written.
    fn write_until(&self, lines: u64) {
        let mut merge = Merge::new(self.queue.lanes());
        while self.counters.snapshot().lines_written < lines {
            assert_ne!(self.queue.take(&mut merge, &self.counters), Work::End);
            self.write(&mut merge);
        }
    }

    fn sink(&self, line: &str) -> bool {
        let mut out = self.out.lock().unwrap();
        if let Some(refusals) = out.refusals.checked_sub(1) {
            out.refusals = refusals;
            return false;
        }
        out.text.push_str(line);
        true
    }

    fn report(&self) {
        for gap in self.counters.begin_report() {
            let mut out = self.out.lock().unwrap();
            out.reported += gap.lines.total();
            out.reports += 1;
            self.counters.reported(&gap, true);
        }
    }

    fn close(&self) {
        self.queue.close(NO_TIME, &self.counters);
    }
}

/// A queue, and the worker at its far end.
struct Set {
    shared: Arc<Shared>,
    worker: thread::JoinHandle<()>,
}

impl Set {
    fn up(capacity: usize) -> Self {
        Self::with(Shared::new(capacity, 1, 0))
    }

    fn with(shared: Arc<Shared>) -> Self {
        let theirs = Arc::clone(&shared);
        Self { shared, worker: thread::spawn(move || theirs.work()) }
    }

    /// Closes the queue, and checks that each of these lines is accounted for:
    /// written, which is there, or dropped.
    fn close(self, pushed: &[Pushed]) -> (Out, Stats) {
        self.shared.close();
        self.finish(pushed)
    }

    fn finish(self, pushed: &[Pushed]) -> (Out, Stats) {
        self.worker.join().unwrap();
        let stats = self.shared.stats();
        let out = std::mem::take(&mut *self.shared.out.lock().unwrap());
        let by_themselves = count(pushed, Pushed::NotMine);
        assert_eq!(stats.lines_waiting, 0);
        assert_eq!(stats.lines_written, out.lines());
        let counted = stats.lines_written + stats.lines_dropped + by_themselves;
        assert_eq!(counted, pushed.len() as u64);
        (out, stats)
    }
}

fn count(pushed: &[Pushed], of: Pushed) -> u64 {
    pushed.iter().filter(|each| **each == of).count() as u64
}

/// Push against swap, and park against wake.
#[test]
fn what_is_pushed_comes_out_once_and_in_order() {
    model(|| {
        let shared = Shared::new(1_000, 1, 0);
        let theirs = Arc::clone(&shared);
        let pusher = thread::spawn(move || {
            for text in ["a\n", "b\n"] {
                assert_eq!(theirs.push(text, Overflow::DropNew), Pushed::Queued);
            }
        });
        shared.write_until(2);
        pusher.join().unwrap();
        assert_eq!(shared.out.lock().unwrap().text, "a\nb\n");
    });
}

#[test]
fn lines_of_two_threads_come_out_once_each() {
    model(|| {
        let set = Set::up(1_000);
        let theirs = Arc::clone(&set.shared);
        let pusher = thread::spawn(move || theirs.push("a\n", Overflow::DropNew));
        assert_eq!(set.shared.push("b\n", Overflow::DropNew), Pushed::Queued);
        assert_eq!(pusher.join().unwrap(), Pushed::Queued);
        let (out, stats) = set.close(&[Pushed::Queued; 2]);
        assert!(stats.lines_dropped > 0 || out.text == "a\nb\n" || out.text == "b\na\n");
    });
}

/// Full, dropped, and reported exactly once, also where it is full at the end.
#[test]
fn each_line_that_is_dropped_is_reported_once() {
    for overflow in [Overflow::DropNew, Overflow::BlockThenDrop] {
        model(move || {
            // Room for two ordinary lines.
            let set = Set::up(6);
            let pushed = ["a\n", "b\n", "c\n", "d\n"].map(|text| set.shared.push(text, overflow));
            let dropped = count(&pushed, Pushed::Dropped(Cause::Overflow));
            let shared = Arc::clone(&set.shared);
            let (out, stats) = set.close(&pushed);
            assert_eq!(stats.dropped_by(Cause::Overflow), dropped);
            // What the end found unwritten is said elsewhere.
            let elsewhere: u64 = shared.counters.take_unreported().map(|(_, lines)| lines).sum();
            assert_eq!(out.reported + elsewhere, stats.lines_dropped);
            assert!(elsewhere == 0 || stats.dropped_by(Cause::Ended) > 0);
            assert!(out.reports <= stats.lines_dropped);
        });
    }
}

#[test]
fn a_caller_that_blocks_gets_in() {
    model(|| {
        // Room for one ordinary line.
        let set = Set::up(3);
        let pushed = ["a\n", "b\n", "c\n"].map(|text| set.shared.push(text, Overflow::Block));
        assert_eq!(pushed, [Pushed::Queued; 3]);
        let (out, _) = set.close(&pushed);
        assert!("a\nb\nc\n".starts_with(&out.text));
    });
}

/// Two that wait for room: each has a place kept, and none waits for ever.
#[test]
fn all_callers_that_block_get_in() {
    model(|| {
        // Room for one ordinary line.
        let set = Set::up(3);
        let theirs = Arc::clone(&set.shared);
        let pusher =
            thread::spawn(move || ["a\n", "b\n"].map(|text| theirs.push(text, Overflow::Block)));
        let ours = ["c\n", "d\n"].map(|text| set.shared.push(text, Overflow::Block));
        let pushed = [pusher.join().unwrap(), ours].concat();
        assert_eq!(pushed, [Pushed::Queued; 4]);
        set.close(&pushed);
    });
}

/// Shutdown against push, and the end against a batch in flight.
#[test]
fn the_end_leaves_no_line_behind_uncounted() {
    model(|| {
        let set = Set::up(1_000);
        let theirs = Arc::clone(&set.shared);
        let pusher = thread::spawn(move || {
            let first = theirs.push("a\n", Overflow::DropNew);
            let second = theirs.push("b\n", Overflow::DropNew);
            if first == Pushed::Queued && second == Pushed::NotMine {
                // A thread that writes itself comes behind its own lines.
                assert!(theirs.out.lock().unwrap().text.contains('a'));
            }
            [first, second]
        });
        set.shared.close();
        let pushed = pusher.join().unwrap();
        set.finish(&pushed);
        let known = [Pushed::Queued, Pushed::NotMine, Pushed::Dropped(Cause::Ended)];
        assert!(pushed.iter().all(|pushed| known.contains(pushed)), "{pushed:?}");
    });
}

/// The end against a sink that refuses a line, and takes it when it is tried
/// again: until its time is up.
#[test]
fn what_is_refused_at_the_end_is_tried_again() {
    model(|| {
        let set = Set::with(Shared::new(1_000, 1, 1));
        let pushed = [set.shared.push("a\n", Overflow::DropNew)];
        let (out, stats) = set.close(&pushed);
        assert_eq!(out.lines() + stats.dropped_by(Cause::Ended), 1);
    });
}

/// Looked at while lines are pushed, written and dropped.
#[test]
fn each_line_is_in_one_of_the_counts_at_any_moment() {
    model(|| {
        let set = Set::up(1_000);
        let theirs = Arc::clone(&set.shared);
        let looks = thread::spawn(move || {
            let stats = theirs.stats();
            stats.lines_written + stats.lines_dropped + stats.lines_waiting
        });
        let pushed = [set.shared.push("a\n", Overflow::DropNew)];
        let stats = set.shared.stats();
        assert_eq!(stats.lines_written + stats.lines_dropped + stats.lines_waiting, 1);
        set.shared.close();
        let stats = set.shared.stats();
        assert_eq!(stats.lines_written + stats.lines_dropped + stats.lines_waiting, 1);
        assert!(looks.join().unwrap() <= 1);
        set.finish(&pushed);
    });
}

#[test]
fn what_is_flushed_is_out() {
    model(|| {
        let set = Set::up(1_000);
        let pushed = [set.shared.push("a\n", Overflow::DropNew)];
        let flushed = set.shared.queue.flush(NO_TIME);
        let is_out = set.shared.stats().lines_written == 1;
        assert!(is_out || flushed.is_err());
        set.close(&pushed);
    });
}

/// Two threads that log, against the end.
#[test]
fn lines_of_two_threads_at_the_end_are_each_counted_once() {
    model(|| {
        let set = Set::up(1_000);
        let pushers = ["a\n", "b\n"].map(|text| {
            let theirs = Arc::clone(&set.shared);
            thread::spawn(move || theirs.push(text, Overflow::DropNew))
        });
        set.shared.close();
        let pushed = pushers.map(|pusher| pusher.join().unwrap());
        set.finish(&pushed);
    });
}

/// A caller that waits for room, however long, does not wait for a worker that
/// is gone.
#[test]
fn a_caller_that_blocks_at_the_end_is_let_go() {
    model(|| {
        // Room for one ordinary line.
        let set = Set::up(3);
        let theirs = Arc::clone(&set.shared);
        let pusher =
            thread::spawn(move || ["a\n", "b\n"].map(|text| theirs.push(text, Overflow::Block)));
        set.shared.close();
        let pushed = pusher.join().unwrap();
        set.finish(&pushed);
    });
}

/// Two that flush, and one that logs: each is answered for what came before.
#[test]
fn each_flush_is_answered() {
    model(|| {
        let set = Set::up(1_000);
        let theirs = Arc::clone(&set.shared);
        let other = thread::spawn(move || {
            let pushed = theirs.push("a\n", Overflow::DropNew);
            let flushed = theirs.queue.flush(NO_TIME);
            assert!(flushed.is_err() || theirs.out.lock().unwrap().text.contains('a'));
            pushed
        });
        let ours = set.shared.push("b\n", Overflow::DropNew);
        let flushed = set.shared.queue.flush(NO_TIME);
        assert!(flushed.is_err() || set.shared.out.lock().unwrap().text.contains('b'));
        let pushed = [ours, other.join().unwrap()];
        set.close(&pushed);
    });
}

/// The worker sleeps only when no lane has a line, and is woken by a line in
/// any: else it would sleep for ever here.
#[test]
fn a_line_in_any_lane_wakes_the_worker() {
    model(|| {
        let shared = Shared::new(1_000, 2, 0);
        let pushers = [(0, "a\n"), (1, "b\n")].map(|(lane, text)| {
            let theirs = Arc::clone(&shared);
            thread::spawn(move || theirs.push_to(lane, text, Overflow::DropNew))
        });
        shared.write_until(2);
        assert_eq!(pushers.map(|pusher| pusher.join().unwrap()), [Pushed::Queued; 2]);
        assert_eq!(shared.out.lock().unwrap().lines(), 2);
    });
}

/// Credit in two lanes, of one all is used, against the worker's sleep.
#[test]
fn a_lane_with_credit_does_not_let_the_worker_sleep() {
    model(|| {
        let shared = Shared::new(1_000, 2, 0);
        assert_eq!(shared.push_to(0, "a\n", Overflow::DropNew), Pushed::Queued);
        let theirs = Arc::clone(&shared);
        let pusher = thread::spawn(move || {
            assert_eq!(theirs.push_to(0, "b\n", Overflow::DropNew), Pushed::Queued);
            assert_eq!(theirs.push_to(1, "c\n", Overflow::DropNew), Pushed::Queued);
        });
        shared.write_until(3);
        pusher.join().unwrap();
        assert_eq!(shared.out.lock().unwrap().text, "a\nb\nc\n");
    });
}

/// Two lanes, a worker, and a close.
#[test]
fn the_end_leaves_no_line_in_any_lane() {
    model(|| {
        let set = Set::with(Shared::new(1_000, 2, 0));
        let theirs = Arc::clone(&set.shared);
        let pusher = thread::spawn(move || theirs.push_to(1, "a\n", Overflow::DropNew));
        let ours = set.shared.push_to(0, "b\n", Overflow::DropNew);
        set.shared.close();
        let pushed = [ours, pusher.join().unwrap()];
        set.finish(&pushed);
    });
}

/// The second line is made after the first one, on another thread: the worker
/// may have emptied the first one's lane already.
#[test]
fn lines_of_a_task_that_moves_to_another_lane_keep_their_order() {
    model(|| {
        let shared = Shared::new(1_000, 2, 0);
        let theirs = Arc::clone(&shared);
        let task = thread::spawn(move || {
            assert_eq!(theirs.push_to(0, "a\n", Overflow::DropNew), Pushed::Queued);
            assert_eq!(theirs.push_to(1, "b\n", Overflow::DropNew), Pushed::Queued);
            assert_eq!(theirs.push_to(0, "c\n", Overflow::DropNew), Pushed::Queued);
        });
        shared.write_until(3);
        task.join().unwrap();
        assert_eq!(shared.out.lock().unwrap().text, "a\nb\nc\n");
    });
}

/// Room that one lane has drawn and does not need goes to the other.
#[test]
fn credit_is_called_in_before_a_line_is_refused() {
    model(|| {
        // Room for three ordinary lines, and one for each lane in advance.
        let set = Set::with(Shared::new(8, 2, 0));
        let theirs = Arc::clone(&set.shared);
        let pusher = thread::spawn(move || theirs.push_to(1, "a\n", Overflow::DropNew));
        let ours = ["b\n", "c\n"].map(|text| set.shared.push_to(0, text, Overflow::DropNew));
        let pushed = [&ours[..], &[pusher.join().unwrap()]].concat();
        assert_eq!(pushed, [Pushed::Queued; 3]);
        set.close(&pushed);
    });
}

/// Looked at while lines of two lanes are pushed and written.
#[test]
fn each_line_of_any_lane_is_in_one_of_the_counts_at_any_moment() {
    model(|| {
        let set = Set::with(Shared::new(1_000, 2, 0));
        let theirs = Arc::clone(&set.shared);
        let pusher = thread::spawn(move || theirs.push_to(1, "a\n", Overflow::DropNew));
        let ours = set.shared.push_to(0, "b\n", Overflow::DropNew);
        let stats = set.shared.stats();
        let lines = stats.lines_written + stats.lines_dropped + stats.lines_waiting;
        assert!((1..=2).contains(&lines), "{stats:?}");
        let pushed = [ours, pusher.join().unwrap()];
        set.close(&pushed);
    });
}
