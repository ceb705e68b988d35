//! Group commit under every order in which a few threads may meet.

#![cfg(trace_loom)]

use loom::{
    model,
    sync::{Arc, Mutex},
    thread,
};

use super::group::Group;
use crate::{clock::Timestamp, level::Level, writer::batch::Batch};

/// A group, and what was written.
struct Shared {
    group: Group,
    out: Mutex<String>,
}

impl Shared {
    fn new(processors: usize) -> Arc<Self> {
        Arc::new(Self { group: Group::new(processors), out: Mutex::new(String::new()) })
    }

    /// Writes a line, which is there when this returns.
    fn write(&self, text: &str) {
        let batch = Batch::line(text.as_bytes(), &Level::Info, Timestamp::at(0, 0), false);
        self.group.write(batch, |batch| {
            let text = std::str::from_utf8(batch.bytes).unwrap();
            self.out.lock().unwrap().push_str(text);
        });
        assert!(self.out.lock().unwrap().contains(text));
    }

    fn check(&self, lines: usize) {
        let out = self.out.lock().unwrap().clone();
        assert_eq!(out.lines().count(), lines, "{out}");
    }
}

/// Threads that spin, and threads that sleep.
fn each_is_written_once(lines: &'static [&'static [&'static str]]) {
    for processors in [1, 8] {
        model(move || {
            let shared = Shared::new(processors);
            let (ours, theirs) = lines.split_first().unwrap();
            let threads: Vec<_> = theirs
                .iter()
                .map(|lines| {
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || lines.iter().for_each(|line| shared.write(line)))
                })
                .collect();
            ours.iter().for_each(|line| shared.write(line));
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            shared.check(lines.concat().len());
        });
    }
}

#[test]
fn lines_of_two_threads_are_written_before_the_calls_return() {
    each_is_written_once(&[&["a\n", "b\n"], &["c\n", "d\n"]]);
}

#[test]
fn lines_of_three_threads_are_written_before_the_calls_return() {
    each_is_written_once(&[&["a\n"], &["b\n"], &["c\n"]]);
}

#[test]
fn no_thread_works_for_the_others_for_ever() {
    each_is_written_once(&[&["a\n", "b\n"], &["c\n"], &["d\n"]]);
}
