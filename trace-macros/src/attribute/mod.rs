//! Expands `#[traced_handler]` and `#[timed]`.
//!
//! Both make the body of a function an argument of one call, and the facts
//! about its place another. They differ in a few options, in what they refuse,
//! and in the function that is called. `check` refuses, `form` chooses how the
//! body is wrapped, `generate` writes the function from its `parts` and the
//! user's `block`.

mod block;
mod check;
mod form;
mod generate;
mod parts;

use proc_macro2::TokenStream;

use crate::{
    errors::Errors,
    fallback::errors_and_item,
    function::{Function, copied},
    options::{Options, ScopeMacro},
};

/// Returns the function with its body in a scope, or the errors and the item as
/// it was.
pub(crate) fn expand(attribute: ScopeMacro, args: TokenStream, item: &TokenStream) -> TokenStream {
    match try_expand(attribute, args, item.clone()) {
        Ok(Some(function)) => function,
        Ok(None) => item.clone(),
        Err(errors) => errors_and_item(&errors, item),
    }
}

/// Returns `None` if the item must stay as it is, without an error: if its body
/// is unfinished, which rustc has reported already, or if another macro copied
/// the attribute here, as mistakes are reported at the original.
fn try_expand(
    attribute: ScopeMacro,
    args: TokenStream,
    item: TokenStream,
) -> syn::Result<Option<TokenStream>> {
    let mut errors = Errors::default();
    let function = Function::parse(attribute, item);
    if function.as_ref().is_ok_and(|function| copied::is_copy(&function.signature)) {
        return Ok(None);
    }
    let options = Options::parse(attribute, args, &mut errors);
    let function = errors.catch(function);
    if let Some(function) = &function {
        check::check(attribute, &options, function, &mut errors);
    }
    errors.finish()?;
    let finished = function.filter(|function| !function.body.is_unfinished());
    Ok(finished.map(|function| generate::generate(attribute, &options, &function)))
}
