//! Chooses how the body of a function is wrapped.
//!
//! | function | form |
//! |---|---|
//! | returns a future | [`Form::Returned`] |
//! | sync, and returns an associated type, such as `Self::Future` | [`Form::Called`] |
//! | sync, and a handler (`main` or a test) | [`Form::Closure`] |
//! | sync, and its value is no error, or `#[track_caller]` | [`Form::Guard`] |
//! | any other sync function | [`Form::Closure`] |
//! | async, where something requires an `async fn` | [`Form::AsyncFn`] |
//! | any other async function | [`Form::ImplFuture`] |

use crate::{
    function::{Function, attribute_name, hidden::Hidden, lazy::Lazy, returns::Returns},
    options::{Options, ScopeMacro},
};

/// How the body of a function is wrapped.
pub(super) enum Form {
    /// One statement before the user's own. The value is not read.
    Guard,
    /// `run(…, move || { … })`
    Closure,
    /// `call(…, move || { … })`. If the value turns out to be a boxed future,
    /// the future is timed.
    Called,
    /// `fn … -> impl Future { timed(…, async move { … }) }`. The future of an
    /// `async fn` would keep each argument twice; this one is smaller.
    ImplFuture,
    /// `async fn … { timed(…, async move { … }).await }`. The signature stays
    /// as it is.
    AsyncFn,
    /// `fn … -> impl Future { timed(…, body) }`
    Returned { boxed: bool },
}

/// Classifies what the function returns, as far as `options` let it matter.
pub(super) fn returns<'a>(options: &Options, function: &'a Function) -> Returns<'a> {
    match options.construction {
        Some(_) => Returns::of_construction(&function.signature),
        None => Returns::of(&function.signature),
    }
}

impl Form {
    pub(super) fn of(
        attribute: ScopeMacro,
        options: &Options,
        function: &Function,
        returns: &Returns<'_>,
        hidden: Hidden,
    ) -> Self {
        if function.is_async() {
            return if needs_async_fn(attribute, options, function, returns) {
                Self::AsyncFn
            } else {
                Self::ImplFuture
            };
        }
        match returns {
            Returns::Lazy(Lazy::Future { boxed, .. }) => Self::Returned { boxed: *boxed },
            _ if attribute == ScopeMacro::TracedHandler => Self::Closure,
            Returns::Nothing | Returns::Never | Returns::Success => Self::Guard,
            // In a closure, the body would see the closure's caller.
            _ if function.has_attribute("track_caller") => Self::Guard,
            Returns::Value if hidden == Hidden::BoxedFuture => Self::Called,
            _ => Self::Closure,
        }
    }
}

/// Returns whether another macro may read the signature, or nothing may run
/// before the first poll.
fn needs_async_fn(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
    returns: &Returns<'_>,
) -> bool {
    attribute == ScopeMacro::TracedHandler
        // The fields of an `async fn` are evaluated at the first poll.
        || !options.fields.is_empty()
        // `impl Future<Output = !>` is not stable.
        || matches!(returns, Returns::Never)
        || !function.attributes.iter().all(is_indifferent)
}

/// Returns whether an attribute means the same on an `async fn` and on a `fn`
/// that returns a future. An unknown one may not: `#[tokio::test]` requires the
/// word `async`. `#[must_use]` is not listed, as it would apply to the future
/// instead of the output.
fn is_indifferent(attribute: &syn::Attribute) -> bool {
    const WORDS: [&str; 10] =
        ["allow", "cfg", "cold", "deny", "deprecated", "doc", "expect", "forbid", "inline", "warn"];
    const TOOLS: [&str; 4] = ["clippy", "diagnostic", "rust_analyzer", "rustfmt"];
    match attribute.path().segments.first() {
        Some(tool) if attribute.path().segments.len() > 1 => {
            TOOLS.iter().any(|known| tool.ident == known)
        }
        _ => WORDS.contains(&attribute_name(attribute).as_str()),
    }
}
