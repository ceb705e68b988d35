//! Takes a function apart, for a macro that wraps its body.
//!
//! `keyword` refuses other items, and `body` holds the braces. `captures` and
//! `pattern` know parameters; `returns`, `lazy`, `hidden`, `erased` and `types`
//! know return types. Only what is written is known: a macro runs before names
//! are resolved.

mod body;
pub(crate) mod captures;
pub(crate) mod copied;
pub(crate) mod erased;
pub(crate) mod hidden;
mod keyword;
pub(crate) mod lazy;
mod pattern;
pub(crate) mod returns;
mod types;

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Attribute, Signature, Visibility,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use self::{body::Body, keyword::expect_function};

/// The parts of a function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `default` or `final`, as specialisation has them.
    finality: Option<Ident>,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

impl Function {
    /// Parses the item below `attribute`.
    pub(crate) fn parse(attribute: impl Display + Copy, item: TokenStream) -> syn::Result<Self> {
        let parser = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            let visibility = input.parse()?;
            expect_function(attribute, input)?;
            let finality = finality(input)?;
            let signature = input.parse()?;
            if !input.peek(syn::token::Brace) {
                return Err(input.error(format_args!(
                    "{attribute} needs a function body\n\
                     help: put {attribute} on the method in the `impl`"
                )));
            }
            Ok(Self { attributes, visibility, finality, signature, body: input.parse()? })
        };
        parser.parse2(item)
    }

    /// Returns the name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.unraw().to_string()
    }

    pub(crate) fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    /// Returns whether there is an attribute whose path ends in `name`.
    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute_name(attribute) == name)
    }

    /// Returns the function with this signature, and these statements in its
    /// braces.
    pub(crate) fn with(&self, signature: &Signature, statements: &TokenStream) -> TokenStream {
        let Self { attributes, visibility, finality, body, .. } = self;
        let inner_attributes = &body.inner_attributes;
        let braces = body.braces(quote!(#(#inner_attributes)* #statements));
        quote!(#(#attributes)* #visibility #finality #signature #braces)
    }
}

/// Returns the last segment of an attribute's path: its name, wherever it is
/// imported from.
pub(crate) fn attribute_name(attribute: &Attribute) -> String {
    let segment = attribute.path().segments.last();
    segment.map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// Parses `default` or `final`, if the function begins with one.
fn finality(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let word = input.fork().call(Ident::parse_any);
    let is_there = word.is_ok_and(|word| word == "default" || word == "final");
    is_there.then(|| input.call(Ident::parse_any)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(item: &str) -> syn::Result<Function> {
        Function::parse("`#[timed]`", item.parse()?)
    }

    /// A stable compiler rejects some of these, so they cannot be under
    /// `tests/ui`.
    #[test]
    fn what_cannot_be_wrapped_is_refused_by_its_kind() {
        for (item, mistake) in [
            ("gen fn f() -> u8 { yield 1; }", "cannot be applied to a `gen fn`: only building"),
            ("pub async gen fn f() -> u8 {}", "cannot be applied to a `gen fn`: only building"),
            ("unsafe gen fn f() -> u8 {}", "cannot be applied to a `gen fn`: only building"),
            ("pub safe fn f();", "cannot be applied to a `safe fn`: a foreign"),
            ("other fn f() {}", "cannot be applied to a `other fn`: this kind"),
            ("unsafe extern \"C\" { fn f(); }", "goes on a function; found an `extern`"),
            ("default impl T for u8 {}", "goes on a function; found an `impl`"),
            ("fn f();", "needs a function body"),
        ] {
            let error = parse(item).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(&format!("`#[timed]` {mistake}")), "{item}: {error}");
        }
    }

    #[test]
    fn the_words_before_fn_stay_where_they_are() -> syn::Result<()> {
        for words in [
            "default fn",
            "pub (crate) default async unsafe fn",
            "final fn",
            "unsafe extern \"C\" fn",
            "const fn",
        ] {
            let function = parse(&format!("{words} f () {{ }}"))?;
            let written = function.with(&function.signature, &quote!(x)).to_string();
            assert_eq!(written, format!("{words} f () {{ x }}"));
        }
        Ok(())
    }
}
