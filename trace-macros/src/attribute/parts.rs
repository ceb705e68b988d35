//! The parts that every form of a function is made of: its opening, its type,
//! its reading, and where each of them points.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ReturnType, Signature, Type};

use crate::{
    callsite::Callsite,
    function::{
        Function,
        captures::Captures,
        erased::{erased, has_opaque, inferred},
        hidden::Hidden,
        lazy::Lazy,
        returns::{Returns, is_unit},
    },
    options::{Options, ScopeMacro, opening, reading::Reading},
    paths::Private,
    spans::{Spans, site},
};

/// One function, and what is known about it.
pub(super) struct Parts<'a> {
    pub(super) attribute: ScopeMacro,
    pub(super) options: &'a Options,
    pub(super) function: &'a Function,
    pub(super) private: &'a Private,
    pub(super) returns: Returns<'a>,
    pub(super) hidden: Hidden,
}

impl Parts<'_> {
    /// What becomes of the parameters where the signature stays as it is.
    pub(super) fn captures(&self) -> Captures {
        Captures::in_place(&self.function.signature, &self.function.body.statements)
    }

    /// The callsite, with what is known before the scope opens.
    pub(super) fn opening(&self) -> TokenStream {
        let (options, span) = (self.options, self.span());
        // A returned future may be polled where another filter applies.
        let is_lazy =
            matches!(self.returns, Returns::Lazy(_)) || self.hidden == Hidden::BoxedFuture;
        let method = if is_lazy { "fields" } else { "fields_now" };
        let callsite = opening::with_fields(&options.fields, &self.callsite(), method, span);
        let opening = opening::with_carried(&options.carried, callsite, self.private, span);
        let trace_id = options.trace_id.as_ref().map(|id| quote_spanned!(span=> .trace_id(#id)));
        quote!(#opening #trace_id)
    }

    /// The callsite, called like the function unless the options give a name.
    fn callsite(&self) -> Callsite<'_> {
        let mut name = Literal::string(&self.function.name());
        name.set_span(self.span());
        let (kind, place) = (self.attribute.line_kind(), self.function.signature.ident.span());
        self.options.callsite(self.private, kind, name.into_token_stream(), place)
    }

    /// The reading of the value, or of the output of a returned future.
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
                // The type of a box names the output; a bare future may need
                // it.
                let ty = output.filter(|_| !boxed).map(erased);
                Reading::of_value(private, ty.as_ref(), error, span)
            }
            _ => Reading::succeeds(private, span),
        }
    }

    /// `returns::<Type>()`, or the same that first checks the type for a
    /// future.
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

    /// The return type, as written.
    pub(super) fn value(&self) -> Type {
        match &self.function.signature.output {
            ReturnType::Type(_, ty) => Type::clone(ty),
            ReturnType::Default => Type::Verbatim(quote_spanned!(self.span()=> ())),
        }
    }

    /// Where the call around the body points: at the body's value.
    pub(super) fn body_spans(&self) -> Spans {
        self.function.body.value_spans().unwrap_or_else(|| self.type_spans()).site()
    }

    /// Where code that takes or returns the value points: at the return type,
    /// as rustc may report a wrong type there.
    pub(super) fn value_span(&self) -> Span {
        site(self.type_spans().first)
    }

    /// The return type, or the end of the parameters without one.
    pub(super) fn type_spans(&self) -> Spans {
        type_spans(&self.function.signature)
    }

    /// Where everything else points: at the function's name.
    pub(super) fn span(&self) -> Span {
        site(self.function.signature.ident.span())
    }
}

/// The return type, or the end of the parameters without one.
pub(super) fn type_spans(signature: &Signature) -> Spans {
    let end = signature.paren_token.span.close();
    let ty = match &signature.output {
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => TokenStream::new(),
    };
    let ty: Vec<_> = ty.into_iter().collect();
    Spans::of(&ty).unwrap_or(Spans { first: end, last: end })
}
