//! Events and spans with very many fields.

use std::{array, sync::LazyLock};

use tracing::{
    Event, Level, Metadata, Span,
    callsite::{Callsite, Identifier},
    field::{Field, FieldSet, Value},
    metadata::Kind,
    subscriber::Interest,
};

use crate::{doubled, lines, named};

const FIELDS: usize = 300;

struct Wide(Kind);

static EVENT: Wide = Wide(Kind::EVENT);
static EVENT_FACTS: LazyLock<Metadata<'static>> = LazyLock::new(|| facts(&EVENT));
static SPAN: Wide = Wide(Kind::SPAN);
static SPAN_FACTS: LazyLock<Metadata<'static>> = LazyLock::new(|| facts(&SPAN));

impl Callsite for Wide {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        if self.0 == Kind::EVENT { &EVENT_FACTS } else { &SPAN_FACTS }
    }
}

/// Returns the facts of a callsite with 300 fields, two of each name.
fn facts(of: &'static Wide) -> Metadata<'static> {
    let name = |number: usize| &*format!("key {}", number / 2).leak();
    let names: [&'static str; FIELDS] = array::from_fn(name);
    let fields = FieldSet::new(Box::leak(Box::new(names)), Identifier(of));
    Metadata::new("wide", "wide", Level::INFO, None, None, None, fields, of.0.clone())
}

/// Calls `with` with as many values.
fn each(facts: &'static Metadata<'static>, with: impl FnOnce(&tracing::field::ValueSet<'_>)) {
    let (fields, numbers): (Vec<Field>, [usize; FIELDS]) =
        (facts.fields().iter().collect(), array::from_fn(|number| number));
    let value = |at: usize| (&fields[at], Some(&numbers[at] as &dyn Value));
    with(&facts.fields().value_set(&array::from_fn::<_, FIELDS, _>(value)));
}

#[test]
fn three_hundred_fields_are_written_and_none_twice() {
    let lines = lines(|| {
        each(&EVENT_FACTS, |values| Event::dispatch(&EVENT_FACTS, values));
        each(&SPAN_FACTS, |values| drop(Span::new(&SPAN_FACTS, values)));
    });
    assert!(lines.iter().all(|line| doubled(&line.to_string()).is_none()));
    let (event, span) = (&lines[0], named(&lines, "wide"));
    for key in 0..FIELDS / 2 {
        let name = format!("key {key}");
        assert_eq!(
            (&event[&name], &event[format!("field.{name}")]),
            (&(2 * key).into(), &(2 * key + 1).into())
        );
        assert_eq!(lines[1][&name], 2 * key + 1, "the last value of a span's key wins");
    }
    assert_eq!(span["target"], "wide");
}
