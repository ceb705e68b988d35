//! Knows which macro takes which option, and why it refuses another.

use proc_macro2::Ident;
use syn::{LitStr, Token, ext::IdentExt as _, parse::ParseStream, token};

use super::{scope_macro::ScopeMacro, value::skip_value};
use crate::{
    errors::{Errors, fails},
    words::suggest::nearest,
};

#[rustfmt::skip]
const OF_TRACED_HANDLER: &[&str] = &[
    "name", "target", "level", "trace_id", "fields", "carry", "err", "slow", "cancelled", "kind",
    "crate",
];

#[rustfmt::skip]
const OF_TIMED: &[&str] = &[
    "name", "target", "level", "fields", "err", "slow", "cancelled", "construction", "crate",
];

const OF_STEP: &[&str] = &["target", "level", "fields", "err", "slow", "cancelled"];

fn names(scope_macro: ScopeMacro) -> &'static [&'static str] {
    match scope_macro {
        ScopeMacro::TracedHandler => OF_TRACED_HANDLER,
        ScopeMacro::Timed => OF_TIMED,
        ScopeMacro::Step => OF_STEP,
    }
}

/// Returns whether an option begins here, rather than what follows the options.
pub(crate) fn is_option(input: ParseStream<'_>) -> bool {
    let is_list = input.fork().parse::<Ident>().is_ok_and(|word| word == "fields");
    let has_value = input.peek2(Token![=]) && !input.peek2(Token![==]);
    input.peek(Ident::peek_any) && (has_value || is_list && input.peek2(token::Paren))
}

/// Parses the name of an option. `None` is an option that was refused, reported
/// and skipped.
pub(super) fn parse(
    scope_macro: ScopeMacro,
    input: ParseStream<'_>,
    given: &mut Vec<String>,
    errors: &mut Errors,
) -> syn::Result<Option<Ident>> {
    refuse_literal(input)?;
    let option = input.call(Ident::parse_any)?;
    let name = option.to_string();
    if let Some(reason) = refusal(scope_macro, &name) {
        errors.push(syn::Error::new(option.span(), reason));
        skip_value(input)?;
        return Ok(None);
    }
    if !names(scope_macro).contains(&name.as_str()) {
        return fails(option.span(), unknown(scope_macro, &name));
    }
    if given.contains(&name) {
        return fails(option.span(), format_args!("`{name}` is given twice"));
    }
    given.push(name);
    Ok(Some(option))
}

/// Refuses a name without its word: `#[timed("load")]`.
fn refuse_literal(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.peek(LitStr) {
        return Ok(());
    }
    let literal = input.parse::<LitStr>()?;
    let text = literal.token();
    fails(literal.span(), format_args!("expected an option\nhelp: write `name = {text}`"))
}

/// Returns why an option that exists elsewhere is refused here, and what to write
/// instead.
fn refusal(scope_macro: ScopeMacro, option: &str) -> Option<&'static str> {
    of_tracing(option).or_else(|| match scope_macro {
        ScopeMacro::TracedHandler => of_timed(option),
        ScopeMacro::Timed => of_traced_handler(option),
        ScopeMacro::Step => {
            of_traced_handler(option).or_else(|| of_timed(option)).or_else(|| of_attributes(option))
        }
    })
}

/// The options of `tracing`'s attribute.
fn of_tracing(option: &str) -> Option<&'static str> {
    Some(match option {
        "skip" => "only arguments in `fields(..)` are recorded\nhelp: remove `skip`",
        "skip_all" => "only arguments in `fields(..)` are recorded\nhelp: remove `skip_all`",
        "parent" => "the parent is always the scope around the call\nhelp: remove `parent`",
        "follows_from" => {
            "the parent is always the scope around the call\nhelp: remove `follows_from`"
        }
        "ret" => {
            "return values are not recorded\n\
             help: remove `ret`, and write `record!(..)` in the body"
        }
        _ => return None,
    })
}

/// The options of a handler that no step takes.
fn of_traced_handler(option: &str) -> Option<&'static str> {
    Some(match option {
        "trace_id" => {
            "a step belongs to the trace of the running task\n\
             help: move `trace_id` to the `#[traced_handler]` around it"
        }
        "kind" => {
            "a step is always of kind \"step\"\n\
             help: move `kind` to the `#[traced_handler]` around it"
        }
        "carry" => {
            "carried fields belong to the whole trace\n\
             help: write `carry!(..)` in the body, or move `carry(..)` to the `#[traced_handler]`"
        }
        _ => return None,
    })
}

/// The option that only `#[timed]` takes.
fn of_timed(option: &str) -> Option<&'static str> {
    (option == "construction")
        .then_some("`construction` is an option of `#[timed]`\nhelp: use `#[timed(construction)]`")
}

/// The option of both attributes that `step!` does not take.
fn of_attributes(option: &str) -> Option<&'static str> {
    (option == "name")
        .then_some("the name of a step is its first argument\nhelp: write `step!(\"name\", ..)`")
}

fn unknown(scope_macro: ScopeMacro, option: &str) -> String {
    let names = names(scope_macro);
    let help = match nearest(option, names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the options are `{}`", names.join("`, `")),
    };
    format!("unknown option `{option}`\nhelp: {help}")
}
