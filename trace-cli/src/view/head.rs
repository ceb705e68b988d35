//! The head of a picture: which request it is.

use super::{
    fields::fields,
    figures::millis,
    notes::Story,
    screen::Screen,
    style::{Style, paint},
    times::moment_in,
};
use crate::{
    line::{Kind, Line, Outcome, Role, decode},
    trace::{Span, Tree},
};

/// Returns what a request is called: its method and route, else its path,
/// else its name.
pub(crate) fn request_name(line: &Line<'_>) -> String {
    let mut raw = Vec::new();
    put_request_name(line, &mut raw);
    decode(&raw).into_owned()
}

/// Appends the same as it stands on the line, with its escapes.
pub(crate) fn put_request_name(line: &Line<'_>, to: &mut Vec<u8>) {
    let text = |role| Some(line.bare(role)).filter(|text| !text.is_empty());
    let name = text(Role::Name).unwrap_or(b"(no name)");
    let place = text(Role::Route).or_else(|| text(Role::Path));
    let (first, second): (&[u8], _) = match (place, text(Role::Method)) {
        (Some(place), method) => (method.unwrap_or_default(), place),
        (None, _) if line.kind() == Kind::Job => (b"job", name),
        (None, method) => (method.unwrap_or_default(), name),
    };
    to.extend_from_slice(first);
    to.extend_from_slice(if first.is_empty() { b"" } else { b" " });
    to.extend_from_slice(second);
}

/// Returns the word for how a line's scope ended, as it stands there.
pub(crate) fn outcome_word(line: &Line<'_>) -> String {
    match line.outcome() {
        Outcome::Other => line.string(Role::Outcome).unwrap_or_default().into_owned(),
        outcome => outcome.word().to_owned(),
    }
}

/// Returns the lines above the picture.
pub(super) fn head(story: &Story, tree: &Tree, screen: &Screen) -> Vec<String> {
    let trace = &story.trace;
    let id = screen.safe(&trace.id).into_owned();
    let (begin, end) = trace.range().unwrap_or_default();
    let root = tree.root.map(|at| &trace.spans[at as usize]);
    let line = root.and_then(|root| trace.line(root.text));
    let mut first = String::new();
    paint(&mut first, &id, Style::Bold, screen);
    let (Some(root), Some(line)) = (root, line) else {
        let took = millis(end - begin);
        return vec![
            format!("{first}  no request line in these files  {took} ms"),
            moment_in(begin, screen.zone),
        ];
    };
    first.push_str("  ");
    first.push_str(&screen.safe(&request_name(&line)));
    first.push_str("  ");
    paint(&mut first, &ending(&line, screen), Style::of(root.outcome, root.is_slow), screen);
    if let Some(took) = root.took() {
        first.push_str(&format!("  {} ms", millis(took)));
    }
    vec![first, second(story, root, &line, screen)]
}

/// Returns status and outcome.
fn ending(line: &Line<'_>, screen: &Screen) -> String {
    let outcome = outcome_word(line);
    let outcome = screen.safe(&outcome);
    match line.string(Role::Status) {
        Some(status) => format!("{} {outcome}", screen.safe(&status)),
        None => outcome.into_owned(),
    }
}

/// Returns when it began, where, and the request's fields.
fn second(story: &Story, root: &Span, line: &Line<'_>, screen: &Screen) -> String {
    let mut words = vec![moment_in(root.start, screen.zone)];
    let service = story.names.text(root.service);
    if !service.is_empty() {
        words.push(screen.safe(service).into_owned());
    }
    let mut all = Vec::new();
    let shown = [("path", Role::Path), ("request_id", Role::RequestId)];
    for (key, text) in shown.into_iter().filter_map(|(key, role)| Some((key, line.string(role)?))) {
        all.push(format!("{key}={}", screen.safe(&text)));
    }
    all.extend(fields(line, screen));
    words.push(all.join(" "));
    words.join("  ").trim_end().to_owned()
}
