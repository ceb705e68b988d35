//! No key twice in a line, wherever the fields of that line come from.

use proptest::{collection::vec, prelude::*, sample::select};
use test_support::{at_once, capture, values};
use trace_runtime::{
    DynamicEvent, Level, carry, count_request,
    field::{ToValue as _, Value},
    info, record, record_request, step, traced_handler,
};

/// An error with a cause.
#[derive(Debug, thiserror::Error)]
#[error("while loading")]
struct Top(#[source] std::io::Error);

fn top() -> Top {
    Top(std::io::Error::other("disk gone"))
}

/// Where a field comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Event,
    Step,
    Record,
    RecordRequest,
    Carry,
    Count,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Error,
    OtherError,
    Number,
    Missing,
}

/// Writes a field to a source, under one of some keys that collide with each
/// other's causes.
macro_rules! write_field {
    ($source:expr, $shape:expr, $key:expr, [$($at:literal $name:literal)*]) => {
        match $key {
            $($at => match $shape {
                Shape::Error => write_field!(@ $source, $name = top()),
                Shape::OtherError => write_field!(@ $source, $name = std::fmt::Error),
                Shape::Number => write_field!(@ $source, $name = 7),
                Shape::Missing => write_field!(@ $source, $name = None::<u8>),
            },)*
            other => unreachable!("no key {other}"),
        }
    };
    (@ $source:expr, $name:literal = $value:expr) => {
        match $source {
            Source::Event => info!($name = $value, "event"),
            Source::Step => step!("step", fields($name = $value), {}),
            Source::Record => record!($name = $value),
            Source::RecordRequest => record_request!($name = $value),
            Source::Carry => carry!($name = $value),
            Source::Count => count_request!($name),
        }
    };
}

fn write(source: Source, shape: Shape, key: usize) {
    write_field!(source, shape, key, [0 "a" 1 "A" 2 "a_chain" 3 "A_Chain" 4 "a_chain_chain"]);
}

fn any_source() -> impl Strategy<Value = Source> {
    use Source::{Carry, Count, Event, Record, RecordRequest, Step};
    select(vec![Event, Step, Record, RecordRequest, Carry, Count])
}

fn any_shape() -> impl Strategy<Value = Shape> {
    select(vec![Shape::Error, Shape::OtherError, Shape::Number, Shape::Missing])
}

#[traced_handler(fields("a" = top(), "b" = 1), carry("a_chain" = 2))]
async fn handler(body: impl Future<Output = ()>) {
    body.await;
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// `values` refuses a key that stands twice.
    #[test]
    fn fields_of_all_sources_together_have_each_key_once(
        fields in vec((any_source(), any_shape(), 0..5_usize), 0..12),
    ) {
        let capture = capture();
        at_once(capture.scope(handler(async {
            for &(source, shape, key) in &fields {
                write(source, shape, key);
            }
            info!(a = top(), "last");
        })));
        prop_assert!(values(&capture).len() >= 2);
    }

    /// Also where the runtime has to rename a key.
    #[test]
    fn fields_that_are_named_at_run_time_have_each_key_once(
        fields in vec((
            select(vec!["a", "A", "a_chain", "kind", "Kind_chain", "field.kind", "field.a"]),
            any_shape(),
        ), 0..9),
    ) {
        let (top, other) = (top(), std::fmt::Error);
        let fields: Vec<_> = fields.iter().map(|(name, shape)| (*name, match shape {
            Shape::Error => Value::error(&top),
            Shape::OtherError => Value::error(&other),
            Shape::Number => 7.to_value(),
            Shape::Missing => None::<u8>.to_value(),
        })).collect();
        let capture = capture();
        capture.run(|| DynamicEvent::new(Level::Info, "x").write(format_args!("e"), &fields));
        prop_assert_eq!(values(&capture).len(), 1);
    }
}
