//! The fields of a macro call: how they are written, and what they become.
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
//! `written` parses a field, `key` checks its key, `encode` writes out its
//! value. A key has one type on every line, so a value whose key is text
//! elsewhere is written as text.

mod encode;
pub(crate) mod key;
mod nameless;
pub(crate) mod written;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{parse::ParseStream, spanned::Spanned as _};

use self::{
    key::{Key, Owner},
    written::{Field, check_name},
};
use crate::{
    errors::Errors,
    paths::Private,
    spans::site,
    tokens::{leaving, may_await},
};

/// The fields of one macro call.
pub(crate) struct Fields {
    owner: Owner,
    list: Vec<Field>,
    /// Mistakes that cost no field.
    pub(crate) mistakes: Errors,
}

impl Fields {
    pub(crate) fn new(owner: Owner) -> Self {
        Self { owner, list: Vec::new(), mistakes: Errors::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Parses the next field. If the value is missing at the end of the input,
    /// that is reported at `end`, or at its `=` without one.
    pub(crate) fn parse_next(
        &mut self,
        input: ParseStream<'_>,
        end: Option<Span>,
    ) -> syn::Result<()> {
        let mut field = Field::parse(input, self.owner, end)?;
        check_name(&field, self.owner)?;
        self.check_unique(&field.key)?;
        if let Some(mistake) = field.mistake.take() {
            self.mistakes.push(mistake);
        }
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

    /// Returns the first place where a value leaves the function.
    pub(crate) fn leaving(&self) -> Option<Span> {
        self.list.iter().find_map(|field| leaving(&field.value))
    }

    /// `&[field(value(&user_id).shown()), …]`, in the order of the keys.
    pub(crate) fn values(&self, private: &Private) -> TokenStream {
        let values = self.list.iter().map(|field| field.encoded(private));
        quote!(&[#(#values),*])
    }

    /// Returns what `write` makes of the values.
    ///
    /// An encoded value may not be `Send`, so it must not be held across an
    /// `.await` in the next. If one may await, all are evaluated before the
    /// first is encoded:
    /// `match (&user_id, &count().await) { (_0, _1) => write(values) }`
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
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use syn::parse::Parser as _;

    use super::*;

    fn parse(owner: Owner, tokens: &str) -> syn::Result<Fields> {
        let mut fields = Fields::new(owner);
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
            let fields = parse(Owner::Event, written)?;
            let keys: Vec<_> = fields.keys().map(|key| key.to_string()).collect();
            assert_eq!(keys, [format!("{key:?}")], "{written}");
            let values = fields.values(&Private::of(&quote!(p))).to_string();
            assert_eq!(values, format!("& [{call}]"), "{written}");
        }
        Ok(())
    }

    #[test]
    fn a_mistake_is_named() {
        for (owner, written, mistake) in [
            (Owner::Timed, "a, a", "field `a` is given twice"),
            (Owner::Timed, "a.b, a", "`a` cannot be a value and hold the field `a.b`"),
            (Owner::Timed, "error = e", "`error` is set by the runtime"),
            (Owner::Timed, "id, Id", "fields `id` and `Id` differ only in case"),
            (
                Owner::Event,
                "Status = 1",
                "`Status` is read as `status`, which is set by the runtime",
            ),
            (Owner::Timed, "a =", "expected a value after `=`"),
            (Owner::Timed, "a = , b", "expected a value after `=`"),
            (Owner::Timed, "a b", "expected `,` or `=` after `a`"),
            (Owner::Timed, "\"a b\" = 1", "a field name must not be empty"),
            (Owner::Timed, "x.y()", "this field has no name\nhelp: write `value = x . y ()`"),
            (Owner::Event, "%x.y()", "this field has no name\nhelp: write `error = %x . y ()`"),
            (Owner::Event, "a + 1", "this field has no name\nhelp: write `value = a + 1`"),
            (Owner::Event, "a-b = 1", "`a-b` is no name\nhelp: write it in quotes: `\"a-b\" = ..`"),
            (Owner::Event, "a::b = 1", "`a::b` is no name"),
            (Owner::Event, "= 1", "expected a field\nhelp: write `name = value`"),
            (Owner::Event, "?", "expected a field"),
            (Owner::Timed, "..", "expected a field"),
            (Owner::Event, "a \"b\"", "expected `,` or `=` after `a`"),
            (
                Owner::Record,
                "n += 1",
                "a field is set by `=`\nhelp: to add to a sum, write `count_",
            ),
            (Owner::Event, "a = 1 b = 2", "expected `,` before `b`"),
            (Owner::Event, "?token", "`token` looks like a secret"),
        ] {
            let error = parse(owner, written).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.starts_with(mistake), "{written}: {error}");
        }
        assert!(parse(Owner::Event, "error = %e, a, b.c, ab").is_ok());
    }
}
