//! Static fields: checked and encoded once.

use crate::{
    callsite::LineKind,
    error::{Error, Kind},
    field::{
        encode::{self, Fit, Room},
        value::ToValue,
    },
    json::{cursor::Cursor, string::Escaper},
    line,
    output::StaticField,
};

/// The most bytes of a line that all static fields together may take.
const MOST_STATIC: usize = 512;

/// Returns the fields, if each key occurs once and all of them fit.
pub(super) fn checked(fields: Vec<Result<StaticField, Error>>) -> Result<Vec<StaticField>, Error> {
    let mut checked: Vec<StaticField> = Vec::with_capacity(fields.len());
    for field in fields {
        let field = field?;
        if checked.iter().any(|before| before.name.eq_ignore_ascii_case(&field.name)) {
            let reason = "given twice";
            return Err(Kind::StaticKey { key: field.name, reason }.into());
        }
        // An absent value leaves its key out, here as in any other field.
        if !field.value.is_empty() {
            checked.push(field);
        }
    }
    let total: usize = checked.iter().map(StaticField::len).sum();
    if total > MOST_STATIC {
        return Err(Kind::StaticFields { most: MOST_STATIC }.into());
    }
    Ok(checked)
}

/// Encodes a static field.
pub(super) fn encoded(name: String, value: &impl ToValue) -> Result<StaticField, Error> {
    // `field.` is the prefix of a line's own keys that had to be renamed.
    if name.is_empty() || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("field.")) {
        let reason = "a name must not be empty or begin with `field.`";
        return Err(Kind::StaticKey { key: name, reason }.into());
    }
    let mut key = Cursor::default();
    key.put(b",\"");
    Escaper::new(&mut key, MOST_STATIC).push(&name);
    key.put(b"\":");
    let mut encoded = Cursor::default();
    let room = Room { end: MOST_STATIC, value: MOST_STATIC };
    let push = if line::is_text(&name) { encode::push_text } else { encode::push };
    if push(&mut encoded, b"", &value.to_value(), room) == Fit::Cut {
        return Err(Kind::StaticFields { most: MOST_STATIC }.into());
    }
    let gives_way = [LineKind::Event, LineKind::Step, LineKind::Request]
        .map(|kind| line::is_reserved(&name, kind));
    let (key, value) = (key.text().to_vec(), encoded.text().to_vec());
    Ok(StaticField { name, key, value, gives_way })
}
