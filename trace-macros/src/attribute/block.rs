//! The user's statements as a block, the call around it, and the function
//! around both.

use proc_macro2::{Group, Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ReturnType, Token, Type};

use super::parts::Parts;
use crate::{
    function::{captures::Captures, erased::erased, returns::returns_awaitable},
    options::{ScopeMacro, reading::Reading},
    spans::site,
};

impl Parts<'_> {
    /// `async move { statements }`
    pub(super) fn async_block(&self, captures: &Captures) -> TokenStream {
        let returns = quote_spanned!(self.value_span()=>
            let _ = if false { return __tr_returns.value(); };
        );
        let captures = &captures.statements;
        let block = self.block(&quote!(#captures #returns));
        let (first, span) = (Token![async](block.span_open()), site(block.span_open()));
        quote_spanned!(span=> #first move #block)
    }

    /// `move || -> Type { statements }`
    pub(super) fn closure_block(&self, captures: &Captures) -> TokenStream {
        let block = self.block(&captures.statements);
        let (first, span) = (Token![move](block.span_open()), site(block.span_open()));
        let ty = match &self.function.signature.output {
            ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)) => None,
            ReturnType::Type(arrow, ty) => Some((arrow, erased(ty))),
            ReturnType::Default => None,
        }
        .map(|(arrow, ty)| quote!(#arrow #ty));
        quote_spanned!(span=> #first || #ty #block)
    }

    /// The user's braces, with these statements before the user's own.
    pub(super) fn block(&self, first: &TokenStream) -> Group {
        let body = &self.function.body;
        body.braces(body.after(first))
    }

    /// `timed_with(opening, future, reading)`
    pub(super) fn timed(&self, future: &TokenStream) -> TokenStream {
        let (opening, reading) = (self.opening(), self.reading());
        let timed = match (self.attribute, &reading) {
            (ScopeMacro::TracedHandler, Reading::OfType(_)) => "handler_with",
            (ScopeMacro::TracedHandler, Reading::OfValue(_)) => "handler",
            (ScopeMacro::Timed | ScopeMacro::Step, Reading::OfType(_)) => "timed_with",
            (ScopeMacro::Timed | ScopeMacro::Step, Reading::OfValue(_)) => "timed",
        };
        self.call(timed, quote!(#opening, #future, #reading))
    }

    /// The call around the body. It points at the body's value, as rustc may
    /// report a mistake in one at the other.
    pub(super) fn call(&self, function: &str, arguments: TokenStream) -> TokenStream {
        let value = self.body_spans();
        let (function, private) = (Ident::new(function, value.first), self.private.at(value.first));
        let arguments = value.arguments(arguments);
        quote_spanned!(value.first=> #private::#function #arguments)
    }

    /// `return expression`, because users may turn on clippy's
    /// `implicit_return`.
    pub(super) fn returning(&self, expression: &TokenStream) -> TokenStream {
        quote_spanned!(self.body_spans().first=> return #expression)
    }

    /// The function around an expression whose block names `__tr_returns`.
    pub(super) fn with_returns(
        &self,
        captures: &Captures,
        expression: &TokenStream,
    ) -> TokenStream {
        let (call, span) = (self.returns_call(), self.value_span());
        let returns = quote_spanned!(span=> let __tr_returns = #call;);
        let allow = returns_awaitable(&self.function.signature).then(|| {
            // Clippy thinks that a block that ends in a future lacks an
            // `.await`; about a function it does not.
            quote_spanned!(span=> #[allow(clippy::async_yields_async)])
        });
        let function = self.with_captures(captures, &quote!(#returns #expression));
        quote!(#allow #function)
    }

    /// The function around statements whose block captures its arguments.
    pub(super) fn with_captures(
        &self,
        captures: &Captures,
        statements: &TokenStream,
    ) -> TokenStream {
        let function = self.function.with(&captures.signature, statements);
        let allow = captures.has_mut_self.then(|| {
            // rustc takes what is assigned to a captured `self` for lost.
            quote_spanned!(self.span()=> #[allow(unused_assignments)])
        });
        quote!(#allow #function)
    }
}
