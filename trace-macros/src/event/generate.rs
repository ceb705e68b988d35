//! Generates the expansion of an event.
//!
//! ```text
//! // Input:
//! info!(user_id, "fetched {n} messages");
//!
//! // Output, with `$crate::__private::` left out:
//! if let Some(__tr_event) = &event(event_callsite!(
//!     level: Info, target: module, message: _, keys: ["user_id"]
//! )) {
//!     __tr_event.write_with(format_args!("fetched {n} messages"), &[field(value(&user_id).shown())]);
//! }
//! ```
//!
//! Nothing of the user's is evaluated if the filter turns the event off.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::{
    args::{Args, Level},
    message::Message,
};
use crate::{callsite::EventCallsite, paths::Private};

pub(crate) fn generate(args: &Args) -> TokenStream {
    let span = Span::mixed_site();
    let private = &args.private;
    let callsite = callsite(args, private);
    let event = match &args.level {
        Level::Variant(_) => quote_spanned!(span=> #private::event(#callsite)),
        Level::Computed(level) => quote_spanned!(span=> #private::event_at(#callsite, #level)),
    };
    let write = args.fields.with_values(private, |values| match &args.message {
        Some(message) if message.constant().is_none() => {
            let Message { text, arguments } = message;
            let message = quote_spanned!(span=> #private::format_args!(#text #arguments));
            quote_spanned!(span=> __tr_event.write_with(#message, #values))
        }
        _ => quote_spanned!(span=> __tr_event.write(#values)),
    });
    quote_spanned!(span=>
        if let #private::Some(__tr_event) = &#event {
            #write;
        }
    )
}

fn callsite<'a>(args: &'a Args, private: &'a Private) -> EventCallsite<'a> {
    EventCallsite {
        private,
        level: match &args.level {
            Level::Variant(level) => level.clone(),
            // Not read: `event_at` takes the level.
            Level::Computed(_) => Ident::new("Info", Span::mixed_site()),
        },
        target: args.target.as_ref(),
        message: match &args.message {
            Some(message) => message.constant(),
            None => Some(Literal::string("")),
        },
        fields: &args.fields,
    }
}
