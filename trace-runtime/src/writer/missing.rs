//! Lines that are in no log, in words: how many, and why.

use super::stats::Cause;

/// Returns what to say of lines that no line of the log reports, by their cause,
/// and of those that the sink has not returned from.
pub(super) fn missing(
    dropped: impl Iterator<Item = (Cause, u64)>,
    under_way: u64,
) -> Option<String> {
    let dropped: Vec<_> = dropped.filter(|(_, lines)| *lines > 0).collect();
    let total: u64 = dropped.iter().map(|(_, lines)| lines).sum();
    let causes = dropped.iter().map(|(cause, lines)| format!("{} {lines}", cause.as_str()));
    let causes = causes.collect::<Vec<_>>().join(", ");
    let lines = |number| counted(number, "line was", "lines were");
    match (total, under_way) {
        (0, 0) => None,
        (_, 0) => Some(format!("{} dropped: {causes}", lines(total))),
        (0, _) => Some(format!("{} being written", lines(under_way))),
        _ => {
            let others = counted(under_way, "was", "were");
            Some(format!("{} dropped ({causes}), and {others} being written", lines(total)))
        }
    }
}

/// Returns a number and what it counts: `1 line`, `2 lines`.
pub(crate) fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_was_dropped_and_several_were() {
        let said = |sink, closed, under_way| {
            let dropped = [(Cause::Overflow, 0), (Cause::Sink, sink), (Cause::Closed, closed)];
            missing(dropped.into_iter(), under_way).unwrap_or_default()
        };
        assert_eq!(said(0, 0, 0), "");
        assert_eq!(said(1, 0, 0), "1 line was dropped: sink 1");
        assert_eq!(said(1, 2, 0), "3 lines were dropped: sink 1, closed 2");
        assert_eq!(said(0, 1, 1), "1 line was dropped (closed 1), and 1 was being written");
        assert_eq!(said(2, 0, 3), "2 lines were dropped (sink 2), and 3 were being written");
    }

    #[test]
    fn lines_that_the_sink_has_not_returned_from_are_not_said_to_be_dropped() {
        assert_eq!(missing([].into_iter(), 1).unwrap(), "1 line was being written");
        assert_eq!(missing([].into_iter(), 2).unwrap(), "2 lines were being written");
    }
}
