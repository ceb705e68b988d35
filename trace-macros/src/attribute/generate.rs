//! What does a function become?
//!
//! ```text
//! // Input:
//! #[timed]
//! async fn load(id: u64) -> Result<Order, Error> {
//!     Ok(query(id).await?)
//! }
//!
//! // Output, with `::trace_runtime::__private::` left out:
//! fn load(id: u64) -> impl Future<Output = Result<Order, Error>> {
//!     let __tr_returns = returns::<Result<Order, Error>>();
//!     timed_with(
//!         callsite!(kind: step, level: Info, target: module, name: "load", keys: []),
//!         async move {
//!             let _ = &id;
//!             let _ = if false { return __tr_returns.value(); };
//!             Ok(query(id).await?)
//!         },
//!         __tr_returns.by_display(),
//!     )
//! }
//! ```
//!
//! The static of the callsite lies in an argument, and the type is named outside
//! the block, so neither sees what the body declares, nor is seen by it. The
//! statement with `return` tells the type of `return` and `?` in the block, so
//! that `return Box::new(x)` becomes a `Box<dyn Trait>` as it does in a function.
//! The last argument says how to read the value, by its type.
//!
//! The other forms are in `expansions/`, each as a whole.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ReturnType, Signature, Token, Type};

use super::form::Form;
use crate::callsite::Callsite;
use crate::function::Function;
use crate::function::captures::Captures;
use crate::function::erased::{erased, has_opaque, inferred};
use crate::function::lazy::{Hidden, Lazy};
use crate::function::returns::{Returns, is_unit, returns_awaitable};
use crate::options::opening;
use crate::options::reading::Outcome;
use crate::options::{Args, Attribute};
use crate::paths::Private;
use crate::spans::{Spans, site};

/// The function, traced.
pub(crate) fn generate(attribute: Attribute, args: &Args, function: &Function) -> TokenStream {
    let private = match &args.runtime {
        Some(path) => Private::of(path),
        None => Private::by_name().at(type_spans(&function.signature).first),
    };
    let returns = match args.construction {
        Some(_) => Returns::of_construction(&function.signature),
        None => Returns::of(&function.signature),
    };
    let hidden = hidden(attribute, args, function);
    let form = Form::of(attribute, args, function, &returns, hidden);
    let parts = Parts { attribute, args, function, private: &private, returns, hidden };
    match form {
        Form::Guard => parts.guard(),
        Form::Closure => parts.closure(),
        Form::Called => parts.called(),
        Form::ImplFuture => parts.impl_future(),
        Form::AsyncFn => parts.async_fn(),
        Form::Returned { boxed } => parts.returned(boxed),
    }
}

/// What the value may hide that is to be looked for. A handler that is not `async`
/// is `main` or a test.
fn hidden(attribute: Attribute, args: &Args, function: &Function) -> Hidden {
    match &function.signature.output {
        ReturnType::Type(_, ty)
            if attribute == Attribute::Timed
                && !function.is_async()
                && args.construction.is_none() =>
        {
            Hidden::of(ty)
        }
        _ => Hidden::Nothing,
    }
}

/// What the forms are made of.
struct Parts<'a> {
    attribute: Attribute,
    args: &'a Args,
    function: &'a Function,
    private: &'a Private,
    returns: Returns<'a>,
    hidden: Hidden,
}

