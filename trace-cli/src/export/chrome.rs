//! The trace event format, for Perfetto and `chrome://tracing`.
//!
//! A service is a process, a lane a thread. Times are microseconds from the
//! begin of the first trace.
//!
//! Source: “Trace Event Format”, Google, 2016.

use std::collections::BTreeSet;

use super::{folded::name, lanes::Lanes};
use crate::{
    line::{Level, Line, Role, bare, decode, members},
    trace::{Name, Names, Trace, Tree},
    view::{Object, ms},
};

/// The events of all traces.
#[derive(Debug, Default)]
pub(crate) struct Chrome {
    lanes: Lanes,
    zero: Option<i64>,
    services: BTreeSet<Name>,
    is_begun: bool,
    with_fields: bool,
}

impl Chrome {
    pub(crate) fn new(with_fields: bool) -> Self {
        Self { with_fields, ..Self::default() }
    }

    /// Returns the text of a trace.
    pub(crate) fn add(&mut self, trace: &Trace, names: &Names, tree: &Tree) -> String {
        let Some((begin, _)) = trace.range() else { return String::new() };
        let zero = *self.zero.get_or_insert(begin);
        let mut text = String::new();
        let placed = self.lanes.place(trace, tree);
        let mut lanes = vec![0; trace.spans.len()];
        for it in &placed {
            lanes[it.span as usize] = it.lane;
            let span = &trace.spans[it.span as usize];
            let service = tree.service(it.span);
            self.service(&mut text, service, names);
            let event = Object::new().text("name", &name(trace, names, span)).text("ph", "X");
            let event = event.text("cat", span.outcome.word());
            let event = at(event, it.start - zero, service, it.lane);
            let event = event.raw("dur", &micros(it.end - it.start));
            self.push(&mut text, self.with_args(event, trace.line(span.text)));
        }
        self.calls(&mut text, trace, tree, &lanes, zero);
        self.events(&mut text, trace, tree, &lanes, zero);
        text
    }

    /// Arrows from calls to what they caused in another service.
    fn calls(&mut self, text: &mut String, trace: &Trace, tree: &Tree, lanes: &[usize], zero: i64) {
        for (index, span) in (0..).zip(&trace.spans) {
            let Some(parent) = tree.parent(index) else { continue };
            let call = &trace.spans[parent as usize];
            let (of_call, of_span) = (tree.service(parent), tree.service(index));
            if of_call == of_span {
                continue;
            }
            let arrow =
                |ph: &str| Object::new().text("name", "call").text("cat", "call").text("ph", ph);
            let id = format!("{}:{:x}", trace.id, span.key);
            let from =
                at(arrow("s").text("id", &id), call.start - zero, of_call, lanes[parent as usize]);
            self.push(text, from);
            let to = arrow("f").text("bp", "e").text("id", &id);
            self.push(text, at(to, span.start - zero, of_span, lanes[index as usize]));
        }
    }

    fn events(
        &mut self,
        text: &mut String,
        trace: &Trace,
        tree: &Tree,
        lanes: &[usize],
        zero: i64,
    ) {
        for (event, span) in trace.events.iter().zip(&tree.events) {
            let (Some(time), Some(span)) = (event.at, span) else { continue };
            let line = trace.line(event.text);
            let message = line.as_ref().and_then(|it| it.string(Role::Message)).unwrap_or_default();
            let category = if event.level >= Level::Warn { "warning" } else { "event" };
            let service = tree.service(*span);
            let object = Object::new().text("name", &message).text("ph", "i").text("s", "t");
            let object =
                at(object.text("cat", category), time - zero, service, lanes[*span as usize]);
            self.push(text, self.with_args(object, line));
        }
    }

    /// Names a process when its service is first met.
    fn service(&mut self, text: &mut String, service: Name, names: &Names) {
        if self.services.insert(service) {
            let name = match names.text(service) {
                "" => "(no service)",
                name => name,
            };
            let object = Object::new().text("name", "process_name").text("ph", "M");
            let object = object.number("pid", service.0).number("tid", 0);
            self.push(text, object.raw("args", &Object::new().text("name", name).end()));
        }
    }

    fn with_args(&self, event: Object, line: Option<Line<'_>>) -> Object {
        match line.filter(|_| self.with_fields) {
            Some(line) => {
                let mut args = Object::new();
                for member in members(line.text()) {
                    args = args.text(&decode(member.key), &decode(bare(member.value)));
                }
                event.raw("args", &args.end())
            }
            None => event,
        }
    }

    fn push(&mut self, text: &mut String, event: Object) {
        text.push_str(if self.is_begun {
            ",\n"
        } else {
            "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
        });
        self.is_begun = true;
        text.push_str(&event.end());
    }

    pub(crate) fn end(&self) -> &'static str {
        if self.is_begun { "\n]}\n" } else { "{\"traceEvents\":[]}\n" }
    }
}

fn at(event: Object, ns: i64, service: Name, lane: usize) -> Object {
    event.raw("ts", &micros(ns)).number("pid", service.0).number("tid", lane as u64)
}

/// Nanoseconds as microseconds, exactly.
fn micros(ns: i64) -> String {
    ms(ns.saturating_mul(1_000))
}
