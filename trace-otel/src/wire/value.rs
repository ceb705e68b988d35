//! The value of an attribute, and the body of a log record: `AnyValue`.
//!
//! Source: [`common.proto`](https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/common/v1/common.proto).

use std::time::Duration;

use trace_runtime::observe::{FieldValue, Items, Members, Text, Texts};

use super::Wire;

/// A value on its way into a message.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Str(&'a str),
    /// The name of a service that has none, after its program.
    Unknown(Option<String>),
    /// A module and a function in it.
    Path(&'a str, &'a str),
    Int(i64),
    Millis(Duration),
    Texts(Texts<'a>),
    Field(FieldValue<'a>),
}

/// The fields of `AnyValue`.
const STRING: u32 = 1;
const BOOL: u32 = 2;
const INT: u32 = 3;
const DOUBLE: u32 = 4;
const ARRAY: u32 = 5;
const KVLIST: u32 = 6;

/// How deep nested JSON is followed; what lies deeper is exported as its text.
const MOST_DEPTH: usize = 32;

impl Wire {
    /// Appends a value as the message `AnyValue`. Text is cut after `longest`
    /// characters.
    pub(crate) fn any_value(&mut self, field: u32, value: &Value<'_>, longest: Option<usize>) {
        self.nested(field, |wire| match value {
            Value::Str(text) => wire.str(text, longest),
            Value::Unknown(program) => wire.nested(STRING, |wire| {
                wire.push(b"unknown_service");
                if let Some(program) = program {
                    wire.push(b":");
                    wire.push(program.as_bytes());
                }
            }),
            Value::Path(module, name) => wire.nested(STRING, |wire| {
                wire.push(module.as_bytes());
                wire.push(b"::");
                wire.push(name.as_bytes());
            }),
            Value::Int(number) => wire.int(*number),
            Value::Millis(time) => wire.fixed64(DOUBLE, millis(*time).to_bits()),
            Value::Texts(texts) => wire.texts(texts.clone(), longest),
            Value::Field(value) => wire.field_value(*value, longest, 0),
        });
    }

    fn field_value(&mut self, value: FieldValue<'_>, longest: Option<usize>, depth: usize) {
        match value {
            FieldValue::Bool(value) => self.uint(BOOL, value.into()),
            FieldValue::I64(number) => self.int(number),
            FieldValue::F64(number) => self.fixed64(DOUBLE, number.to_bits()),
            FieldValue::Text(text) => self.text(text, longest),
            FieldValue::Nested(json) => self.json(value, json, longest, depth),
            // The protocol has no unsigned integers.
            FieldValue::U64(number) => self.str(&number.to_string(), longest),
            _ => {}
        }
    }

    fn json(&mut self, value: FieldValue<'_>, json: &str, longest: Option<usize>, depth: usize) {
        let is_flat = depth >= MOST_DEPTH;
        match (value.members(), value.items()) {
            (Some(members), _) if !is_flat => self.kvlist(members, longest, depth),
            (_, Some(items)) if !is_flat => self.array(items, longest, depth),
            // A value without a field stands for none.
            _ if json == "null" => {}
            // Also a whole number of more than 64 bits.
            _ => self.str(json, longest),
        }
    }

    fn kvlist(&mut self, members: Members<'_>, longest: Option<usize>, depth: usize) {
        self.nested(KVLIST, |list| {
            for (key, value) in members {
                list.nested(1, |pair| {
                    pair.plain(1, key);
                    pair.nested(2, |wire| wire.field_value(value, longest, depth + 1));
                });
            }
        });
    }

    fn array(&mut self, items: Items<'_>, longest: Option<usize>, depth: usize) {
        self.nested(ARRAY, |array| {
            for item in items {
                array.nested(1, |wire| wire.field_value(item, longest, depth + 1));
            }
        });
    }

    fn texts(&mut self, texts: Texts<'_>, longest: Option<usize>) {
        self.nested(ARRAY, |array| {
            for text in texts {
                array.nested(1, |wire| wire.text(text, longest));
            }
        });
    }

    #[expect(clippy::cast_sign_loss, reason = "a negative number is its two's complement")]
    fn int(&mut self, number: i64) {
        self.uint(INT, number as u64);
    }

    fn str(&mut self, text: &str, longest: Option<usize>) {
        self.bytes(STRING, cut(text, longest).as_bytes());
    }

    fn text(&mut self, text: Text<'_>, longest: Option<usize>) {
        match longest {
            None => self.plain(STRING, text),
            Some(_) => self.str(&text.to_plain(), longest),
        }
    }

    /// Appends text without its escapes.
    pub(crate) fn plain(&mut self, field: u32, text: Text<'_>) {
        match text.as_plain() {
            Some(plain) => self.bytes(field, plain.as_bytes()),
            None => self.nested(field, |wire| wire.push_with(|to| text.push_to(to))),
        }
    }
}

/// Returns the number that stands on the line: a quotient is rounded once.
#[expect(clippy::cast_precision_loss, reason = "from three months on, nanoseconds are lost")]
fn millis(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e6
}

/// Cuts a text after so many characters.
fn cut(text: &str, longest: Option<usize>) -> &str {
    match longest {
        Some(most) if text.len() > most => {
            let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
            &text[..end]
        }
        Some(_) | None => text,
    }
}
