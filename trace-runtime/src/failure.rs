//! The known facts about an error: its text and its causes.
//!
//! Mostly borrowed from the error itself. `outcome` finds the facts for each
//! type of error, and `line` turns them into JSON.

use std::{
    any::Any,
    error::Error,
    fmt::{self, Debug, Display},
};

use crate::{
    field::{nested::Nested, value::ToValue},
    guard,
};

/// The known facts about an error.
#[derive(Default)]
pub struct Failure<'a> {
    pub(crate) text: Option<ErrorText<'a>>,
    /// The first cause.
    pub(crate) source: Option<&'a (dyn Error + 'static)>,
}

pub(crate) enum ErrorText<'a> {
    Error(&'a (dyn Error + 'a)),
    Display(&'a dyn Display),
    Debug(&'a dyn Debug),
    /// A plain value, shown as text.
    Value(&'a dyn ToValue),
    /// JSON, shown as text.
    Nested(&'a dyn Nested),
    /// The message of a panic, or a text that an edge has set.
    Text(&'a str),
    /// Only the answer to the request is known.
    Answer(&'a str),
    /// Only the name of the error's type is known.
    Type(&'static str),
    /// Made by `err = |error| …`; it holds the causes, too.
    Made(Box<dyn Made + 'a>),
}

/// The value that `err = |error| …` has made of an error. It may own its text.
pub(crate) trait Made {
    fn failure(&self) -> Failure<'_>;
}

/// What a panic was given, as `catch_unwind` and a thread hand it on.
pub trait Payload {
    /// Returns it if it is text, as that of `panic!` is.
    fn text(&self) -> Option<&str>;
}

impl Payload for Box<dyn Any + Send> {
    fn text(&self) -> Option<&str> {
        let text = self.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| self.downcast_ref::<&str>().copied())
    }
}

impl<'a> Failure<'a> {
    pub(crate) fn of_error(error: &'a (dyn Error + 'a)) -> Self {
        // User code, which may panic.
        let source = guard::caught(|| error.source()).flatten();
        Self { text: Some(ErrorText::Error(error)), source }
    }

    /// A type that is not a standard error, but holds one.
    pub(crate) fn of_holder(
        holder: &'a dyn Display,
        source: impl FnOnce() -> Option<&'a (dyn Error + 'static)>,
    ) -> Self {
        let source = guard::caught(source).flatten();
        Self { source, ..Self::of(ErrorText::Display(holder)) }
    }

    /// The error that `get` reaches. `get` is user code, which may panic.
    pub(crate) fn through(get: impl FnOnce() -> Self) -> Self {
        guard::caught(get).unwrap_or_else(Self::panicked)
    }

    pub(crate) fn of(text: ErrorText<'a>) -> Self {
        Self { text: Some(text), source: None }
    }

    /// A plain value, unless it is `None`.
    pub(crate) fn of_value<E: ToValue>(error: &'a E) -> Self {
        if error.to_value().is_absent() {
            return Self::of_type::<E>();
        }
        Self::of(ErrorText::Value(error))
    }

    /// What a panic was given: its text, or else the name of its type.
    pub(crate) fn of_payload<E: Payload>(payload: &'a E) -> Self {
        payload.text().map_or_else(Self::of_type::<E>, |text| Self::of(ErrorText::Text(text)))
    }

    /// An error with no text of its own: the name of its type is shown.
    pub(crate) fn of_type<E: ?Sized>() -> Self {
        Self::of(ErrorText::Type(std::any::type_name::<E>()))
    }

    /// The code that describes the error has panicked.
    pub(crate) fn panicked() -> Self {
        Self::of(ErrorText::Text("<panicked>"))
    }

    /// The message of a panic, if it is text.
    pub(crate) fn of_panic(message: Option<&'a str>) -> Self {
        Self { text: message.map(ErrorText::Text), source: None }
    }

    /// Returns whether it holds more than the type of the error or the answer
    /// to the request.
    pub(crate) fn says_why(&self) -> bool {
        match &self.text {
            None | Some(ErrorText::Type(_) | ErrorText::Answer(_)) => false,
            Some(ErrorText::Made(made)) => made.failure().says_why(),
            Some(_) => true,
        }
    }
}

impl Debug for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failure(..)")
    }
}

/// Writes the name of a type in angle brackets, without its parameters and
/// without the pointers around it: `<shop::AppError>`.
pub(crate) fn write_type(to: &mut impl fmt::Write, name: &str) -> fmt::Result {
    let mut depth = 0_usize;
    to.write_char('<')?;
    for c in without_pointers(name).chars() {
        match c {
            '<' => depth += 1,
            '>' if depth == 0 => break,
            '>' => depth -= 1,
            _ if depth > 0 => {}
            _ => to.write_char(c)?,
        }
    }
    to.write_char('>')
}

fn without_pointers(mut name: &str) -> &str {
    const POINTERS: [&str; 5] =
        ["&mut ", "&", "alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"];
    while let Some(inner) = POINTERS.iter().find_map(|pointer| name.strip_prefix(pointer)) {
        name = inner;
    }
    name
}

#[cfg(test)]
mod tests {
    use std::{any::type_name, sync::Arc};

    use super::*;

    #[test]
    fn the_name_of_a_type_has_no_parameters_and_no_pointers() {
        for (name, expected) in [
            ("shop::AppError", "<shop::AppError>"),
            ("&&mut shop::AppError", "<shop::AppError>"),
            ("shop::Failed<core::option::Option<u8>>", "<shop::Failed>"),
            (
                "(http::StatusCode, axum::Json<serde_json::Value>)",
                "<(http::StatusCode, axum::Json)>",
            ),
            (type_name::<Arc<Box<Vec<u8>>>>(), "<alloc::vec::Vec>"),
            (type_name::<Box<dyn Debug + Send>>(), "<dyn core::fmt::Debug + core::marker::Send>"),
            (type_name::<()>(), "<()>"),
        ] {
            let mut text = String::new();
            write_type(&mut text, name).unwrap();
            assert_eq!(text, expected, "{name}");
        }
    }
}
