//! Which options do the attributes take?
//!
//! ```text
//! name = "…"            target = "…"           or a path to a `&'static str`
//! level = "info"        slow = "250ms"
//! fields(a, b = expr)   crate = ::path
//! err = off | debug | .0 | |error| expr | path
//! cancelled = "debug"   the level of what was dropped before its end, or "off"
//! trace_id = expr       carry(a, b = expr)     of `traced_handler`
//! kind = "job"          of `traced_handler`
//! construction          of `timed`
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, ExprPath, LitStr, Path, Token, parenthesized, token};

use super::error_text::{self, ErrorText};
use super::{kind, level, slow};
use crate::attribute::Attribute;
use crate::callsite::{Callsite, keys};
use crate::errors::{Errors, comma_separated, skip_to_comma};
use crate::field::Fields;
use crate::field::key::Holder;
use crate::paths::Private;
use crate::words::suggest::nearest;

/// What stands in the attribute's parentheses.
pub(crate) struct Args {
    pub(crate) name: Option<TokenStream>,
    pub(crate) target: Option<TokenStream>,
    pub(crate) level: Option<Ident>,
    pub(crate) trace_id: Option<Expr>,
    /// Whether it is a job, not a request.
    pub(crate) is_job: bool,
    pub(crate) fields: Fields,
    /// The fields for every line of the trace.
    pub(crate) carried: Fields,
    pub(crate) error: ErrorText,
    /// Where the word `err` stands.
    pub(crate) error_place: Option<Span>,
    /// In nanoseconds.
    pub(crate) slow: Option<u64>,
    /// A variant of `Level`, or `Off`.
    pub(crate) cancelled: Option<Ident>,
    /// Where the word stands.
    pub(crate) construction: Option<Span>,
    /// Where the runtime is found, if not at `::trace_runtime`.
    pub(crate) runtime: Option<Path>,
}

impl Attribute {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::TracedHandler => &[
                "name",
                "target",
                "level",
                "trace_id",
                "fields",
                "carry",
                "err",
                "slow",
                "cancelled",
                "kind",
                "crate",
            ],
            Self::Timed => &[
                "name",
                "target",
                "level",
                "fields",
                "err",
                "slow",
                "cancelled",
                "construction",
                "crate",
            ],
            Self::Step => &["target", "level", "fields", "err", "slow", "cancelled"],
        }
    }
}

