use std::io::Read;

use proptest::prelude::*;

use super::{lines::Lines, *};
use crate::line::{Depth, Kind, Piece, Role};

/// Gives its bytes a few at a time, as a pipe may.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(buf.len()).min(self.0.len());
        let (read, rest) = self.0.split_at(len);
        buf[..len].copy_from_slice(read);
        self.0 = rest;
        Ok(len)
    }
}

fn line(number: usize) -> String {
    format!(
        "{{\"timestamp\":\"2026-11-22T03:00:09.143456Z\",\"level\":\"INFO\",\"message\":\"{number}\",\"target\":\"t\"}}"
    )
}

fn log() -> String {
    let lines = (0..40).map(|number| match number % 7 {
        5 => format!("text {number}"),
        6 => format!("{}{}", line(number), line(number)),
        _ => line(number),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn messages<R: Read>(mut blocks: Blocks<R>) -> (Vec<String>, Tally) {
    let (mut lines, mut found) = (Lines::default(), Vec::new());
    let mut take = |seen: Seen<'_>| {
        found.push(match &seen.piece {
            Piece::Line(line) => line.string(Role::Message).unwrap().into_owned(),
            Piece::Other => "other".to_owned(),
            Piece::Broken => "broken".to_owned(),
        });
    };
    while let Some(block) = blocks.next().unwrap() {
        lines.block(&block, &mut take);
    }
    lines.finish(false, &mut take);
    (found, lines.tally)
}

#[test]
fn blocks_of_any_size_hold_the_same_lines() {
    let log = log();
    let whole = messages(Blocks::new(log.as_bytes()));
    assert_eq!(whole.1.lines(), 45);
    for size in (1..300).chain([1 << 10, 1 << 16, 1 << 20]) {
        for read in [1, 7, 1 << 20] {
            let these = messages(Blocks::with_size(Slow(log.as_bytes(), read), size));
            assert_eq!(whole, these, "blocks of {size}, read {read} at a time");
        }
    }
}

#[test]
fn parts_of_a_file_hold_the_same_lines() {
    let path = std::env::temp_dir().join(format!("trace-parts-{}", std::process::id()));
    std::fs::write(&path, log()).unwrap();
    let file = std::fs::File::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let len = file.metadata().unwrap().len();
    let whole = messages(Blocks::new(log().as_bytes())).0;
    for count in 1..=64 {
        let parts = in_parts(&file, len, (0, u64::MAX), count).unwrap();
        let these: Vec<_> =
            parts.into_iter().flat_map(|part| messages(Blocks::new(part)).0).collect();
        assert_eq!(whole, these, "{count} parts");
    }
}

#[test]
fn a_line_that_is_too_long_is_dropped_and_counted() {
    let long = "x".repeat(3 << 20);
    for log in
        [format!("{}\n{long}\n{}\n", line(1), line(2)), format!("{}\n{long}\n{}", line(1), line(2))]
    {
        assert_eq!(messages(Blocks::new(log.as_bytes())).0, ["1", "broken", "2"]);
    }
    assert_eq!(messages(Blocks::new(long.as_bytes())).0, ["broken"]);
}

#[test]
fn what_docker_put_around_lines_is_taken_off() {
    let record = |text: &str, stream: &str| {
        let (text, stream) = (serde_json::Value::from(text), serde_json::Value::from(stream));
        format!("{{\"log\":{text},\"stream\":{stream},\"time\":\"2026-11-22T03:00:09Z\"}}\n")
    };
    let object = line(1);
    let (begin, end) = object.split_at(50);
    let log = record(&format!("{}\n", line(0)), "stdout")
        + &record(begin, "stdout")
        + &record("a warning\n", "stderr")
        + &record(&format!("{end}\n"), "stdout");
    assert_eq!(messages(Blocks::new(log.as_bytes())).0, ["0", "other", "1"]);
}

#[test]
fn a_query_finds_an_id_in_each_of_its_forms() {
    let id = "17733a41e220bf30bd59840513930de6";
    let decimal = u128::from_str_radix(id, 16).unwrap().to_string();
    let of = |key: &str, value: &str| {
        format!(
            "{{\"timestamp\":\"2026-11-22T03:00:09.143456Z\",\"level\":\"INFO\",\"message\":\"m\",\"{key}\":\"{value}\"}}"
        )
    };
    let lines = [
        of("trace_id", id),
        of("trace_id", &id.to_uppercase()),
        of("trace_id", "17733a41-e220-bf30-bd59-840513930de6"),
        of("logging.googleapis.com/trace", &format!("projects/p/traces/{id}")),
        of("dd.trace_id", &decimal),
        of("w3c_trace_id", id),
    ];
    for query in [id, &id.to_uppercase(), "17733a41-e220-bf30-bd59-840513930de6"] {
        let query = Query::new(query);
        for text in &lines {
            assert!(query.may_be_in(text.as_bytes(), true), "{text}");
            let line = crate::line::read(text.as_bytes(), crate::line::Keys::Any).unwrap().0;
            assert_eq!(query.on(&line), Some(Match::Trace), "{text}");
        }
    }
    let other = Query::new("17733a42");
    assert!(lines.iter().all(|text| !other.may_be_in(text.as_bytes(), true)));
}

#[test]
fn steps_that_are_only_counted_hide_no_request() {
    let step = line(1).replace("\"message\":\"1\"", "\"message\":\"Step finished\"");
    let torn = &step[..60];
    let log = format!("{step}\n{step}{}\n{torn}{}\n{torn}\n{step} x\n{step}", line(2), line(3));
    let count = |mut lines: Lines| {
        let mut found = Vec::new();
        let mut take = |seen: Seen<'_>| {
            if let Piece::Line(line) = &seen.piece {
                found.push(line.string(Role::Message).unwrap().into_owned());
            }
        };
        lines.text(log.as_bytes(), &mut take);
        found.retain(|message| message != "Step finished");
        (found, lines.tally.lines(), lines.tally.broken)
    };
    let steps_counted = Depths { steps: Depth::Nothing, ..Depths::default() };
    assert_eq!(count(Lines::default()), count(Lines::new(None, steps_counted)));
    assert_eq!(count(Lines::default()).0, ["2", "3"]);
}

#[test]
fn a_file_that_is_cut_or_grows_while_it_is_read_is_read_as_far_as_it_goes() {
    let path = std::env::temp_dir().join(format!("trace-cut-{}", std::process::id()));
    let log: String = (0..20_000).map(|number| line(number) + "\n").collect();
    for (len, expected) in [(600_000, "broken"), (2_100_000, "20000")] {
        std::fs::write(&path, &log).unwrap();
        let file = std::fs::OpenOptions::new().read(true).append(true).open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut blocks = Blocks::new(Part::new(&file, 0, u64::MAX));
        let mut lines = Lines::default();
        let mut last = String::new();
        let mut take = |seen: Seen<'_>| {
            last = match &seen.piece {
                Piece::Line(line) => line.string(Role::Message).unwrap().into_owned(),
                Piece::Other | Piece::Broken => "broken".to_owned(),
            };
        };
        lines.block(&blocks.next().unwrap().unwrap(), &mut take);
        if len < log.len() as u64 {
            file.set_len(len).unwrap();
        } else {
            std::io::Write::write_all(&mut &file, (line(20_000) + "\n").as_bytes()).unwrap();
        }
        while let Some(block) = blocks.next().unwrap() {
            lines.block(&block, &mut take);
        }
        assert_eq!(last, expected);
    }
}