impl Parts<'_> {
    /// `let __tr_guard = enter(…); statements`
    fn guard(&self) -> TokenStream {
        let Self { private, function, .. } = self;
        let (opening, span) = (self.opening(), self.span());
        let enter = if self.hidden == Hidden::Nothing {
            quote_spanned!(span=> #private::enter(#opening))
        } else {
            let (returns, span) = (self.returns_call(), self.value_span());
            let finished = quote_spanned!(span=> #returns.finished());
            quote_spanned!(span=> #private::enter_with(#opening, #finished))
        };
        let entered = quote_spanned!(span=> let __tr_guard = #enter;);
        function.with(&function.signature, &function.body.after(&entered))
    }

    /// `run(…, move || -> Type { statements }, …)`
    fn closure(&self) -> TokenStream {
        let function = self.function;
        let captures = Captures::in_place(&function.signature, &function.body.statements);
        let (opening, closure) = (self.opening(), self.closure_block(&captures));
        let outcome = self.outcome();
        let run = match (self.attribute, outcome.is_reading) {
            (Attribute::TracedHandler, true) => "block_with",
            (Attribute::TracedHandler, false) => "block",
            (Attribute::Timed | Attribute::Step, true) => "run_with",
            (Attribute::Timed | Attribute::Step, false) => "run",
        };
        let outcome = outcome.tokens;
        let run = self.call(run, quote!(#opening, #closure, #outcome));
        self.with_captures(&captures, &self.returning(&run))
    }

    /// `call(…, move || -> Type { statements }, called::<Type>().end(), …)`
    fn called(&self) -> TokenStream {
        let function = self.function;
        let captures = Captures::in_place(&function.signature, &function.body.statements);
        let (opening, closure) = (self.opening(), self.closure_block(&captures));
        let (returns, span, private) = (self.returns_call(), self.value_span(), self.private);
        let end = quote_spanned!(span=> #returns.end());
        let output = quote_spanned!(span=> #returns.output());
        let outcome = Outcome::of_type(private, &output, &self.args.error, span).tokens;
        let call = self.call("call", quote!(#opening, #closure, #end, #outcome));
        self.with_captures(&captures, &self.returning(&call))
    }

    /// `fn … -> impl Future<Output = Type> { timed(…, async move { statements }, …) }`
    fn impl_future(&self) -> TokenStream {
        let function = self.function;
        let mut captures = Captures::renamed(&function.signature, &function.body.statements);
        captures.signature.asyncness = None;
        captures.signature.output = ReturnType::Type(
            Token![->](self.value_span()),
            Box::new(Type::Verbatim(self.future_type())),
        );
        let timed = self.timed(&self.async_block(&captures));
        self.with_returns(&captures, &self.returning(&timed))
    }

    /// `impl Future<Output = Type> where`
    ///
    /// The `where` is there if the user has none: with it ends the signature, and
    /// what points at a signature that ends in a macro's token points at the whole
    /// attribute. The type itself must be a macro's, or clippy finds it complex.
    fn future_type(&self) -> TokenStream {
        let (private, spans, output) = (self.private, self.type_spans(), self.value());
        let end = Token![>](site(spans.last));
        let is_last = self.function.signature.generics.where_clause.is_none();
        let last = is_last.then(|| Token![where](spans.last));
        quote_spanned!(site(spans.first)=> impl #private::Future<Output = #output #end #last)
    }

    /// `async fn … { timed(…, async move { statements }, …).await }`
    fn async_fn(&self) -> TokenStream {
        let captures = Captures::in_place(&self.function.signature, &self.function.body.statements);
        let (span, timed) = (self.body_spans().last, self.timed(&self.async_block(&captures)));
        let awaited = if let Returns::Never = self.returns {
            // A block that ends in `!` cannot be named yet: it says `Infallible`.
            quote_spanned!(span=> match #timed.await {})
        } else {
            self.returning(&quote_spanned!(span=> #timed.await))
        };
        self.with_returns(&captures, &awaited)
    }

    /// `timed(…, (move || -> Type { statements })(), …)`, boxed where the user's was.
    ///
    /// The closure keeps a `return` from leaving with a future that is not
    /// timed.
    fn returned(&self, boxed: bool) -> TokenStream {
        let Self { private, function, .. } = self;
        let captures = Captures::in_place(&function.signature, &function.body.statements);
        let span = self.value_span();
        let future = if function.has_attribute("track_caller") {
            // Inside a closure, the body would see the closure's caller.
            self.block(&TokenStream::new()).into_token_stream()
        } else {
            let closure = self.closure_block(&captures);
            quote_spanned!(span=> (#closure)())
        };
        let timed = self.timed(&future);
        let statement =
            if boxed { quote_spanned!(span=> #private::pin_box(#timed)) } else { timed };
        self.with_captures(&captures, &self.returning(&statement))
    }

    /// `return expression`: else clippy's `implicit_return` misses the word, where
    /// it is turned on.
    fn returning(&self, expression: &TokenStream) -> TokenStream {
        quote_spanned!(self.body_spans().first=> return #expression)
    }

    /// `timed_with(opening, future, reading)`
    fn timed(&self, future: &TokenStream) -> TokenStream {
        let (opening, outcome) = (self.opening(), self.outcome());
        let open = match (self.attribute, outcome.is_reading) {
            (Attribute::TracedHandler, true) => "handler_with",
            (Attribute::TracedHandler, false) => "handler",
            (Attribute::Timed | Attribute::Step, true) => "timed_with",
            (Attribute::Timed | Attribute::Step, false) => "timed",
        };
        let outcome = outcome.tokens;
        self.call(open, quote!(#opening, #future, #outcome))
    }

    /// The call around the body, which points at the body's value: whatever rustc
    /// finds wrong with the one it finds wrong with the other.
    fn call(&self, function: &str, arguments: TokenStream) -> TokenStream {
        let value = self.body_spans();
        let (function, private) = (Ident::new(function, value.first), self.private.at(value.first));
        let arguments = value.arguments(arguments);
        quote_spanned!(value.first=> #private::#function #arguments)
    }

    /// The callsite, and what is known before the scope is open.
    fn opening(&self) -> TokenStream {
        let (args, span) = (self.args, self.span());
        // What is returned may be polled elsewhere, where the fields are wanted.
        let is_lazy =
            matches!(self.returns, Returns::Lazy(_)) || self.hidden == Hidden::BoxedFuture;
        let method = if is_lazy { "fields" } else { "fields_now" };
        let callsite = opening::with_fields(&args.fields, &self.callsite(), method, span);
        let opening = opening::with_carried(&args.carried, callsite, self.private, span);
        let trace_id = args.trace_id.as_ref().map(|id| quote_spanned!(span=> .trace_id(#id)));
        quote!(#opening #trace_id)
    }

    fn callsite(&self) -> Callsite<'_> {
        let Self { attribute, args, function, .. } = self;
        let place = function.signature.ident.span();
        Callsite {
            private: self.private,
            place,
            kind: attribute.kind(),
            is_job: args.is_job,
            level: args.level(place),
            target: args.target.as_ref(),
            name: args.name.clone().unwrap_or_else(|| {
                let mut name = Literal::string(&function.name());
                name.set_span(self.span());
                name.into_token_stream()
            }),
            fields: &args.fields,
            slow: args.slow,
            cancelled: args.cancelled.as_ref(),
        }
    }

    /// How to read the value; that of a future is what it ends with.
    fn outcome(&self) -> Outcome {
        let Self { private, args, .. } = self;
        let (error, span) = (&args.error, self.value_span());
        match &self.returns {
            Returns::Value if has_opaque(&self.value()) => {
                Outcome::of_value(private, None, error, span)
            }
            Returns::Value if self.function.is_async() => {
                Outcome::of_type(private, &quote_spanned!(span=> __tr_returns), error, span)
            }
            Returns::Value => Outcome::of_type(private, &self.returns_call(), error, span),
            Returns::Lazy(Lazy::Future { boxed, output, .. }) if !output.is_some_and(is_unit) => {
                // In a box it is named; a bare one may not know its type yet.
                let ty = output.filter(|_| !boxed).map(erased);
                Outcome::of_value(private, ty.as_ref(), error, span)
            }
            _ => Outcome::succeeds(private, span),
        }
    }

    /// `returns::<Type>()`, or what looks first whether there is a future in it.
    fn returns_call(&self) -> TokenStream {
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

    /// `async move { statements }`
    fn async_block(&self, captures: &Captures) -> TokenStream {
        let returns = quote_spanned!(self.value_span()=>
            let _ = if false { return __tr_returns.value(); };
        );
        let captures = &captures.statements;
        let block = self.block(&quote!(#captures #returns));
        let (first, span) = (Token![async](block.span_open()), site(block.span_open()));
        quote_spanned!(span=> #first move #block)
    }

    /// `move || -> Type { statements }`
    fn closure_block(&self, captures: &Captures) -> TokenStream {
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

    /// The user's braces, with some statements before the user's own.
    fn block(&self, first: &TokenStream) -> Group {
        let body = &self.function.body;
        body.braces(body.after(first))
    }

    /// The function around an expression whose block names `__tr_returns`.
    fn with_returns(&self, captures: &Captures, expression: &TokenStream) -> TokenStream {
        let (call, span) = (self.returns_call(), self.value_span());
        let returns = quote_spanned!(span=> let __tr_returns = #call;);
        let allow = returns_awaitable(&self.function.signature).then(|| {
            // Of a block that ends in a future, clippy thinks that it lacks an
            // `.await`; of a function, it does not.
            quote_spanned!(span=> #[allow(clippy::async_yields_async)])
        });
        let function = self.with_captures(captures, &quote!(#returns #expression));
        quote!(#allow #function)
    }

    /// The function around statements whose block captures its arguments.
    fn with_captures(&self, captures: &Captures, statements: &TokenStream) -> TokenStream {
        let function = self.function.with(&captures.signature, statements);
        let allow = captures.has_mut_self.then(|| {
            // What is assigned to a captured `self` rustc believes to be lost.
            quote_spanned!(self.span()=> #[allow(unused_assignments)])
        });
        quote!(#allow #function)
    }

    /// The type that the function says it returns.
    fn value(&self) -> Type {
        match &self.function.signature.output {
            ReturnType::Type(_, ty) => Type::clone(ty),
            ReturnType::Default => Type::Verbatim(quote_spanned!(self.span()=> ())),
        }
    }

    /// For what is around the body: where its value is.
    fn body_spans(&self) -> Spans {
        self.function.body.value_spans().unwrap_or_else(|| self.type_spans()).site()
    }

    /// For what takes or gives back the value: rustc may find it wrong there.
    fn value_span(&self) -> Span {
        site(self.type_spans().first)
    }

    fn type_spans(&self) -> Spans {
        type_spans(&self.function.signature)
    }

    /// For everything else: the function's name.
    fn span(&self) -> Span {
        site(self.function.signature.ident.span())
    }
}

/// The return type, or the end of the parameters where there is none.
fn type_spans(signature: &Signature) -> Spans {
    let end = signature.paren_token.span.close();
    let ty = match &signature.output {
        ReturnType::Type(_, ty) => ty.to_token_stream(),
        ReturnType::Default => TokenStream::new(),
    };
    let ty: Vec<_> = ty.into_iter().collect();
    Spans::of(&ty).unwrap_or(Spans { first: end, last: end })
}