impl Args {
    /// Parses the options, as far as they can be understood.
    pub(crate) fn parse(attribute: Attribute, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self {
            name: None,
            target: None,
            level: None,
            trace_id: None,
            is_job: false,
            fields: Fields::new(attribute.holder()),
            carried: Fields::new(Holder::Record),
            error: ErrorText::Display,
            error_place: None,
            slow: None,
            cancelled: None,
            construction: None,
            runtime: None,
        };
        let mut given = Vec::new();
        let parser = |input: ParseStream<'_>| {
            comma_separated(input, errors, |input, errors| {
                let option = option(attribute, input, &mut given, errors)?;
                option.map_or(Ok(()), |option| args.value(&option, input, errors))
            });
            Ok(())
        };
        // The parser reports to `errors`, and leaves no token behind.
        let _ = parser.parse2(tokens);
        args
    }

    /// The level, which is `Info` unless it is given.
    pub(crate) fn level(&self, place: Span) -> Ident {
        self.level.clone().unwrap_or_else(|| level::info(place))
    }

    /// The callsite with `.fields(…)`, if there are any: with `fields_now` where the
    /// scope opens there.
    ///
    /// A value that is awaited cannot be in the closure; so whether it is wanted is
    /// asked before.
    pub(crate) fn with_fields(
        &self,
        callsite: &Callsite<'_>,
        method: &str,
        span: Span,
    ) -> TokenStream {
        if self.fields.is_empty() {
            return callsite.to_token_stream();
        }
        let method = Ident::new(method, span);
        let call =
            |values| quote_spanned!(span=> #method(|__tr_fields| __tr_fields.write(#values)));
        if !self.fields.has_await() {
            let call = call(self.fields.values(callsite.private));
            return quote_spanned!(span=> #callsite.#call);
        }
        let wants = format_ident!("wants_{method}", span = span);
        let written = self.fields.with_values(callsite.private, |values| {
            let call = call(values);
            quote_spanned!(span=> __tr_callsite.#call)
        });
        quote_spanned!(span=> match #callsite {
            __tr_callsite if __tr_callsite.#wants() => #written,
            __tr_callsite => __tr_callsite.#method(|_| {}),
        })
    }

    /// `opening.carry(keys![…], …)`, if there is anything to carry.
    pub(crate) fn with_carried(
        &self,
        opening: TokenStream,
        private: &Private,
        span: Span,
    ) -> TokenStream {
        if self.carried.is_empty() {
            return opening;
        }
        let keys = keys(&self.carried);
        self.carried.with_values(private, |values| {
            quote_spanned!(span=>
                #opening.carry(#private::keys! #keys, |__tr_fields| __tr_fields.write(#values))
            )
        })
    }

    /// Whether an option begins here, and not what comes after the options.
    pub(crate) fn is_option(input: ParseStream<'_>) -> bool {
        let is_list = input.fork().parse::<Ident>().is_ok_and(|word| word == "fields");
        let has_value = input.peek2(Token![=]) && !input.peek2(Token![==]);
        input.peek(Ident::peek_any) && (has_value || is_list && input.peek2(token::Paren))
    }

    /// Parses what follows an option's name.
    fn value(
        &mut self,
        option: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match option.to_string().as_str() {
            "name" => self.name = Some(text(option, input)?),
            "target" => self.target = Some(text(option, input)?),
            "level" => {
                equals(option, input)?;
                self.level = Some(level::parse(input)?);
            }
            "trace_id" => {
                equals(option, input)?;
                self.trace_id = Some(input.parse()?);
            }
            "fields" => fields(&mut self.fields, option, input, errors)?,
            "carry" => fields(&mut self.carried, option, input, errors)?,
            "err" => {
                self.error_place = Some(option.span());
                self.error = error_text::parse(option, input)?;
            }
            "slow" => self.slow = Some(duration(option, input)?),
            "cancelled" => {
                equals(option, input)?;
                self.cancelled = Some(level::parse_or_off(input)?);
            }
            "kind" => {
                equals(option, input)?;
                self.is_job = kind::is_job(input)?;
            }
            "construction" => self.construction = Some(option.span()),
            _ => self.runtime = Some(runtime(option, input)?),
        }
        Ok(())
    }
}

/// `(a, b = c)`
fn fields(
    to: &mut Fields,
    option: &Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<()> {
    if !input.peek(token::Paren) {
        let message = format_args!("`{option}` takes a list: `{option}(a, b = c)`");
        return fails(option.span(), message);
    }
    let content;
    let end = parenthesized!(content in input).span.close();
    comma_separated(&content, errors, |input, _| to.parse_next(input, Some(end)));
    Ok(())
}

/// Parses the name of an option; `None` is one that is refused and done with.
fn option(
    attribute: Attribute,
    input: ParseStream<'_>,
    given: &mut Vec<String>,
    errors: &mut Errors,
) -> syn::Result<Option<Ident>> {
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        let text = literal.token();
        return fails(
            literal.span(),
            format_args!("expected an option\nhelp: write `name = {text}`"),
        );
    }
    let option = input.call(Ident::parse_any)?;
    let word = option.to_string();
    if let Some(reason) = refusal(attribute, &word) {
        errors.push(syn::Error::new(option.span(), reason));
        skip_value(input)?;
        return Ok(None);
    }
    if !attribute.options().contains(&word.as_str()) {
        return fails(option.span(), unknown(attribute, &word));
    }
    if given.contains(&word) {
        return fails(option.span(), format_args!("`{word}` is given twice"));
    }
    given.push(word);
    Ok(Some(option))
}

/// Why an option that others have is none here, and what to do instead.
fn refusal(attribute: Attribute, option: &str) -> Option<&'static str> {
    match (option, attribute) {
        ("skip", _) => {
            Some("arguments are never recorded unless listed in `fields(..)`\nhelp: remove `skip`")
        }
        ("skip_all", _) => Some(
            "arguments are never recorded unless listed in `fields(..)`\nhelp: remove `skip_all`",
        ),
        ("parent" | "follows_from", _) => {
            Some("`parent` is not supported\nhelp: nested calls take the trace of the running task")
        }
        ("ret", _) => {
            Some("return values are not recorded\nhelp: log what you need of it with `record!(..)`")
        }
        ("trace_id", Attribute::Timed | Attribute::Step) => Some(
            "a step takes the trace of the running task\n\
             help: give `trace_id` to the `#[traced_handler]` that calls it",
        ),
        ("kind", Attribute::Timed | Attribute::Step) => Some(
            "a step is always of kind \"step\"\n\
             help: give `kind` to the `#[traced_handler]` that calls it",
        ),
        ("carry", Attribute::Timed | Attribute::Step) => Some(
            "what is carried belongs to the whole trace\n\
             help: write `carry!(..)` in the body, or `carry(..)` on the `#[traced_handler]`",
        ),
        ("construction", Attribute::TracedHandler | Attribute::Step) => {
            Some("`construction` is an option of `#[timed]`\nhelp: use `#[timed(construction)]`")
        }
        _ => None,
    }
}

