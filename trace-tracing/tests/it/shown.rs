//! The same tree as `tracing_subscriber::fmt` shows: the situations of tracing's
//! own tests of spans, events and `#[instrument]`.

use std::{
    collections::HashMap,
    future::poll_fn,
    io,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    thread,
};

use serde_json::Value;
use tracing::{
    Dispatch, Instrument as _, Level, Span, debug, dispatcher, event, info, info_span, instrument,
    trace_span,
};
use tracing_subscriber::fmt::{self, format::FmtSpan};

/// Each does what one of tracing's own tests does.
const SITUATIONS: &[(&str, fn())] = &[
    ("an event in no span", || {
        debug!("outside");
        trace_span!("a").in_scope(|| debug!("in a"));
        debug!("outside again");
    }),
    ("a span after an event", || {
        trace_span!("a").in_scope(|| {
            debug!("in a");
            trace_span!("b").in_scope(|| {});
        });
    }),
    ("a handle that is dropped while it is entered", || {
        let a = trace_span!("a");
        let entered = a.clone().entered();
        drop(a);
        debug!("in a");
        drop(entered);
        debug!("outside");
    }),
    ("children that are made where they are entered", || {
        trace_span!("a").in_scope(|| {
            let b = trace_span!("b");
            b.in_scope(|| trace_span!("c").in_scope(|| debug!("in c")));
            debug!("in a");
            b.in_scope(|| debug!("in b"));
        });
    }),
    ("a child that is made elsewhere", || {
        let (a, b) = (info_span!("a"), info_span!("b"));
        b.in_scope(|| info_span!(parent: &a, "c").in_scope(|| info!("in c")));
        info_span!(parent: a.id(), "d", x = 1).in_scope(|| info!("in d"));
    }),
    ("a root that is made in a span", || {
        info_span!("a").in_scope(|| {
            info_span!(parent: None, "root").in_scope(|| info!("in the root"));
            info!("in a");
        });
    }),
    ("events with a parent, or with none", || {
        let (a, b) = (info_span!("a"), info_span!("b"));
        b.in_scope(|| {
            event!(parent: &a, Level::INFO, "in a");
            event!(parent: a.id(), Level::DEBUG, "in a, too");
            event!(parent: None, Level::INFO, "in none");
            info!("in b");
        });
    }),
    ("guards that are left in the order in which they were made", || {
        let (a, b) = (info_span!("a").entered(), info_span!("b").entered());
        drop(a);
        info!("in b");
        drop(b);
        info!("in none");
    }),
    ("a span that is entered twice at once", || {
        let a = info_span!("a");
        let outer = a.enter();
        a.in_scope(|| info!("twice in a"));
        info!("in a");
        drop(outer);
        info!("in none");
    }),
    ("a span that is entered below its child", || {
        let a = info_span!("a");
        let b = info_span!(parent: &a, "b");
        b.in_scope(|| a.in_scope(|| info!("in a")));
    }),
    ("a handle that outlives the scope", || {
        let kept = info_span!("a").in_scope(|| {
            info_span!("b").in_scope(|| info!("in b"));
            Span::current()
        });
        info!("in none");
        kept.in_scope(|| info!("in a"));
    }),
    ("a span that follows from others", || {
        let (a, b) = (info_span!("a"), info_span!("b"));
        b.follows_from(&a);
        b.follows_from(&b);
        drop(a);
        b.in_scope(|| info!("in b"));
    }),
    ("a span on another thread", || {
        let (a, dispatch) = (info_span!("a"), dispatcher::get_default(Dispatch::clone));
        thread::scope(|scope| {
            scope.spawn(|| {
                dispatcher::with_default(&dispatch, || {
                    a.in_scope(|| info_span!("b").in_scope(|| info!("in b")));
                });
            });
        });
        info!("in none");
    }),
    ("a function that is instrumented", || sync(7)),
    ("futures that are instrumented", || {
        block_on(asynchronous(3));
        block_on(polled("outer").instrument(info_span!("outer")));
        block_on(async { polled("both").in_current_span().await }.instrument(info_span!("both")));
    }),
    ("futures that take turns", || {
        let mut a = pin!(polled("in a").instrument(info_span!("a")));
        let mut b = pin!(polled("in b").instrument(info_span!("b")));
        let mut cx = Context::from_waker(Waker::noop());
        while a.as_mut().poll(&mut cx).is_pending() | b.as_mut().poll(&mut cx).is_pending() {
            info!("between");
        }
    }),
    ("a future that is dropped half-way", || {
        let mut future = Box::pin(until_dropped().instrument(info_span!("a")));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(future);
        drop(until_dropped().instrument(info_span!("never polled")));
    }),
];

