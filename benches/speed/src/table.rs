//! Prints the rows as a readable table.

use serde_json::Value;

/// Prints one line for each row.
pub(crate) fn print(rows: &[Value]) {
    println!(
        "{:<28} {:<14} {:>10} {:>10} {:>8} {:>7} {:>10} {:>8} {:>8} {:>7} {:>6}",
        "",
        "",
        "caller ns",
        "median",
        "ratio",
        "spread",
        "CPU ns",
        "ratio",
        "allocs",
        "bytes",
        "lost"
    );
    let mut last = String::new();
    for row in rows {
        let title = title(row);
        let shown = if title == last { "" } else { &title };
        print_row(shown, row);
        last = title;
    }
}

fn title(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let parameter = row["parameter"].as_u64().map(|n| format!(" {n}")).unwrap_or_default();
    format!("{}, {}{parameter}", text("destination"), text("workload"))
}

fn print_row(title: &str, row: &Value) {
    let number = |key: &str| row[key].as_f64().unwrap_or_default();
    println!(
        "{title:<28} {:<14} {:>10.1} {:>10.1} {:>7.2}× {:>5.0} % {:>10.1} {:>7.2}× {:>8.2} {:>7.0} {:>6.0}",
        row["contestant"].as_str().unwrap_or_default(),
        number("caller_ns"),
        number("median_ns"),
        number("caller_ratio"),
        number("spread") * 100.0,
        number("cpu_ns"),
        number("cpu_ratio"),
        number("allocations"),
        number("bytes"),
        number("lost"),
    );
}
