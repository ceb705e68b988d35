//! Makes the story of a trace from its lines.

use std::collections::HashMap;

use crate::{
    line::Line,
    trace::{Fast, Keep, Name, Trace},
    view::{Screen, Story, fields},
};

/// Returns the story of a trace, given its lines.
pub(crate) fn story<'a>(id: &str, lines: impl Iterator<Item = Line<'a>>) -> Story {
    let mut story =
        Story { trace: Trace { id: id.to_owned(), ..Trace::default() }, ..Story::default() };
    let mut firsts = Firsts::default();
    for line in lines {
        add(&mut story, &line, &mut firsts);
    }
    story
}

/// Where the first line of each span is.
type Firsts = HashMap<(u64, Name, bool), usize, Fast>;

fn add(story: &mut Story, line: &Line<'_>, firsts: &mut Firsts) {
    let spans = story.trace.spans.len();
    let now = line.time_ns();
    story.trace.add(line, now, &mut story.names, Keep::Everything);
    let is_unreadable = now.is_none();
    let Some(span) = story.trace.spans.get(spans).cloned() else {
        story.unreadable += u64::from(is_unreadable);
        return;
    };
    story.unreadable += u64::from(is_unreadable || span.took().is_none());
    if span.key == 0 {
        return;
    }
    let first = *firsts.entry((span.key, span.service, span.is_request())).or_insert(spans);
    // A second line of one span: the first counts.
    if first != spans {
        let first = story.trace.line(story.trace.spans[first].text);
        let differing = first.map(|first| differing(&first, line));
        story.differing.extend(differing);
        story.trace.spans.truncate(spans);
    }
}

/// Returns the fields of the second line that the first does not have.
fn differing(first: &Line<'_>, second: &Line<'_>) -> String {
    let first = fields(first, &Screen::PLAIN);
    let other = fields(second, &Screen::PLAIN);
    let other: Vec<_> = other.into_iter().filter(|field| !first.contains(field)).collect();
    match other.is_empty() {
        true => "in its times or its ids".to_owned(),
        false => other.join(" "),
    }
}
