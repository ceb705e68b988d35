use proptest::prelude::*;

use super::{span::Known, *};
use crate::line::{Kind, Level, Outcome};

fn span(key: u64, parent: u64, start: i64, took: i64) -> Span {
    Span {
        key,
        parent,
        name: Name(2),
        service: Name::NONE,
        kind: Kind::Step,
        outcome: Outcome::Ok,
        start,
        took: Known::new(Some(took)),
        busy: Known::new(None),
        is_slow: false,
        is_truncated: false,
        text: Text::default(),
    }
}

fn request(key: u64, start: i64, took: i64) -> Span {
    Span { kind: Kind::Request, ..span(key, 0, start, took) }
}

fn event(span: u64, at: i64) -> Event {
    Event {
        span,
        service: Name::NONE,
        at: Some(at),
        level: Level::Info,
        is_truncated: false,
        text: Text::default(),
    }
}

fn of(spans: Vec<Span>, events: Vec<Event>) -> Trace {
    Trace { spans, events, ..Trace::default() }
}

fn own_times(trace: &Trace, tree: &Tree) -> Vec<i64> {
    let mut own = Vec::new();
    self_times(&trace.spans, tree, &mut own);
    own
}

/// Returns the rows as `depth:span`, or `depth:.event`.
fn drawn(trace: &Trace) -> Vec<String> {
    let tree = Tree::new(trace);
    let row = |row: &Row| match row.what {
        What::Span(at) => format!("{}:{}", row.depth, trace.spans[at as usize].key),
        What::Event(at) => format!("{}:.{}", row.depth, at),
        What::Folded { first, count, .. } => {
            format!("{}:{}x{count}", row.depth, trace.spans[first as usize].key)
        }
    };
    rows(trace, &tree, true).iter().map(row).collect()
}

#[test]
fn spans_stand_below_their_parents_by_time_whatever_the_order_of_their_lines() {
    let trace = of(
        vec![span(3, 2, 20, 5), request(1, 0, 100), span(2, 1, 10, 50), span(4, 1, 5, 2)],
        vec![event(2, 12)],
    );
    assert_eq!(drawn(&trace), ["0:1", "1:4", "1:2", "2:.0", "2:3"]);
}

#[test]
fn a_span_whose_parent_has_no_line_is_placed_by_time() {
    let trace = of(
        vec![request(1, 0, 100), span(2, 1, 10, 50), span(3, 9, 20, 5), span(4, 9, 90, 50)],
        vec![],
    );
    let tree = Tree::new(&trace);
    assert_eq!((tree.parent(2), tree.is_placed(2)), (Some(1), true));
    assert_eq!((tree.parent(3), tree.is_placed(3)), (Some(0), true));
    assert!(!tree.is_placed(1));
}

#[test]
fn parents_that_form_a_circle_end_below_the_request() {
    let trace = of(
        vec![request(1, 0, 100), span(2, 3, 10, 5), span(3, 2, 20, 5), span(4, 4, 30, 5)],
        vec![],
    );
    assert_eq!(drawn(&trace), ["0:1", "1:2", "2:3", "1:4"]);
}

#[test]
fn five_siblings_of_one_name_are_one_row() {
    let mut spans = vec![request(1, 0, 100)];
    spans.extend((2..7).map(|key| span(key, 1, key as i64 * 10, 15)));
    let trace = of(spans, vec![]);
    let tree = Tree::new(&trace);
    let folded = rows(&trace, &tree, true)[1].what;
    assert_eq!(folded, What::Folded { first: 1, count: 5, end: 75, union_ns: 55, longest_ns: 15 });
    assert_eq!(rows(&trace, &tree, false).len(), 6);
    assert_eq!(drawn(&of(trace.spans[..5].to_vec(), vec![])).len(), 5);
}

#[test]
fn what_runs_at_once_is_not_counted_twice() {
    let trace = of(
        vec![request(1, 0, 100), span(2, 1, 10, 40), span(3, 1, 30, 40), span(4, 1, 90, 60)],
        vec![],
    );
    let tree = Tree::new(&trace);
    assert_eq!(own_times(&trace, &tree)[0], 30);
    assert_eq!(own_parts(0, &trace.spans, &tree), [(0, 10), (70, 90)]);
}

