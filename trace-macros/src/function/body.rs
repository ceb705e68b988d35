//! Holds the body of a function.
//!
//! Only the items at its beginning are parsed. The statements are pasted as
//! they are, once, so that errors, lints and breakpoints in them are those of
//! the plain function.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Item, ItemMacro,
    parse::{Parse, ParseStream},
};

use crate::spans::Spans;

/// The braces of a function, and what is in them.
pub(crate) struct Body {
    /// Where the user's braces are. Generated braces point there, as rustc
    /// reports a missing value, an unused function and more at braces.
    pub(crate) span: Span,
    /// `#![…]`
    pub(crate) inner_attributes: Vec<Attribute>,
    /// The items at the beginning. They stay before every generated statement,
    /// because clippy warns about items after statements.
    pub(crate) items: TokenStream,
    pub(crate) statements: TokenStream,
}

impl Body {
    /// Returns the items, then `first`, then the user's statements.
    pub(crate) fn after(&self, first: &TokenStream) -> TokenStream {
        let Self { items, statements, .. } = self;
        quote!(#items #first #statements)
    }

    /// Returns where the value of the body stands: its last expression, if no
    /// semicolon follows.
    pub(crate) fn value_spans(&self) -> Option<Spans> {
        let statements: Vec<_> = self.statements.clone().into_iter().collect();
        let last = statements.rsplit(is_semicolon).next()?;
        let before = last.windows(2).rposition(|pair| ends_statement(&pair[0], &pair[1]));
        Spans::of(&last[before.map_or(0, |before| before + 1)..])
    }

    /// Returns whether the body ends in a token that no body ends in, as while
    /// it is being typed.
    pub(crate) fn is_unfinished(&self) -> bool {
        let mut tokens: Vec<_> = self.statements.clone().into_iter().collect();
        let mut last = || match tokens.pop() {
            Some(TokenTree::Punct(punct)) => punct.as_char(),
            _ => ' ',
        };
        match last() {
            // A range may end in two dots.
            '.' => last() != '.',
            last => ":=,+-*/%^&|<@#$~!".contains(last),
        }
    }

    /// Returns the user's braces around other content.
    pub(crate) fn braces(&self, content: TokenStream) -> Group {
        let mut braces = Group::new(Delimiter::Brace, content);
        braces.set_span(self.span);
        braces
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // This looks through the invisible group around a `$body:block`.
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

/// Returns whether `token` is the block at the end of a statement, such as an
/// `if`, and `next` begins another.
fn ends_statement(token: &TokenTree, next: &TokenTree) -> bool {
    let is_block = matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
    is_block
        && match next {
            TokenTree::Ident(word) => word != "else" && word != "as",
            TokenTree::Literal(_) => true,
            TokenTree::Group(_) | TokenTree::Punct(_) => false,
        }
}

/// Takes the items off the beginning of the statements: `use`, `fn`, and so on.
///
/// This is cheap for most bodies: the first word of a statement shows that it
/// is no item.
fn leading_items(input: ParseStream<'_>) -> TokenStream {
    let mut items = TokenStream::new();
    loop {
        let ahead = input.fork();
        match ahead.parse::<Item>() {
            // `println!();` parses as an item.
            Err(_) | Ok(Item::Macro(ItemMacro { ident: None, .. })) => return items,
            Ok(_) => {}
        }
        while input.cursor() != ahead.cursor() {
            items.extend(input.parse::<TokenTree>());
        }
    }
}