#[instrument]
fn sync(depth: u32) {
    info!("in sync");
    if depth > 5 {
        sync(depth - 1);
    }
}

#[instrument(name = "renamed", level = "debug")]
async fn asynchronous(depth: u32) {
    polled("in renamed").await;
    if depth > 2 {
        Box::pin(asynchronous(depth - 1)).await;
    }
}

/// Logs at each of two polls.
async fn polled(said: &str) {
    info!("{said}");
    let mut is_second = false;
    let wait = |_: &mut Context<'_>| {
        if std::mem::replace(&mut is_second, true) { Poll::Ready(()) } else { Poll::Pending }
    };
    poll_fn(wait).await;
    info!("{said} again");
}

async fn until_dropped() {
    struct Logs;

    impl Drop for Logs {
        fn drop(&mut self) {
            info!("dropped");
        }
    }

    let _logs = Logs;
    std::future::pending::<()>().await;
}

fn block_on(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    while future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
}

/// What `fmt` writes to.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what `fmt` shows: `a:b: text` for an event, `a:b: close` for a span.
fn theirs(body: fn()) -> Vec<String> {
    let written = Written::default();
    let to = written.clone();
    let fmt = fmt::fmt().with_max_level(Level::TRACE).with_ansi(false).with_level(false);
    let fmt = fmt.without_time().with_target(false).with_span_events(FmtSpan::CLOSE);
    let fmt = fmt.with_writer(move || to.clone()).finish();
    tracing::subscriber::with_default(fmt, body);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    text.lines().map(without_fields).collect()
}

/// Returns `a:b: text` of `a{x=1}:b: text`.
fn without_fields(line: &str) -> String {
    let parts = line.split('{').enumerate();
    let outside = |(at, part): (usize, &str)| match (at, part.split_once('}')) {
        (1.., Some((_, outside))) => outside.to_owned(),
        _ => part.to_owned(),
    };
    parts.map(outside).collect::<String>().trim().to_owned()
}

/// Returns the same of our lines.
fn ours(body: fn()) -> Vec<String> {
    let lines = crate::lines(body);
    let steps: HashMap<_, _> = lines
        .iter()
        .filter(|line| line["kind"] == "step")
        .map(|line| (line["span_id"].as_str().unwrap(), line))
        .collect();
    let lines = lines.iter().filter(|line| line["kind"] != "request");
    lines.map(|line| shown(line, &steps)).collect()
}

fn shown(line: &Value, steps: &HashMap<&str, &Value>) -> String {
    let mut path = String::new();
    let mut next = line["span_id"].as_str().and_then(|id| steps.get(id));
    while let Some(step) = next {
        path = format!("{}:{path}", step["name"].as_str().unwrap());
        next = step["parent_span_id"].as_str().and_then(|id| steps.get(id));
    }
    let said = if line["kind"] == "step" { "close".into() } else { line["message"].clone() };
    format!("{path} {}", said.as_str().unwrap()).trim().to_owned()
}

/// Without the order: a span whose child is kept closes later there, since a child
/// keeps its parent.
#[test]
fn the_tree_is_the_one_that_fmt_shows() {
    for (situation, body) in SITUATIONS {
        let (mut theirs, mut ours) = (theirs(*body), ours(*body));
        theirs.sort();
        ours.sort();
        assert_eq!(theirs, ours, "{situation}");
        assert!(!ours.is_empty(), "{situation}");
    }
}
