//! The floor for these lines: the trace is passed as an argument.

mod hand_over;
mod steps;

use std::{cell::Cell, future::pending, hint::black_box, marker::PhantomData};

use floor::{
    Clock, Ids, Output, Pen, Span, Std, Template, Tsc, hex, push_millis, push_number, push_text,
    random,
};

use self::hand_over::{Blocks, EachLine, HandOver};
use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::{Destination, Tallied},
};

pub(super) fn std(destination: &Destination) -> Box<dyn Contestant> {
    Box::new(Floor::<Std, EachLine>::new(destination))
}

/// The same as [`std`], with `steps` in the line of a request, as this project
/// writes them: what each step took, summed up.
pub(super) fn with_steps(destination: &Destination) -> Box<dyn Contestant> {
    Box::new(Floor::<Std, EachLine> { has_steps: true, ..Floor::new(destination) })
}

pub(super) fn tsc(destination: &Destination) -> Box<dyn Contestant> {
    Box::new(Floor::<Tsc, EachLine>::new(destination))
}

pub(super) fn blocks(destination: &Destination) -> Box<dyn Contestant> {
    Box::new(Floor::<Tsc, Blocks>::new(destination))
}

/// The line of an event, up to its fields.
macro_rules! event {
    ($($message:literal)?) => {
        Template::new(concat!(
            r#"{"timestamp":"0000-00-00T00:00:00.000000Z","level":"INFO""#,
            $(r#","message":""#, $message, r#"""#,)?
            r#","trace_id":"00000000000000000000000000000000","span_id":"0000000000000000","#,
            r#""target":""#, module_path!(), r#"""#,
        ))
    };
}

/// The line of a step, or of a request if there is no parent, up to its
/// duration.
macro_rules! closing {
    ($message:literal, $kind:literal, $name:literal $(, $parent:literal)?) => {
        Template::new(concat!(
            r#"{"timestamp":"0000-00-00T00:00:00.000000Z","level":"INFO","message":""#, $message,
            r#"","trace_id":"00000000000000000000000000000000","span_id":"0000000000000000","#,
            $(r#"""#, $parent, r#"":"0000000000000000","#,)?
            r#""target":""#, module_path!(), r#"","kind":""#, $kind, r#"","name":""#, $name,
            r#"","outcome":"ok","duration_ms":"#,
        ))
    };
}

macro_rules! step {
    ($name:literal) => {
        closing!("Step finished", "step", $name, "parent_span_id")
    };
}

static EVENT: Template = event!("asking the database");
static MESSAGE: Template = event!();
static SYNC_STEP: Template = step!("sync_step");
static AUTHENTICATE: Template = step!("authenticate");
static FETCH_MESSAGES: Template = step!("fetch_messages");
static RENDER: Template = step!("render");
static DEEPER: Template = step!("deeper");
static WITHIN: Template = closing!("Request processed", "request", "within");
static GET_MESSAGES: Template = closing!("Request processed", "request", "get_messages");

struct Floor<C, H> {
    output: Output<Tallied>,
    has_steps: bool,
    how: PhantomData<fn() -> (C, H)>,
}

/// A request, as its steps and events use it.
struct Trace {
    id: [u8; 32],
    span: Span,
    /// How often each step was called, and what it took in nanoseconds: in all,
    /// and at most.
    steps: Cell<[[u64; 3]; 3]>,
}

/// An async step: its line, and its number among the steps of a trace.
#[derive(Clone, Copy)]
struct Kind(&'static Template, usize);

impl Trace {
    fn new() -> Self {
        let mut id = [0; 32];
        id[..16].copy_from_slice(&hex(random()));
        id[16..].copy_from_slice(&hex(random()));
        Self { id, span: hex(random()), steps: Cell::default() }
    }

    /// Adds up a step.
    fn count(&self, number: usize, duration: u64) {
        let mut steps = self.steps.get();
        let [count, sum, most] = &mut steps[number];
        *count += 1;
        *sum += duration;
        *most = duration.max(*most);
        self.steps.set(steps);
    }

    fn ids(&self) -> Ids<'_> {
        Ids { trace: &self.id, span: &self.span, parent: &self.span }
    }
}

impl<C: Clock, H: HandOver> Floor<C, H> {
    fn new(destination: &Destination) -> Self {
        let out = destination.open();
        let output = match destination {
            Destination::Null | Destination::Direct(_) => Output::direct(out),
            Destination::Background(_) => Output::background(out),
        };
        Self { output, has_steps: false, how: PhantomData }
    }

    fn event(&self, trace: &Trace, template: &Template, fields: impl FnOnce(&mut Vec<u8>)) {
        Pen::write(template, (trace.ids(), C::wall()), fields, |line| H::line(&self.output, line));
    }

    fn sync_step(&self, trace: &Trace, user_id: u64) {
        let (start, span) = (C::start(), hex(random()));
        black_box(user_id);
        self.close(&SYNC_STEP, trace, (&span, &trace.span), start, with_user(user_id));
    }

    async fn step(&self, Kind(template, number): Kind, trace: &Trace, user_id: u64) {
        let (start, span) = (C::start(), hex(random()));
        work(user_id).await;
        let spans = (&span, &trace.span);
        let duration = self.close(template, trace, spans, start, with_user(user_id));
        if self.has_steps {
            trace.count(number, duration);
        }
    }

    async fn deeper(&self, trace: &Trace, parent: &Span, depth: u32) {
        let (start, span) = (C::start(), hex(random()));
        if depth > 1 {
            Box::pin(self.deeper(trace, &span, depth - 1)).await;
        }
        self.close(&DEEPER, trace, (&span, parent), start, |_| ());
    }

    fn close(
        &self,
        template: &Template,
        trace: &Trace,
        (span, parent): (&Span, &Span),
        start: C::At,
        fields: impl FnOnce(&mut Vec<u8>),
    ) -> u64 {
        let (duration, at) = C::end(start);
        let rest = |line: &mut Vec<u8>| {
            push_millis(line, duration);
            fields(line);
        };
        let ids = Ids { trace: &trace.id, span, parent };
        Pen::write(template, (ids, at), rest, |line| H::line(&self.output, line));
        duration
    }

    /// Opens a request, and closes it after `run`.
    async fn request(&self, template: &Template, user_id: u64, run: impl AsyncFnOnce(&Trace)) {
        let (start, trace) = (C::start(), Trace::new());
        run(&trace).await;
        let (duration, at) = C::end(start);
        let rest = |line: &mut Vec<u8>| {
            push_millis(line, duration);
            if self.has_steps {
                steps::push(line, &trace.steps.get());
            }
            with_user(user_id)(line);
        };
        Pen::write(template, (trace.ids(), at), rest, |line| H::last(&self.output, line));
    }

    fn within(&self, run: impl FnOnce(&Trace)) {
        at_once(self.request(&WITHIN, user_id(), async |trace| run(trace)));
    }

    async fn get_messages(&self, user_id: u64) {
        let handler = async |trace: &Trace| {
            self.step(Kind(&AUTHENTICATE, 0), trace, user_id).await;
            self.event(trace, &EVENT, asked);
            self.step(Kind(&FETCH_MESSAGES, 1), trace, user_id).await;
            self.event(trace, &EVENT, asked);
            self.step(Kind(&RENDER, 2), trace, user_id).await;
        };
        self.request(&GET_MESSAGES, user_id, handler).await;
    }
}

fn with_user(user_id: u64) -> impl FnOnce(&mut Vec<u8>) {
    move |line| {
        line.extend_from_slice(br#","user_id":"#);
        push_number(line, user_id);
    }
}

/// The fields of an event.
fn asked(line: &mut Vec<u8>) {
    with_user(user_id())(line);
    line.extend_from_slice(br#","path":"#);
    push_text(line, path());
}

impl<C: Clock, H: HandOver> Contestant for Floor<C, H> {
    fn events(&self, count: u32) {
        self.within(|trace| (0..count).for_each(|_| self.event(trace, &EVENT, asked)));
    }

    fn sync_steps(&self, count: u32) {
        self.within(|trace| (0..count).for_each(|_| self.sync_step(trace, user_id())));
    }

    fn async_steps(&self, count: u32) {
        at_once(self.request(&WITHIN, user_id(), async |trace| {
            for _ in 0..count {
                self.step(Kind(&FETCH_MESSAGES, 1), trace, user_id()).await;
            }
        }));
    }

    fn requests(&self, count: u32) {
        for _ in 0..count {
            at_once(self.get_messages(user_id()));
        }
    }

    fn filtered_events(&self, count: u32) {
        (0..count).for_each(|_| black_box(()));
    }

    fn filtered_steps(&self, count: u32) {
        at_once(async {
            for _ in 0..count {
                work(user_id()).await;
            }
        });
    }

    fn nested(&self, depth: u32, count: u32) {
        at_once(self.request(&WITHIN, user_id(), async |trace| {
            for _ in 0..count {
                self.deeper(trace, &trace.span, depth).await;
            }
        }));
    }

    fn fields(&self, fields: u32, count: u32) {
        let fields = |line: &mut Vec<u8>| {
            for key in &KEYS[..fields as usize] {
                line.extend_from_slice(key);
                push_number(line, user_id());
            }
        };
        self.within(|trace| (0..count).for_each(|_| self.event(trace, &EVENT, fields)));
    }

    fn messages(&self, message: &str, count: u32) {
        let rest = |line: &mut Vec<u8>| {
            line.extend_from_slice(br#","message":"#);
            push_text(line, message);
        };
        self.within(|trace| (0..count).for_each(|_| self.event(trace, &MESSAGE, rest)));
    }

    fn held(&self) -> Held {
        Box::pin(async {
            let trace = (C::start(), Trace::new());
            pending::<()>().await;
            black_box(trace.1.span);
        })
    }

    fn settle(&self, _lines: u64) {
        self.output.settle();
    }
}

#[rustfmt::skip]
const KEYS: [&[u8]; 16] = [
    br#","a":"#, br#","b":"#, br#","c":"#, br#","d":"#, br#","e":"#, br#","f":"#, br#","g":"#, br#","h":"#,
    br#","i":"#, br#","j":"#, br#","k":"#, br#","l":"#, br#","m":"#, br#","o":"#, br#","p":"#, br#","q":"#,
];
