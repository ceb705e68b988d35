//! Reads the patterns of parameters.

use std::mem;

use proc_macro2::Ident;
use syn::{Pat, PatIdent, PatType};

/// Returns whether this is `name` or `mut name`, and no more.
pub(super) fn is_name(binding: &PatIdent) -> bool {
    binding.by_ref.is_none() && binding.subpat.is_none()
}

/// Returns whether the pattern takes the argument as a whole.
pub(super) fn is_plain(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(binding) => is_name(binding),
        pattern => matches!(pattern, Pat::Wild(_)),
    }
}

/// Replaces the parameter's pattern by a plain name, and returns the pattern.
pub(super) fn rename(parameter: &mut PatType, name: &Ident) -> Pat {
    let ident = name.clone();
    let name = PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None };
    mem::replace(&mut *parameter.pat, Pat::Ident(name))
}

/// Returns the names that a pattern binds, in order.
pub(super) fn bindings(pattern: &mut Pat) -> Vec<&mut PatIdent> {
    let list = match pattern {
        // `None` parses as a name, too. Names in upper case hardly ever bind.
        Pat::Ident(name) if name.ident.to_string().starts_with(char::is_uppercase) => {
            return Vec::new();
        }
        Pat::Ident(name) => return vec![name],
        Pat::Paren(inner) => return bindings(&mut inner.pat),
        Pat::Reference(inner) => return bindings(&mut inner.pat),
        Pat::Struct(list) => {
            return list.fields.iter_mut().flat_map(|field| bindings(&mut field.pat)).collect();
        }
        Pat::Slice(list) => &mut list.elems,
        Pat::Tuple(list) => &mut list.elems,
        Pat::TupleStruct(list) => &mut list.elems,
        // An or-pattern binds a name in several places, which cannot change
        // apart.
        _ => return Vec::new(),
    };
    list.iter_mut().flat_map(bindings).collect()
}
