//! What may stand in a step?
//!
//! ```text
//! "name",  option, option, …,  { block }
//!                              future
//!                              stream = stream
//! ```
//!
//! The options are those of `#[timed]` that make sense here. What is timed is
//! not parsed; the user's mistakes in it stay what they are.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

use crate::attribute::Attribute;
use crate::attribute::args::{Args as Options, constant};
use crate::errors::Errors;
use crate::paths::Private;

/// One step, as its `macro_rules` passed it on.
pub(crate) struct Args {
    pub(crate) private: Private,
    pub(crate) name: TokenStream,
    pub(crate) options: Options,
    pub(crate) body: Body,
}

/// What is timed.
pub(crate) enum Body {
    Block(Group),
    Future(TokenStream),
    Stream(TokenStream),
}

impl Args {
    /// Parses `$crate; …`, and reports all that is wrong with the rest.
    pub(crate) fn parse(input: TokenStream) -> syn::Result<Self> {
        Self::parse_all.parse2(input)
    }

    fn parse_all(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let private = Private::parse(input)?;
        if input.is_empty() {
            let usage = "expected a name, and what to time\nhelp: write `step!(\"name\", { .. })`";
            return Err(syn::Error::new(Span::call_site(), usage));
        }
        let name = constant("name", input)?;
        let options = options(input)?;
        let options = Options::parse(Attribute::Step, options, &mut errors);
        let body = errors.catch(Body::parse(input));
        errors.finish()?;
        // A body that could not be parsed is among the errors.
        let body = body.unwrap_or_else(|| Body::Future(TokenStream::new()));
        Ok(Self { private, name, options, body })
    }
}

/// Takes the options, each with the comma before it.
fn options(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut options = TokenStream::new();
    while input.peek(Token![,]) {
        let ahead = input.fork();
        ahead.parse::<Token![,]>()?;
        if !Options::is_option(&ahead) || is_stream(&ahead) {
            break;
        }
        input.parse::<Token![,]>()?;
        while !input.is_empty() && !input.peek(Token![,]) {
            options.extend(Some(input.parse::<TokenTree>()?));
        }
        options.extend(quote!(,));
    }
    Ok(options)
}

impl Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let nothing = "expected what to time: a block, a future, or `stream = ..`";
        if input.parse::<Option<Token![,]>>()?.is_none() || input.is_empty() {
            return Err(input.error(nothing));
        }
        if is_stream(input) {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            return Ok(Self::Stream(rest(input)?));
        }
        let body = rest(input)?;
        let mut tokens = body.clone().into_iter();
        Ok(match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => {
                Self::Block(group)
            }
            _ => Self::Future(body),
        })
    }
}

fn is_stream(input: ParseStream<'_>) -> bool {
    let is_word = input.fork().parse::<Ident>().is_ok_and(|word| word == "stream");
    is_word && input.peek2(Token![=]) && !input.peek2(Token![==])
}

/// Takes all that is left, but not a comma at its end.
fn rest(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
    if matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',') {
        tokens.pop();
    }
    Ok(tokens.into_iter().collect())
}
