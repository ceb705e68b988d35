//! Which of several settings counts.

use crate::settings::{Choices, SignalChoices, Transport};

/// The program's choice goes first.
pub(super) fn either<T>(code: Option<T>, environment: Option<T>) -> Option<T> {
    code.or(environment)
}

/// Returns how the requests of a signal are sent, and whether the endpoint is
/// the signal's own. The program goes first; in it, and among the variables,
/// the signal's own setting goes before the general one.
pub(super) fn transport_of(
    [code, environment]: [&Choices; 2],
    of: fn(&Choices) -> &SignalChoices,
) -> (Transport, bool) {
    let all = [
        (&of(code).transport, true),
        (&code.general, false),
        (&of(environment).transport, true),
        (&environment.general, false),
    ];
    let is_own = all.iter().find(|(it, _)| it.endpoint.is_some()).is_some_and(|(_, own)| *own);
    let transport =
        all.into_iter().fold(Transport::default(), |first, (next, _)| first.or(next.clone()));
    (transport, is_own)
}
