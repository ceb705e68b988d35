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
use quote::{ToTokens as _, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprPath, LitStr, Token, token};

use crate::errors::Errors;
use crate::options::names::is_option;
use crate::options::value::constant;
use crate::options::{Args as Options, Attribute};
use crate::paths::Private;
use crate::tokens::{has_word, is_punct};

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
        let name = name(input)?;
        let end = end(input, name.span());
        let options = options(input)?;
        let options = Options::parse(Attribute::Step, options, &mut errors);
        let body = errors.catch(Body::parse(input, end));
        errors.catch(refuse_error_of_stream(&options, body.as_ref()));
        errors.finish()?;
        // A body that could not be parsed is among the errors.
        let body = body.unwrap_or_else(|| Body::Future(TokenStream::new()));
        Ok(Self { private, name, options, body })
    }
}

fn refuse_error_of_stream(options: &Options, body: Option<&Body>) -> syn::Result<()> {
    match (options.error_place, body) {
        (Some(place), Some(Body::Stream(_))) => Err(syn::Error::new(
            place,
            "a stream ends without a value, so it ends without an error\nhelp: remove `err`",
        )),
        _ => Ok(()),
    }
}

/// Takes the name, which stands first.
fn name(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.is_empty() {
        let usage = "expected a name, and what to time\nhelp: write `step!(\"name\", { .. })`";
        return Err(syn::Error::new(Span::call_site(), usage));
    }
    if !input.peek(LitStr) && !is_path(input) {
        return Err(input.error("expected a name\nhelp: write `step!(\"name\", ..)`"));
    }
    constant("name", input)
}

/// Whether a path stands here, and nothing else up to the comma: a constant, not
/// what is timed.
fn is_path(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_path = !is_option(input) && ahead.parse::<ExprPath>().is_ok();
    is_path && ahead.peek(Token![,])
}

/// Where something is missing at the end: the last token, or what is before.
fn end(input: ParseStream<'_>, before: Span) -> Span {
    let mut rest = input.cursor();
    let mut end = before;
    while let Some((token, next)) = rest.token_tree() {
        (end, rest) = (token.span(), next);
    }
    end
}

/// Takes the options, each with the comma before it.
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
        while !is_end_of_option(input) {
            if input.peek(Token![|]) {
                // The braces of a closure are not what is timed.
                options.extend(input.parse::<Expr>()?.into_token_stream());
            } else {
                options.extend(Some(input.parse::<TokenTree>()?));
            }
        }
        options.extend(quote!(,));
    }
    Ok(options)
}

/// Whether this is `carry(…)` with something to time behind it, and so no future:
/// to be refused by its name.
fn is_carry(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_word = ahead.parse::<Ident>().is_ok_and(|word| word == "carry");
    is_word
        && ahead.peek(token::Paren)
        && ahead.parse::<TokenTree>().is_ok()
        && ahead.peek(Token![,])
        && !is_last(&ahead)
}

/// Whether an option ends here; also where the comma is missing, for these two
/// can only begin what is timed.
fn is_end_of_option(input: ParseStream<'_>) -> bool {
    let is_timed = input.peek(token::Brace) || input.peek(Token![async]);
    input.is_empty() || input.peek(Token![,]) || is_timed
}

impl Body {
    /// Parses the rest. What is missing there is reported at `end`.
    fn parse(input: ParseStream<'_>, end: Span) -> syn::Result<Self> {
        let missing = "expected what to time\n\
                       help: add a block `{ .. }`, a future, or `stream = ..`";
        if input.is_empty() {
            return Err(syn::Error::new(end, missing));
        }
        if input.parse::<Option<Token![,]>>()?.is_none() {
            return Err(input.error("expected `,` before this"));
        }
        if input.is_empty() {
            return Err(syn::Error::new(end, missing));
        }
        if is_stream(input) {
            input.parse::<Ident>()?;
            let equals = input.parse::<Token![=]>()?;
            let stream = rest(input)?;
            if stream.is_empty() {
                return Err(syn::Error::new(equals.span, "expected a value after `=`"));
            }
            return Ok(Self::Stream(stream));
        }
        let body = rest(input)?;
        let body = block(body.clone()).map_or(Self::Future(body), Self::Block);
        body.refuse_await().map(|()| body)
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
        place.map_or(Ok(()), |place| Err(syn::Error::new(place, message)))
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
fn block(body: TokenStream) -> Option<Group> {
    let mut tokens = body.into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => block(group.stream()),
        Delimiter::Bracket | Delimiter::Parenthesis => None,
    }
}

fn is_stream(input: ParseStream<'_>) -> bool {
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
fn is_last(input: ParseStream<'_>) -> bool {
    input.cursor().token_tree().is_some_and(|(_, rest)| rest.eof())
}
