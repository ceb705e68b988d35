//! What do `#[traced_handler]` and `#[timed]` do with a function?
//!
//! The same: its body becomes one argument of one call, and the facts about the
//! place another. They differ in a row of options, in what they refuse, and in
//! the name of that call. Each step has its file: `options` parses, `check` refuses,
//! `form` chooses and `generate` writes.

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

/// What the attribute makes of the item: a function that is traced, or all
/// that is wrong with it and the item as it was.
pub(crate) fn expand(attribute: ScopeMacro, args: TokenStream, item: &TokenStream) -> TokenStream {
    match try_expand(attribute, args, item.clone()) {
        Ok(Some(function)) => function,
        Ok(None) => item.clone(),
        Err(errors) => errors_and_item(&errors, item),
    }
}

/// Gives nothing where the body is not finished: then rustc has said so, and
/// would say it again. Nor where the attribute is only a copy of one: what is wrong
/// with that is said of the first.
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
