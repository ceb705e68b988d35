//! Which names does a parameter's pattern bind?

use std::mem;

use proc_macro2::Ident;
use syn::{Pat, PatIdent, PatType};

/// `name` or `mut name`, and no more.
pub(super) fn is_name(binding: &PatIdent) -> bool {
    binding.by_ref.is_none() && binding.subpat.is_none()
}

/// Whether the pattern takes the argument as a whole.
pub(super) fn is_plain(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(binding) => is_name(binding),
        pattern => matches!(pattern, Pat::Wild(_)),
    }
}

/// Gives the parameter a plain name, and gives back its pattern.
pub(super) fn rename(parameter: &mut PatType, name: &Ident) -> Pat {
    let ident = name.clone();
    let name = PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None };
    mem::replace(&mut *parameter.pat, Pat::Ident(name))
}

/// The names that a pattern binds, in order.
pub(super) fn bindings(pattern: &mut Pat) -> Vec<&mut PatIdent> {
    let list = match pattern {
        // `None` is a pattern, too: what is in upper case hardly ever binds.
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
        // What binds the same name in several places is best left alone.
        _ => return Vec::new(),
    };
    list.iter_mut().flat_map(bindings).collect()
}
