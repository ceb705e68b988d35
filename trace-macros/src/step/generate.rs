//! How is a step written out?

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{args::Args, work::Work};
use crate::{
    options::{opening, reading},
    spans::site,
    words::reserved::LineKind,
};

pub(super) fn generate(args: &Args) -> TokenStream {
    let (private, span) = (&args.private, Span::mixed_site());
    let opening = opening(args);
    let by_value = reading::by_value(&args.options.error, span);
    let (run, timed) = if by_value.is_some() { ("run_by", "timed_by") } else { ("run", "timed") };
    let (run, timed) = (Ident::new(run, span), Ident::new(timed, span));
    let reading =
        by_value.unwrap_or_else(|| reading::of_value(private, None, &args.options.error, span));
    match &args.work {
        Work::Block(block) => {
            let closure = quote_spanned!(site(block.span())=> || #block);
            quote_spanned!(span=> #private::#run(#opening, #closure, #reading))
        }
        Work::Future(future) => {
            quote_spanned!(span=> #private::#timed(#opening, #future, #reading))
        }
        Work::Stream(stream) => {
            quote_spanned!(span=> #private::timed_stream!(#opening, #stream))
        }
    }
}

/// The callsite, and the fields of the step.
fn opening(args: &Args) -> TokenStream {
    let (options, place) = (&args.options, Span::call_site());
    let callsite = options.callsite(&args.private, LineKind::Step, args.name.clone(), place);
    opening::with_fields(&options.fields, &callsite, "fields", Span::mixed_site())
}
