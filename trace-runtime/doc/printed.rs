// What hidden lines of first pages share: a page shows what its program writes.

/// Compares lines with those in a file, but for times and the ids of spans. With
/// `TRACE_BLESS=1`, the file is written instead.
fn assert_printed(file: &str, lines: &[String]) {
    // Of a program, the target is its name.
    let shop = |line: &String| line.replace(concat!(module_path!(), "\""), "shop\"") + "\n";
    let printed: String = lines.iter().map(shop).collect();
    if std::env::var_os("TRACE_BLESS").is_some() {
        std::fs::write(file, printed).unwrap();
        return;
    }
    let shown = std::fs::read_to_string(file).unwrap();
    assert_eq!(masked(&shown), masked(&printed), "{file}");
}

/// Leaves out the values that differ from run to run.
fn masked(lines: &str) -> String {
    let differs = |key: &str| {
        let key = key.trim_start_matches('"');
        ["timestamp", "span_id", "parent_span_id"].contains(&key) || key.ends_with("_ms")
    };
    let members = lines.split_inclusive(['{', ',']);
    members.map(|member| match member.split_once("\":") {
        Some((key, _)) if differs(key) => key,
        _ => member,
    }).collect()
}
