//! What does a user get who made a mistake?
//!
//! The errors, and beside them the item as it was: a function that vanished
//! would be reported again at each of its callers, and an editor would lose it
//! while it is being typed.

use proc_macro2::TokenStream;
use quote::quote;

/// All errors, then the untouched item.
pub(crate) fn errors_and_item(errors: &syn::Error, item: &TokenStream) -> TokenStream {
    let errors = errors.to_compile_error();
    quote!(#errors #item)
}
