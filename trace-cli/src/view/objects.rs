//! A trace as one JSON object.

use super::{
    head::{outcome_word, request_name},
    json::{Object, string},
    notes::Story,
    screen::Screen,
    times::iso,
};
use crate::{
    line::Role,
    trace::{Tree, own_parts, skews},
};

/// Returns a trace as one line of JSON: its spans, each with the place of its
/// parent, its events, and what is to be said of it.
pub(crate) fn object(story: &Story) -> String {
    let trace = &story.trace;
    let tree = Tree::new(trace);
    let begin = trace.range().map_or(0, |range| range.0);
    let zero = tree.root.map_or(begin, |at| trace.spans[at as usize].start);
    let spans: Vec<_> =
        (0..trace.spans.len() as u32).map(|at| span(story, &tree, at, zero)).collect();
    let events: Vec<_> = (0..trace.events.len()).map(|at| event(story, &tree, at, zero)).collect();
    let quoted = |note: &String| {
        let mut text = String::new();
        string(&mut text, note);
        text
    };
    let notes = story.notes(&skews(trace, &tree), false, &Screen::PLAIN);
    let problems: Vec<_> = notes.iter().map(quoted).collect();
    let object = Object::new().text("trace_id", &trace.id).text("start", &iso(zero));
    let object = object.flag("no_request_line", tree.root.is_none());
    let object = object.list("spans", &spans).list("events", &events);
    object.list("problems", &problems).end() + "\n"
}

fn span(story: &Story, tree: &Tree, at: u32, zero: i64) -> String {
    let span = &story.trace.spans[at as usize];
    let line = story.trace.line(span.text);
    let object = Object::new();
    let object = match tree.parent(at) {
        Some(parent) => object.number("parent", parent),
        None => object,
    };
    let object = object.flag("placed_by_time", tree.is_placed(at));
    let object = object.some("name", story.names.text(span.name));
    let object = object.some("service", story.names.text(tree.service(at)));
    let object = object.ms("at_ms", span.start - zero);
    let own: i64 = own_parts(at, &story.trace.spans, tree).iter().map(|it| it.1 - it.0).sum();
    let object = match span.took() {
        Some(took) => object.ms("took_ms", took).ms("self_ms", own),
        None => object,
    };
    let Some(line) = line else { return object.end() };
    let object = object.text("outcome", &outcome_word(&line));
    let object = match span.is_request() {
        true => object.text("request", &request_name(&line)),
        false => object,
    };
    object.some("error", &line.string(Role::Error).unwrap_or_default()).end()
}

fn event(story: &Story, tree: &Tree, at: usize, zero: i64) -> String {
    let event = &story.trace.events[at];
    let line = story.trace.line(event.text);
    let text = |role| line.as_ref().and_then(|line| line.string(role)).unwrap_or_default();
    let object = Object::new();
    let object = match tree.events[at] {
        Some(span) => object.number("span", span),
        None => object,
    };
    let object = match event.at {
        Some(at) => object.ms("at_ms", at - zero),
        None => object,
    };
    object.text("level", &text(Role::Level)).text("message", &text(Role::Message)).end()
}
