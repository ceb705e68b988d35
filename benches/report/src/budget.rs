//! The budget: the limits of a line's cost, as ratios to measured references.

use serde_json::Value;

/// A figure with two limits: the one it must keep, and the one it should.
pub struct Row {
    pub what: String,
    pub measured: f64,
    pub must: f64,
    pub should: f64,
}

fn row(what: impl Into<String>, measured: Option<f64>, (must, should): (f64, f64)) -> Row {
    Row { what: what.into(), measured: measured.unwrap_or(f64::NAN), must, should }
}

/// Returns all rows of the budget, from the results.
pub fn rows(speed: &Value, service: &Value) -> Vec<Row> {
    let speed = Speed(speed);
    let parts = [nowhere(&speed), files(&speed), filtered(&speed), growth(&speed), served(service)];
    parts.into_iter().flatten().collect()
}

/// Lines to a sink that discards them.
fn nowhere(speed: &Speed<'_>) -> Vec<Row> {
    let of = |who| speed.figure("null", "request", None, who, "caller_ns");
    let over = |peer| Some(of("ours")? / of(peer)?);
    let at_once = ["spdlog-rs", "slog", "log + logforth", "tracing"];
    let fastest = at_once.iter().filter_map(|who| of(who)).min_by(f64::total_cmp);
    let main = [
        ("event", (1.0, 0.92)),
        ("timed sync", (1.0, 0.9)),
        ("timed async", (1.0, 0.95)),
        ("request", (1.15, 1.05)),
    ];
    let main = main.map(|(workload, limits)| {
        let ratio = speed.figure("null", workload, None, "ours", "caller_ratio");
        row(format!("{workload}, over floor (std)"), ratio, limits)
    });
    let allocations = speed.figure("null", "request", None, "ours", "allocations");
    let mut rows = Vec::from(main);
    rows.extend([
        row("request, over fastrace's caller", over("fastrace"), (0.75, 0.6)),
        row(
            "request, over the fastest that writes JSON at once",
            of("ours").zip(fastest).map(|(ours, fastest)| ours / fastest),
            (1.0 / 5.0, 1.0 / 8.0),
        ),
        row("request, over tracing", over("tracing"), (1.0 / 30.0, 1.0 / 45.0)),
        row("request, allocations", allocations.map(f64::round), (1.0, 1.0)),
    ]);
    rows
}

/// Requests to a file: the time of the caller in direct mode, and of all
/// threads in background mode.
fn files(speed: &Speed<'_>) -> Vec<Row> {
    let direct = |who| speed.figure("direct", "request", None, who, "caller_ns");
    let behind = |who| speed.figure("background", "request", None, who, "cpu_ns");
    let ratio = |destination, key| speed.figure(destination, "request", None, "ours", key);
    let fastrace = behind("ours").zip(behind("fastrace")).map(|(ours, theirs)| ours / theirs);
    let tracing = direct("ours").zip(direct("tracing")).map(|(ours, theirs)| ours / theirs);
    vec![
        row("direct, over floor (std)", ratio("direct", "caller_ratio"), (1.2, 1.1)),
        row("direct, over tracing", tracing, (1.0 / 3.0, 1.0 / 3.0)),
        row("background, over floor (std)", ratio("background", "cpu_ratio"), (1.3, 1.15)),
        row("background, over fastrace", fastrace, (1.0 / 3.5, 1.0 / 4.5)),
    ]
}

/// Lines below the filter, in nanoseconds.
fn filtered(speed: &Speed<'_>) -> Vec<Row> {
    let of = |workload| speed.figure("null", workload, None, "ours", "caller_ns");
    vec![
        row("filtered event, ns", of("filtered event"), (1.0, 1.0)),
        row("filtered step, ns", of("filtered step"), (7.0, 6.0)),
    ]
}

/// How the cost grows with two threads, and with many open requests.
fn growth(speed: &Speed<'_>) -> Vec<Row> {
    let of = |threads, who| speed.figure("background", "threads", Some(threads), who, "caller_ns");
    let growth = |who| Some(of(2, who)? / of(1, who)?);
    let threads = growth("ours").zip(growth("floor std")).map(|(ours, floor)| ours / floor);
    let memory = speed.figure("null", "open", Some(100_000), "ours", "memory");
    vec![
        row("2 threads over 1, over the floor's", threads, (1.2, 1.2)),
        row("an open request, bytes", memory, (1_024.0, 1_024.0)),
    ]
}

/// The axum service.
fn served(service: &Value) -> Vec<Row> {
    let of = |who: &str, key: &str| {
        let rows = service["rows"].as_array()?;
        rows.iter().find(|row| row["contestant"] == who)?[key].as_f64()
    };
    let rate = |who| of(who, "requests_per_second");
    let both = ["ours", "ours, with TraceLayer"].map(|who| {
        let rate = rate("tracing").zip(rate(who)).map(|(theirs, ours)| theirs / ours);
        let (floor, tracing) = (of(who, "added_to_floor"), of(who, "added_to_tracing"));
        [
            row(format!("service, {who}: CPU added, over the floor's"), floor, (1.6, 1.1)),
            row(
                format!("service, {who}: CPU added, over tracing's"),
                tracing,
                (1.0 / 8.0, 1.0 / 12.0),
            ),
            row(
                format!("service, {who}: tracing's requests over ours"),
                rate,
                (1.0 / 2.3, 1.0 / 3.0),
            ),
        ]
    });
    both.into_iter().flatten().collect()
}

/// The results of `speed`.
struct Speed<'a>(&'a Value);

impl Speed<'_> {
    fn figure(
        &self,
        destination: &str,
        workload: &str,
        parameter: Option<u64>,
        who: &str,
        key: &str,
    ) -> Option<f64> {
        let is = |row: &&Value| {
            row["destination"] == destination
                && row["workload"] == workload
                && row["parameter"].as_u64() == parameter
                && row["contestant"] == who
        };
        self.0["rows"].as_array()?.iter().find(is)?[key].as_f64()
    }
}
