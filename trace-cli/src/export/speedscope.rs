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
    index: HashMap<String, u32>,
    profiles: BTreeMap<(Name, usize), Profile>,
    services: BTreeMap<Name, String>,
}

/// The events of a lane.
#[derive(Debug, Default)]
struct Profile {
    events: Vec<Event>,
}

/// A span opens or closes.
#[derive(Clone, Copy, Debug)]
struct Event {
    at: i64,
    frame: u32,
    opens: bool,
}

impl Speedscope {
    pub(crate) fn add(&mut self, trace: &Trace, names: &Names, tree: &Tree) {
        let mut lanes: BTreeMap<(Name, usize), Vec<(u32, i64)>> = BTreeMap::new();
        for it in self.lanes.place(trace, tree) {
            let span = &trace.spans[it.span as usize];
            let service = tree.service(it.span);
            let lane = (service, it.lane);
            self.services.entry(service).or_insert_with(|| names.text(service).to_owned());
            let frame = self.frame(name(trace, names, span));
            let profile = self.profiles.entry(lane).or_default();
            let open = lanes.entry(lane).or_default();
            profile.close(open, it.start);
            profile.events.push(Event { at: it.start, frame, opens: true });
            open.push((frame, it.end));
        }
        for (lane, mut open) in lanes {
            self.profiles.entry(lane).or_default().close(&mut open, i64::MAX);
        }
    }

    fn frame(&mut self, name: String) -> u32 {
        let next = self.frames.len() as u32;
        let frame = *self.index.entry(name.clone()).or_insert(next);
        if frame == next {
            self.frames.push(name);
        }
        frame
    }

    /// Writes the file, a little at a time: as text it takes several times the
    /// memory of the events.
    pub(crate) fn write<E>(&self, to: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let frames: Vec<_> =
            self.frames.iter().map(|name| Object::new().text("name", name).end()).collect();
        let begins = self.profiles.values().filter_map(|profile| profile.events.first());
        let zero = begins.map(|event| event.at).min().unwrap_or_default();
        let shared = Object::new().list("frames", &frames).end();
        let head =
            Object::new().text("$schema", "https://www.speedscope.app/file-format-schema.json");
        let head = head.text("exporter", concat!("trace ", env!("CARGO_PKG_VERSION")));
        to(&head.raw("shared", &shared).open("profiles"))?;
        for (at, (lane, profile)) in self.profiles.iter().enumerate() {
            let service = self.services.get(&lane.0).map_or("", String::as_str);
            to(if at == 0 { "" } else { "," })?;
            profile.write(&format!("{service} {}", lane.1 + 1), zero, to)?;
        }
        to("]}\n")
    }
}

impl Profile {
    /// Closes what has ended by a time, the innermost first.
    fn close(&mut self, open: &mut Vec<(u32, i64)>, by: i64) {
        while let Some((frame, end)) = open.last().copied().filter(|it| it.1 <= by) {
            open.pop();
            self.events.push(Event { at: end, frame, opens: false });
        }
    }

    fn write<E>(
        &self,
        name: &str,
        zero: i64,
        to: &mut impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let end = self.events.iter().map(|event| event.at).max().unwrap_or(zero);
        let head = Object::new().text("type", "evented").text("name", name.trim());
        let head = head.text("unit", "microseconds").raw("startValue", "0");
        to(&head.raw("endValue", &micros(end - zero)).open("events"))?;
        for (at, event) in self.events.iter().enumerate() {
            let object = Object::new().text("type", if event.opens { "O" } else { "C" });
            let object = object.number("frame", event.frame).raw("at", &micros(event.at - zero));
            to(if at == 0 { "" } else { "," })?;
            to(&object.end())?;
        }
        to("]}")
    }
}

/// Nanoseconds as microseconds, exactly.
fn micros(ns: i64) -> String {
    ms(ns.saturating_mul(1_000))
}
