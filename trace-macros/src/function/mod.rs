//! What is a function, to a macro that wraps its body?
//!
//! Attributes, visibility, a signature, and one brace, into which nobody looks
//! beyond the items that it begins with: the body's statements are pasted as they
//! are, once, so that each error, lint and breakpoint in them stays what it is
//! without the attribute.

pub(crate) mod captures;
pub(crate) mod copied;
pub(crate) mod erased;
pub(crate) mod lazy;
pub(crate) mod returns;

use std::fmt::Display;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Item, ItemMacro, Signature, Visibility};

use crate::spans::Spans;

/// A function, taken apart.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `default` or `final`, of a method that may or may not be specialised.
    finality: Option<Ident>,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

/// A brace, its `#![…]`, and what else is in it.
pub(crate) struct Body {
    /// Where the user's braces are. Generated ones take their place, for rustc
    /// reports a missing value, a dead function and more at braces.
    pub(crate) span: Span,
    pub(crate) inner_attributes: Vec<Attribute>,
    /// The items it begins with. They stay before any statement of ours: clippy
    /// finds items that come after a statement confusing.
    pub(crate) items: TokenStream,
    pub(crate) statements: TokenStream,
}

impl Function {
    /// Parses the item that `attribute` stands on.
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

    /// The function's name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.unraw().to_string()
    }

    pub(crate) fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    /// Whether there is an attribute whose path ends in `name`.
    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| last_segment(attribute) == name)
    }

    /// The function with another signature, and other statements in its braces.
    pub(crate) fn with(&self, signature: &Signature, statements: &TokenStream) -> TokenStream {
        let Self { attributes, visibility, finality, body, .. } = self;
        let inner_attributes = &body.inner_attributes;
        let braces = body.braces(quote!(#(#inner_attributes)* #statements));
        quote!(#(#attributes)* #visibility #finality #signature #braces)
    }
}

impl Body {
    /// Some statements, then the user's own.
    pub(crate) fn after(&self, first: &TokenStream) -> TokenStream {
        let Self { items, statements, .. } = self;
        quote!(#items #first #statements)
    }

    /// Where the value stands: the last statement, if it is none with a
    /// semicolon.
    pub(crate) fn value_spans(&self) -> Option<Spans> {
        let statements: Vec<_> = self.statements.clone().into_iter().collect();
        let last = statements.rsplit(is_semicolon).next()?;
        let before = last.windows(2).rposition(|pair| ends_statement(&pair[0], &pair[1]));
        Spans::of(&last[before.map_or(0, |before| before + 1)..])
    }

    /// Whether somebody is typing here: no body ends in such a token.
    pub(crate) fn is_unfinished(&self) -> bool {
        let mut tokens: Vec<_> = self.statements.clone().into_iter().collect();
        let mut last = || match tokens.pop() {
            Some(TokenTree::Punct(punct)) => punct.as_char(),
            _ => ' ',
        };
        match last() {
            // A range may end in two.
            '.' => last() != '.',
            last => ":=,+-*/%^&|<@#$~!".contains(last),
        }
    }

    /// The user's braces around something else.
    pub(crate) fn braces(&self, content: TokenStream) -> Group {
        let mut braces = Group::new(Delimiter::Brace, content);
        braces.set_span(self.span);
        braces
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // Looks through the invisible group around a `$body:block`.
        let content;
        let braces = syn::braced!(content in input);
        Ok(Self {
            span: braces.span.join(),
            inner_attributes: content.call(Attribute::parse_inner)?,
            items: leading_items(&content),
            statements: content.parse()?,
        })
    }
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

/// Whether one token is the block at the end of a statement, as of `if`, and the
/// other begins the next.
fn ends_statement(token: &TokenTree, next: &TokenTree) -> bool {
    let is_block = matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
    is_block
        && match next {
            TokenTree::Ident(word) => word != "else" && word != "as",
            TokenTree::Literal(_) => true,
            TokenTree::Group(_) | TokenTree::Punct(_) => false,
        }
}

/// Takes the items from the beginning of the statements: `use`, `fn`, and so on.
/// Where the first statement is none, that shows at its first word.
fn leading_items(input: ParseStream<'_>) -> TokenStream {
    let mut items = TokenStream::new();
    loop {
        let ahead = input.fork();
        match ahead.parse::<Item>() {
            // `println!();` looks like an item that is made by a macro.
            Err(_) | Ok(Item::Macro(ItemMacro { ident: None, .. })) => return items,
            Ok(_) => {}
        }
        while input.cursor() != ahead.cursor() {
            items.extend(input.parse::<TokenTree>());
        }
    }
}

/// The name by which an attribute is known wherever it is imported from.
pub(crate) fn last_segment(attribute: &Attribute) -> String {
    let segment = attribute.path().segments.last();
    segment.map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// Takes a word that only some methods begin with.
fn finality(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let word = input.fork().call(Ident::parse_any);
    let is_there = word.is_ok_and(|word| word == "default" || word == "final");
    is_there.then(|| input.call(Ident::parse_any)).transpose()
}

/// Refuses an item that is no function, or one of a kind that cannot be wrapped, by
/// its keyword.
fn expect_function(attribute: impl Display + Copy, input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    let mut words = Vec::new();
    while let Ok(word) = ahead.call(Ident::parse_any) {
        if word == "fn" {
            return words.iter().try_for_each(|word| expect_qualifier(attribute, word));
        }
        words.push(word);
        let _abi = ahead.parse::<Option<syn::LitStr>>()?;
    }
    // Of `unsafe impl` and `default impl`, the second says what it is.
    let is_telling = |word: &&Ident| !["auto", "default", "unsafe"].iter().any(|it| *word == it);
    let Some(keyword) = words.iter().find(is_telling) else {
        return Err(input.error(format_args!("{attribute} goes on a function")));
    };
    let word = keyword.to_string();
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let message = format_args!("{attribute} goes on a function; found {article} `{keyword}`");
    Err(syn::Error::new(keyword.span(), message))
}

/// Refuses a function by a word before its `fn`. A `const fn` is one otherwise, and is
/// refused along with its other mistakes.
fn expect_qualifier(attribute: impl Display, word: &Ident) -> syn::Result<()> {
    const KNOWN: [&str; 6] = ["async", "const", "default", "extern", "final", "unsafe"];
    let text = word.to_string();
    let reason = match text.as_str() {
        word if KNOWN.contains(&word) => return Ok(()),
        "gen" => {
            "only building the iterator would be timed\n\
             help: time the function that consumes it"
        }
        "safe" => "it is foreign, and has no body\nhelp: time the caller",
        _ => "it is of a kind that is not known here\nhelp: time the caller",
    };
    let message = format_args!("{attribute} cannot be applied to a `{word} fn`: {reason}");
    Err(syn::Error::new(word.span(), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(item: &str) -> syn::Result<Function> {
        Function::parse("`#[timed]`", item.parse()?)
    }

    /// Some of these a stable compiler does not take, so they are tried here.
    #[test]
    fn what_cannot_be_wrapped_is_refused_by_its_kind() {
        for (item, mistake) in [
            ("gen fn f() -> u8 { yield 1; }", "cannot be applied to a `gen fn`: only building"),
            ("pub async gen fn f() -> u8 {}", "cannot be applied to a `gen fn`: only building"),
            ("unsafe gen fn f() -> u8 {}", "cannot be applied to a `gen fn`: only building"),
            ("pub safe fn f();", "cannot be applied to a `safe fn`: it is foreign"),
            ("other fn f() {}", "cannot be applied to a `other fn`: it is of a kind"),
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
