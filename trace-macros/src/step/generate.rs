//! How is a step written out?

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{args::Args, work::Work};
use crate::{
    callsite::Callsite,
    options::{opening, reading},
    spans::site,
    words::reserved::LineKind,
};

pub(super) fn generate(args: &Args) -> TokenStream {
    let (private, span) = (&args.private, Span::mixed_site());
    let opening = open(args);
    let by_value = reading::by_value(&args.options.error, span);
    let (run, timed) = if by_value.is_some() { ("run_by", "timed_by") } else { ("run", "timed") };
    let (run, timed) = (Ident::new(run, span), Ident::new(timed, span));
    let outcome =
        by_value.unwrap_or_else(|| reading::of_value(private, None, &args.options.error, span));
    match &args.work {
        Work::Block(block) => {
            let closure = quote_spanned!(site(block.span())=> || #block);
            quote_spanned!(span=> #private::#run(#opening, #closure, #outcome))
        }
        Work::Future(future) => {
            quote_spanned!(span=> #private::#timed(#opening, #future, #outcome))
        }
        Work::Stream(stream) => {
            quote_spanned!(span=> #private::timed_stream!(#opening, #stream))
        }
    }
}

fn open(args: &Args) -> TokenStream {
    let (private, options) = (&args.private, &args.options);
    let callsite = Callsite {
        private,
        place: Span::call_site(),
        kind: LineKind::Step,
        is_job: false,
        level: options.level(Span::call_site()),
        target: options.target.as_ref(),
        name: args.name.clone(),
        fields: &options.fields,
        slow: options.slow,
        cancelled: options.cancelled.as_ref(),
    };
    opening::with_fields(&options.fields, &callsite, "fields", Span::mixed_site())
}
