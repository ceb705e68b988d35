//! Which form does a function take?
//!
//! | function | form |
//! |---|---|
//! | returns a future | [`Form::Returned`] |
//! | sync, and returns what a trait says, such as `Self::Future` | [`Form::Called`] |
//! | sync, and a handler: `main`, a test | [`Form::Closure`] |
//! | sync, and there is no value to look at, or one is not to | [`Form::Guard`] |
//! | any other sync function | [`Form::Closure`] |
//! | async, and nothing speaks against it | [`Form::ImplFuture`] |
//! | any other async function | [`Form::AsyncFn`] |

use crate::{
    function::{Function, attribute_name, hidden::Hidden, lazy::Lazy, returns::Returns},
    options::{Options, ScopeMacro},
};

/// How the body of a function is wrapped.
pub(crate) enum Form {
    /// One statement before the user's own. The value is not looked at.
    Guard,
    /// `run(…, move || { … })`
    Closure,
    /// `call(…, move || { … })`: by its type, the value may be a boxed future, which
    /// is then what is timed.
    Called,
    /// `fn … -> impl Future { timed(…, async move { … }) }`: the smallest
    /// future, for an `async fn` keeps each argument twice.
    ImplFuture,
    /// `async fn … { timed(…, async move { … }).await }`: the signature stays as
    /// it is.
    AsyncFn,
    /// `fn … -> impl Future { timed(…, body) }`
    Returned { boxed: bool },
}

impl Form {
    pub(crate) fn of(
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
            // Inside a closure, it would see the closure's caller.
            _ if function.has_attribute("track_caller") => Self::Guard,
            Returns::Value if hidden == Hidden::BoxedFuture => Self::Called,
            _ => Self::Closure,
        }
    }
}

/// Whether somebody looks at the signature, or the body must not begin before
/// the first poll.
fn needs_async_fn(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
    returns: &Returns<'_>,
) -> bool {
    attribute == ScopeMacro::TracedHandler
        // An `async fn` evaluates nothing at the call.
        || !options.fields.is_empty()
        // `impl Future<Output = !>` is not stable.
        || matches!(returns, Returns::Never)
        || !function.attributes.iter().all(is_indifferent)
}

/// Whether an attribute means the same on an `async fn` and on a `fn` that
/// returns a future. Of one we do not know, we cannot say: `#[tokio::test]` asks
/// for the word `async`. (`#[must_use]` is about the output, and is not listed.)
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
