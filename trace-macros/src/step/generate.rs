//! Generates the expansion of a step.

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
    let (opening, call) = (opening(args), Call::of(args));
    let (run, timed, reading) = (call.run, call.timed, call.reading);
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

/// The function that is called with a block or with a future, and its last
/// argument.
struct Call {
    run: Ident,
    timed: Ident,
    reading: TokenStream,
}

impl Call {
    fn of(args: &Args) -> Self {
        let (error, span) = (&args.options.error, Span::mixed_site());
        let name = |name| Ident::new(name, span);
        match reading::method_closure(error, span) {
            Some(reading) => Self { run: name("run_by"), timed: name("timed_by"), reading },
            None => Self {
                run: name("run"),
                timed: name("timed"),
                reading: reading::outcome_closure(&args.private, None, error, span),
            },
        }
    }
}

/// The callsite and the fields of the step.
fn opening(args: &Args) -> TokenStream {
    let (options, place) = (&args.options, Span::call_site());
    let callsite = options.callsite(&args.private, LineKind::Step, args.name.clone(), place);
    opening::with_fields(&options.fields, &callsite, "fields", Span::mixed_site())
}
