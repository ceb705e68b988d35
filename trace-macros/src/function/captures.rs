//! What happens to each parameter when the body moves into a block?
//!
//! A function drops its arguments in reverse, also those it never looks at, and
//! after its locals; a block only takes what it names, in the order in which it
//! does. So the block names them all, last one first, before anything else:
//!
//! | parameter | first thing in the block |
//! |---|---|
//! | a reference | nothing: dropping it does nothing |
//! | a name that the body mentions, or `_name`, or `self` | `let _ = &name;` |
//! | `mut name` | `let mut name = name;` |
//! | `_` | the parameter gets a name, and `let _ = &name;` |
//! | a name that the body does not mention | see below |
//! | any other pattern | see below |
//!
//! The third makes a local of the argument, for what is assigned to a captured
//! one rustc believes to be lost, even if dropping it looks at it. Locals go
//! before all arguments. So from the first local on, each parameter is made one,
//! in order, as an `async fn` does with all of them.
//!
//! Where the signature must stay ([`Captures::in_place`]), a pattern's names are
//! taken one by one, and a name that is not mentioned stays outside, where it is
//! reported as unused.
//!
//! Where it need not ([`Captures::renamed`]), a pattern's parameter gets a name,
//! and the block begins with `let PATTERN = name;`. A name that is not mentioned
//! is made a local, too, for then `let name = name;` is reported as unused. Even a
//! `&self` is captured if the body does not mention it: a function that is not
//! `async` could do without one, says clippy.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Type,
    ext::IdentExt as _, spanned::Spanned as _,
};

use super::pattern::{bindings, is_name, is_plain, rename};
use crate::spans::site;

/// The parameters' part of an expansion.
pub(crate) struct Captures {
    /// The signature, in which some parameters may have got names.
    pub(crate) signature: Signature,
    /// What the block begins with.
    pub(crate) statements: TokenStream,
    /// Whether the block captures a `mut self`, of which no local can be made.
    pub(crate) has_mut_self: bool,
}

impl Captures {
    /// For a block in a function whose signature others read.
    pub(crate) fn in_place(signature: &Signature, body: &TokenStream) -> Self {
        let block = Block::default();
        Self::of(signature, block, |it, parameter, name| it.take_in_place(parameter, name, body))
    }

    /// For a block that is all there is to its function.
    pub(crate) fn renamed(signature: &Signature, body: &TokenStream) -> Self {
        // Of an `async fn`, clippy does not say that it could do without `self`.
        let block = Block { takes_self: !mentions(body, "self"), ..Block::default() };
        Self::of(signature, block, |it, parameter, name| it.take_renamed(parameter, name, body))
    }

    /// `take` is told the name that a parameter without one may get.
    fn of(
        signature: &Signature,
        mut block: Block,
        take: impl Fn(&mut Block, &mut PatType, &Ident),
    ) -> Self {
        let mut signature = signature.clone();
        for (index, parameter) in signature.inputs.iter_mut().enumerate() {
            match parameter {
                FnArg::Receiver(receiver) => block.take_self(receiver),
                FnArg::Typed(typed) => {
                    let name = format_ident!("__tr_arg{index}", span = site(typed.pat.span()));
                    take(&mut block, typed, &name);
                }
            }
        }
        let has_mut_self = signature.receiver().is_some_and(|receiver| {
            receiver.mutability.is_some() && matches!(receiver.kind, ReceiverKind::Value)
        });
        Self { signature, statements: block.into_statements(), has_mut_self }
    }
}

/// The beginning of the block.
#[derive(Default)]
struct Block {
    /// `let _ = &name;`, in the order of the parameters.
    captures: Vec<TokenStream>,
    /// `let PATTERN = name;`
    locals: Vec<TokenStream>,
    /// Whether to capture `self`, be it only a reference.
    takes_self: bool,
}

impl Block {
    fn take_self(&mut self, receiver: &Receiver) {
        let is_reference = match &receiver.kind {
            ReceiverKind::Reference(..) => true,
            ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
            _ => false,
        };
        if !is_reference || self.takes_self {
            self.capture(&receiver.attrs, &Ident::from(receiver.self_token));
        }
    }