fn unknown(attribute: Attribute, option: &str) -> String {
    let options = attribute.options();
    let help = match nearest(option, options) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the options are `{}`", options.join("`, `")),
    };
    format!("unknown option `{option}`\nhelp: {help}")
}

/// Skips what belongs to a refused option, and no more.
pub(super) fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        skip_to_comma(input);
    } else if input.peek(token::Paren) {
        let _arguments;
        parenthesized!(_arguments in input);
    }
    Ok(())
}

/// Takes the `=`, and makes sure that something follows.
pub(super) fn equals(option: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let Some(equals) = input.parse::<Option<Token![=]>>()? else {
        return fails(option.span(), format_args!("expected `{option} = ..`"));
    };
    if input.is_empty() || input.peek(Token![,]) {
        return fails(equals.span, "expected a value after `=`");
    }
    Ok(())
}

fn text(option: &Ident, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    equals(option, input)?;
    constant(&option.to_string(), input)
}

/// A string literal that is not empty, or the path of a constant.
pub(crate) fn constant(option: &str, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        if literal.value().is_empty() {
            return fails(literal.span(), format_args!("`{option}` must not be empty"));
        }
        return Ok(literal.into_token_stream());
    }
    let place = input.span();
    let path = input.parse::<ExprPath>().map(ExprPath::into_token_stream);
    path.or_else(|_| {
        fails(
            place,
            format_args!(
                "`{option}` takes a string literal or a path to a `&'static str` constant"
            ),
        )
    })
}

fn duration(option: &Ident, input: ParseStream<'_>) -> syn::Result<u64> {
    equals(option, input)?;
    if !input.peek(LitStr) {
        return Err(input.error(slow::WANTED));
    }
    slow::nanoseconds(&input.parse()?)
}

fn runtime(option: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    equals(option, input)?;
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        let path = literal.value();
        return fails(
            literal.span(),
            format_args!("write a path without quotes: `crate = ::{path}`"),
        );
    }
    input.call(Path::parse_mod_style)
}

pub(super) fn fails<T>(place: Span, message: impl std::fmt::Display) -> syn::Result<T> {
    Err(syn::Error::new(place, message))
}
