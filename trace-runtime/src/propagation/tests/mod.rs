//! What is read from headers and what is sent on, by the rules of the
//! specification.
//!
//! Each case plays one service: it reads the headers of a request, opens a
//! trace, and calls another service.

mod request_id;
mod tracestate;

use proptest::prelude::*;

use super::*;
use crate::{
    context::{Context, OpenedBy, Owner},
    field::kept::Kept,
    id::{IntoTraceId as _, Rejected, TraceId},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Header lines in the order in which they arrived.
type Lines<'a> = &'a [(&'a str, &'a [u8])];

fn extracted(extractor: &Extractor, lines: Lines<'_>) -> Incoming {
    extractor.extract(|name| {
        let of_it = lines.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name));
        of_it.map(|(_, value)| *value).collect::<Vec<_>>()
    })
}

fn incoming(lines: Lines<'_>) -> Incoming {
    extracted(&Extractor::default(), lines)
}

/// What a service sends on after it received these headers.
#[derive(Debug, Default)]
struct Sent {
    traceparent: String,
    tracestate: Option<String>,
    request_id: String,
}

impl Sent {
    fn trace_id(&self) -> &str {
        &self.traceparent[3..35]
    }

    fn parent_id(&self) -> &str {
        &self.traceparent[36..52]
    }

    fn flags(&self) -> &str {
        &self.traceparent[53..]
    }
}

fn context_of(incoming: Incoming) -> Context {
    let (inherited, fields) = (incoming.into_inherited(), Kept::default());
    let opening = (inherited, OpenedBy::Handler);
    Context::of(Owner::of_trace(&Owner::NONE, opening, (fields, None), |_| {}))
}

fn send() -> Sent {
    let mut sent = Sent::default();
    inject(|name, value| match name {
        "traceparent" => value.clone_into(&mut sent.traceparent),
        "tracestate" => sent.tracestate = Some(value.to_owned()),
        "x-request-id" => value.clone_into(&mut sent.request_id),
        other => panic!("{other}"),
    });
    sent.traceparent.parse::<TraceParent>().unwrap();
    sent
}

fn passed_on(lines: Lines<'_>) -> Sent {
    context_of(incoming(lines)).run(send)
}

