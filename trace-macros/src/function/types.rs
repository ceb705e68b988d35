//! Reads types as the user wrote them.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// Returns the type in parentheses, or in the invisible group around `$t:ty`.
pub(super) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        ty => ty,
    }
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Returns the `T` of `Box<T>` or of `BoxFuture<'_, T>`.
pub(super) fn type_argument(segment: &PathSegment) -> Option<&Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    })
}

/// Returns the `T` of `Future<Output = T>`.
pub(super) fn associated_type<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// Returns the types of the values that a `segment` may hold: its type
/// arguments, without the error of a `Result`.
pub(super) fn contents(segment: &PathSegment) -> Vec<&Type> {
    let types = arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    });
    types.take(if segment.ident == "Result" { 1 } else { usize::MAX }).collect()
}

/// Returns whether a type of this name is known to hold values of its type
/// arguments.
pub(super) fn is_container(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["Arc", "Box", "Option", "Pin", "Poll", "Rc", "Result", "Vec", "VecDeque"];
    NAMES.contains(&name)
}

fn arguments(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &GenericArgument> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten()
}
