//! The queue against a plain model of it, and lines into a sink that does
//! whatever it likes. `tests/it/fuzz/mod.rs` says how to try a million cases.

#![cfg(not(trace_loom))]

use std::collections::VecDeque;

use super::{
    batch::Batch,
    queue::{Pushed, Queue, Work},
    *,
};
use crate::{
    sink::Memory,
    writer::stats::{Counters, Levels},
};

/// The same bits for the same seed: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % end
    }

    fn length(&mut self, end: u64) -> usize {
        usize::try_from(self.below(end)).unwrap()
    }

    fn level(&mut self) -> Level {
        [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error][self.length(5)]
    }
}

/// Calls `case` with one seed after the other.
fn fuzz(short: u64, case: impl Fn(&mut Random)) {
    let cases = std::env::var("FUZZ_CASES").map_or(short, |cases| cases.parse().unwrap());
    (0..cases).for_each(|seed| case(&mut Random(seed)));
}

fn line(text: &str, level: Level) -> Line<'_> {
    let time = Timestamp::at(0, 0);
    Line { bytes: text.as_bytes(), level, time, is_important: level >= Level::Warn }
}

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
    let (queue, counters) = (Queue::new(capacity), Counters::default());
    let mut model = Model { capacity, ..Model::default() };
    let mut batch = Batch::default();
    for n in 0..random.below(60) {
        match random.below(4) {
            0 if model.taken.is_empty() && !model.waiting.is_empty() => {
                take(&queue, &counters, &mut model, &mut batch);
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
    let after = queue.push(&line("after\n", Level::Error), Overflow::Block);
    assert_eq!(after, Pushed::Dropped(Cause::Ended));
}

fn push(random: &mut Random, queue: &Queue, model: &mut Model, n: u64) {
    let (length, level) = (random.length(400), random.level());
    let text = format!("{n}{}\n", "x".repeat(length));
    let expected =
        if model.push(&text, level) { Pushed::Queued } else { Pushed::Dropped(Cause::Overflow) };
    assert_eq!(queue.push(&line(&text, level), Overflow::DropNew), expected);
}

fn take(queue: &Queue, counters: &Counters, model: &mut Model, batch: &mut Batch) {
    // There is no time for a batch to become full.
    assert!(queue.flush(Duration::ZERO).is_err());
    assert_eq!(queue.take(batch, counters), Work::Lines);
    model.taken = std::mem::take(&mut model.waiting);
    let (texts, levels): (Vec<_>, Vec<_>) = model.taken.iter().cloned().unzip();
    assert_eq!(batch.bytes, texts.concat().into_bytes());
    assert_eq!(batch.levels, levels);
    batch.clear();
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

/// Takes some, takes nothing, fails, is interrupted, or panics.
struct Whimsical(Memory, Random);

impl Sink for Whimsical {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.1.below(12) {
            0 => Ok(0),
            1 => Err(io::ErrorKind::Interrupted.into()),
            2 => Err(io::ErrorKind::StorageFull.into()),
            3 => Err(io::ErrorKind::BrokenPipe.into()),
            4 => panic!("on purpose"),
            5..9 => self.0.write(&bytes[..=self.1.length(bytes.len() as u64)]),
            _ => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.1.below(5) == 0 { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    }
}

#[test]
fn lines_into_a_sink_of_any_kind() {
    // Its panics are meant.
    crate::panic::install_hook();
    fuzz(3_000, lines);
}

/// What comes out is whole lines in their order, as many as were counted, and
/// beginnings of others that stand alone.
fn lines(random: &mut Random) {
    let memory = Memory::default();
    let sink = Whimsical(memory.clone(), Random(random.below(u64::MAX)));
    let report = |_: &Gap, buf: &mut Vec<u8>| buf.extend_from_slice(b"# missing\n");
    let writer = Writer::direct(Box::new(sink), Box::new(report));
    let lines: Vec<_> =
        (0..random.below(20)).map(|n| format!("<{n}{}>", "x".repeat(random.length(60)))).collect();
    for text in &lines {
        writer.write(self::line(&format!("{text}\n"), random.level()));
    }
    let text = memory.text();
    let mut rest = lines.iter();
    let mut whole = 0;
    for there in text.lines().filter(|there| !"# missing".starts_with(there)) {
        let begins = rest.find(|line| line.starts_with(there));
        assert!(begins.is_some(), "{there:?} is none of {lines:?}");
        whole += u64::from(begins.is_some_and(|line| line == there));
    }
    let stats = writer.stats();
    assert_eq!(stats.lines_written, whole, "{text}");
    assert_eq!(stats.lines_written + stats.lines_dropped, lines.len() as u64);
}