#[test]
fn a_hundred_thousand_children_and_ten_thousand_levels_take_no_recursion() {
    let mut wide = vec![request(1, 0, 1_000_000)];
    wide.extend((2..100_002).map(|key| span(key, key % 2, key as i64, 5)));
    let mut deep = vec![request(1, 0, 1_000_000)];
    deep.extend((2..10_002).map(|key| span(key, key - 1, key as i64, 1_000_000 - 2 * key as i64)));
    for spans in [wide, deep] {
        let count = spans.len();
        let trace = of(spans, vec![]);
        let rows = rows(&trace, &Tree::new(&trace), false);
        assert_eq!(rows.len(), count);
    }
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let one = (0..12_u64, 0..12_u64, 0..1_000_i64, 0..1_000_i64, any::<bool>(), 0..3_u32);
    let span = |(key, parent, start, took, is_request, service)| Span {
        kind: if is_request { Kind::Request } else { Kind::Step },
        service: Name(service),
        ..span(key, parent, start, took)
    };
    prop::collection::vec(one.prop_map(span), 0..24)
}

proptest! {
    #[test]
    fn own_times_in_the_usual_order_are_those_of_the_tree(
        steps in prop::collection::vec((1..40_usize, 0..50_i64, 0..60_i64), 0..12),
        is_in_order in any::<bool>(),
        (caller, took) in (0..4_u64, 0..200_i64),
    ) {
        // Each is below one that is written after it.
        let count = steps.len();
        let step = |(at, (above, start, took)): (usize, &(usize, i64, i64))| {
            let above = (at + above).min(count);
            let start = if is_in_order { at as i64 * 10 + start % 10 } else { *start };
            span(at as u64 + 10, above as u64 + 10, start, *took)
        };
        let mut spans: Vec<_> = steps.iter().enumerate().map(step).collect();
        let request = request(count as u64 + 10, 0, took);
        spans.push(Span { parent: caller, ..request });
        let (trace, mut own) = (of(spans, vec![]), Vec::new());
        let tree = Tree::new(&trace);
        let is_usual = own_in_order(&trace.spans, &mut own);
        prop_assert!(is_usual || !is_in_order);
        if is_usual {
            let own: Vec<_> = own.iter().map(|own| own.ns).collect();
            prop_assert_eq!(own, own_times(&trace, &tree));
            prop_assert_eq!(&tree.tops[..], [count as u32]);
        }
    }

    // In full: `PROPTEST_CASES=10000 cargo test -p trace-cli --lib any_trace`.
    #[test]
    fn each_span_and_event_of_any_trace_has_one_row(
        spans in spans(),
        events in prop::collection::vec((0..12_u64, 0..2_000_i64), 0..8),
    ) {
        let events = events.into_iter().map(|(span, at)| event(span, at)).collect();
        let trace = of(spans, events);
        // What is left of another trace changes nothing.
        let mut tree = Tree::new(&of(vec![span(1, 2, 0, 9), request(2, 0, 99)], vec![event(1, 5)]));
        tree.grow(&trace);
        let mut usual = Vec::new();
        if own_in_order(&trace.spans, &mut usual) {
            let usual: Vec<_> = usual.iter().map(|own| own.ns).collect();
            prop_assert_eq!(usual, own_times(&trace, &tree));
            prop_assert_eq!(&tree.tops[..], [trace.spans.len() as u32 - 1]);
        }
        let mut shown: Vec<_> = rows(&trace, &tree, false).into_iter().map(|row| match row.what {
            What::Span(at) => (0, at),
            What::Event(at) => (1, at),
            What::Folded { .. } => (2, 0),
        }).collect();
        shown.sort_unstable();
        let all = (0..trace.spans.len() as u32).map(|at| (0, at));
        let all: Vec<_> = all.chain((0..trace.events.len() as u32).map(|at| (1, at))).collect();
        prop_assert_eq!(shown, all);
        for (at, own) in own_times(&trace, &tree).into_iter().enumerate() {
            prop_assert!((0..=trace.spans[at].took().unwrap()).contains(&own));
            let parts = own_parts(at as u32, &trace.spans, &tree);
            prop_assert_eq!(parts.iter().map(|part| part.1 - part.0).sum::<i64>(), own);
        }
    }
}
