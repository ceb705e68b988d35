//! The file format of speedscope: one profile a lane.
//!
//! Source: <https://www.speedscope.app/file-format-schema.json>.

use std::collections::{BTreeMap, HashMap};

use super::{folded::name, lanes::Lanes};
use crate::{
    trace::{Name, Names, Trace, Tree},
    view::{Object, ms},
};

/// The profiles of all traces.
#[derive(Debug, Default)]
pub(crate) struct Speedscope {
    lanes: Lanes,
    frames: Vec<String>,
    index: HashMap<String, usize>,
    profiles: BTreeMap<(Name, usize), Profile>,
    services: BTreeMap<Name, String>,
}

/// The events of a lane: whether a span opens, its frame, and when.
#[derive(Debug, Default)]
struct Profile {
    events: Vec<(bool, usize, i64)>,
}

impl Speedscope {
    pub(crate) fn add(&mut self, trace: &Trace, names: &Names, tree: &Tree) {
        let mut lanes: BTreeMap<(Name, usize), Vec<(usize, i64)>> = BTreeMap::new();
        for it in self.lanes.place(trace, tree) {
            let span = &trace.spans[it.span as usize];
            let service = tree.service(it.span);
            let lane = (service, it.lane);
            self.services.entry(service).or_insert_with(|| names.text(service).to_owned());
            let frame = self.frame(name(trace, names, span));
            let profile = self.profiles.entry(lane).or_default();
            let open = lanes.entry(lane).or_default();
            profile.close(open, it.start);
            profile.events.push((true, frame, it.start));
            open.push((frame, it.end));
        }
        for (lane, mut open) in lanes {
            self.profiles.entry(lane).or_default().close(&mut open, i64::MAX);
        }
    }

    fn frame(&mut self, name: String) -> usize {
        let next = self.frames.len();
        let frame = *self.index.entry(name.clone()).or_insert(next);
        if frame == next {
            self.frames.push(name);
        }
        frame
    }

    /// Returns the file.
    pub(crate) fn end(&self) -> String {
        let frames: Vec<_> =
            self.frames.iter().map(|name| Object::new().text("name", name).end()).collect();
        let begins = self.profiles.values().filter_map(|profile| profile.events.first());
        let zero = begins.map(|event| event.2).min().unwrap_or_default();
        let shared = Object::new().list("frames", &frames).end();
        let profile = |(lane, profile): (&(Name, usize), &Profile)| {
            let service = self.services.get(&lane.0).map_or("", String::as_str);
            profile.json(&format!("{service} {}", lane.1 + 1), zero)
        };
        let profiles: Vec<_> = self.profiles.iter().map(profile).collect();
        let object =
            Object::new().text("$schema", "https://www.speedscope.app/file-format-schema.json");
        let object = object.raw("shared", &shared).list("profiles", &profiles);
        object.text("exporter", concat!("trace ", env!("CARGO_PKG_VERSION"))).end() + "\n"
    }
}

impl Profile {
    /// Closes what has ended by a time, the innermost first.
    fn close(&mut self, open: &mut Vec<(usize, i64)>, by: i64) {
        while let Some((frame, end)) = open.last().copied().filter(|it| it.1 <= by) {
            open.pop();
            self.events.push((false, frame, end));
        }
    }

    fn json(&self, name: &str, zero: i64) -> String {
        let event = |(is_open, frame, at): &(bool, usize, i64)| {
            let object = Object::new().text("type", if *is_open { "O" } else { "C" });
            object.number("frame", *frame as u64).raw("at", &micros(at - zero)).end()
        };
        let events: Vec<_> = self.events.iter().map(event).collect();
        let end = self.events.iter().map(|event| event.2).max().unwrap_or(zero);
        let object = Object::new().text("type", "evented").text("name", name.trim());
        let object = object.text("unit", "microseconds").raw("startValue", "0");
        object.raw("endValue", &micros(end - zero)).list("events", &events).end()
    }
}

/// Nanoseconds as microseconds, exactly.
fn micros(ns: i64) -> String {
    ms(ns.saturating_mul(1_000))
}
