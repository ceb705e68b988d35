//! Whatever goes in comes out: any message, any names, any values, through the
//! encoder and a strict reader.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value as Json, json};
use test_support::{capture, json::members, keys};
use trace_runtime::{
    DynamicEvent, Level,
    field::{ToValue as _, Value},
    info,
};

/// A value of any kind that a field can hold.
#[derive(Clone, Debug)]
enum Any {
    Bool(bool),
    U64(u64),
    I64(i64),
    U128(u128),
    I128(i128),
    F32(f32),
    F64(f64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Absent(Option<u8>),
}

fn any_value() -> impl Strategy<Value = Any> {
    prop_oneof![
        any::<bool>().prop_map(Any::Bool),
        any::<u64>().prop_map(Any::U64),
        any::<i64>().prop_map(Any::I64),
        any::<u128>().prop_map(Any::U128),
        any::<i128>().prop_map(Any::I128),
        any::<f32>().prop_map(Any::F32),
        any::<f64>().prop_map(Any::F64),
        any::<char>().prop_map(Any::Char),
        text().prop_map(Any::Text),
        vec(any::<u8>(), 0..40).prop_map(Any::Bytes),
        Just(Any::Absent(None)),
    ]
}

/// Text of any characters, control characters among them.
fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..40).prop_map(String::from_iter)
}

/// Any name, and often one that the runtime uses itself.
fn name() -> impl Strategy<Value = String> {
    let (own, others) = (keys::EVERY_LINE.clone(), ["Level", "STEPS", "field.level", "a", "A"]);
    let names: Vec<_> = own.into_iter().chain(others.map(str::to_owned)).collect();
    prop_oneof![text(), select(names)]
}

impl Any {
    fn to_value(&self) -> Value<'_> {
        match self {
            Self::Bool(it) => it.to_value(),
            Self::U64(it) => it.to_value(),
            Self::I64(it) => it.to_value(),
            Self::U128(it) => it.to_value(),
            Self::I128(it) => it.to_value(),
            Self::F32(it) => it.to_value(),
            Self::F64(it) => it.to_value(),
            Self::Char(it) => it.to_value(),
            Self::Text(it) => it.to_value(),
            Self::Bytes(it) => it.to_value(),
            Self::Absent(it) => it.to_value(),
        }
    }

    /// Whether a reader sees what was written.
    fn is(&self, read: &Json) -> bool {
        match self {
            Self::Bool(it) => *read == json!(it),
            Self::U64(it) => is_integer(read, i128::from(*it)),
            Self::I64(it) => is_integer(read, i128::from(*it)),
            Self::I128(it) => is_integer(read, *it),
            Self::U128(it) => {
                i128::try_from(*it).map_or(*read == it.to_string(), |it| is_integer(read, it))
            }
            Self::F32(it) => is_float(read, &it.to_string(), it.is_finite()),
            Self::F64(it) => is_float(read, &it.to_string(), it.is_finite()),
            Self::Char(it) => *read == it.to_string(),
            Self::Text(it) => read == it,
            Self::Bytes(it) => *read == String::from_utf8_lossy(it).into_owned(),
            Self::Absent(_) => false,
        }
    }
}

/// Digits while every reader can hold them, else a string of the digits.
fn is_integer(read: &Json, written: i128) -> bool {
    match i64::try_from(written) {
        Ok(small) if small != i64::MIN => *read == json!(small),
        _ => *read == written.to_string(),
    }
}

/// The same number, or `null` where JSON has none.
fn is_float(read: &Json, written: &str, is_finite: bool) -> bool {
    if is_finite { read.as_f64() == written.parse().ok() } else { read.is_null() }
}

/// The name under which a key stands, where names are taken.
fn free_name(name: &str, taken: &[String]) -> String {
    let is_taken =
        |name: &str| keys::EVERY_LINE.iter().chain(taken).any(|it| it.eq_ignore_ascii_case(name));
    let mut name = name.to_owned();
    while is_taken(&name) {
        name.insert_str(0, "field.");
    }
    name
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_message_comes_out_as_it_went_in(message in text(), value in text()) {
        let capture = capture();
        capture.run(|| info!(value, "{message}"));
        let line = test_support::only(&capture);
        prop_assert_eq!(line["message"].as_str(), Some(message.as_str()));
        prop_assert_eq!(line["value"].as_str(), Some(value.as_str()));
        prop_assert!(line.get("truncated").is_none());
    }

    #[test]
    fn any_fields_come_out_as_they_went_in(
        target in text(),
        fields in vec((name(), any_value()), 0..8),
    ) {
        let values: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.to_value())).collect();
        let capture = capture();
        let message = format_args!("m");
        capture.run(|| DynamicEvent::new(Level::Info, &target).write(message, &values));
        let read = members(&capture.lines().concat());
        prop_assert_eq!(&read[3], &("target".to_owned(), json!(target)));
        let mut taken = Vec::new();
        // What is absent leaves its key to others.
        for (name, value) in fields.iter().filter(|(_, value)| !matches!(value, Any::Absent(_))) {
            let name = free_name(name, &taken);
            let found = read[4..].iter().find(|(key, _)| *key == name).map(|(_, read)| read);
            prop_assert!(found.is_some_and(|read| value.is(read)), "{name:?} {value:?} {found:?}");
            taken.push(name);
        }
        prop_assert_eq!(read.len(), 4 + taken.len());
    }
}
