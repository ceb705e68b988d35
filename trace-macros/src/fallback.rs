//! Writes what the user gets after a mistake: the errors, and the item as it
//! was.
//!
//! Without the item, rustc would report a missing function at each of its
//! callers, and an editor would lose it while it is being typed.

use proc_macro2::TokenStream;
use quote::quote;

/// Returns all errors, then the item.
pub(crate) fn errors_and_item(errors: &syn::Error, item: &TokenStream) -> TokenStream {
    let errors = errors.to_compile_error();
    quote!(#errors #item)
}
