//! Refuses functions that the attribute cannot be applied to.

use proc_macro2::Span;

use super::form::{Form, returns};
use crate::{
    errors::{Errors, fails},
    function::{Function, attribute_name, hidden::Hidden, lazy::Lazy, returns::Returns},
    options::{Options, ScopeMacro, error_text::ErrorText},
};

/// Reports each reason why this attribute cannot stand on this function.
pub(super) fn check(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
    errors: &mut Errors,
) {
    for result in [
        refuse_const(attribute, function),
        refuse_variadic(function),
        refuse_second_attribute(attribute, function),
        refuse_construction_of_async(options, function),
        refuse_return_type(attribute, options, function),
        refuse_error_of_no_value(attribute, options, function),
        refuse_leaving(options),
    ] {
        errors.catch(result);
    }
}

fn refuse_const(attribute: ScopeMacro, function: &Function) -> syn::Result<()> {
    let Some(constness) = &function.signature.constness else { return Ok(()) };
    fails(
        constness.span,
        format_args!(
            "{attribute} cannot be applied to a `const fn`: it reads the clock and writes a log \
             line\nhelp: remove `const`, or time the caller"
        ),
    )
}

fn refuse_variadic(function: &Function) -> syn::Result<()> {
    let Some(variadic) = &function.signature.variadic else { return Ok(()) };
    Err(syn::Error::new_spanned(
        variadic.dots,
        "variadic functions are not supported\nhelp: time the caller",
    ))
}

/// With two attributes, one call would have two lines.
fn refuse_second_attribute(attribute: ScopeMacro, function: &Function) -> syn::Result<()> {
    let attributes = [ScopeMacro::TracedHandler, ScopeMacro::Timed];
    for below in &function.attributes {
        let name = attribute_name(below);
        let Some(second) = attributes.into_iter().find(|it| it.name() == name) else { continue };
        let Some(place) = below.path().segments.last().map(|segment| segment.ident.span()) else {
            continue;
        };
        return if second == attribute {
            fails(place, format_args!("{attribute} is given twice\nhelp: remove one of them"))
        } else {
            fails(place, "`#[traced_handler]` already times the function\nhelp: remove `#[timed]`")
        };
    }
    Ok(())
}

fn refuse_construction_of_async(options: &Options, function: &Function) -> syn::Result<()> {
    match options.construction {
        Some(place) if function.is_async() => fails(
            place,
            "`construction` is for functions that return a stream or a future\n\
             help: remove `construction`: an `async fn` is timed until it returns",
        ),
        _ => Ok(()),
    }
}

/// Refuses a field that may leave the function. There would be no line, and the
/// filter would decide whether the body runs.
fn refuse_leaving(options: &Options) -> syn::Result<()> {
    let Some(place) = options.fields.leaving().or_else(|| options.carried.leaving()) else {
        return Ok(());
    };
    fails(
        place,
        "a field cannot leave the function: there would be no line of it\n\
         help: do this in the body, and add the value with `record!` or `carry!`",
    )
}

/// Refuses a handler that is not `async`, and a value that is only the start of
/// the work.
fn refuse_return_type(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
) -> syn::Result<()> {
    match (Returns::of(&function.signature), attribute) {
        (Returns::Lazy(Lazy::Future { .. }), _) => Ok(()),
        (Returns::Lazy(Lazy::Other { what, place }), _) if options.construction.is_none() => {
            refuse_lazy(attribute, what, place)
        }
        (_, ScopeMacro::TracedHandler) if !function.is_async() && !blocks(function) => fails(
            function.signature.fn_token.span,
            "a handler must be `async`\n\
             help: write `async fn`, or use `#[timed]` for a sync function",
        ),
        _ => Ok(()),
    }
}

/// Refuses `err` where the value is no error, or is not read.
fn refuse_error_of_no_value(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
) -> syn::Result<()> {
    let (Some(place), ErrorText::By(_)) = (options.error_place, &options.error) else {
        return Ok(());
    };
    let returns = returns(options, function);
    if let Returns::Nothing | Returns::Never | Returns::Success = returns {
        return fails(place, "this function returns no error\nhelp: remove `err`");
    }
    match Form::of(attribute, options, function, &returns, Hidden::Nothing) {
        Form::Guard => fails(
            place,
            "the value of a `#[track_caller]` function is not read\nhelp: remove `err`",
        ),
        _ => Ok(()),
    }
}

/// Returns whether the function may have been `async` before `#[tokio::main]`
/// or `#[tokio::test]` made it one that blocks.
fn blocks(function: &Function) -> bool {
    function.signature.ident == "main" || function.has_attribute("test")
}

/// Refuses rather than time the wrong thing in silence.
fn refuse_lazy(attribute: ScopeMacro, what: &str, place: Span) -> syn::Result<()> {
    let (done, help) = match attribute {
        ScopeMacro::Timed | ScopeMacro::Step => {
            ("timed", "write `#[timed(construction)]` if this is meant")
        }
        ScopeMacro::TracedHandler => {
            ("traced", "put `#[traced_handler]` on the `async fn` that consumes it")
        }
    };
    fails(place, format_args!("only building the {what} would be {done}\nhelp: {help}"))
}
