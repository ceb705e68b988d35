//! What is in the braces of a function?

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Attribute, Item, ItemMacro,
    parse::{Parse, ParseStream},
};

use crate::spans::Spans;

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
