//! What does a step time?

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Token, parse::ParseStream};

use crate::{
    errors::fails,
    tokens::{has_word, is_punct},
};

/// What is timed.
pub(crate) enum Work {
    Block(Group),
    Future(TokenStream),
    Stream(TokenStream),
}

impl Work {
    /// Parses the rest. What is missing there is reported at `end`.
    pub(super) fn parse(input: ParseStream<'_>, end: Span) -> syn::Result<Self> {
        let missing = "expected what to time\n\
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
            input.parse::<Ident>()?;
            let equals = input.parse::<Token![=]>()?;
            let stream = rest(input)?;
            if stream.is_empty() {
                return fails(equals.span, "expected a value after `=`");
            }
            return Ok(Self::Stream(stream));
        }
        let tokens = rest(input)?;
        let work = block(tokens.clone()).map_or(Self::Future(tokens), Self::Block);
        work.refuse_await().map(|()| work)
    }

    /// Refuses to wait outside the step, or inside a block that cannot.
    fn refuse_await(&self) -> syn::Result<()> {
        let (place, message) = match self {
            Self::Block(block) if !has_word(&block.stream(), "async") => (
                find_await(block.stream()),
                "a block is run at once, and cannot wait\n\
                 help: write `step!(\"name\", async { .. }).await`",
            ),
            Self::Future(future) => (
                last_await(future),
                "the step would begin when the future has ended\n\
                 help: await the step instead: `step!(\"name\", future).await`",
            ),
            Self::Block(_) | Self::Stream(_) => return Ok(()),
        };
        place.map_or(Ok(()), |place| fails(place, message))
    }
}

/// Where the first `.await` stands that is not an argument of a macro, which may
/// put it anywhere.
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

/// Where the `.await` stands that all of an expression leads up to, but for `?`s.
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

/// The block that this is, also as a `$body:block` of a user's macro.
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

pub(super) fn is_stream(input: ParseStream<'_>) -> bool {
    let is_word = input.fork().parse::<Ident>().is_ok_and(|word| word == "stream");
    is_word && input.peek2(Token![=]) && !input.peek2(Token![==])
}

/// Takes all that is left, which is one expression: without generics, there
/// is no comma in it but at its end.
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
            input.error("expected nothing after what is timed\nhelp: write options before it")
        );
    }
    Ok(tokens)
}

/// Whether this is the last token.
pub(super) fn is_last(input: ParseStream<'_>) -> bool {
    input.cursor().token_tree().is_some_and(|(_, rest)| rest.eof())
}
