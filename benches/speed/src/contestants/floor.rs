//! The floor for these lines: the trace is passed as an argument.

use std::{cell::RefCell, future::pending, hint::black_box, marker::PhantomData};

use floor::{
    Clock, Ids, Output, Pen, Span, Std, Template, Tsc, hex, push_millis, push_number, push_text,
    random,
};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::{self, Destination, Tallied},
};

pub(super) fn std(destination: &Destination) -> Box<dyn Contestant> {
    Box::new(Floor::<Std, EachLine>::new(destination))
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
    how: PhantomData<fn() -> (C, H)>,
}

/// A request, as its steps and events use it.
struct Trace {
    id: [u8; 32],
    span: Span,
}

impl Trace {
    fn new() -> Self {
        let mut id = [0; 32];
        id[..16].copy_from_slice(&hex(random()));
        id[16..].copy_from_slice(&hex(random()));
        Self { id, span: hex(random()) }
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
        Self { output, how: PhantomData }
    }

    fn event(&self, trace: &Trace, template: &Template, fields: impl FnOnce(&mut Vec<u8>)) {
        Pen::write(template, (trace.ids(), C::wall()), fields, |line| H::line(&self.output, line));
    }

    fn sync_step(&self, trace: &Trace, user_id: u64) {
        let (start, span) = (C::start(), hex(random()));
        black_box(user_id);
        self.close(&SYNC_STEP, trace, (&span, &trace.span), start, with_user(user_id));
    }

    async fn step(&self, template: &Template, trace: &Trace, user_id: u64) {
        let (start, span) = (C::start(), hex(random()));
        work(user_id).await;
        self.close(template, trace, (&span, &trace.span), start, with_user(user_id));
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
    ) {
        let (duration, at) = C::end(start);
        let rest = |line: &mut Vec<u8>| {
            push_millis(line, duration);
            fields(line);
        };
        let ids = Ids { trace: &trace.id, span, parent };
        Pen::write(template, (ids, at), rest, |line| H::line(&self.output, line));
    }

    /// Opens a request, and closes it after `run`.
    async fn request(&self, template: &Template, user_id: u64, run: impl AsyncFnOnce(&Trace)) {
        let (start, trace) = (C::start(), Trace::new());
        run(&trace).await;
        let (duration, at) = C::end(start);
        let rest = |line: &mut Vec<u8>| {
            push_millis(line, duration);
            with_user(user_id)(line);
        };
        Pen::write(template, (trace.ids(), at), rest, |line| H::last(&self.output, line));
    }

    fn within(&self, run: impl FnOnce(&Trace)) {
        at_once(self.request(&WITHIN, user_id(), async |trace| run(trace)));
    }

    async fn get_messages(&self, user_id: u64) {
        let handler = async |trace: &Trace| {
            self.step(&AUTHENTICATE, trace, user_id).await;
            self.event(trace, &EVENT, asked);
            self.step(&FETCH_MESSAGES, trace, user_id).await;
            self.event(trace, &EVENT, asked);
            self.step(&RENDER, trace, user_id).await;
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
                self.step(&FETCH_MESSAGES, trace, user_id()).await;
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

/// How lines reach the output.
trait HandOver: Sync {
    fn line(output: &Output<Tallied>, line: &[u8]);
    /// Hands over the line of a request that has ended.
    fn last(output: &Output<Tallied>, line: &[u8]);
}

/// Each line separately.
struct EachLine;

impl HandOver for EachLine {
    fn line(output: &Output<Tallied>, line: &[u8]) {
        output.hand_over(line);
    }

    fn last(output: &Output<Tallied>, line: &[u8]) {
        output.hand_over(line);
    }
}

/// In blocks for each thread: when a request ends, or at 4 KiB.
struct Blocks;

#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    lines: u64,
}

thread_local! {
    static BLOCK: RefCell<Block> = RefCell::default();
}

impl Blocks {
    const FULL: usize = 4 * 1024;

    fn push(output: &Output<Tallied>, line: &[u8], is_last: bool) {
        BLOCK.with_borrow_mut(|block| {
            block.bytes.extend_from_slice(line);
            block.lines += 1;
            if is_last || block.bytes.len() >= Self::FULL {
                output.hand_over(&block.bytes);
                sink::more_lines(block.lines - 1);
                block.bytes.clear();
                block.lines = 0;
            }
        });
    }
}

impl HandOver for Blocks {
    fn line(output: &Output<Tallied>, line: &[u8]) {
        Self::push(output, line, false);
    }

    fn last(output: &Output<Tallied>, line: &[u8]) {
        Self::push(output, line, true);
    }
}
