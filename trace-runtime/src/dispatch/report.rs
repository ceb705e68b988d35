//! Lines of the runtime about its own work.
//!
//! They bypass the filter, and go to the output that they are about.

use super::encode;
use crate::{
    __event_callsite as event_callsite,
    callsite::Callsite,
    clock::Timestamp,
    context::totals::Around,
    error::Error,
    field::value::{ToValue as _, Value},
    json::{cursor::Cursor, time},
    level::Level,
    line::event_keys as keys,
    output::{self, Output, Style},
    record::{Fields, Message, Origin, Record, What},
    writer::{Cause, Gap, Report, complain_at_last, counted},
};

/// Returns the function that reports dropped lines. The writer calls it,
/// because it knows the gap but not the form of a line.
pub(crate) fn dropped(style: &Style) -> Report {
    let style = style.clone();
    Box::new(move |gap, buf| write_dropped(buf, gap, &style))
}

fn write_dropped(buf: &mut Vec<u8>, gap: &Gap, style: &Style) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Lines dropped",
        keys: [
            (keys::LINES_DROPPED), (keys::CAUSE), (keys::FIRST_DROPPED), (keys::LAST_DROPPED),
            (keys::DROPPED_TRACE), (keys::DROPPED_DEBUG), (keys::DROPPED_INFO),
            (keys::DROPPED_WARN), (keys::DROPPED_ERROR)
        ]
    };
    let (total, first, last) = (gap.lines.total(), text(gap.first), text(gap.last));
    // The key of a level is left out if none of its lines were dropped.
    let at = |level| Some(gap.lines.at(level)).filter(|lines| *lines > 0);
    let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error].map(at);
    let [trace, debug, info, warn, error] = levels.each_ref().map(|lines| lines.to_value());
    let (cause, first, last) = (gap.cause.as_str(), first.to_value(), last.to_value());
    let of = [total.to_value(), cause.to_value(), first, last, trace, debug, info, warn, error];
    buf.extend_from_slice(line(callsite, &of, style).text());
}

fn text(at: Timestamp) -> String {
    let mut text = [0; time::LEN];
    let (seconds, micros) = at.split();
    time::write(&mut text, seconds, micros);
    String::from_utf8(text.into()).unwrap_or_default()
}

/// Reports that a directive of the filter was ignored or is ambiguous.
pub(crate) fn directive(output: &Output, error: &Error) {
    let callsite = if error.is_doubtful_directive() {
        event_callsite! {
            level: Warn, target: "trace_runtime", message: "Filter directive in doubt",
            keys: [(keys::ERROR)]
        }
    } else {
        event_callsite! {
            level: Warn, target: "trace_runtime", message: "Filter directive ignored",
            keys: [(keys::ERROR)]
        }
    };
    write_error(output, callsite, error);
}

/// Reports that the name in `TRACE_FORMAT` was ignored.
pub(crate) fn format(output: &Output, error: &Error) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "TRACE_FORMAT ignored",
        keys: [(keys::ERROR)]
    };
    write_error(output, callsite, error);
}

/// What an output reports about itself.
pub(crate) const REPORT: output::Report = output::Report { nothing_passes, detail_lost };

/// Reports how many lines requests held that have not ended, because the process
/// has.
fn detail_lost(output: &Output, lines: u64) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Detail lost",
        keys: [(keys::LINES_DROPPED), (keys::CAUSE)]
    };
    let line = line(callsite, &[lines.to_value(), Cause::Ended.as_str().to_value()], &output.style);
    if !output.writer.write_at_end(line.text().to_vec()) {
        complain_at_last(lost(lines));
    }
}

fn lost(lines: u64) -> String {
    counted(lines, "line of an open request is lost", "lines of open requests are lost")
}

/// Reports that the filter lets nothing of the program through.
fn nothing_passes(output: &Output, error: &Error) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Filter lets nothing through",
        keys: [(keys::ERROR)]
    };
    write_error(output, callsite, error);
}

/// Reports the first panic of an observer, once there is one.
#[inline]
pub(crate) fn observer_panic(output: &Output) {
    if let Some(name) = output.observers.unreported_panic() {
        observer_panicked(output, name);
    }
}

#[cold]
fn observer_panicked(output: &Output, name: &'static str) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Observer panicked",
        keys: [(keys::OBSERVER)]
    };
    let line = line(callsite, &[name.to_value()], &output.style);
    output.writer.write_uncounted(line.text());
}

fn write_error(output: &Output, callsite: &'static Callsite, error: &Error) {
    let line = line(callsite, &[Value::display(error)], &output.style);
    output.writer.write_uncounted(line.text());
}

fn line(callsite: &'static Callsite, values: &[Value<'_>], style: &Style) -> Cursor {
    let record = Record {
        time: Timestamp::now(),
        level: callsite.facts.level,
        ids: None,
        origin: Origin::Callsite(callsite),
        what: What::Event(Message::Constant(callsite.facts.text.message.unwrap_or_default())),
        fields: Fields::Values(values),
        carried: None,
        around: Some(&Around::NOTHING),
    };
    encode::formatted(Cursor::default(), &record, None, style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_an_open_request_is_lost_and_several_are() {
        assert_eq!(lost(1), "1 line of an open request is lost");
        assert_eq!(lost(2), "2 lines of open requests are lost");
    }
}
