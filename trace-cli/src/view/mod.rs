//! What people see. `safe` is the only way of a log's text to a terminal.

mod bar;
mod detail;
mod fields;
mod figures;
mod head;
mod json;
mod layout;
mod notes;
mod objects;
mod picture;
mod safe;
mod screen;
mod style;
mod table;
mod times;
mod waterfall;

pub(crate) use self::{
    fields::fields,
    figures::{count, counted, millis, percent, three_digits},
    head::{outcome_word, put_request_name, request_name},
    json::{Object, ms, string},
    notes::{Gap, Story},
    objects::object,
    picture::picture,
    safe::{safe, width},
    screen::{Screen, is_ascii_locale},
    style::{Style, paint},
    table::{Align, Table},
    times::{between, clock, date, iso, moment, moment_in},
};

#[cfg(test)]
mod tests;
