//! `fastrace` with a reporter that writes JSON lines.
//!
//! The caller only records what happened, and the thread of its collector makes
//! lines from that later. An event is a line of its own here, as with the other
//! contestants.

use std::{future::pending, hint::black_box, io::Write as _};

use fastrace::{
    Event, Span, collector::Config, collector::EventRecord, collector::Reporter,
    collector::SpanContext, collector::SpanRecord, future::FutureExt as _, local::LocalSpan, trace,
};

use floor::{date_and_time, hex, push_millis, push_text, put};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::{Destination, Tallied},
};

struct Fastrace;

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    let batch = if *destination == Destination::Null { 0 } else { 64 * 1024 };
    let reporter = JsonLines { out: destination.open(), lines: Vec::new(), batch };
    fastrace::set_reporter(reporter, Config::default());
    Box::new(Fastrace)
}

impl Contestant for Fastrace {
    fn events(&self, count: u32) {
        within(|| (0..count).for_each(|_| event()));
    }

    fn sync_steps(&self, count: u32) {
        within(|| (0..count).for_each(|_| sync_step(user_id())));
    }

    fn async_steps(&self, count: u32) {
        let steps = async {
            for _ in 0..count {
                fetch_messages(user_id()).await;
            }
        };
        at_once(steps.in_span(request("within", user_id())));
    }

    fn requests(&self, count: u32) {
        for _ in 0..count {
            at_once(get_messages(user_id()).in_span(request("get_messages", user_id())));
        }
    }

    /// It has no levels. Outside a trace it does nothing.
    fn filtered_events(&self, count: u32) {
        (0..count).for_each(|_| event());
    }

    fn filtered_steps(&self, count: u32) {
        at_once(async {
            for _ in 0..count {
                fetch_messages(user_id()).await;
            }
        });
    }

    fn nested(&self, depth: u32, count: u32) {
        let steps = async {
            for _ in 0..count {
                deeper(depth).await;
            }
        };
        at_once(steps.in_span(request("within", user_id())));
    }

    fn fields(&self, fields: u32, count: u32) {
        let one = || {
            let keys = KEYS[..fields as usize].iter();
            let properties = || keys.map(|key| (*key, user_id().to_string()));
            LocalSpan::add_event(Event::new("asking the database").with_properties(properties));
        };
        within(|| (0..count).for_each(|_| one()));
    }

    fn messages(&self, message: &str, count: u32) {
        within(|| {
            (0..count).for_each(|_| LocalSpan::add_event(Event::new(message.to_owned())));
        });
    }

    fn held(&self) -> Held {
        Box::pin(pending().in_span(request("wait_for_messages", user_id())))
    }

    fn settle(&self, _lines: u64) {
        fastrace::flush();
    }
}

fn request(name: &'static str, user_id: u64) -> Span {
    let root = Span::root(name, SpanContext::random());
    root.with_property(|| ("user_id", user_id.to_string()))
}

fn within(run: impl FnOnce()) {
    let root = request("within", user_id());
    let _guard = root.set_local_parent();
    run();
}

fn event() {
    let properties = || [("user_id", user_id().to_string()), ("path", path().to_owned())];
    LocalSpan::add_event(Event::new("asking the database").with_properties(properties));
}

#[trace(short_name = true, properties = { "user_id": "{user_id}" })]
fn sync_step(user_id: u64) {
    black_box(user_id);
}

async fn get_messages(user_id: u64) {
    authenticate(user_id).await;
    event();
    fetch_messages(user_id).await;
    event();
    render(user_id).await;
}

#[trace(short_name = true, properties = { "user_id": "{user_id}" })]
async fn authenticate(user_id: u64) {
    work(user_id).await;
}

#[trace(short_name = true, properties = { "user_id": "{user_id}" })]
async fn fetch_messages(user_id: u64) {
    work(user_id).await;
}

#[trace(short_name = true, properties = { "user_id": "{user_id}" })]
async fn render(user_id: u64) {
    work(user_id).await;
}

#[trace(short_name = true)]
async fn deeper(depth: u32) {
    if depth > 1 {
        Box::pin(deeper(depth - 1)).await;
    }
}

const KEYS: [&str; 16] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "o", "p", "q"];

struct JsonLines {
    out: Tallied,
    lines: Vec<u8>,
    /// How many bytes are written at once.
    batch: usize,
}

impl Reporter for JsonLines {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        for span in &spans {
            span.events.iter().for_each(|event| self.event(span, event));
            self.span(span);
        }
        self.write();
    }
}

impl JsonLines {
    fn event(&mut self, span: &SpanRecord, event: &EventRecord) {
        self.head(event.timestamp_unix_ns, &event.name, span);
        self.tail(&event.properties);
    }

    fn span(&mut self, span: &SpanRecord) {
        self.head(span.begin_time_unix_ns + span.duration_ns, "Step finished", span);
        self.lines.extend_from_slice(br#","parent_span_id":""#);
        self.lines.extend_from_slice(&hex(span.parent_id.0));
        self.lines.extend_from_slice(br#"","name":"#);
        push_text(&mut self.lines, &span.name);
        self.lines.extend_from_slice(br#","duration_ms":"#);
        push_millis(&mut self.lines, span.duration_ns);
        self.tail(&span.properties);
    }

    /// Writes the members that all lines have.
    fn head(&mut self, nanos: u64, message: &str, span: &SpanRecord) {
        let mut micros = *b".000000Z";
        put(&mut micros[1..7], nanos % 1_000_000_000 / 1_000);
        let lines = &mut self.lines;
        lines.extend_from_slice(br#"{"timestamp":""#);
        lines.extend_from_slice(&date_and_time(nanos / 1_000_000_000));
        lines.extend_from_slice(&micros);
        lines.extend_from_slice(br#"","level":"INFO","message":"#);
        push_text(lines, message);
        lines.extend_from_slice(br#","trace_id":""#);
        lines.extend_from_slice(&hex((span.trace_id.0 >> 64) as u64));
        lines.extend_from_slice(&hex(span.trace_id.0 as u64));
        lines.extend_from_slice(br#"","span_id":""#);
        lines.extend_from_slice(&hex(span.span_id.0));
        lines.extend_from_slice(concat!(r#"","target":""#, module_path!(), "\"").as_bytes());
    }

    fn tail(&mut self, properties: &[(impl AsRef<str>, impl AsRef<str>)]) {
        for (key, value) in properties {
            self.lines.push(b',');
            push_text(&mut self.lines, key.as_ref());
            self.lines.push(b':');
            push_text(&mut self.lines, value.as_ref());
        }
        self.lines.extend_from_slice(b"}\n");
        if self.lines.len() >= self.batch {
            self.write();
        }
    }

    fn write(&mut self) {
        self.out.write_all(&self.lines).expect("a file takes lines");
        self.lines.clear();
    }
}
