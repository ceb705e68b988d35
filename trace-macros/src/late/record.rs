//! Expands `record!(…)`, `record_request!(…)` and `carry!(…)`.
//!
//! ```text
//! // Input:
//! record!(rows = n);
//!
//! // Output, with `$crate::__private::` left out:
//! if let Some(__) = record() {
//!     __.write(keys!["rows"], &[field(value(&n).shown())]);
//! }
//! ```
//!
//! Outside a trace nothing is evaluated.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{
    LitStr, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use crate::{
    callsite::keys,
    errors::{Errors, comma_separated, fails},
    field::{Fields, key::Owner},
    paths::Private,
};

/// Expands `$crate; record; fields…`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    try_expand.parse2(input).unwrap_or_else(|errors| errors.to_compile_error())
}

fn try_expand(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let private = Private::parse(input)?;
    let function = input.parse::<Ident>()?;
    input.parse::<Token![;]>()?;
    let fields = fields(&function, input)?;
    let (span, keys) = (Span::mixed_site(), keys(&fields));
    let write = fields.with_values(
        &private,
        |values| quote_spanned!(span=> __.write(#private::keys! #keys, #values)),
    );
    Ok(quote_spanned!(span=>
        if let #private::Some(__) = #private::#function() {
            #write;
        }
    ))
}

fn fields(function: &Ident, input: ParseStream<'_>) -> syn::Result<Fields> {
    let example = if function == "carry" { "user_id = n" } else { "rows = n" };
    if input.is_empty() {
        let message = format!("expected fields\nhelp: write `{example}`");
        return fails(Span::call_site(), message);
    }
    let mut fields = Fields::new(Owner::Record);
    let mut errors = Errors::default();
    comma_separated(input, &mut errors, |input, _| {
        refuse_message(input)?;
        refuse_label(example, input)?;
        fields.parse_next(input, None)
    });
    errors.finish().map(|()| fields)
}

/// Refuses a message, and takes the arguments that may follow it.
fn refuse_message(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.peek(LitStr) || input.peek2(Token![=]) {
        return Ok(());
    }
    let error = input.error("only an event has a message\nhelp: use `info!(\"..\")`");
    input.parse::<TokenStream>()?;
    Err(error)
}

/// Refuses `target: …`.
fn refuse_label(example: &str, input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
        return Err(input.error(format_args!("expected a field\nhelp: write `{example}`")));
    }
    Ok(())
}
