//! The queue, of one lane or several, against a plain model of it.

#![cfg(not(trace_loom))]

use std::{collections::VecDeque, time::Duration};

use super::{
    merge::Merge,
    queue::{Pushed, Queue, Work},
};
use crate::{
    level::Level,
    writer::{
        batch::BatchBuf,
        counters::Counters,
        fuzz::{Random, fuzz, line},
        mode::Overflow,
        stats::{Cause, Levels},
    },
};

/// What the queue must do, without its locks.
#[derive(Default)]
struct Model {
    capacity: usize,
    waiting: VecDeque<(String, Level)>,
    taken: VecDeque<(String, Level)>,
    /// Whether it is full, for ordinary and for important lines.
    is_full: [bool; 2],
    /// Lines dropped since the last gap was reported.
    gap: u64,
}

impl Model {
    fn used(&self) -> usize {
        self.waiting.iter().chain(&self.taken).map(|(text, _)| text.len()).sum()
    }

    /// Returns whether the line is taken.
    fn push(&mut self, text: &str, level: Level) -> bool {
        let is_important = level >= Level::Warn;
        let most = if is_important { self.capacity } else { self.capacity - self.capacity / 4 };
        let is_full = self.is_full[usize::from(is_important)];
        let fits = self.used() + text.len() <= most && !is_full;
        if self.used() == 0 || fits {
            self.waiting.push_back((text.to_owned(), level));
            return true;
        }
        self.is_full[usize::from(is_important)] = true;
        self.gap += 1;
        false
    }

    /// Returns how many lines the gap had that ends now.
    fn done(&mut self, lines: usize) -> u64 {
        self.taken.drain(..lines);
        if self.used() > self.capacity / 2 {
            return 0;
        }
        self.is_full = [false; 2];
        std::mem::take(&mut self.gap)
    }
}

#[test]
fn the_queue() {
    fuzz(3_000, queue);
}

fn queue(random: &mut Random) {
    let capacity = 300 + random.length(2_000);
    let lanes = 1 + random.length(5);
    let (queue, counters) = (Queue::new(capacity, lanes), Counters::default());
    let mut model = Model { capacity, ..Model::default() };
    let mut merge = Merge::new(lanes);
    for n in 0..random.below(60) {
        match random.below(4) {
            0 if model.taken.is_empty() && !model.waiting.is_empty() => {
                take(&queue, &counters, &mut model, &mut merge);
            }
            1 => answer(random, &queue, &counters, &mut model),
            _ => push(random, &queue, &mut model, n),
        }
        assert_eq!(queue.pending(), (model.waiting.len() + model.taken.len()) as u64);
    }
    let (left, gap) = ((model.waiting.len() + model.taken.len()) as u64, model.gap);
    queue.close(Duration::ZERO, &counters);
    assert_eq!(counters.snapshot().dropped_by(Cause::Ended), left);
    let unreported: Vec<_> = counters.take_unreported().map(|(_, lines)| lines).collect();
    assert_eq!(unreported, [gap, 0, 0, 0, left]);
    assert_eq!(queue.pending(), 0);
    let after = queue.push(0, &line("after\n", &Level::Error), Overflow::Block);
    assert_eq!(after, Pushed::Dropped(Cause::Ended));
}

fn push(random: &mut Random, queue: &Queue, model: &mut Model, n: u64) {
    let (length, level) = (random.length(400), random.level());
    let text = format!("{n}{}\n", "x".repeat(length));
    let expected =
        if model.push(&text, level) { Pushed::Queued } else { Pushed::Dropped(Cause::Overflow) };
    let lane = random.length(queue.lanes() as u64);
    assert_eq!(queue.push(lane, &line(&text, &level), Overflow::DropNew), expected);
}

fn take(queue: &Queue, counters: &Counters, model: &mut Model, merge: &mut Merge) {
    // There is no time for a batch to become full.
    assert!(queue.flush(Duration::ZERO).is_err());
    assert_eq!(queue.take(merge, counters), Work::Lines);
    let mut batch = BatchBuf::default();
    merge.drain_into(&mut batch);
    model.taken = std::mem::take(&mut model.waiting);
    let (texts, levels): (Vec<_>, Vec<_>) = model.taken.iter().cloned().unzip();
    assert_eq!(batch.bytes, texts.concat().into_bytes());
    assert_eq!(batch.levels, levels);
}

/// The sink takes some of what it is offered, all or nothing.
fn answer(random: &mut Random, queue: &Queue, counters: &Counters, model: &mut Model) {
    let offered = random.length(model.taken.len() as u64 + 1);
    let lines = random.length(offered as u64 + 1);
    let bytes = model.taken.iter().take(lines).map(|(text, _)| text.len()).sum();
    let levels =
        |lines| model.taken.iter().take(lines).map(|(_, level)| *level).collect::<Levels>();
    let before = counters.snapshot().lines_written;
    assert!(queue.offer(&levels(offered)));
    queue.answered(bytes, &levels(lines), counters);
    assert_eq!(counters.snapshot().lines_written, before + lines as u64);
    let reported: u64 = counters.take_unreported().map(|(_, lines)| lines).sum();
    assert_eq!(reported, model.done(lines));
    queue.flushed();
}
