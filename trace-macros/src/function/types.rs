//! How is a type read that the user wrote?

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The type inside parentheses, and inside the invisible group around `$t:ty`.
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

/// The `T` of `Box<T>`, or of `BoxFuture<'_, T>`.
pub(super) fn type_argument(segment: &PathSegment) -> Option<&Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    })
}

/// The `T` of `Future<Output = T>`.
pub(super) fn associated_type<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    arguments(segment).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// What a value of `segment` holds: an error is none of the work.
pub(super) fn contents(segment: &PathSegment) -> Vec<&Type> {
    let types = arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(peel(ty)),
        _ => None,
    });
    types.take(if segment.ident == "Result" { 1 } else { usize::MAX }).collect()
}

/// What is known by its name to hold values of its type argument.
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
