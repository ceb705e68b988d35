//! Expands `count_request!(…)`.
//!
//! ```text
//! // Input:
//! count_request!(cache_hits, bytes += n);
//!
//! // Output, with `$crate::__private::` left out:
//! if let Some(__tr_counting) = count_request() {
//!     __tr_counting.add(keys!["cache_hits", "bytes"], &[amount(&1_u8), amount(&n)]);
//! }
//! ```
//!
//! Outside a trace nothing is evaluated.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Expr, LitStr, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    spanned::Spanned as _,
};

use crate::{
    callsite::part,
    errors::{Errors, comma_separated, fails},
    field::{
        key::{Key, Owner},
        written::{ends_here, operand},
    },
    paths::Private,
    spans::site,
    words::secret::looks_secret,
};

/// Expands `$crate; counts…`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    try_expand.parse2(input).unwrap_or_else(|errors| errors.to_compile_error())
}

fn try_expand(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let private = Private::parse(input)?;
    let counts = counts(input)?;
    let keys = counts.iter().map(|count| {
        let key = count.key.literal();
        part(&quote!(#key))
    });
    let amounts = counts.iter().map(|count| count.encoded(&private));
    let span = Span::mixed_site();
    Ok(quote_spanned!(span=>
        if let #private::Some(__tr_counting) = #private::count_request() {
            __tr_counting.add(#private::keys![#(#keys),*], &[#(#amounts),*]);
        }
    ))
}

/// `bytes += n`, or `hits`, which counts as `hits += 1`.
struct Count {
    key: Key,
    amount: Option<TokenStream>,
}

fn counts(input: ParseStream<'_>) -> syn::Result<Vec<Count>> {
    if input.is_empty() {
        return fails(
            Span::call_site(),
            "expected the name of a sum\n\
             help: write `count_request!(hits)` or `count_request!(bytes += n)`",
        );
    }
    let mut counts = Vec::new();
    let mut errors = Errors::default();
    comma_separated(input, &mut errors, |input, _| {
        let count = Count::parse(input)?;
        count.key.check_unique(counts.iter().map(|count: &Count| &count.key))?;
        counts.push(count);
        Ok(())
    });
    errors.finish().map(|()| counts)
}

impl Count {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        refuse_sigil(input)?;
        if !input.peek(LitStr) && !input.peek(Ident::peek_any) {
            return Err(input.error("expected the name of a sum\nhelp: write `bytes += n`"));
        }
        let key = Key::parse(input)?;
        let amount = amount(&key, input)?;
        key.check(Owner::Record)?;
        if looks_secret(&key.text) {
            let text = &key.text;
            return key.fails(format_args!(
                "`{text}` looks like a secret\nhelp: rename it, for example to `{text}_count`"
            ));
        }
        Ok(Self { key, amount })
    }

    /// `amount(&n)`. It points at `n`, where a type that is no number is
    /// reported.
    fn encoded(&self, private: &Private) -> TokenStream {
        let Some(amount) = &self.amount else {
            return quote_spanned!(Span::mixed_site()=> #private::amount(&1_u8));
        };
        let place = amount.span();
        let (private, reference) = (private.at(place), Token![&](place));
        quote_spanned!(site(place)=> #private::amount(#reference #amount))
    }
}

/// Parses what follows a key: nothing, or `+= n`.
fn amount(key: &Key, input: ParseStream<'_>) -> syn::Result<Option<TokenStream>> {
    if ends_here(input) {
        return Ok(None);
    }
    let plus = plus(&key.text, input)?;
    if ends_here(input) {
        return fails(plus, "expected a value after `+=`");
    }
    refuse_sigil(input)?;
    Ok(Some(operand(&input.parse::<Expr>()?)))
}

/// Parses `+=`, and returns where it stands.
fn plus(key: &str, input: ParseStream<'_>) -> syn::Result<Span> {
    let place = input.span();
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        return Err(input.error(format_args!(
            "a sum can only be added to\n\
             help: write `{key} += ..`, or `record_request!({key} = ..)` to set a field"
        )));
    }
    if input.peek(Token![-=]) {
        return Err(input.error(format_args!("expected `+=`\nhelp: write `{key} += -(..)`")));
    }
    match input.parse::<Option<Token![+=]>>()? {
        Some(plus) => Ok(plus.spans[0]),
        None => fails(
            place,
            format_args!("expected `,` or `+=` after `{key}`\nhelp: write `{key} += n`"),
        ),
    }
}

/// Refuses `%` and `?`, as text cannot be added up.
fn refuse_sigil(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        let message =
            "a sum is a number, not text\nhelp: remove this, or use `record_request!(..)`";
        return Err(input.error(message));
    }
    Ok(())
}
