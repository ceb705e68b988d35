//! How is a field written, and what does it become?
//!
//! ```text
//! user_id              the variable `user_id`
//! %error  ?state       the same, by `Display` or by `Debug`
//! order.id             the expression `order.id`, under the key `order.id`
//! rows = list.len()    any expression; `rows = %x`, `rows = ?x` as above
//! http.route = route   a key with dots
//! "http-route" = route any other key
//! ```
//!
//! A value under a key that is text elsewhere is written as text: a key has one
//! type on every line. Which keys there may be is `key`'s question.

pub(crate) mod key;

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Expr, Token};

use self::key::{Holder, Key};
use crate::paths::Private;
use crate::spans::{Spans, site};
use crate::tokens::{has_word, may_await};
use crate::words::reserved::is_text;
use crate::words::secret::looks_secret;

/// The fields of one macro call.
pub(crate) struct Fields {
    holder: Holder,
    list: Vec<Field>,
}

struct Field {
    key: Key,
    show: Show,
    value: TokenStream,
}

/// By which trait a value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    /// As a JSON value of its own type.
    Value,
    /// `%`
    Display,
    /// `?`
    Debug,
}

impl Fields {
    pub(crate) fn new(holder: Holder) -> Self {
        Self { holder, list: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Parses the next field. A value missing at the very end is reported at
    /// `end`, or without one at its `=`.
    pub(crate) fn parse_next(
        &mut self,
        input: ParseStream<'_>,
        end: Option<Span>,
    ) -> syn::Result<()> {
        let field = Field::parse(input, self.holder, end)?;
        check_name(&field, self.holder)?;
        self.check_unique(&field.key)?;
        self.list.push(field);
        Ok(())
    }

    fn check_unique(&self, key: &Key) -> syn::Result<()> {
        key.check_unique(self.list.iter().map(|field| &field.key))
    }

    /// `"user_id"`, `"http.route"`
    pub(crate) fn keys(&self) -> impl Iterator<Item = Literal> {
        self.list.iter().map(|field| field.key.literal())
    }

    /// `&[field(value(&user_id).shown()), …]`, in the order of the keys.
    pub(crate) fn values(&self, private: &Private) -> TokenStream {
        let values = self.list.iter().map(|field| field.encoded(private));
        quote!(&[#(#values),*])
    }

    /// `write(values)`, for a `write` that says what is done with them.
    ///
    /// A value that is encoded cannot wait for the next: it may be none that is
    /// `Send`. So where one may wait, all are there before the first is encoded:
    /// `match (&user_id, &count().await) { (__tr_0, __tr_1) => write(values) }`
    pub(crate) fn with_values(
        &self,
        private: &Private,
        write: impl FnOnce(TokenStream) -> TokenStream,
    ) -> TokenStream {
        if !self.list.iter().any(|field| may_await(&field.value)) {
            return write(self.values(private));
        }
        let references = self.list.iter().map(Field::reference);
        let names = self.list.iter().enumerate().map(|(index, field)| field.bound_name(index));
        let values = self.list.iter().enumerate().map(|(index, field)| {
            let (name, place) = (field.bound_name(index), site(field.value.span()));
            field.encoded_as(private, &quote_spanned!(place=> *#name))
        });
        let (names, written) = (quote!(#(#names,)*), write(quote!(&[#(#values),*])));
        quote_spanned!(Span::mixed_site()=> match (#(#references,)*) { (#names) => #written })
    }

    /// Whether a value says `.await`, so that it can be in no closure.
    pub(crate) fn has_await(&self) -> bool {
        self.list.iter().any(|field| has_word(&field.value, "await"))
    }
}

impl Field {
    fn parse(input: ParseStream<'_>, holder: Holder, end: Option<Span>) -> syn::Result<Self> {
        let start = input.fork();
        let show = Show::parse(input)?;
        let Ok(key) = Key::parse(input) else {
            return Err(nameless(&start, holder));
        };
        if show == Show::Value && input.peek(Token![=]) && !input.peek(Token![==]) {
            return Self::parse_value(key, input, end);
        }
        if ends_here(input) && !key.is_literal {
            let value = key.tokens.clone();
            return Ok(Self { key, show, value });
        }
        if show == Show::Value && (key.is_literal || input.peek(Ident::peek_any)) {
            let wanted = if key.is_literal { "`=`" } else { "`,` or `=`" };
            return Err(input.error(format_args!("expected {wanted} after `{}`", key.text)));
        }
        Err(nameless(&start, holder))
    }

    fn parse_value(key: Key, input: ParseStream<'_>, end: Option<Span>) -> syn::Result<Self> {
        let equals = input.parse::<Token![=]>()?;
        let show = Show::parse(input)?;
        if ends_here(input) {
            let place = if input.is_empty() { end.unwrap_or(equals.span) } else { input.span() };
            return Err(syn::Error::new(place, "expected a value after `=`"));
        }
        let value = operand(&input.parse()?);
        Ok(Self { key, show, value })
    }

    /// `field(value(&user_id).shown())`
    ///
    /// All of it points at the value, so that a type that cannot be logged is
    /// reported there; of a secret, at the name that gave it away. The `&` is the
    /// user's to rustc, which else would point at the macro.
    fn encoded(&self, private: &Private) -> TokenStream {
        self.encoded_as(private, &self.value)
    }

    /// The same for a value that stands elsewhere, under a name.
    fn encoded_as(&self, private: &Private, value: &TokenStream) -> TokenStream {
        let Self { key, show, .. } = self;
        let tokens: Vec<_> = value.clone().into_iter().collect();
        let name = Spans { first: key.span, last: key.span };
        let whole = Spans::of(&tokens).unwrap_or(name);
        match show {
            Show::Value if looks_secret(&key.text) => call(private, name, "covered", value),
            Show::Value if is_text(&key.text) => {
                by_type(private, whole, &call(private, whole, "as_text", value))
            }
            Show::Value => by_type(private, whole, &call(private, whole, "value", value)),
            Show::Display => by_type(private, whole, &call(private, whole, "display", value)),
            Show::Debug => call(private, whole, "debug", value),
        }
    }

    /// `&user_id`
    fn reference(&self) -> TokenStream {
        let (reference, value) = (Token![&](self.value.span()), &self.value);
        quote!(#reference #value)
    }

    /// `__tr_0`
    fn bound_name(&self, index: usize) -> Ident {
        format_ident!("__tr_{index}", span = site(self.value.span()))
    }
}

/// `value(&user_id)`
fn call(private: &Private, place: Spans, function: &str, value: &TokenStream) -> TokenStream {
    let (private, reference) = (private.at(place.first), Token![&](place.first));
    let place = place.site();
    let function = Ident::new(function, place.first);
    let argument = quote_spanned!(place.first=> #reference #value);
    let arguments = place.arguments(argument);
    quote_spanned!(place.first=> #private::#function #arguments)
}

/// `field(value(&user_id).shown())`: which way there is to show it is for the
/// method to find.
fn by_type(private: &Private, place: Spans, value: &TokenStream) -> TokenStream {
    let (private, place) = (private.at(place.first), place.site());
    let none = place.arguments(TokenStream::new());
    let shown = quote_spanned!(place.last=> .shown #none);
    let arguments = place.arguments(quote!(#value #shown));
    quote_spanned!(place.first=> #private::field #arguments)
}

impl Show {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.parse::<Option<Token![%]>>()?.is_some() {
            return Ok(Self::Display);
        }
        let debug = input.parse::<Option<Token![?]>>()?;
        Ok(if debug.is_some() { Self::Debug } else { Self::Value })
    }
}

/// Refuses names that are no names, that the runtime needs, or that would show
/// a secret.
fn check_name(field: &Field, holder: Holder) -> syn::Result<()> {
    let Field { key, show, value } = field;
    key.check(holder)?;
    if *show != Show::Value && looks_secret(&key.text) {
        return key.fails(format_args!(
            "`{}` looks like a secret\n\
             help: wrap the value: `Secret({value})` hides it, `Public({value})` shows it",
            key.text
        ));
    }
    Ok(())
}

/// The error for an expression where a field was expected.
fn nameless(start: ParseStream<'_>, holder: Holder) -> syn::Error {
    let place = start.span();
    let sigil = match Show::parse(start) {
        Ok(Show::Display) => "%",
        Ok(Show::Debug) => "?",
        _ => "",
    };
    let mut value = TokenStream::new();
    while !ends_here(start) {
        value.extend(start.parse::<TokenTree>());
    }
    let name = if holder == Holder::Event { "error" } else { "value" };
    syn::Error::new(place, format_args!("give it a name: `{name} = {sigil}{value}`"))
}

pub(crate) fn ends_here(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// The expression as one that `&` can stand before.
pub(crate) fn operand(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Await(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Reference(_)
        | Expr::Try(_)
        | Expr::Tuple(_) => expr.to_token_stream(),
        _ => {
            let span = site(expr.span());
            quote_spanned!(span=> (#expr))
        }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use syn::parse::Parser as _;

    use super::*;

    fn parse(holder: Holder, tokens: &str) -> syn::Result<Fields> {
        let mut fields = Fields::new(holder);
        let mut errors = crate::errors::Errors::default();
        let parser = |input: ParseStream<'_>| {
            crate::errors::comma_separated(input, &mut errors, |input, _| {
                fields.parse_next(input, None)
            });
            Ok(())
        };
        parser.parse2(tokens.parse::<TokenStream>()?)?;
        errors.finish().map(|()| fields)
    }

    #[test]
    fn a_field_is_a_key_and_a_call() -> syn::Result<()> {
        for (written, key, call) in [
            ("id", "id", "p :: __private :: field (p :: __private :: value (& id) . shown ())"),
            ("%e", "e", "p :: __private :: field (p :: __private :: display (& e) . shown ())"),
            ("?s", "s", "p :: __private :: debug (& s)"),
            (
                "self.id",
                "self.id",
                "p :: __private :: field (p :: __private :: value (& self . id) . shown ())",
            ),
            (
                "r#type",
                "type",
                "p :: __private :: field (p :: __private :: value (& r#type) . shown ())",
            ),
            (
                "a.b = 1 + 2",
                "a.b",
                "p :: __private :: field (p :: __private :: value (& (1 + 2)) . shown ())",
            ),
            (
                "a = %x.y()",
                "a",
                "p :: __private :: field (p :: __private :: display (& x . y ()) . shown ())",
            ),
            ("\"a-b\" = ?x", "a-b", "p :: __private :: debug (& x)"),
            ("token = t", "token", "p :: __private :: covered (& t)"),
            (
                "path = 1",
                "path",
                "p :: __private :: field (p :: __private :: as_text (& 1) . shown ())",
            ),
            (
                "%cause",
                "cause",
                "p :: __private :: field (p :: __private :: display (& cause) . shown ())",
            ),
        ] {
            let fields = parse(Holder::Event, written)?;
            let keys: Vec<_> = fields.keys().map(|key| key.to_string()).collect();
            assert_eq!(keys, [format!("{key:?}")], "{written}");
            let values = fields.values(&Private::of(&quote!(p))).to_string();
            assert_eq!(values, format!("& [{call}]"), "{written}");
        }
        Ok(())
    }

    #[test]
    fn a_mistake_is_named() {
        for (holder, written, mistake) in [
            (Holder::Timed, "a, a", "field `a` is given twice"),
            (Holder::Timed, "a.b, a", "fields `a.b` and `a` would be a value and an object"),
            (Holder::Timed, "error = e", "`error` is set by the runtime"),
            (Holder::Timed, "id, Id", "fields `id` and `Id` differ in case alone"),
            (
                Holder::Event,
                "Status = 1",
                "`Status` is read as `status`, which is set by the runtime",
            ),
            (Holder::Timed, "a =", "expected a value after `=`"),
            (Holder::Timed, "a = , b", "expected a value after `=`"),
            (Holder::Timed, "a b", "expected `,` or `=` after `a`"),
            (Holder::Timed, "\"a b\" = 1", "field names are identifiers"),
            (Holder::Timed, "x.y()", "give it a name: `value = x . y ()`"),
            (Holder::Event, "%x.y()", "give it a name: `error = %x . y ()`"),
            (Holder::Event, "a = 1 b = 2", "expected `,` before `b`"),
            (Holder::Event, "?token", "`token` looks like a secret"),
        ] {
            let error = parse(holder, written).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.starts_with(mistake), "{written}: {error}");
        }
        assert!(parse(Holder::Event, "error = %e, a, b.c, ab").is_ok());
    }
}
