//! Items as one line of text, for assertions.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::LogRecord,
    trace::v1::Span,
};

/// Shows a value as JSON would, and a missing one as `-`.
pub fn value(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        None => "-".to_owned(),
        Some(Value::StringValue(text)) => format!("{text:?}"),
        Some(Value::BoolValue(it)) => it.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => format!("{number:?}"),
        Some(Value::ArrayValue(array)) => {
            let items: Vec<_> = array.values.iter().map(|it| self::value(Some(it))).collect();
            format!("[{}]", items.join(" "))
        }
        Some(Value::KvlistValue(list)) => format!("{{{}}}", attributes(&list.values)),
        Some(other) => format!("{other:?}"),
    }
}

/// Shows attributes in their order: `a=1 b="x"`.
pub fn attributes(attributes: &[KeyValue]) -> String {
    let shown: Vec<_> =
        attributes.iter().map(|it| format!("{}={}", it.key, value(it.value.as_ref()))).collect();
    shown.join(" ")
}

/// Shows the value of an attribute; `None` if there is none of that name.
///
/// # Panics
///
/// If there is more than one.
pub fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let mut found = attributes.iter().filter(|it| it.key == key);
    let first = found.next()?;
    assert!(found.next().is_none(), "`{key}` is there twice");
    Some(value(first.value.as_ref()))
}

/// Shows a span without ids and times: kind, name, status, attributes.
pub fn span(span: &Span) -> String {
    let kind = span.kind().as_str_name().trim_start_matches("SPAN_KIND_").to_lowercase();
    let status = span.status.as_ref().map(|status| {
        let code = status.code().as_str_name().trim_start_matches("STATUS_CODE_").to_lowercase();
        format!(" {code}({})", status.message)
    });
    let attributes = attributes(&span.attributes);
    format!("{kind} {:?}{} {attributes}", span.name, status.unwrap_or_default())
}

/// Shows a log record without ids and times.
pub fn record(record: &LogRecord) -> String {
    let (number, text) = (record.severity_number, &record.severity_text);
    let (body, attributes) = (value(record.body.as_ref()), attributes(&record.attributes));
    format!("{number} {text} {body} {attributes}")
}

/// Shows bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}
