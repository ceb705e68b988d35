//! Moves the parameters of a function into the block that its body becomes.
//!
//! A function drops its locals, then all of its arguments in reverse, used or
//! not. A block only captures what it names, in the order in which it names it.
//! So the block begins by naming all parameters, the last one first:
//!
//! | parameter | first statement in the block |
//! |---|---|
//! | a reference | none: dropping it does nothing |
//! | `self`, `_name`, or a name that the body mentions | `let _ = &name;` |
//! | `mut name` | `let mut name = name;` |
//! | `_` | `let _ = &name;`, where `name` is generated |
//! | a name that the body does not mention | see below |
//! | any other pattern | see below |
//!
//! `mut name` becomes a local, as rustc's `unused_assignments` misunderstands
//! assignments to a captured variable. Locals are dropped before all arguments.
//! So from the first local on, every parameter becomes a local, in order, as an
//! `async fn` does with all of them.
//!
//! Where the signature must stay as it is ([`Captures::in_place`]), each name
//! in a pattern is captured by itself. A name that the body does not mention is
//! not captured, so that rustc reports it as unused.
//!
//! Where the signature may change ([`Captures::renamed`]), a parameter with a
//! pattern gets a generated name, and the block begins with
//! `let PATTERN = name;`. A name that the body does not mention becomes a local
//! too: rustc reports `let name = name;` as unused. Even a `&self` that the
//! body does not mention is captured, because clippy reports an unused `self`
//! in a function that is not `async`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, FnArg, Pat, PatIdent, PatType, Receiver, ReceiverKind, Signature, Type,
    ext::IdentExt as _, spanned::Spanned as _,
};

use super::pattern::{bindings, is_name, is_plain, rename};
use crate::spans::site;

/// What the parameters contribute to an expansion.
pub(crate) struct Captures {
    /// The signature, with generated names for some parameters.
    pub(crate) signature: Signature,
    /// The first statements of the block.
    pub(crate) statements: TokenStream,
    /// Whether the block captures a `mut self`, which cannot become a local.
    pub(crate) has_mut_self: bool,
}

impl Captures {
    /// Returns the captures where the signature must stay as it is.
    pub(crate) fn in_place(signature: &Signature, body: &TokenStream) -> Self {
        let block = Block::default();
        Self::of(signature, block, |it, parameter, name| it.take_in_place(parameter, name, body))
    }

    /// Returns the captures where the signature may change.
    pub(crate) fn renamed(signature: &Signature, body: &TokenStream) -> Self {
        // Clippy does not report an unused `self` in an `async fn`.
        let block = Block { takes_self: !mentions(body, "self"), ..Block::default() };
        Self::of(signature, block, |it, parameter, name| it.take_renamed(parameter, name, body))
    }

    /// `take` gets the name to use if a parameter needs a generated one.
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

/// The first statements of the block.
#[derive(Default)]
struct Block {
    /// `let _ = &name;`, in the order of the parameters.
    captures: Vec<TokenStream>,
    /// `let PATTERN = name;`
    locals: Vec<TokenStream>,
    /// Whether to capture `self` even if it is a reference.
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
                // Captured first, as what the pattern leaves out would
                // otherwise be dropped at the call.
                if !is_plain(pattern) && !is_reference(&parameter.ty) {
                    self.capture(&parameter.attrs, &name);
                }
                let pattern = rename(parameter, &name);
                self.make_local(&parameter.attrs, &pattern, &name);
                // The other attributes, such as lints, moved with the pattern.
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
        // The `mut` in `ref mut name` belongs to the reference.
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

/// Returns whether the user gave the name, and marked it as unused.
fn is_underscored(name: &Ident) -> bool {
    let text = name.to_string();
    text.starts_with('_') && !is_generated(&text)
}

fn is_generated(name: &str) -> bool {
    name.starts_with("__tr_")
}

/// Allows what clippy says about a generated `let name = name;`: it takes the
/// statement for the user's, because the name is.
fn allow_local(name: &Ident) -> Option<TokenStream> {
    let span = site(name.span());
    if is_underscored(name) {
        return Some(quote_spanned!(span=> #[allow(
            clippy::no_effect_underscore_binding,
            clippy::shadow_same,
            clippy::used_underscore_binding
        )]));
    }
    (!is_generated(&name.to_string())).then(|| quote_spanned!(span=> #[allow(clippy::shadow_same)]))
}

/// Returns whether the block takes the name. One that the body does not mention
/// is left to rustc's `unused_variables`.
fn is_taken(name: &Ident, body: &TokenStream) -> bool {
    let name = name.unraw().to_string();
    name.starts_with('_') || mentions(body, &name)
}

/// Returns whether a name occurs in the tokens or in a format string among
/// them.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{name}")),
        TokenTree::Punct(_) => false,
    })
}