/// What is passed on beside a valid `traceparent`.
fn state_passed_on(lines: &[&[u8]]) -> Option<String> {
    let mut all = vec![("traceparent", VALID.as_bytes())];
    all.extend(lines.iter().map(|line| ("tracestate", *line)));
    let sent = passed_on(&all);
    assert_eq!(sent.trace_id(), TRACE, "a bad tracestate does not touch the trace");
    sent.tracestate
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_valid_traceparent_is_continued_with_a_new_parent_id() {
    let names = ["traceparent", "TraceParent", "TrAcEpArEnT", "TRACEPARENT"];
    for name in names {
        let sent = passed_on(&[(name, VALID.as_bytes())]);
        assert_eq!((sent.trace_id(), sent.flags()), (TRACE, "01"));
        assert_ne!(sent.parent_id(), PARENT);
    }
    // Spaces and tabs around a header are not part of it.
    for value in [format!(" {VALID}"), format!("\t{VALID}"), format!("{VALID} \t ")] {
        assert_eq!(passed_on(&[("traceparent", value.as_bytes())]).trace_id(), TRACE);
    }
}

/// Request ids, and the id of the same trace in `traceparent`.
const OF_ONE_ORIGIN: [(&str, &str); 6] = [
    ("req-7", "17d2b948ef605a07916a0d9aba3ee2c7"),
    ("a3bb189e-8bf9-9888-9912-ace4e6543002", "a3bb189e8bf998889912ace4e6543002"),
    ("Root=1-67891233-abcdef012345678912345678", "67891233abcdef012345678912345678"),
    ("00f067aa0ba902b7", "000000000000000000f067aa0ba902b7"),
    ("4BF92F3577B34DA6A3CE929D0E0E4736", TRACE),
    (TRACE, TRACE),
];

#[test]
fn an_id_of_another_origin_stands_beside_that_of_the_traceparent() {
    for id in ["req-7", "00f067aa0ba902b7", "4bf92f3577b34da6a3ce929d0e0e4737"] {
        let headers = [("traceparent", VALID.as_bytes()), ("x-request-id", id.as_bytes())];
        assert_eq!(incoming(&headers).trace_id().unwrap().to_string(), TRACE);
        let inherited = incoming(&headers).into_inherited();
        assert_eq!(inherited.remote.request_id.unwrap().to_string(), id);
        assert_eq!((passed_on(&headers).trace_id(), &*passed_on(&headers).request_id), (TRACE, id));
    }
}

proptest! {
    #[test]
    fn two_services_that_pass_an_id_on_have_one_id(
        id in "[A-Za-z0-9_.:/+=@~-]{1,128}|[0-9a-fA-F]{16}|[0-9a-fA-F]{32}",
    ) {
        let first = passed_on(&[("x-request-id", id.as_bytes())]);
        let second = incoming(&[
            ("traceparent", first.traceparent.as_bytes()),
            ("x-request-id", first.request_id.as_bytes()),
        ]);
        prop_assert_eq!(second.trace_id().unwrap().to_string(), id);
        prop_assert!(second.into_inherited().remote.request_id.is_none());
    }
}

#[test]
fn each_call_has_a_parent_id_of_its_own() {
    let context = context_of(incoming(&[("traceparent", VALID.as_bytes())]));
    let (one, two) = context.run(|| (send(), send()));
    assert_eq!(one.trace_id(), two.trace_id());
    assert_ne!(one.parent_id(), two.parent_id());
}

#[test]
fn without_a_valid_traceparent_a_new_trace_begins() {
    let refused = [
        "",
        "foo",
        "00",
        "-",
        // Version ff, or not two lower-case digits.
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // Version 00 with more bytes; a later version without its dash.
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        // Trace ids: all zero, not hexadecimal, upper case, too long or short.
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        // Parent ids, likewise.
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-.0f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b71-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
        // Flags, likewise.
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0.",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
        // Two headers that a proxy has joined.
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,\
         00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7 -01",
    ];
    for header in refused {
        let state = ("tracestate", &b"foo=1"[..]);
        let sent = passed_on(&[("traceparent", header.as_bytes()), state]);
        assert_ne!(sent.trace_id(), TRACE, "{header}");
        assert_eq!((sent.flags(), sent.tracestate.as_deref()), ("03", None), "{header}");
    }
    assert_eq!(passed_on(&[]).flags(), "03");
    assert_eq!(passed_on(&[("tracestate", b"foo=1")]).tracestate, None);
    assert_ne!(passed_on(&[("trace-parent", VALID.as_bytes())]).trace_id(), TRACE);
    assert_ne!(passed_on(&[("trace.parent", VALID.as_bytes())]).trace_id(), TRACE);
}

#[test]
fn more_than_one_traceparent_is_none() {
    let other = VALID.replace('4', "5");
    for second in [VALID.as_bytes(), other.as_bytes(), b""] {
        let sent = passed_on(&[("traceparent", VALID.as_bytes()), ("TraceParent", second)]);
        assert_ne!(sent.trace_id(), TRACE);
        assert_ne!(sent.trace_id(), &other[3..35]);
    }
}

#[test]
fn a_later_version_is_continued_as_version_00() {
    for (version, tail) in [("01", ""), ("cc", ""), ("cc", "-what"), ("cc", "-")] {
        let header = VALID.replacen("00", version, 1) + tail;
        let sent = passed_on(&[("traceparent", header.as_bytes())]);
        assert_eq!((&sent.traceparent[..2], sent.trace_id()), ("00", TRACE));
    }
}

#[test]
fn the_two_known_flags_are_copied_and_the_others_sent_as_0() {
    for (flags, sent) in [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03")] {
        let header = format!("{}{flags}", &VALID[..53]);
        assert_eq!(passed_on(&[("traceparent", header.as_bytes())]).flags(), sent);
    }
}

#[test]
fn values_may_come_in_any_form() {
    let id = |incoming: Incoming| incoming.request_id().map(ToString::to_string);
    let some = Some("req-7".to_owned());
    assert_eq!(id(extract(|name| (name == "x-request-id").then_some("req-7"))), some);
    assert_eq!(id(extract(|name| (name == "x-request-id").then_some(&b"req-7"[..]))), some);
    assert_eq!(id(extract(|name| (name == "x-request-id").then(|| b"req-7".to_vec()))), some);
    assert_eq!(id(extract(|_| None::<&str>)), None);
}

#[test]
fn outside_a_trace_nothing_is_sent() {
    inject(|name, value| panic!("{name}: {value}"));
    assert!(Outgoing::current().is_none() && Outgoing::for_call().is_none());
}

/// Parses any bytes as headers and checks the result.
fn fuzz(bytes: &[u8]) {
    let lines: Vec<(&str, &[u8])> = bytes
        .split(|&byte| byte == b'\n')
        .filter_map(|line| match line.split_first() {
            Some((b'p', value)) => Some(("traceparent", value)),
            Some((b's', value)) => Some(("tracestate", value)),
            Some((b'r', value)) => Some(("x-request-id", value)),
            Some((b'c', value)) => Some(("x-correlation-id", value)),
            _ => None,
        })
        .collect();
    let incoming = incoming(&lines);
    if let Some(parent) = incoming.parent() {
        assert_eq!(parent.to_string().parse::<TraceParent>().unwrap(), *parent);
        let (trace_id, parent_id) = (parent.trace_id().to_string(), parent.parent_id().to_string());
        assert!(trace_id.len() == 32 && trace_id.bytes().any(|byte| byte != b'0'));
        assert!(parent_id.len() == 16 && parent_id.bytes().any(|byte| byte != b'0'));
    }
    let state = incoming.state();
    assert_eq!(state.to_string().parse::<TraceState>().unwrap(), *state);
    assert!(state.as_str().len() <= 512 && state.iter().count() <= 32);
    assert!(state.is_empty() || incoming.parent().is_some());
    if let Some(id) = incoming.request_id() {
        assert!(incoming.rejected().is_none());
        let text = id.to_string();
        assert_eq!(TraceId::accept(text.as_bytes()).unwrap(), *id);
        assert!(lines.iter().any(|(_, value)| text == self::text(value).trim_matches([' ', '\t'])));
    }
    let sent = context_of(incoming).run(send);
    assert!(sent.tracestate.is_none_or(|state| !state.is_empty()));
}

#[test]
fn whatever_comes_in_what_is_made_of_it_is_valid() {
    // splitmix64 (Steele, Lea, Flood 2014), so that each run uses the same
    // values.
    let mut seed = 0_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    };
    let corpus: [&[u8]; 8] = [
        b"p00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        b"pcc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-x",
        b"sfoo=1,bar= 2 ,,baz@x=3",
        b"s0-_*/@=~",
        b"rreq-7",
        b"r4bf92f3577b34da6a3ce929d0e0e4736",
        b"cRoot=1-67891233-abcdef012345678912345678",
        b"s",
    ];
    for _ in 0..20_000 {
        let mut bytes = Vec::new();
        for _ in 0..random(5) {
            bytes.extend_from_slice(corpus[random(corpus.len())]);
            bytes.push(b'\n');
        }
        for _ in 0..random(4) {
            let (at, byte) = (random(bytes.len() + 1), random(256).to_le_bytes()[0]);
            match random(3) {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(at),
            }
        }
        fuzz(&bytes);
    }
}
