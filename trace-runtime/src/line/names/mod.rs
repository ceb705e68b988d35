//! Lines with the key names of others: one table for each format, and an
//! encoder that reads them.
//!
//! The encoder writes what the native one writes, in the same order, so that
//! the two can be read side by side. It is compiled once for each table, and
//! takes a tenth to a third longer than the native one.

mod closing;
mod datadog;
mod ecs;
mod ecs_fields;
mod fields;
mod gcp;
mod head;
mod opaque;
mod otel;
mod plain;
mod spelling;
mod statics;
mod table;
mod tail;

use self::{fields::Seen, plain::Plain, table::Names};
use crate::{
    context::Trace,
    format::Format,
    json::cursor::Cursor,
    line::{encoder::Encoder, tail::Own},
    output::{Constant, StaticField, Style},
    record::{Record, What},
};

/// Returns the names of a format, if it has other ones than ours.
fn of(format: &Format) -> Option<&'static Names> {
    match format {
        Format::Json | Format::Console | Format::Logfmt => None,
        Format::Otel => Some(&otel::NAMES),
        Format::Ecs => Some(&ecs::NAMES),
        Format::Gcp | Format::GcpProject(_) => Some(&gcp::NAMES),
        Format::Datadog => Some(&datadog::NAMES),
    }
}

/// Writes the lines of a format. Each format has a copy of the encoder, in which
/// its table is constant ("a copy for each table" in `speed-notes.md`).
macro_rules! encoders {
    ($($format:ident)*) => {$(
        #[inline(never)]
        pub(super) fn $format(
            to: Cursor,
            record: &Record<'_>,
            trace: Option<&Trace>,
            style: &Style,
        ) -> Cursor {
            static PLAIN: Plain = Plain::new();
            write(to, record, trace, (&self::$format::NAMES, &PLAIN, style))
        }
    )*};
}

encoders! { otel ecs gcp datadog }

/// Writes the line of `record` with these names. `trace` is the one that the
/// record is part of.
#[expect(clippy::inline_always, reason = "so that the names are constant")]
#[inline(always)]
fn write(
    to: Cursor,
    record: &Record<'_>,
    trace: Option<&Trace>,
    (names, plain, style): (&'static Names, &'static Plain, &Style),
) -> Cursor {
    let mut line = Encoder::new(to, style, tail::room_in(record, style));
    line.head_in(names, record);
    line.message_in(names, record);
    if let Some(ids) = record.ids {
        let flags = trace.map_or(0, |trace| trace.flags);
        // In two calls, so that the names are constant in each.
        if record.kind().is_outermost() {
            line.ids_in(&names.ids_of_request, ids, flags);
        } else {
            line.ids_in(&names.ids, ids, flags);
        }
    }
    line.origin_in(names, record);
    if let What::Closing(closing, verdict) = record.what {
        line.closing_in(names, closing, verdict.is_slow);
    }
    let mut seen = Seen::on(names, record, line.to.len());
    line.fields_in((names, plain), record, &mut seen);
    if let Some(carried) = record.carried {
        let own = Own::of(record, None);
        seen =
            line.aside_seeing(seen, move |line, seen| line.carried_in(names, (carried, own), seen));
    }
    line.tail_in(&names.place, record, seen);
    line.to
}

/// Returns the members that end each line, under the names of a format.
pub(super) fn constants(format: &Format, fields: &[StaticField]) -> Vec<Constant> {
    of(format).map(|names| statics::constants(names, fields)).unwrap_or_default()
}
