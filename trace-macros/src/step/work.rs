//! Takes the work that a step times: a block, a future or a stream.
//!
//! It is not parsed, so rustc reports the mistakes in it as it does elsewhere.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Token, parse::ParseStream};

use crate::{
    errors::fails,
    tokens::{has_word, is_punct},
};

/// The work that a step times.
pub(crate) enum Work {
    Block(Group),
    Future(TokenStream),
    Stream(TokenStream),
}

impl Work {
    /// Takes the rest of the input. If there is none, that is reported at
    /// `end`.
    pub(super) fn parse(input: ParseStream<'_>, end: Span) -> syn::Result<Self> {
        let missing = "expected the work to time\n\
                       help: add a block `{ .. }`, a future, or `stream = ..`";
        if input.is_empty() {
            return fails(end, missing);
        }
        if input.parse::<Option<Token![,]>>()?.is_none() {
            return Err(input.error("expected `,` before this"));
        }
        if input.is_empty() {
            return fails(end, missing);
        }
        if is_stream(input) {
            return stream(input).map(Self::Stream);
        }
        let tokens = rest(input)?;
        let work = block(tokens.clone()).map_or(Self::Future(tokens), Self::Block);
        work.refuse_await().map(|()| work)
    }

    /// Refuses an `.await` in a block, which cannot wait, and one that would
    /// end the work before the step begins.
    fn refuse_await(&self) -> syn::Result<()> {
        let (place, message) = match self {
            Self::Block(block) if !has_word(&block.stream(), "async") => (
                find_await(block.stream()),
                "a block in a step cannot `.await`\n\
                 help: write `step!(\"name\", async { .. }).await`",
            ),
            Self::Future(future) => (
                last_await(future),
                "the future would end before the step begins\n\
                 help: await the step instead: `step!(\"name\", future).await`",
            ),
            Self::Block(_) | Self::Stream(_) => return Ok(()),
        };
        place.map_or(Ok(()), |place| fails(place, message))
    }
}

/// Finds the first `.await` that is not an argument of a macro, which may put
/// it anywhere.
fn find_await(tokens: TokenStream) -> Option<Span> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    tokens.iter().enumerate().find_map(|(index, token)| {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        match token {
            TokenTree::Group(_) if is(before, '!') => None,
            TokenTree::Group(group) => find_await(group.stream()),
            TokenTree::Ident(word) if word == "await" && is(before, '.') => Some(word.span()),
            _ => None,
        }
    })
}

/// Finds the `.await` at the end of an expression, before any `?`s.
fn last_await(tokens: &TokenStream) -> Option<Span> {
    let mut tokens: Vec<_> = tokens.clone().into_iter().collect();
    while is(tokens.last(), '?') {
        tokens.pop();
    }
    match tokens.pop()? {
        TokenTree::Ident(word) if word == "await" && is(tokens.last(), '.') => Some(word.span()),
        _ => None,
    }
}

fn is(token: Option<&TokenTree>, wanted: char) -> bool {
    token.is_some_and(|token| is_punct(token, wanted))
}

/// Returns the block that these tokens are, be it as a `$body:block` of the
/// user's macro.
fn block(tokens: TokenStream) -> Option<Group> {
    let mut tokens = tokens.into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => block(group.stream()),
        Delimiter::Bracket | Delimiter::Parenthesis => None,
    }
}

/// Parses `stream = stream`.
fn stream(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    input.parse::<Ident>()?;
    let equals = input.parse::<Token![=]>()?;
    let stream = rest(input)?;
    if stream.is_empty() {
        return fails(equals.span, "expected a value after `=`");
    }
    Ok(stream)
}

pub(super) fn is_stream(input: ParseStream<'_>) -> bool {
    let is_word = input.fork().parse::<Ident>().is_ok_and(|word| word == "stream");
    is_word && input.peek2(Token![=]) && !input.peek2(Token![==])
}

/// Takes the rest of the input, which is one expression. Only with generics may
/// there be a comma in it before its end.
fn rest(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut has_generics = false;
    while !input.is_empty() {
        if input.peek(Token![,]) && (!has_generics || is_last(input)) {
            input.parse::<Token![,]>()?;
            break;
        }
        has_generics |= input.peek(Token![<]);
        tokens.extend(Some(input.parse::<TokenTree>()?));
    }
    if !input.is_empty() {
        return Err(
            input.error("expected nothing after the work\nhelp: write the options before it")
        );
    }
    Ok(tokens)
}

/// Returns whether this is the last token.
pub(super) fn is_last(input: ParseStream<'_>) -> bool {
    input.cursor().token_tree().is_some_and(|(_, rest)| rest.eof())
}
