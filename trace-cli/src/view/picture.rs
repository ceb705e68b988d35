//! The picture of one trace: head, waterfall, where the time went, and what
//! is to be said of it.

use std::collections::HashMap;

use super::{
    figures::{count, millis, percent},
    head::head,
    notes::Story,
    safe::width,
    screen::Screen,
    style::{Style, paint},
    waterfall::waterfall,
};
use crate::{
    line::{Line, Role, bare, decode, elements, integer, listed, listed_ns, members},
    trace::{Name, Span, Tree, align, own_parts, skews, union},
};

/// Returns the picture of a trace, each line with its newline.
pub(crate) fn picture(mut story: Story, is_aligned: bool, screen: &Screen) -> String {
    let mut tree = Tree::new(&story.trace);
    let skews = skews(&story.trace, &tree);
    if is_aligned && !skews.is_empty() {
        align(&mut story.trace, &skews);
        tree = Tree::new(&story.trace);
    }
    let mut lines = wrapped(head(&story, &tree, screen), screen);
    lines.push(String::new());
    lines.extend(waterfall(&story, &tree, screen));
    let mut below = errors(&story, &tree, screen);
    below.extend(time(&story, &tree, screen));
    below.extend(listed_steps(&story, &tree, screen));
    below.extend(story.notes(&skews, is_aligned, screen));
    if !below.is_empty() {
        lines.push(String::new());
        lines.extend(wrapped(below, screen));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Breaks lines that are too wide, where there are blanks.
fn wrapped(lines: Vec<String>, screen: &Screen) -> Vec<String> {
    lines.into_iter().flat_map(|line| wrap(&line, screen.width)).collect()
}

fn wrap(line: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        for part in parts(word, most.saturating_sub(2)) {
            let wide = visible(&part);
            if used + visible(part.trim_end()) > most {
                lines.push("  ".to_owned());
                used = 2;
            }
            if let Some(last) = lines.last_mut() {
                last.push_str(&part);
            }
            used += wide;
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Returns the width without our colours.
fn visible(text: &str) -> usize {
    let mut hidden = 0;
    for part in text.split('\x1b').skip(1) {
        hidden += part.find('m').map_or(0, |at| at + 1);
    }
    width(text) - hidden
}

/// Cuts a word that is wider than a line.
fn parts(word: &str, most: usize) -> Vec<String> {
    if visible(word) <= most {
        return vec![word.to_owned()];
    }
    let mut parts = vec![String::new()];
    for c in word.chars() {
        if let Some(last) = parts.last_mut() {
            if visible(last) + width(c.encode_utf8(&mut [0; 4])) > most {
                parts.push(c.to_string());
            } else {
                last.push(c);
            }
        }
    }
    parts
}

/// Returns why the request failed, or else which of its steps did.
fn errors(story: &Story, tree: &Tree, screen: &Screen) -> Vec<String> {
    const MOST: usize = 5;
    let mut said: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    let root = tree.root.into_iter();
    let others = (0..story.trace.spans.len() as u32).filter(|at| Some(*at) != tree.root);
    for at in root.chain(others) {
        let span = &story.trace.spans[at as usize];
        let Some(line) = story.trace.line(span.text) else { continue };
        let Some(error) = line.string(Role::Error) else { continue };
        if said.iter().any(|it| *it == error) || lines.len() == MOST {
            continue;
        }
        let mut text = String::new();
        paint(&mut text, "error", Style::Red, screen);
        text.push_str("  ");
        if Some(at) != tree.root {
            text.push_str(&format!("{}: ", screen.safe(story.names.text(span.name))));
        }
        text.push_str(&chain(&line, &error, screen));
        lines.push(text);
        said.push(error.into_owned());
    }
    lines
}

/// Returns an error and its causes.
fn chain(line: &Line<'_>, error: &str, screen: &Screen) -> String {
    let mut text = screen.safe(error).into_owned();
    for cause in elements(line.raw(Role::Chain)) {
        let cause = decode(bare(cause));
        text.push_str(&format!(" {} {}", screen.signs().cause, screen.safe(&cause)));
    }
    text
}

/// Returns where the time went: the own time of steps, by name.
fn time(story: &Story, tree: &Tree, screen: &Screen) -> Option<String> {
    const MOST: usize = 4;
    let trace = &story.trace;
    let root = &trace.spans[tree.root? as usize];
    let took = root.took().filter(|took| *took > 0)?;
    let name = |name: Name| match story.names.text(name) {
        "" => "(no name)",
        text => text,
    };
    let steps =
        own_by_name(story, tree, root).into_iter().filter(|it| it.1.saturating_mul(1_000) >= took);
    let share =
        |(it, ns): (Name, i64)| Some(format!("{} {}", screen.safe(name(it)), percent(ns, took)?));
    let mut words: Vec<_> = steps.take(MOST).filter_map(share).collect();
    if trace.spans.len() > 1 {
        let own = own_parts(tree.root?, &trace.spans, tree);
        words.push(format!("in no step {} ms", millis(union(own, (root.start, root.end())))));
    }
    if let Some(busy) = root.busy().filter(|busy| *busy > 0) {
        words.push(format!("running {} ms, else waiting", millis(busy)));
    }
    let between = format!(" {} ", screen.signs().between);
    (!words.is_empty()).then(|| format!("time   {}", words.join(&between)))
}

/// Returns the own time of steps within the request, the most first. What ran
/// at once counts once for each name.
fn own_by_name(story: &Story, tree: &Tree, root: &Span) -> Vec<(Name, i64)> {
    let spans = &story.trace.spans;
    let mut by_name: HashMap<Name, Vec<(i64, i64)>> = HashMap::new();
    for (at, span) in (0..).zip(spans).filter(|(at, _)| Some(*at) != tree.root) {
        by_name.entry(span.name).or_default().extend(own_parts(at, spans, tree));
    }
    let together = |(name, mut parts): (Name, Vec<(i64, i64)>)| {
        parts.sort_unstable();
        (name, union(parts, (root.start, root.end())))
    };
    let mut steps: Vec<_> = by_name.into_iter().map(together).collect();
    steps.sort_by_key(|(name, ns)| (-ns, *name));
    steps
}

/// Returns what the request line says of steps that have no lines.
fn listed_steps(story: &Story, tree: &Tree, screen: &Screen) -> Vec<String> {
    let trace = &story.trace;
    let Some(root) = tree.root.map(|at| &trace.spans[at as usize]) else { return Vec::new() };
    let has_steps = trace.spans.iter().any(|span| !span.is_request());
    let Some(line) = trace.line(root.text).filter(|_| !has_steps) else {
        return Vec::new();
    };
    let steps: Vec<_> = elements(line.raw(Role::Steps)).map(|it| listed_step(it, screen)).collect();
    if steps.is_empty() {
        return steps;
    }
    let head = "its steps have no lines here; its request line says of them:".to_owned();
    std::iter::once(head).chain(steps).collect()
}

fn listed_step(step: &[u8], screen: &Screen) -> String {
    let of = |key: &[u8]| members(step).find(|it| it.key == key).map(|it| it.value);
    let number = |key| of(key).and_then(integer).unwrap_or_default().unsigned_abs();
    let ms = |key, key_ns| listed_ns(step, key, key_ns).map(millis).unwrap_or_default();
    let name = decode(bare(of(listed::NAME).unwrap_or_default())).into_owned();
    let times = match number(listed::COUNT) {
        0 | 1 => String::new(),
        calls => format!(" {}{}", screen.signs().times, count(calls)),
    };
    let errors = match number(listed::ERRORS) {
        0 => String::new(),
        errors => format!(", {}", super::counted(errors, "error", "errors")),
    };
    let name = screen.safe(&name);
    let total = ms(listed::TOTAL, listed::TOTAL_NS);
    let max = ms(listed::LONGEST, listed::LONGEST_NS);
    format!("  {name}{times}  {total} ms, max {max}{errors}")
}
