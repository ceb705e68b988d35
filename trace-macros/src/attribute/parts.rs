//! What the forms of a function are made of.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ReturnType, Signature, Type};

use crate::{
    callsite::Callsite,
    function::{
        Function,
        erased::{erased, has_opaque, inferred},
        hidden::Hidden,
        lazy::Lazy,
        returns::{Returns, is_unit},
    },
    options::{Options, ScopeMacro, opening, reading::Reading},
    paths::Private,
    spans::{Spans, site},
};

/// What the forms are made of.
pub(super) struct Parts<'a> {
    pub(super) attribute: ScopeMacro,
    pub(super) options: &'a Options,
    pub(super) function: &'a Function,
    pub(super) private: &'a Private,
    pub(super) returns: Returns<'a>,
    pub(super) hidden: Hidden,
}

impl Parts<'_> {
    /// The callsite, and what is known before the scope is open.
    pub(super) fn opening(&self) -> TokenStream {
        let (options, span) = (self.options, self.span());
        // What is returned may be polled elsewhere, where the fields are wanted.
        let is_lazy =
            matches!(self.returns, Returns::Lazy(_)) || self.hidden == Hidden::BoxedFuture;
        let method = if is_lazy { "fields" } else { "fields_now" };
        let callsite = opening::with_fields(&options.fields, &self.callsite(), method, span);
        let opening = opening::with_carried(&options.carried, callsite, self.private, span);
        let trace_id = options.trace_id.as_ref().map(|id| quote_spanned!(span=> .trace_id(#id)));
        quote!(#opening #trace_id)
    }

    /// The callsite, under the function's name unless the options say otherwise.
    fn callsite(&self) -> Callsite<'_> {
        let mut name = Literal::string(&self.function.name());
        name.set_span(self.span());
        let (kind, place) = (self.attribute.line_kind(), self.function.signature.ident.span());
        self.options.callsite(self.private, kind, name.into_token_stream(), place)
    }

    /// How to read the value; that of a future is what it ends with.
    pub(super) fn reading(&self) -> Reading {
        let Self { private, options, .. } = self;
        let (error, span) = (&options.error, self.value_span());
        match &self.returns {
            Returns::Value if has_opaque(&self.value()) => {
                Reading::of_value(private, None, error, span)
            }
            Returns::Value if self.function.is_async() => {
                Reading::of_type(private, &quote_spanned!(span=> __tr_returns), error, span)
            }
            Returns::Value => Reading::of_type(private, &self.returns_call(), error, span),
            Returns::Lazy(Lazy::Future { boxed, output, .. }) if !output.is_some_and(is_unit) => {
                // In a box it is named; a bare one may not know its type yet.
                let ty = output.filter(|_| !boxed).map(erased);
                Reading::of_value(private, ty.as_ref(), error, span)
            }
            _ => Reading::succeeds(private, span),
        }
    }

    /// `returns::<Type>()`, or what looks first whether there is a future in it.
    pub(super) fn returns_call(&self) -> TokenStream {
        let (private, span) = (self.private, self.value_span());
        let ty = match &self.returns {
            Returns::Never => quote_spanned!(span=> #private::Infallible),
            _ => inferred(&self.value()).into_token_stream(),
        };
        match self.hidden {
            Hidden::Nothing => quote_spanned!(span=> #private::returns::<#ty>()),
            Hidden::Future => quote_spanned!(span=> #private::checked::<#ty, _>()),
            Hidden::BoxedFuture => quote_spanned!(span=> #private::called::<#ty, _>()),
        }
    }

    /// The type that the function says it returns.
    pub(super) fn value(&self) -> Type {
        match &self.function.signature.output {
            ReturnType::Type(_, ty) => Type::clone(ty),
            ReturnType::Default => Type::Verbatim(quote_spanned!(self.span()=> ())),
        }
    }

    /// For what is around the body: where its value is.
    pub(super) fn body_spans(&self) -> Spans {
        self.function.body.value_spans().unwrap_or_else(|| self.type_spans()).site()
    }

    /// For what takes or gives back the value: rustc may find it wrong there.
    pub(super) fn value_span(&self) -> Span {
        site(self.type_spans().first)
    }

    pub(super) fn type_spans(&self) -> Spans {
        type_spans(&self.function.signature)
    }

    /// For everything else: the function's name.
    pub(super) fn span(&self) -> Span {
        site(self.function.signature.ident.span())
    }
}

/// The return type, or the end of the parameters where there is none.
pub(super) fn type_spans(signature: &Signature) -> Spans {
    let end = signature.paren_token.span.close();
    let ty = match &signature.output {
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => TokenStream::new(),
    };
    let ty: Vec<_> = ty.into_iter().collect();
    Spans::of(&ty).unwrap_or(Spans { first: end, last: end })
}
