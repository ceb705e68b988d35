//! Makes a log as a service writes it: requests that interleave, in the order
//! of time, and the truth about them.

use std::{
    collections::{BTreeMap, BinaryHeap},
    io::{self, Write},
};

use fastrand::Rng;

use crate::line::{Closing, event, request, step};

/// What makes one log differ from another.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub requests: u64,
    /// How much longer `charge_card` takes, in percent.
    pub slower: u64,
    /// How many of a thousand requests fail.
    pub failing: u64,
}

/// What is true of a log: counts, and all durations by name.
#[derive(Debug, Default)]
pub struct Truth {
    pub lines: u64,
    pub events: u64,
    pub errors: u64,
    pub steps: BTreeMap<&'static str, Vec<u64>>,
    pub routes: BTreeMap<&'static str, Vec<u64>>,
}

/// A route: its method and path, its handler, and its steps, each with its
/// usual time in microseconds.
type Route = (&'static str, &'static str, &'static str, &'static [(&'static str, u64)]);

const ROUTES: [Route; 6] = [
    (
        "GET",
        "/users/{id}/messages",
        "get_messages",
        &[("find_user", 1_200), ("fetch_messages", 8_000), ("render", 900)],
    ),
    (
        "GET",
        "/products/{id}",
        "get_product",
        &[("load_product", 2_500), ("load_stock", 1_800), ("render", 700)],
    ),
    (
        "POST",
        "/orders",
        "post_order",
        &[
            ("check_cart", 1_500),
            ("reserve_stock", 4_000),
            ("charge_card", 45_000),
            ("send_receipt", 3_000),
        ],
    ),
    ("GET", "/orders/{id}", "get_order", &[("load_order", 3_000), ("load_items", 2_000)]),
    (
        "GET",
        "/search",
        "search",
        &[("parse_query", 150), ("query_index", 12_000), ("rank", 2_200), ("render", 800)],
    ),
    ("GET", "/health", "get_health", &[]),
];

/// A line that is not written yet, the earliest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    at: std::cmp::Reverse<(u64, u64)>,
    text: Vec<u8>,
}

/// Writes a log, and returns what is true of it.
///
/// # Errors
///
/// If it cannot be written.
pub fn write(plan: Plan, to: &mut impl Write) -> io::Result<Truth> {
    let mut maker = Maker {
        plan,
        rng: Rng::with_seed(plan.seed),
        truth: Truth::default(),
        waiting: BinaryHeap::new(),
        number: 0,
    };
    // 2026-11-22T18:00:00Z, in microseconds.
    let mut now = 1_795_370_400_000_000;
    for _ in 0..plan.requests {
        maker.request(now);
        now += maker.rng.u64(200..4_000);
        maker.write_until(now, to)?;
    }
    maker.write_until(u64::MAX, to)?;
    Ok(maker.truth)
}

struct Maker {
    plan: Plan,
    rng: Rng,
    truth: Truth,
    waiting: BinaryHeap<Waiting>,
    number: u64,
}

impl Maker {
    fn request(&mut self, start: u64) {
        let (method, route, handler, steps) = ROUTES[self.rng.usize(0..ROUTES.len())];
        let trace = self.rng.u128(..);
        let root = self.rng.u64(1..);
        let fails = self.rng.u64(0..1_000) < self.plan.failing && !steps.is_empty();
        let (mut at, mut closed) = (start + self.rng.u64(10..60), Vec::new());
        for (index, (name, usual)) in steps.iter().enumerate() {
            let span = self.rng.u64(1..);
            let ns = self.duration(name, *usual);
            let is_last = index + 1 == steps.len();
            let of = Closing { trace, span, parent: root, name, ns, is_error: fails && is_last };
            if self.rng.u8(0..5) == 0 {
                self.put(at + ns / 2_000, event(at + ns / 2_000, trace, span, self.number));
                self.truth.events += 1;
            }
            at += ns / 1_000;
            self.put(at, step(at, &of));
            self.truth.steps.entry(name).or_default().push(ns);
            self.truth.errors += u64::from(of.is_error);
            closed.push((*name, ns, of.is_error));
            at += self.rng.u64(5..80);
        }
        let ns = (at - start) * 1_000 + self.rng.u64(0..1_000);
        let of = Closing { trace, span: root, parent: 0, name: handler, ns, is_error: fails };
        self.put(at, request(at, &of, (method, route), &closed, self.number));
        self.truth.routes.entry(route).or_default().push(ns);
    }

    /// Most take about as long as usual, some much longer.
    fn duration(&mut self, name: &str, usual: u64) -> u64 {
        let spread = self.rng.f64() + self.rng.f64();
        let tail = if self.rng.u8(0..50) == 0 { self.rng.f64() * 6.0 } else { 0.0 };
        let slower = if name == "charge_card" { self.plan.slower } else { 0 };
        let ns = usual as f64 * 1_000.0 * (0.3 + spread * 0.7 + tail);
        ns as u64 * (100 + slower) / 100
    }

    fn put(&mut self, at: u64, text: Vec<u8>) {
        self.number += 1;
        self.waiting.push(Waiting { at: std::cmp::Reverse((at, self.number)), text });
    }

    fn write_until(&mut self, now: u64, to: &mut impl Write) -> io::Result<()> {
        while self.waiting.peek().is_some_and(|it| it.at.0.0 < now) {
            let Some(line) = self.waiting.pop() else { break };
            to.write_all(&line.text)?;
            self.truth.lines += 1;
        }
        Ok(())
    }
}
