//! Stories that are written twice: to the output of the process, where lines and
//! steps take short ways, and to a capture, where they do not. The lines have to
//! be the same but for ids and times.

mod by_hand;
mod nodes;
mod threads;
mod walk;

use std::{
    fmt::Display,
    future::Future,
    io, mem,
    ops::Range,
    panic,
    sync::{Arc, Mutex},
};

use serde_json::{Map, Value};
use tokio::runtime::{self, Runtime};
use trace_runtime::{
    Builder, Detail, builder,
    sink::Sink,
    testing::{Capture, Seen},
};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("stories", [way]) => by_hand(Way::named(way)),
        ("random_stories", [way, from, to]) => {
            by_chance(Way::named(way), from.parse().unwrap()..to.parse().unwrap());
        }
        ("time_elsewhere", []) => by_hand::time_elsewhere(),
        ("steps_on_threads", []) => threads::run(),
        _ => return false,
    }
    true
}

fn by_hand(way: Way) {
    let both = Both::new(way);
    for (name, story) in by_hand::ALL {
        assert!(both.compare(name, story) > 2, "{name}");
    }
}

fn by_chance(way: Way, seeds: Range<u64>) {
    silence(walk::PANIC);
    let both = Both::new(way);
    let lines: usize = seeds.map(|seed| both.compare(seed, || walk::story(seed))).sum();
    println!("{lines}");
}

/// What becomes of lines.
#[derive(Clone, Copy)]
enum Way {
    Written,
    /// Their requests hold them until the end.
    Held,
    /// They are offered to an observer, too.
    Observed,
}

impl Way {
    fn named(name: &str) -> Self {
        match name {
            "written" => Self::Written,
            "held" => Self::Held,
            "observed" => Self::Observed,
            _ => panic!("no way is named {name}"),
        }
    }

    fn builder(self) -> Builder {
        match self {
            Self::Written => builder().filter("debug"),
            Self::Held => builder().filter("warn").detail(kept()),
            Self::Observed => builder().filter("debug").observe(Seen::event(|_| ())),
        }
    }

    fn capture(self) -> Capture {
        match self {
            Self::Written | Self::Observed => Capture::with_filter("debug"),
            Self::Held => Capture::with_detail("warn", kept()),
        }
    }
}

/// The detail of each request is kept, and none of it is too much: how long lines
/// are, and how many there are in a second, hangs on the time.
fn kept() -> Detail {
    const GIB: usize = 1 << 30;
    Detail::when_failed().one_in(1).per_request(GIB).total(GIB).output(GIB)
}

/// Keeps panics with this text from standard error.
fn silence(expected: &'static str) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        if text.is_none_or(|text| text != expected) {
            before(info);
        }
    }));
}

/// What writes a story both ways.
struct Both {
    way: Way,
    written: Written,
    runtime: Runtime,
}

impl Both {
    fn new(way: Way) -> Self {
        let written = Written::default();
        way.builder().sink(written.clone()).init().unwrap();
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { way, written, runtime }
    }

    /// Compares the lines of both ways, and returns how many there are.
    fn compare<F: Future>(&self, name: impl Display, story: impl Fn() -> F) -> usize {
        self.runtime.block_on(story());
        let written = comparable(self.written.take());
        let capture = self.way.capture();
        self.runtime.block_on(capture.scope(story()));
        let captured = comparable(capture.values());
        for (nth, (one, other)) in written.iter().zip(&captured).enumerate() {
            assert_eq!(one, other, "story {name}, line {nth}");
        }
        assert_eq!(written.len(), captured.len(), "story {name}");
        written.len()
    }
}

/// A sink whose lines can be taken out.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<Value> {
        let bytes = mem::take(&mut *self.0.lock().unwrap());
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
    }
}

impl Sink for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces times by zero, and ids by numbers in the order in which they come.
fn comparable(mut lines: Vec<Value>) -> Vec<Value> {
    let mut ids = Vec::new();
    for line in &mut lines {
        for (key, value) in line.as_object_mut().unwrap() {
            mask(key, value, &mut ids);
        }
    }
    lines
}

fn mask(key: &str, value: &mut Value, ids: &mut Vec<Value>) {
    match value {
        Value::Array(entries) => {
            let objects = entries.iter_mut().filter_map(Value::as_object_mut);
            objects.flat_map(Map::iter_mut).for_each(|(key, value)| mask(key, value, ids));
        }
        _ if key.ends_with("_id") => {
            let known = ids.iter().position(|id| id == value);
            let number = known.unwrap_or_else(|| {
                ids.push(value.clone());
                ids.len() - 1
            });
            *value = number.into();
        }
        _ if key.ends_with("_ms") || key == "timestamp" => *value = 0.into(),
        _ => {}
    }
}
