//! What is known of an error: its text, and its causes.
//!
//! Mostly borrowed from the error itself. How an error of some type says what it
//! has to say is the business of `outcome`; how it becomes JSON, of `line`.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
};

use crate::{
    field::{nested::Nested, value::ToValue},
    guard,
};

/// What is known of an error.
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
    /// A plain value, as text.
    Value(&'a dyn ToValue),
    /// JSON, as text.
    Nested(&'a dyn Nested),
    /// What a panic said, or what an edge has set.
    Text(&'a str),
    /// Nothing is known but how the request was answered.
    Answer(&'a str),
    /// Nothing is known but the name of its type.
    Type(&'static str),
    /// All that is known is in there, its causes too.
    Made(Box<dyn Made + 'a>),
}

/// What `err = |error| …` has made of an error, which may own what it says.
pub(crate) trait Made {
    fn failure(&self) -> Failure<'_>;
}

impl<'a> Failure<'a> {
    pub(crate) fn of_error(error: &'a (dyn Error + 'a)) -> Self {
        // A user's code, which may panic.
        let source = guard::caught(|| error.source()).flatten();
        Self { text: Some(ErrorText::Error(error)), source }
    }

    /// An error that is not of the standard kind, but holds one.
    pub(crate) fn of_holder(
        holder: &'a dyn Display,
        source: impl FnOnce() -> Option<&'a (dyn Error + 'static)>,
    ) -> Self {
        let source = guard::caught(source).flatten();
        Self { source, ..Self::of(ErrorText::Display(holder)) }
    }

    /// What `get` reaches is the error; a user's code, which may panic.
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

    /// What there is to say of an error whose type says nothing.
    pub(crate) fn of_type<E: ?Sized>() -> Self {
        Self::of(ErrorText::Type(std::any::type_name::<E>()))
    }

    /// The code that was to say what went wrong has panicked.
    pub(crate) fn panicked() -> Self {
        Self::of(ErrorText::Text("<panicked>"))
    }

    /// What a panic has said, if that is text.
    pub(crate) fn of_panic(message: Option<&'a str>) -> Self {
        Self { text: message.map(ErrorText::Text), source: None }
    }

    /// Returns whether it says more than which type the error has, or how the
    /// request was answered.
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
