//! Threads that append to lanes of their own: one order, one account, one
//! bound.

use std::{
    num::NonZeroUsize,
    sync::mpsc::{Receiver, channel},
};

use super::*;

const LANES: NonZeroUsize = NonZeroUsize::new(8).unwrap();

fn with_lanes(settings: Background) -> (Writer, Memory) {
    let memory = Memory::default();
    (background(memory.clone(), settings.with_lanes(LANES)), memory)
}

fn blocking() -> (Writer, Memory) {
    with_lanes(Background::new().overflow(Overflow::Block))
}

/// Returns the lines that a thread has written, which begin with its name.
fn of_thread(text: &str, name: &str) -> Vec<u32> {
    let numbers = text.lines().filter_map(|line| line.strip_prefix(name)?.parse().ok());
    numbers.collect()
}

#[test]
fn lines_of_each_thread_keep_their_order() {
    let (writer, memory) = blocking();
    thread::scope(|scope| {
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
            let writer = &writer;
            scope.spawn(move || {
                (0..3_000).for_each(|n| writer.write(line(&format!("{name}{n}\n"))));
            });
        }
    });
    writer.flush(LONG).unwrap();
    let text = memory.text();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        assert_eq!(of_thread(&text, name), (0..3_000).collect::<Vec<_>>());
    }
    check(&writer, 36_000, &[]);
}

/// Whichever thread has the lock logs next: what comes out is in that order.
#[test]
fn lines_of_all_threads_are_merged_in_the_order_in_which_they_were_made() {
    let (writer, memory) = blocking();
    let next = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..3_000 {
                    let mut next = next.lock().unwrap();
                    writer.write(line(&format!("n{}\n", *next)));
                    *next += 1;
                }
            });
        }
    });
    writer.flush(LONG).unwrap();
    assert_eq!(of_thread(&memory.text(), "n"), (0..24_000).collect::<Vec<_>>());
}

/// Passes a task on from thread to thread, each with a line of it.
#[test]
fn lines_of_a_task_that_moves_between_threads_keep_their_order() {
    let (writer, memory) = blocking();
    let (senders, receivers): (Vec<_>, Vec<_>) =
        [(); 5].map(|()| channel::<u32>()).into_iter().unzip();
    let run = |receiver: Receiver<u32>, next: usize| {
        for n in receiver {
            if n <= 20_000 {
                writer.write(line(&format!("n{n}\n")));
            }
            let _ = senders[next].send(n + 1);
            if n > 20_000 {
                break; // each thread learns of it in its turn
            }
        }
    };
    thread::scope(|scope| {
        for (at, receiver) in receivers.into_iter().enumerate() {
            scope.spawn(move || run(receiver, (at + 1) % 5));
        }
        senders[0].send(0).unwrap();
    });
    writer.flush(LONG).unwrap();
    assert_eq!(of_thread(&memory.text(), "n"), (0..=20_000).collect::<Vec<_>>());
}

#[test]
fn a_flush_is_for_the_lines_of_all_threads_also_of_those_that_have_ended() {
    let (writer, memory) = with_lanes(Background::new());
    for n in 0..20 {
        thread::scope(|scope| {
            scope.spawn(|| writer.write(line("one\n")));
        });
        writer.flush(LONG).unwrap();
        assert_eq!(memory.text(), "one\n".repeat(n + 1));
    }
}

#[test]
fn the_end_is_for_the_lines_of_all_threads() {
    let (writer, memory) = with_lanes(Background::new());
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| (0..50).for_each(|_| writer.write(line("one\n"))));
        }
    });
    writer.close();
    assert_eq!(memory.text(), "one\n".repeat(1_000));
    writer.write(line("two\n"));
    assert!(memory.text().ends_with("two\n"));
    check(&writer, 1_001, &[]);
}

/// Credit that lanes hold takes nothing of it: it is called in first.
#[test]
fn the_buffer_holds_as_much_as_with_one_lane() {
    let gate = Gate::default();
    let settings = Background::new().capacity(1_000_000).overflow(Overflow::DropNew);
    let writer = background(gate.clone(), settings.with_lanes(LANES));
    let text = format!("{}\n", "x".repeat(999));
    let (start, end) = (Barrier::new(12), Barrier::new(12));
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                start.wait();
                (0..200).for_each(|_| writer.write(line(&text)));
                end.wait();
                (0..50).for_each(|_| writer.write(at(&text, Level::Error, 0)));
            });
        }
    });
    // A last quarter is kept for what matters.
    assert_eq!(writer.stats().lines_waiting, 1_000);
    check(&writer, 0, &[(Cause::Overflow, 12 * 250 - 1_000)]);
    assert_eq!(writer.stats().dropped_at(Level::Info), 12 * 200 - 750);
    gate.open();
    writer.flush(LONG).unwrap();
    check(&writer, 1_000, &[(Cause::Overflow, 12 * 250 - 1_000)]);
    assert_eq!(writer.stats().lines_waiting, 0);
}

#[test]
fn each_line_is_in_one_of_the_counts_at_any_moment() {
    let (writer, _) = blocking();
    let (begun, acknowledged) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        let log = || {
            for _ in 0..20_000 {
                begun.fetch_add(1, Ordering::SeqCst);
                writer.write(line("one\n"));
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        };
        let logs = [(); 4].map(|()| scope.spawn(log));
        while logs.iter().any(|log| !log.is_finished()) {
            let least = acknowledged.load(Ordering::SeqCst);
            let stats = writer.stats();
            let most = begun.load(Ordering::SeqCst);
            let lines = stats.lines_written + stats.lines_dropped + stats.lines_waiting;
            assert!((least..=most).contains(&lines), "{least} <= {lines} <= {most}: {stats:?}");
        }
    });
}

/// Lines that were held back go out in one piece, between others.
#[test]
fn lines_of_one_batch_stay_together() {
    let (writer, memory) = blocking();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..2_000).for_each(|_| writer.write(line("one\n"))));
            scope.spawn(|| {
                for _ in 0..500 {
                    let times = (Timestamp::at(1, 0), Timestamp::at(2, 0));
                    let levels = &[Level::Debug, Level::Error];
                    let bytes = b"first\nlast\n";
                    writer.write(Batch { bytes, levels, times, is_important: true });
                }
            });
        }
    });
    writer.flush(LONG).unwrap();
    assert_eq!(memory.text().matches("first\nlast\n").count(), 2_000);
    check(&writer, 12_000, &[]);
}
