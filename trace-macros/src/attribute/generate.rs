//! Generates the expansion of a function, in the form that was chosen.
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
//!     return timed_with(
//!         callsite!(step, target: module, name: "load"),
//!         async move {
//!             let _ = &id;
//!             let _ = if false { return __tr_returns.value(); };
//!             Ok(query(id).await?)
//!         },
//!         __tr_returns.by_display(),
//!     );
//! }
//! ```
//!
//! The callsite and the type stand outside the block, so they do not see what
//! the body declares, and the body does not see them. The statement with
//! `return` fixes the type of `return` and `?` in the block, so that
//! `return Box::new(x)` becomes a `Box<dyn Trait>` as in a function. The last
//! argument says how the value is read.
//!
//! `expansions/` shows every form in full.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ReturnType, Token, Type};

use super::{
    form::{Form, returns},
    parts::{Parts, type_spans},
};
use crate::{
    function::{Function, captures::Captures, hidden::Hidden, returns::Returns},
    options::{Options, ScopeMacro, reading::Reading},
    paths::Private,
    spans::site,
};

/// Returns the function with its body in a scope.
pub(super) fn generate(
    attribute: ScopeMacro,
    options: &Options,
    function: &Function,
) -> TokenStream {
    let private = match &options.runtime {
        Some(path) => Private::of(path),
        None => Private::by_name().at(type_spans(&function.signature).first),
    };
    let returns = returns(options, function);
    let hidden = hidden(attribute, options, function);
    let form = Form::of(attribute, options, function, &returns, hidden);
    let parts = Parts { attribute, options, function, private: &private, returns, hidden };
    match form {
        Form::Guard => parts.guard(),
        Form::Closure => parts.closure(),
        Form::Called => parts.called(),
        Form::ImplFuture => parts.impl_future(),
        Form::AsyncFn => parts.async_fn(),
        Form::Returned { boxed } => parts.returned(boxed),
    }
}

/// Returns what the runtime has to look for in the value. A handler that is not
/// `async` is `main` or a test: nothing.
fn hidden(attribute: ScopeMacro, options: &Options, function: &Function) -> Hidden {
    match &function.signature.output {
        ReturnType::Type(_, ty)
            if attribute == ScopeMacro::Timed
                && !function.is_async()
                && options.construction.is_none() =>
        {
            Hidden::of(ty)
        }
        _ => Hidden::Nothing,
    }
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
        let captures = self.captures();
        let (opening, closure) = (self.opening(), self.closure_block(&captures));
        let reading = self.reading();
        let run = match (self.attribute, &reading) {
            (ScopeMacro::TracedHandler, Reading::OfType(_)) => "block_with",
            (ScopeMacro::TracedHandler, Reading::OfValue(_)) => "block",
            (ScopeMacro::Timed | ScopeMacro::Step, Reading::OfType(_)) => "run_with",
            (ScopeMacro::Timed | ScopeMacro::Step, Reading::OfValue(_)) => "run",
        };
        let run = self.call(run, quote!(#opening, #closure, #reading));
        self.with_captures(&captures, &self.returning(&run))
    }

    /// `call(…, move || -> Type { statements }, called::<Type>().end(), …)`
    fn called(&self) -> TokenStream {
        let captures = self.captures();
        let (opening, closure) = (self.opening(), self.closure_block(&captures));
        let (returns, span, private) = (self.returns_call(), self.value_span(), self.private);
        let end = quote_spanned!(span=> #returns.end());
        let output = quote_spanned!(span=> #returns.output());
        let reading = Reading::of_type(private, &output, &self.options.error, span);
        let call = self.call("call", quote!(#opening, #closure, #end, #reading));
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
    /// If the user has no `where`, one is added, at the user's last token:
    /// rustc points at the whole attribute if a signature ends in a macro's
    /// token. The rest of the type is a macro's, so that clippy does not call
    /// it complex.
    fn future_type(&self) -> TokenStream {
        let (private, spans, output) = (self.private, self.type_spans(), self.value());
        let end = Token![>](site(spans.last));
        let is_last = self.function.signature.generics.where_clause.is_none();
        let last = is_last.then(|| Token![where](spans.last));
        quote_spanned!(site(spans.first)=> impl #private::Future<Output = #output #end #last)
    }

    /// `async fn … { timed(…, async move { statements }, …).await }`
    fn async_fn(&self) -> TokenStream {
        let captures = self.captures();
        let (span, timed) = (self.body_spans().last, self.timed(&self.async_block(&captures)));
        let awaited = if let Returns::Never = self.returns {
            // The type of a block cannot be `!` yet, so it is `Infallible`.
            quote_spanned!(span=> match #timed.await {})
        } else {
            self.returning(&quote_spanned!(span=> #timed.await))
        };
        self.with_returns(&captures, &awaited)
    }

    /// `timed(…, (move || -> Type { statements })(), …)`, in a box if the
    /// user's future was in one.
    ///
    /// Without the closure, `return future` would leave the function with a
    /// future that is not timed.
    fn returned(&self, boxed: bool) -> TokenStream {
        let Self { private, function, .. } = self;
        let captures = self.captures();
        let span = self.value_span();
        let future = if function.has_attribute("track_caller") {
            // In a closure, the body would see the closure's caller.
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
}
