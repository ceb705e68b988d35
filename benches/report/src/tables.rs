//! Makes the tables of `docs/measured/speed.md` from the kept results.
//!
//! `tests/speed.rs` in the main workspace includes this file, and checks that
//! the page shows these tables.

use serde_json::Value;

/// The text around the tables.
pub const BEGIN: &str = "<!-- measured: `cargo run -p report` in `benches` writes this -->\n";
pub const END: &str = "<!-- end of what was measured -->";

const MAIN: [&str; 4] = ["event", "timed sync", "timed async", "request"];

/// Returns the page with the tables for these results.
///
/// # Panics
///
/// Panics if there is no place for them.
pub fn updated(page: &str, speed: &Value, service: &Value) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("a place for the tables");
    let (_, after) = rest.split_once(END).expect("an end of the place");
    format!("{before}{BEGIN}\n{}\n{END}{after}", tables(speed, service))
}

fn tables(speed: &Value, service: &Value) -> String {
    [lines(speed), ahead(speed), services(service), measured(speed, service)].join("\n")
}

/// One row for each contestant: what it costs to write lines.
fn lines(speed: &Value) -> String {
    const HEAD: &str = "\
| | event | timed sync | timed async | request | allocations | request, direct to a file | request, background, CPU |
|---|---:|---:|---:|---:|---:|---:|---:|
";
    let names = rows(speed).filter(|row| is(row, "null", "request"));
    let rows = names.map(|row| format!("| {} |\n", lines_of(speed, text(row, "contestant"))));
    format!("{HEAD}{}{}", rows.collect::<String>(), notes(speed))
}

/// Says of some rows what they are, where they are there.
fn notes(speed: &Value) -> String {
    const NOTES: [(&str, &str); 2] = [
        ("floor steps", "Floor (steps) is floor (std) with `steps` in the request's line."),
        (
            "wide-log",
            "wide-log writes one line for a request: its steps as members, its events as messages.",
        ),
    ];
    let is_there = |(name, _): &&(&str, &str)| row(speed, "null", "request", name).is_some();
    let notes: Vec<_> = NOTES.iter().filter(is_there).map(|(_, note)| ["\n", note, "\n"]).collect();
    notes.as_flattened().concat()
}

fn lines_of(speed: &Value, name: &str) -> String {
    let cell = |destination, workload, what: &str| {
        let row = row(speed, destination, workload, name)?;
        let ratio = ratio(&row[format!("{what}_ratio")]);
        Some(format!("{} ({ratio}×)", grouped(&row[format!("{what}_ns")])))
    };
    let allocations = row(speed, "null", "request", name).map(|row| grouped(&row["allocations"]));
    let mut cells = vec![Some(title(name))];
    cells.extend(MAIN.map(|workload| cell("null", workload, "caller")));
    cells.push(allocations);
    cells.push(cell("direct", "request", "caller"));
    cells.push(cell("background", "request", "cpu"));
    let cells: Vec<String> = cells.into_iter().map(Option::unwrap_or_default).collect();
    cells.join(" | ")
}

/// Names the peers that cost their caller less than we do, if there are any.
fn ahead(speed: &Value) -> String {
    let ahead: String = MAIN.iter().flat_map(|workload| ahead_in(speed, workload)).collect();
    if ahead.is_empty() {
        "No peer costs its caller less.\n".to_owned()
    } else {
        format!("Where others are faster:\n\n{ahead}")
    }
}

fn ahead_in(speed: &Value, workload: &str) -> Vec<String> {
    let Some(ours) = row(speed, "null", workload, "ours") else { return Vec::new() };
    let is_ahead = |row: &&Value| {
        is(row, "null", workload)
            && !text(row, "contestant").starts_with("floor")
            && row["caller_ns"].as_f64() < ours["caller_ns"].as_f64()
    };
    let tell = |peer: &Value| {
        let name = text(peer, "contestant");
        let [caller, cpu] = ["caller_ns", "cpu_ns"].map(|key| grouped(&peer[key]));
        let ours = grouped(&ours["caller_ns"]);
        format!(
            "- {name}, {workload}: {caller} ns for its caller, {cpu} with its other threads; here {ours}.\n"
        )
    };
    rows(speed).filter(is_ahead).map(tell).collect()
}

/// One row for each service.
fn services(service: &Value) -> String {
    const HEAD: &str = "\
| axum service | requests/s | p50 | p99 | CPU a request | added by logging | peak memory |
|---|---:|---:|---:|---:|---:|---:|
";
    format!("{HEAD}{}", rows(service).map(service_of).collect::<String>())
}

fn service_of(row: &Value) -> String {
    let added = row["added_us"].as_f64().map(|added| format!("{added:.1} µs"));
    let cells = [
        title(text(row, "contestant")),
        grouped(&row["requests_per_second"]),
        format!("{} µs", grouped(&row["p50_us"])),
        format!("{} µs", grouped(&row["p99_us"])),
        format!("{} µs", tenths(&row["cpu_us"])),
        added.unwrap_or_default(),
        format!("{} MiB", tenths(&row["peak_mib"])),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Names the date, the machine and the versions of the measurement.
fn measured(speed: &Value, service: &Value) -> String {
    let facts = &speed["measured"];
    let mut with = [versions(speed), versions(service)].concat();
    with.sort();
    with.dedup();
    let profile = facts["profile"].as_str().map(|profile| format!(", {profile}"));
    format!(
        "Measured {} at commit {}, the service {} at {}; {}, {} cores; {}{}; {}.\n",
        text(facts, "date"),
        text(facts, "commit"),
        text(&service["measured"], "date"),
        text(&service["measured"], "commit"),
        text(facts, "cpu"),
        facts["cores"],
        text(facts, "rustc").split(" (").next().unwrap_or_default(),
        profile.unwrap_or_default(),
        with.join(", "),
    )
}

fn versions(results: &Value) -> Vec<String> {
    let versions = results["measured"]["versions"].as_object().into_iter().flatten();
    versions.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?"))).collect()
}

fn rows(results: &Value) -> impl Iterator<Item = &Value> {
    results["rows"].as_array().into_iter().flatten()
}

fn row<'a>(speed: &'a Value, destination: &str, workload: &str, name: &str) -> Option<&'a Value> {
    rows(speed).find(|row| is(row, destination, workload) && text(row, "contestant") == name)
}

fn is(row: &Value, destination: &str, workload: &str) -> bool {
    text(row, "destination") == destination && text(row, "workload") == workload
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Returns the name of a contestant in a table.
fn title(name: &str) -> String {
    match name.strip_prefix("floor ") {
        Some(kind) => format!("floor ({kind})"),
        None if name.starts_with("ours") => format!("**{}**", name.replacen("ours", "trace", 1)),
        None => name.to_owned(),
    }
}

/// Returns a whole number with commas.
fn grouped(value: &Value) -> String {
    let digits = format!("{:.0}", value.as_f64().unwrap_or_default());
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(|group| str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

fn tenths(value: &Value) -> String {
    format!("{:.1}", value.as_f64().unwrap_or_default())
}

/// Returns a ratio rounded to two digits, or to a whole number above ten.
fn ratio(value: &Value) -> String {
    match value.as_f64().unwrap_or_default() {
        ratio if ratio < 0.995 => format!("{ratio:.2}"),
        ratio if ratio < 9.95 => format!("{ratio:.1}"),
        ratio => format!("{ratio:.0}"),
    }
}
