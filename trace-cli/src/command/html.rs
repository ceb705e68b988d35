//! One page to send to a colleague.

use std::{
    fs::File,
    io::{self, Write as _},
};

use super::{
    exit::Exit,
    output::{Output, complain},
};
use crate::{
    args::Html,
    error::Error,
    filter::Filter,
    html::{Chooser, page},
    line::{Kind, Line, Piece, Role},
    scan::{Depths, Tally},
    source::Set,
    stat::Groups,
    trace::{Assembler, Keep, Name, Names, Take, Text, Trace, Tree},
    view::{Object, between, request_name, string, three_digits},
    zone::Zone,
};

pub(super) fn run(args: &Html) -> Result<Exit, Error> {
    let mut set = Set::new(&args.files).with_keys(args.reading.keys);
    let (filter, _) = args.choice.filter(&mut set, Zone::Utc)?;
    let mut found = Found {
        // What is slow is on the page in any case; it is not all that is.
        filter: Filter { slow_ns: None, ..filter.clone() },
        chooser: Chooser::new(args.limit, filter.slow_ns),
        groups: Groups::default(),
        range: None,
    };
    let mut traces = Assembler::new(Keep::Everything, args.hold.hold);
    let complaints = set.lines_by_time(Depths::default(), &mut Tally::default(), |seen| {
        if let Piece::Line(line) = &seen.piece {
            found.line(line);
            traces.add(line, &mut found);
        }
    });
    traces.finish(&mut found);
    let meta = found.meta(&set);
    let page = page(&mut found.chooser, &meta)?;
    write(args, &page)?;
    complain(&complaints);
    Ok(Exit::found(found.chooser.seen != (0, 0)).after(&complaints))
}

fn write(args: &Html, page: &str) -> Result<(), Error> {
    let Some(path) = &args.output else {
        let mut output = Output::plain();
        output.write(page)?;
        return output.finish();
    };
    let written = File::create(path).and_then(|mut file| file.write_all(page.as_bytes()));
    let failed = |error: io::Error| Error::wrong(format!("{}: {error}", path.display()));
    written.map_err(failed)
}

struct Found {
    filter: Filter,
    chooser: Chooser,
    /// All requests by route: the percentiles are of the whole log.
    groups: Groups,
    range: Option<(i64, i64)>,
}

impl Take for Found {
    fn take(&mut self, trace: &Trace, names: &Names) {
        let takes = |at: Text| trace.line(at).is_some_and(|line| self.filter.takes(&line));
        let mut requests = trace.spans.iter().filter(|span| span.is_request());
        if self.filter.is_all() || requests.any(|span| takes(span.text)) {
            self.chooser.add(trace, names, &Tree::new(trace));
        }
    }
}

impl Found {
    fn line(&mut self, line: &Line<'_>) {
        if line.kind() == Kind::Event || !line.is_request() || !line.has(Role::Outcome) {
            return;
        }
        let name = self.groups.names.of_text(&request_name(line));
        let key = [name, Name::NONE, Name::NONE, Name::NONE];
        self.groups.of(key).add(line.duration_ns(), line.outcome().is_failed());
        if let Some(end) = line.time_ns() {
            let (first, last) = self.range.unwrap_or((end, end));
            self.range = Some((first.min(end), last.max(end)));
        }
    }

    /// Returns what the page says of the whole log.
    fn meta(&self, set: &Set) -> String {
        let mut routes = self.groups.all();
        routes.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.durations.sum_ns()));
        let route = |([name, ..], entry): &([&str; 4], &crate::stat::Entry)| {
            let mut text = "[".to_owned();
            string(&mut text, name);
            text.push_str(&format!(",{},{}", entry.calls, entry.errors));
            for share in [0.5, 0.95, 0.99] {
                let of = entry.durations.percentile(share).map(three_digits).unwrap_or_default();
                text.push_str(&format!(",\"{of}\""));
            }
            text + "]"
        };
        let routes: Vec<_> = routes.iter().take(200).map(route).collect();
        let files: Vec<_> = set.inputs.iter().map(crate::source::Input::name).collect();
        let object = Object::new().text("title", &files.join(" "));
        let object = object.number("requests", self.chooser.seen.0 + self.chooser.seen.1);
        let range =
            self.range.map(|(begin, end)| between(begin, end, Zone::Utc)).unwrap_or_default();
        object.some("range", &range).list("routes", &routes).end()
    }
}
