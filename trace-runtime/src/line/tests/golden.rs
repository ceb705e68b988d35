//! A line of each kind in each format, as a file beside this one. With
//! `TRACE_BLESS=1` in the environment, the files are written instead.

use std::{env, fs, path::Path};

use super::*;
use crate::{
    context::{OpenedBy, totals::Finished},
    field::covered::Json,
    format::Format,
    id::inherited,
};

/// The formats, each with the name of its file.
pub(super) fn formats() -> [(&'static str, Format); 6] {
    [
        ("json", Format::Json),
        ("otel", Format::Otel),
        ("ecs", Format::Ecs),
        ("gcp", Format::Gcp),
        ("gcp-project", Format::gcp("shop-prod")),
        ("datadog", Format::Datadog),
    ]
}

pub(super) fn style(format: &Format) -> Style {
    let fields = [("service", "\"shop\""), ("env", "\"prod\""), ("version", "\"1.2.0\"")];
    let static_fields: Vec<_> = fields.map(|(name, value)| static_field(name, value)).into();
    let constants = constants(format, &static_fields);
    Style { format: format.clone(), static_fields, constants, location: true, ..Style::default() }
}

pub(super) fn static_field(name: &str, value: &str) -> StaticField {
    let key = format!(",\"{name}\":").into_bytes();
    StaticField { name: name.to_owned(), key, value: value.into(), gives_way: [false; 3] }
}

fn trace_id(text: &str) -> TraceId {
    TraceId::accept(text.as_bytes()).unwrap()
}

fn span(number: u64) -> SpanId {
    SpanId::from_bytes(number.to_be_bytes()).unwrap()
}

/// A trace whose id is that of the W3C's examples.
fn trace() -> Trace {
    let id = Some(trace_id("4bf92f3577b34da6a3ce929d0e0e4736"));
    let flags = Some(inherited::SAMPLED);
    let inherited = inherited::Inherited { id, flags, ..Default::default() };
    let mut trace = Trace::unset();
    trace.begin(inherited, OpenedBy::Edge, Kept::default(), None);
    trace
}

const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;
const REMOTE: u64 = 0xb7ad_6b71_6920_3331;
const STEP: u64 = 0xe457_b5a2_e4d8_6bd1;
const CALL: u64 = 0x05e3_ac9a_4f6e_3b90;

fn located(callsite: &'static Callsite, line: u32) -> &'static Callsite {
    let facts = crate::callsite::Facts { file: "src/http.rs", line, ..callsite.facts };
    Box::leak(Box::new(Callsite::new(facts)))
}

/// Calls `each` with the name and the record of a line of each kind.
pub(super) fn each_kind(each: &mut dyn FnMut(&Record<'_>, Option<&Trace>)) {
    let trace = trace();
    let at = |span_id, parent: Option<u64>| Ids {
        trace: Some(&trace.id),
        digits: trace.id.digits(),
        span: span(span_id),
        parent: parent.map(span),
        request: None,
        root: None,
    };
    events(each, &trace, at(SPAN, None));
    steps(each, &trace, [at(STEP, Some(SPAN)), at(CALL, Some(SPAN))]);
    requests(each, &trace, at(SPAN, Some(REMOTE)));
}

fn events(each: &mut dyn FnMut(&Record<'_>, Option<&Trace>), trace: &Trace, ids: Ids<'_>) {
    let plain = event_callsite! { level: Trace, target: "shop", message: "ready", keys: [] };
    let message = |callsite: &Callsite| callsite.facts.text.message.unwrap();
    let record = event(located(plain, 7), Message::Constant(message(plain)), Fields::Values(&[]));
    each(&Record { level: Level::Trace, ..record }, None);

    let callsite = event_callsite! {
        level: Warn, target: "shop::db", message: ("said \"no\""),
        keys: ["user_id", "http.request.id", "error", "order", "severity", "host", "name"]
    };
    let error = std::io::Error::other(super::order::outer());
    let order = Json(serde_json::json!({"id": 7}));
    let values = [
        42.to_value(),
        "r-1".to_value(),
        Value::error(&error),
        order.to_value(),
        "high".to_value(),
        "db-1".to_value(),
        "x".to_value(),
    ];
    let said = Message::Constant(message(callsite));
    let record = event(located(callsite, 9), said, Fields::Values(&values));
    let record = Record { level: Level::Warn, ids: Some(ids), ..record };
    each(&record, Some(trace));
    let opaque = trace_id("req-7");
    each(
        &Record { ids: Some(Ids { trace: Some(&opaque), digits: None, ..ids }), ..record },
        Some(trace),
    );

    let origin = Origin::Foreign(&Foreign { target: "sqlx::query", location: Some(("q.rs", 3)) });
    let fields = |to: &mut dyn FnMut(&str, &Value<'_>)| {
        to("db.rows", &3.to_value());
        to("db_rows", &4.to_value());
        to("level", &"deep".to_value());
        to("body", &"text".to_value());
    };
    let what = What::Event(Message::Format(format_args!("slow statement")));
    let (level, fields) = (Level::Debug, Fields::Named(&fields));
    each(&Record { level, origin, what, fields, ids: Some(ids), ..record }, Some(trace));

    let dropped = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Lines dropped",
        keys: ["lines_dropped", "cause"]
    };
    let values = [12.to_value(), "full".to_value()];
    let said = Message::Constant(message(dropped));
    each(&event(located(dropped, 1), said, Fields::Values(&values)), None);
}

fn step() -> &'static Callsite {
    located(callsite! { step, target: "shop::db", name: "load" }.0, 20)
}

fn steps(
    each: &mut dyn FnMut(&Record<'_>, Option<&Trace>),
    trace: &Trace,
    [ids, of_call]: [Ids<'_>; 2],
) {
    let step = step();
    let closing = ended(1_234_567, None);
    each(&closed(step, &closing, Some(ids), br#","rows":3,"db.table":"orders""#), Some(trace));
    each(
        &closed(step, &closing, Some(Ids { trace: None, digits: None, parent: None, ..ids }), b""),
        None,
    );

    let mut facts = step.facts;
    facts.is_call = true;
    let call: &'static Callsite = Box::leak(Box::new(Callsite::new(facts)));
    let members = br#","method":"GET","host":"users","port":8080,"status":200,"attempt":1"#;
    each(&closed(call, &closing, Some(of_call), members), Some(trace));
}

fn requests(each: &mut dyn FnMut(&Record<'_>, Option<&Trace>), trace: &Trace, ids: Ids<'_>) {
    let step = step();
    let mut steps = Totals::default();
    for (outcome, end) in [(Outcome::Ok, 1_234_567), (Outcome::Error, 2_000_000)] {
        steps.add(&finished(step, outcome, end));
    }
    let request = located(callsite! { request, target: "shop::http", name: "get" }.0, 30);
    let exchange = Exchange {
        method: "GET",
        route: Some("/users/{id}"),
        path: "/users/42",
        response: Response { status: Some(500), ttfb_ns: Some(20_000_000), ..Response::default() },
    };
    let summary = RequestSummary {
        kind: LineKind::Request,
        steps: &steps,
        rejected: None,
        w3c_trace_id: None,
        exchange: Some(&exchange),
        detail: None,
        detail_dropped: 0,
    };
    let error = std::io::Error::other(super::order::outer());
    let failure = Failure::of_error(&error);
    let failed = Closing {
        outcome: Outcome::Error,
        failure: Some(FailureRef::AtHand(&failure)),
        request: Some(&summary),
        ..ended(20_250_000, Some(412_000))
    };
    let record = closed(request, &failed, Some(ids), br#","user_id":42"#);
    let verdict = Verdict { level: Level::Error, is_slow: true, is_wanted: true };
    let what = What::Closing(&failed, verdict);
    each(&Record { level: Level::Error, what, ..record }, Some(trace));

    let job = located(callsite! { job, target: "shop::jobs", name: "clean_up" }.0, 40);
    let summary = RequestSummary {
        kind: LineKind::Job,
        exchange: None,
        steps: &Totals::default(),
        ..summary
    };
    let done = Closing {
        outcome: Outcome::Cancelled,
        request: Some(&summary),
        ..ended(7_200_000_000_000, None)
    };
    let other = trace_id("0af7651916cd43dd8448eb211c80319c");
    let ids = Ids {
        trace: Some(&other),
        digits: other.digits(),
        span: span(REMOTE),
        parent: None,
        request: None,
        root: None,
    };
    each(&closed(job, &done, Some(ids), b""), Some(trace));
}

fn finished(callsite: &'static Callsite, outcome: Outcome, end: u64) -> Finished {
    let (start, end) = (Moment::of_nanos(0), Moment::of_nanos(end));
    Finished {
        callsite,
        number: crate::context::totals::Numbers::default().of(callsite, || true),
        is_inner: false,
        start,
        end,
        self_ns: end.nanos_since(start),
        outcome,
        span: None,
        crossed_from: None,
    }
}

fn lines(format: &Format) -> String {
    let (style, mut lines) = (style(format), String::new());
    each_kind(&mut |record, trace| {
        let line = formatted(Cursor::default(), record, trace, &style);
        let line = std::str::from_utf8(line.text()).unwrap();
        parse(line, Limits::default());
        lines += line;
    });
    lines
}

#[test]
fn a_line_of_each_kind_is_as_kept_for_each_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/line/tests/golden");
    for (name, format) in formats() {
        let (file, lines) = (folder.join(name).with_extension("jsonl"), lines(&format));
        if env::var_os("TRACE_BLESS").is_some() {
            fs::write(&file, lines).unwrap();
            continue;
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(lines, kept, "{}: run with TRACE_BLESS=1 and review", file.display());
    }
}
