//! Both modes, over sinks that do as they are set. What one of them does is
//! in a file of its own.

#![cfg(not(trace_loom))]

mod background;
mod direct;
mod lanes;
mod together;

use std::{
    io,
    sync::{
        Arc, Barrier, Condvar, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::*;
use crate::{guard, sink::Memory};

const LONG: Duration = Duration::from_secs(30);

const LEVELS: [Level; 5] = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];

/// Answers each call as it is set, and takes all when the answers are used
/// up.
struct Scripted(Memory, Vec<io::Result<usize>>);

impl Sink for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.1.pop() {
            None => bytes.len(),
            Some(answer) => answer?.min(bytes.len()),
        };
        self.0.write(&bytes[..taken])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Holds back every call until it is opened.
#[derive(Clone, Default)]
struct Gate {
    memory: Memory,
    is_open: Arc<(Mutex<bool>, Condvar)>,
    calls: Arc<AtomicU64>,
}

impl Gate {
    /// Returns whether it holds back a call.
    fn is_held(&self) -> bool {
        self.calls.load(Ordering::Relaxed) > 0
    }

    fn open(&self) {
        *self.is_open.0.lock().unwrap() = true;
        self.is_open.1.notify_all();
    }
}

impl Sink for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let is_open = self.is_open.0.lock().unwrap();
        drop(self.is_open.1.wait_while(is_open, |is_open| !*is_open).unwrap());
        self.memory.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fails each time.
struct Fails(io::ErrorKind);

impl Sink for Fails {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reports a gap in a few words.
fn report(gap: &Gap, buf: &mut Vec<u8>) {
    let lines = (gap.lines.at(Level::Info), gap.lines.at(Level::Error));
    let (first, last) = (gap.first.split().0, gap.last.split().0);
    let text = format!("# {} {lines:?} {first}..{last}\n", gap.cause.as_str());
    buf.extend_from_slice(text.as_bytes());
}

fn at(text: &str, level: Level, seconds: i64) -> Batch<'_> {
    let level = LEVELS.iter().find(|known| **known == level).unwrap();
    let time = Timestamp::at(seconds, 0);
    Batch::line(text.as_bytes(), level, time, *level >= Level::Warn)
}

fn line(text: &str) -> Batch<'_> {
    at(text, Level::Info, 0)
}

fn direct(mut answers: Vec<io::Result<usize>>) -> (Writer, Memory) {
    answers.reverse();
    let memory = Memory::default();
    (Writer::direct(Box::new(Scripted(memory.clone(), answers)), Box::new(report)), memory)
}

fn background(sink: impl Sink + 'static, settings: Background) -> Writer {
    Writer::start(settings.into(), Box::new(sink), Box::new(report)).unwrap()
}

fn scripted(mut answers: Vec<io::Result<usize>>) -> (Writer, Memory) {
    answers.reverse();
    let memory = Memory::default();
    (background(Scripted(memory.clone(), answers), Background::new()), memory)
}

fn write_three(writer: &Writer) {
    for text in ["one\n", "two\n", "three\n"] {
        writer.write(line(text));
    }
}

#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < deadline);
        thread::yield_now();
    }
}

fn error(kind: io::ErrorKind) -> io::Result<usize> {
    Err(kind.into())
}

#[track_caller]
fn check(writer: &Writer, written: u64, dropped: &[(Cause, u64)]) {
    let stats = writer.stats();
    assert_eq!(stats.lines_written, written, "{stats:?}");
    assert_eq!(stats.lines_dropped, dropped.iter().map(|(_, lines)| lines).sum::<u64>());
    for (cause, lines) in dropped {
        assert_eq!(stats.dropped_by(*cause), *lines, "{stats:?}");
    }
}

#[test]
fn short_and_interrupted_writes_are_resumed() {
    for make in [direct, scripted] {
        let (writer, memory) = make(vec![Ok(1), error(io::ErrorKind::Interrupted), Ok(2)]);
        writer.write(line("abcdef\n"));
        writer.flush(LONG).unwrap();
        assert_eq!(memory.text(), "abcdef\n");
        check(&writer, 1, &[]);
    }
}

#[test]
fn a_sink_that_panics_does_no_harm() {
    struct Panics(Memory, bool);
    impl Sink for Panics {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            assert!(std::mem::replace(&mut self.1, true), "the first time");
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            panic!("each time")
        }
    }
    let memory = Memory::default();
    let writer = Writer::direct(Box::new(Panics(memory.clone(), false)), Box::new(report));
    writer.write(line("one\n"));
    writer.write(line("two\n"));
    writer.flush(LONG).unwrap();
    assert_eq!(memory.text(), "two\n# sink (1, 0) 0..0\n");

    let memory = Memory::default();
    let writer = background(Panics(memory.clone(), false), Background::new());
    writer.write(line("one\n"));
    writer.write(line("two\n"));
    writer.flush(LONG).unwrap();
    assert_eq!(memory.text(), "one\ntwo\n");
}

/// Two sinks that log to each other would wait for each other for ever.
#[test]
fn what_a_sink_logs_is_dropped_wherever_it_would_go() {
    struct LogsTo(Arc<Writer>);
    impl Sink for LogsTo {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(line("from the sink\n"));
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for make in [direct, scripted] {
        let (other, memory) = make(vec![]);
        let other = Arc::new(other);
        let writer = Writer::direct(Box::new(LogsTo(Arc::clone(&other))), Box::new(report));
        writer.write(line("one\n"));
        assert_eq!(memory.text(), "");
        check(&writer, 1, &[]);
        check(&other, 0, &[(Cause::Nested, 1)]);
        other.close();
        assert_eq!(memory.text(), "# nested (1, 0) 0..0\n");
    }
}

/// Each report makes it log once more.
#[test]
fn a_sink_that_logs_is_not_given_reports_for_ever() {
    struct Logs(Arc<OnceLock<Writer>>, Memory);
    impl Sink for Logs {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.get().unwrap().write(line("from the sink\n"));
            self.1.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for is_background in [false, true] {
        let (writer, memory) = (Arc::new(OnceLock::new()), Memory::default());
        let sink = Logs(Arc::clone(&writer), memory.clone());
        let _ = writer.set(if is_background {
            background(sink, Background::new())
        } else {
            Writer::direct(Box::new(sink), Box::new(report))
        });
        let writer = writer.get().unwrap();
        writer.write(line("one\n"));
        writer.close();
        assert!(memory.text().lines().count() <= 4, "{}", memory.text());
    }
}