/// What a reading of a log says: of the lines that `depths` hand on, what stands
/// there up to these, and how many lines of each kind there were.
fn seen(log: &[u8], read: Depths, depths: Depths) -> (Vec<String>, Tally) {
    let (mut lines, mut found) = (Lines::new(None, read), Vec::new());
    let mut take = |seen: Seen<'_>| {
        let Piece::Line(line) = &seen.piece else { return };
        let depth = match line.kind() {
            Kind::Event => return,
            Kind::Step => depths.steps,
            Kind::Request | Kind::Job => depths.requests,
        };
        if depth > Depth::Nothing {
            let texts = [Role::Time, Role::Trace, Role::Span].map(|role| line.string(role));
            let more = || [Role::Parent, Role::Name].map(|role| line.string(role));
            let end = || (more(), line.duration_ns(), line.outcome());
            let end = (depth >= Depth::Duration).then(end);
            let route = (depth >= Depth::Route).then(|| line.string(Role::Route));
            found.push(format!("{texts:?} {end:?} {route:?} {}", seen.line.len()));
        }
    };
    lines.text(log, &mut take);
    lines.finish(false, &mut take);
    (found, lines.tally)
}

/// Lines that the runtime wrote, and requests that end in other ways.
fn real() -> Vec<String> {
    const LINES: [&str; 3] = [
        include_str!("../../../examples/messages.jsonl"),
        include_str!("../../../examples/errors.jsonl"),
        include_str!("../../../examples/hello.jsonl"),
    ];
    let mut lines: Vec<_> = LINES.iter().flat_map(|it| it.lines().map(str::to_owned)).collect();
    let requests: Vec<_> = lines.iter().filter(|it| it.contains("\"steps\":[{")).cloned().collect();
    for request in requests {
        let without = |key: &str| {
            let (before, _) = request.split_once(key)?;
            Some(format!("{before}}}"))
        };
        lines.extend([",\"service\"", ",\"path\"", ",\"status\""].into_iter().filter_map(without));
        lines.push(request.replace("/messages", "/{message1}").replace("\"INFO\"", "\"WARN\""));
    }
    lines
}

proptest! {
    #[test]
    fn what_is_read_in_part_is_counted_and_says_the_same(
        pieces in prop::collection::vec(
            (any::<prop::sample::Index>(), 0.0..1.5_f64, any::<prop::sample::Index>(), prop::sample::select(&["\n", "", "\r\n", " x\n", "x }\n", "\0\n", "\0"][..])),
            1..12,
        ),
    ) {
        let (real, mut log) = (real(), String::new());
        for (at, cut, nul, behind) in pieces {
            // Some are whole, some are cut, and some are followed on their line.
            let line = at.get(&real);
            let len = (line.len() as f64 * cut) as usize;
            let begin = String::from_utf8_lossy(&line.as_bytes()[..len.min(line.len())]);
            // Some hold what is no text.
            let has_nul = nul.index(4) == 0;
            log.push_str(&if has_nul { begin.replacen('s', "\0", nul.index(9)) } else { begin.into() });
            log.push_str(behind);
        }
        let with_nul = log.lines().filter(|line| line.contains('\0')).count() as u64;
        for steps in [Depth::Nothing, Depth::Ids, Depth::Duration] {
            for requests in [Depth::Duration, Depth::Route, Depth::Whole] {
                let depths = Depths { steps, requests, events: Depth::Nothing };
                let (whole, read) = (Depths::default(), depths);
                let found = seen(log.as_bytes(), read, depths);
                prop_assert_eq!(found.1.with_nul, with_nul, "{:?} {}", depths, log.escape_debug());
                prop_assert_eq!(found, seen(log.as_bytes(), whole, depths), "{:?}", depths);
            }
        }
    }
}