    fn take_in_place(&mut self, parameter: &mut PatType, name: &Ident, body: &TokenStream) {
        match &mut *parameter.pat {
            pattern if is_plain(pattern) && is_reference(&parameter.ty) => {}
            Pat::Wild(_) => self.take_wild(parameter, name),
            pattern => {
                for binding in bindings(pattern) {
                    if is_taken(&binding.ident, body) {
                        self.take_binding(&parameter.attrs, binding);
                    }
                }
            }
        }
    }

    fn take_renamed(&mut self, parameter: &mut PatType, name: &Ident, body: &TokenStream) {
        match &mut *parameter.pat {
            pattern if is_plain(pattern) && is_reference(&parameter.ty) => {}
            Pat::Wild(_) => self.take_wild(parameter, name),
            Pat::Ident(binding) if is_name(binding) && is_taken(&binding.ident, body) => {
                self.take_binding(&parameter.attrs, binding);
            }
            pattern => {
                let name = match pattern {
                    Pat::Ident(binding) if is_name(binding) => binding.ident.clone(),
                    _ => name.clone(),
                };
                // First, or what the pattern leaves behind is dropped at the call.
                if !is_plain(pattern) && !is_reference(&parameter.ty) {
                    self.capture(&parameter.attrs, &name);
                }
                let pattern = rename(parameter, &name);
                self.make_local(&parameter.attrs, &pattern, &name);
                // Lints are about the pattern, and went along with it.
                parameter.attrs.retain(is_condition);
            }
        }
    }

    fn take_wild(&mut self, parameter: &mut PatType, name: &Ident) {
        rename(parameter, name);
        if self.locals.is_empty() {
            self.capture(&parameter.attrs, name);
        } else {
            self.make_local(&parameter.attrs, name, name);
        }
    }

    fn take_binding(&mut self, attributes: &[Attribute], binding: &mut PatIdent) {
        let name = &binding.ident;
        // Of `ref mut name`, the `mut` is about something else.
        let mutability = binding.mutability.take_if(|_| binding.by_ref.is_none());
        if mutability.is_none() && self.locals.is_empty() {
            self.capture(attributes, name);
        } else {
            let conditions = attributes.iter().filter(|attribute| is_condition(attribute));
            let conditions: Vec<_> = conditions.cloned().collect();
            self.make_local(&conditions, quote!(#mutability #name), name);
        }
    }

    fn capture(&mut self, attributes: &[Attribute], name: &Ident) {
        let span = site(name.span());
        let conditions = attributes.iter().filter(|attribute| is_condition(attribute));
        let allow = is_underscored(name)
            .then(|| quote_spanned!(span=> #[allow(clippy::used_underscore_binding)]));
        self.captures.push(quote_spanned!(span=> #(#conditions)* #allow let _ = &#name;));
    }

    fn make_local(&mut self, attributes: &[Attribute], pattern: impl ToTokens, name: &Ident) {
        let span = site(name.span());
        let allow = allow_local(name);
        self.locals.push(quote_spanned!(span=> #(#attributes)* #allow let #pattern = #name;));
    }

    fn into_statements(self) -> TokenStream {
        self.captures.into_iter().rev().chain(self.locals).collect()
    }
}

fn is_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(_))
}

fn is_condition(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
}

/// Whether the user gave the name, and does not mean to use it.
fn is_underscored(name: &Ident) -> bool {
    let text = name.to_string();
    text.starts_with('_') && !is_ours(&text)
}

fn is_ours(name: &str) -> bool {
    name.starts_with("__tr_")
}

/// For `let name = name;` of ours: clippy takes it for the user's, because the
/// name is.
fn allow_local(name: &Ident) -> Option<TokenStream> {
    let span = site(name.span());
    if is_underscored(name) {
        return Some(quote_spanned!(span=> #[allow(
            clippy::no_effect_underscore_binding,
            clippy::shadow_same,
            clippy::used_underscore_binding
        )]));
    }
    (!is_ours(&name.to_string())).then(|| quote_spanned!(span=> #[allow(clippy::shadow_same)]))
}

/// Whether to take a name into the block: one that the body does not mention is
/// left to the lint that says so.
fn is_taken(name: &Ident, body: &TokenStream) -> bool {
    let name = name.unraw().to_string();
    name.starts_with('_') || mentions(body, &name)
}

/// Whether a name occurs in the tokens, be it in a format string.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}
