//! The service with the floor: its four lines are written by hand.

use std::{fs::File, sync::OnceLock};

use axum::{Router, extract::Path, routing::get};
use floor::{
    Clock as _, Ids, Output, Pen, Span, Std, Template, hex, push_millis, push_number, random,
};

use super::{Service, answer, work};

static OUTPUT: OnceLock<Output<File>> = OnceLock::new();

pub(super) fn start(file: &str) -> Service {
    let out = File::options().append(true).create(true).open(file).expect("a file can be made");
    let output = OUTPUT.get_or_init(|| Output::background(out));
    let router = Router::new().route("/users/{id}/messages", get(get_messages));
    Service { router, settle: Box::new(|| output.settle()) }
}

/// A prepared line, up to the first part of varying length.
macro_rules! template {
    ($message:literal, $after:literal $(, $parent:literal)?) => {
        Template::new(concat!(
            r#"{"timestamp":"0000-00-00T00:00:00.000000Z","level":"INFO","message":""#, $message,
            r#"","trace_id":"00000000000000000000000000000000","span_id":"0000000000000000","#,
            $(r#"""#, $parent, r#"":"0000000000000000","#,)?
            r#""target":""#, module_path!(), $after,
        ))
    };
}

static ASKING: Template = template!("asking the database", r#"","user_id":"#);
static FIND_USER: Template = template!(
    "Step finished",
    r#"","kind":"step","name":"find_user","outcome":"ok","duration_ms":"#,
    "parent_span_id"
);
static FETCH_MESSAGES: Template = template!(
    "Step finished",
    r#"","kind":"step","name":"fetch_messages","outcome":"ok","duration_ms":"#,
    "parent_span_id"
);
static GET_MESSAGES: Template = template!(
    "Request processed",
    r#"","kind":"request","name":"get_messages","outcome":"ok","duration_ms":"#
);

/// A request, as its steps use it.
struct Trace {
    id: [u8; 32],
    span: Span,
}

async fn get_messages(Path(user_id): Path<u64>) -> String {
    let start = Std::start();
    let mut trace = Trace { id: [0; 32], span: hex(random()) };
    trace.id[..16].copy_from_slice(&hex(random()));
    trace.id[16..].copy_from_slice(&hex(random()));
    let user_id = find_user(&trace, user_id).await;
    let ids = Ids { trace: &trace.id, span: &trace.span, parent: &trace.span };
    Pen::write(&ASKING, (ids, Std::wall()), |line| push_number(line, user_id), hand_over);
    let answer = answer(fetch_messages(&trace, user_id).await);
    close(&GET_MESSAGES, ids, start, user_id);
    answer
}

async fn find_user(trace: &Trace, user_id: u64) -> u64 {
    step(&FIND_USER, trace, user_id).await
}

async fn fetch_messages(trace: &Trace, user_id: u64) -> u64 {
    step(&FETCH_MESSAGES, trace, user_id).await
}

async fn step(template: &Template, trace: &Trace, user_id: u64) -> u64 {
    let (start, span) = (Std::start(), hex(random()));
    let value = work(user_id).await;
    let ids = Ids { trace: &trace.id, span: &span, parent: &trace.span };
    close(template, ids, start, user_id);
    value
}

fn close(template: &Template, ids: Ids<'_>, start: <Std as floor::Clock>::At, user_id: u64) {
    let (duration, at) = Std::end(start);
    let rest = |line: &mut Vec<u8>| {
        push_millis(line, duration);
        line.extend_from_slice(br#","user_id":"#);
        push_number(line, user_id);
    };
    Pen::write(template, (ids, at), rest, hand_over);
}

fn hand_over(line: &[u8]) {
    OUTPUT.get().expect("it was set up").hand_over(line);
}
