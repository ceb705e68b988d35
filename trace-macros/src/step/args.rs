//! Parses the arguments of a step.
//!
//! ```text
//! "name",  option, option, …,  { block }
//!                              future
//!                              stream = stream
//! ```
//!
//! The options are those of `#[timed]` that make sense here.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{
    Expr, ExprPath, LitStr, Token,
    parse::{ParseStream, Parser as _},
    spanned::Spanned as _,
    token,
};

use super::work::{Work, is_last, is_stream};
use crate::{
    errors::{Errors, fails},
    options::{Options, ScopeMacro, names::is_option, value::constant},
    paths::Private,
};

/// The arguments of one step.
pub(crate) struct Args {
    pub(crate) private: Private,
    pub(crate) name: TokenStream,
    pub(crate) options: Options,
    pub(crate) work: Work,
}

impl Args {
    /// Parses `$crate; …`, and fails with all mistakes in the rest.
    pub(crate) fn parse(input: TokenStream) -> syn::Result<Self> {
        Self::parse_all.parse2(input)
    }

    fn parse_all(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let private = Private::parse(input)?;
        let name = name(input)?;
        let end = end(input, name.span());
        let options = options(input)?;
        let options = Options::parse(ScopeMacro::Step, options, &mut errors);
        let work = errors.catch(Work::parse(input, end));
        errors.catch(refuse_error_of_stream(&options, work.as_ref()));
        errors.finish()?;
        // Never the default: without work, `finish` has failed.
        let work = work.unwrap_or_else(|| Work::Future(TokenStream::new()));
        Ok(Self { private, name, options, work })
    }
}

/// Refuses `err` on a stream.
fn refuse_error_of_stream(options: &Options, work: Option<&Work>) -> syn::Result<()> {
    match (options.error_place, work) {
        (Some(place), Some(Work::Stream(_))) => fails(
            place,
            "a stream ends without a value, so it cannot end with an error\nhelp: remove `err`",
        ),
        _ => Ok(()),
    }
}

/// Parses the name, which comes first.
fn name(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.is_empty() {
        let usage = "expected a name and the work to time\nhelp: write `step!(\"name\", { .. })`";
        return fails(Span::call_site(), usage);
    }
    if !input.peek(LitStr) && !is_path(input) {
        return Err(input.error("expected a name\nhelp: write `step!(\"name\", ..)`"));
    }
    constant("name", input)
}

/// Returns whether a path and a comma stand here: a constant, rather than the
/// work.
fn is_path(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_path = !is_option(input) && ahead.parse::<ExprPath>().is_ok();
    is_path && ahead.peek(Token![,])
}

/// Where something missing at the end is reported: at the last token, or
/// `before` without one.
fn end(input: ParseStream<'_>, before: Span) -> Span {
    let mut rest = input.cursor();
    let mut end = before;
    while let Some((token, next)) = rest.token_tree() {
        (end, rest) = (token.span(), next);
    }
    end
}

/// Takes the options off the input, each with the comma before it.
fn options(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut options = TokenStream::new();
    while input.peek(Token![,]) {
        let ahead = input.fork();
        ahead.parse::<Token![,]>()?;
        let has_option = is_option(&ahead) || is_carry(&ahead);
        if !has_option || is_stream(&ahead) {
            break;
        }
        input.parse::<Token![,]>()?;
        options.extend(option(input)?);
    }
    Ok(options)
}

/// Takes one option off the input, and returns it with a comma behind it.
fn option(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut option = TokenStream::new();
    while !is_end_of_option(input) {
        if input.peek(Token![|]) {
            // The braces of a closure are not the work.
            option.extend(input.parse::<Expr>()?.into_token_stream());
        } else {
            option.extend(Some(input.parse::<TokenTree>()?));
        }
    }
    Ok(quote!(#option,))
}

/// Returns whether this is `carry(…)` with work behind it, so that it is an
/// option to refuse rather than the work.
fn is_carry(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_word = ahead.parse::<Ident>().is_ok_and(|word| word == "carry");
    is_word
        && ahead.peek(token::Paren)
        && ahead.parse::<TokenTree>().is_ok()
        && ahead.peek(Token![,])
        && !is_last(&ahead)
}

/// Returns whether an option ends here. A brace and `async` can only begin the
/// work, so they end an option even if the comma is missing.
fn is_end_of_option(input: ParseStream<'_>) -> bool {
    let is_work = input.peek(token::Brace) || input.peek(Token![async]);
    input.is_empty() || input.peek(Token![,]) || is_work
}
