//! Takes nested JSON of a field apart: the members of an object, the items of
//! an array.

use super::{fields::FieldValue, text::Text};

impl<'a> FieldValue<'a> {
    /// Returns the members of an object, in their order; `None` for any other
    /// value.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::observe::FieldValue;
    ///
    /// let value = FieldValue::Nested(r#"{"id":7,"tags":["a","b"]}"#);
    /// let members: Vec<_> = value.members().into_iter().flatten().collect();
    /// assert_eq!(members[0].0.to_plain(), "id");
    /// assert_eq!(members[0].1, FieldValue::I64(7));
    /// assert_eq!(members[1].1.items().map(Iterator::count), Some(2));
    /// ```
    pub fn members(self) -> Option<Members<'a>> {
        inside(self, '{', '}').map(Members)
    }

    /// Returns the items of an array, in their order; `None` for any other
    /// value.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::observe::FieldValue;
    ///
    /// let ids = FieldValue::Nested("[7,8]");
    /// let ids: Vec<_> = ids.items().into_iter().flatten().collect();
    /// assert_eq!(ids, [FieldValue::I64(7), FieldValue::I64(8)]);
    /// assert!(FieldValue::Nested("null").items().is_none());
    /// ```
    pub fn items(self) -> Option<Items<'a>> {
        inside(self, '[', ']').map(Items)
    }
}

fn inside(value: FieldValue<'_>, first: char, last: char) -> Option<&str> {
    let FieldValue::Nested(json) = value else { return None };
    json.strip_prefix(first)?.strip_suffix(last)
}

/// The members of a JSON object.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Json, info, testing::{Capture, Seen}};
///
/// let keys = Seen::event(|event| {
///     let (_, value) = event.fields().next()?;
///     Some(value.members()?.map(|(key, _)| key.to_string()).collect::<Vec<_>>())
/// });
/// Capture::new().observed_by(keys.clone()).run(|| {
///     info!(limits = Json(serde_json::json!({"hard": 2, "soft": 1})), "read");
///     info!(limits = 3, "read");
/// });
/// assert_eq!(keys.values(), [Some(vec!["hard".to_owned(), "soft".to_owned()]), None]);
/// ```
#[derive(Clone, Debug)]
pub struct Members<'a>(&'a str);

impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, FieldValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.0.strip_prefix(',').unwrap_or(self.0);
        let (key, len) = Text::first(start)?;
        let rest = start.get(len..)?.strip_prefix(':')?;
        let (value, len) = FieldValue::first(rest);
        self.0 = rest.get(len..)?;
        Some((key, value))
    }
}

/// The items of a JSON array.
///
/// # Examples
///
/// ```
/// use trace_runtime::observe::{FieldValue, Items};
///
/// /// Is there an error among the results?
/// fn has_null(mut results: Items<'_>) -> bool {
///     results.any(|result| result == FieldValue::Nested("null"))
/// }
///
/// let results = |json| FieldValue::Nested(json).items().map(has_null);
/// assert_eq!(results(r#"[1,null,"a"]"#), Some(true));
/// assert_eq!(results(r#"[1,"null",[null]]"#), Some(false));
/// ```
#[derive(Clone, Debug)]
pub struct Items<'a>(&'a str);

impl<'a> Iterator for Items<'a> {
    type Item = FieldValue<'a>;

    fn next(&mut self) -> Option<FieldValue<'a>> {
        let start = self.0.strip_prefix(',').unwrap_or(self.0);
        if start.is_empty() {
            return None;
        }
        let (value, len) = FieldValue::first(start);
        self.0 = start.get(len..)?;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: FieldValue<'_>) -> String {
        let members = value
            .members()
            .map(|it| it.map(|(key, value)| format!("{key}={}", shown(value))).collect::<Vec<_>>());
        let items = value.items().map(|it| it.map(shown).collect::<Vec<_>>());
        match members.or(items) {
            Some(parts) => format!("({})", parts.join(" ")),
            None => format!("{value:?}"),
        }
    }

    #[test]
    fn objects_and_arrays_come_apart_to_any_depth() {
        let json = r#"{"a\"b":[1,"x,y",{"c":null}],"d":{},"e":[],"f":2.5}"#;
        let expected = r#"(a"b=(I64(1) Text("x,y") (c=Nested("null"))) d=() e=() f=F64(2.5))"#;
        assert_eq!(shown(FieldValue::Nested(json)), expected);
    }

    #[test]
    fn other_values_have_neither_members_nor_items() {
        for value in [FieldValue::Bool(true), FieldValue::Nested("null"), FieldValue::Nested("")] {
            assert!(value.members().is_none() && value.items().is_none());
        }
    }
}
