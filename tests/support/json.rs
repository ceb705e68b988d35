//! Reading a line as strictly as the strictest reader: one object, no key
//! twice.

use std::fmt;

use serde_core::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// Parses a line.
///
/// # Panics
///
/// If it is not one JSON object, or a key stands twice in it.
#[track_caller]
pub fn parse(line: &str) -> Value {
    try_parse(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Parses a line, which may be torn.
///
/// # Errors
///
/// If it is not one JSON object, or a key stands twice in it.
pub fn try_parse(line: &str) -> Result<Value, serde_json::Error> {
    Ok(Value::Object(try_members(line)?.into_iter().collect()))
}

/// Returns the members of a line's object, in their order.
#[track_caller]
pub fn members(line: &str) -> Vec<(String, Value)> {
    try_members(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Returns the keys of a line, in their order.
#[track_caller]
pub fn keys(line: &str) -> Vec<String> {
    members(line).into_iter().map(|(key, _)| key).collect()
}

/// Replaces what differs from run to run: times become `0`, made span ids
/// become `S`, made trace ids `T`.
pub fn masked(line: &str) -> String {
    let mut masked = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, name, value)) = next_varying(rest) {
        masked.push_str(&rest[..before]);
        let quoted = value.starts_with('"');
        let end = if quoted { value[1..].find('"').map(|at| at + 2) } else { None };
        let end = end.or_else(|| value.find([',', '}'])).unwrap_or(value.len());
        let made = value[..end].trim_matches('"');
        masked.push_str(match name {
            "trace_id" if made.len() == 32 => "\"T\"",
            "trace_id" => &value[..end],
            "span_id" | "parent_span_id" => "\"S\"",
            _ if quoted => "\"0\"",
            _ => "0",
        });
        rest = &value[end..];
    }
    masked + rest
}

/// The keys of values that differ from run to run.
const VARYING: [&str; 9] = [
    "timestamp",
    "trace_id",
    "span_id",
    "parent_span_id",
    "duration_ms",
    "busy_ms",
    "total_ms",
    "self_ms",
    "max_ms",
];

/// Finds the first value that differs from run to run: where it begins, its
/// key, and the text from there on.
fn next_varying(text: &str) -> Option<(usize, &'static str, &str)> {
    VARYING
        .into_iter()
        .filter_map(|name| {
            let key = format!("\"{name}\":");
            let at = text.find(&key)? + key.len();
            Some((at, name, &text[at..]))
        })
        .min_by_key(|(at, ..)| *at)
}

fn try_members(line: &str) -> Result<Vec<(String, Value)>, serde_json::Error> {
    serde_json::from_str::<Members>(line).map(|members| members.0)
}

struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Strictly).map(|value| match value {
            Read::Members(members) => Self(members),
            Read::Value(_) => Self(Vec::new()),
        })
    }
}

/// A value in which no object has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strictly).map(|value| match value {
            Read::Value(value) => Self(value),
            Read::Members(members) => Self(Value::Object(members.into_iter().collect())),
        })
    }
}

enum Read {
    Value(Value),
    Members(Vec<(String, Value)>),
}

struct Strictly;

impl<'de> Visitor<'de> for Strictly {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without a key twice")
    }

    fn visit_unit<E: Error>(self) -> Result<Read, E> {
        Ok(Read::Value(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Read, E> {
        Ok(Read::Value(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Read, E> {
        Ok(Read::Value(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Read, E> {
        Ok(Read::Value(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Read, E> {
        Ok(Read::Value(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Read, E> {
        Ok(Read::Value(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Read, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Read::Value(values.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut seen = Map::new();
        let mut members = Vec::new();
        while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
            if seen.insert(key.clone(), Value::Null).is_some() {
                return Err(A::Error::custom(format!("key `{key}` stands twice")));
            }
            members.push((key, value));
        }
        Ok(Read::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_at_any_depth() {
        assert!(try_parse(r#"{"a":1,"b":[{"c":2}]}"#).is_ok());
        assert!(try_parse(r#"{"a":1,"a":1}"#).is_err());
        assert!(try_parse(r#"{"a":[{"b":1,"b":1}]}"#).is_err());
        assert!(try_parse("[1]").is_err());
    }

    #[test]
    fn masking_leaves_what_a_test_can_know() {
        let line =
            r#"{"timestamp":"2026","trace_id":"req-7","span_id":"00ab","duration_ms":0.5,"n":1}"#;
        let expected =
            r#"{"timestamp":"0","trace_id":"req-7","span_id":"S","duration_ms":0,"n":1}"#;
        assert_eq!(masked(line), expected);
    }
}
