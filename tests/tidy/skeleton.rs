//! Compares two lines without what differs from run to run.

/// Blanks out every number and every hexadecimal id.
pub(crate) fn skeleton(line: &str) -> String {
    let parts = line.split('"').map(|part| {
        let is_hex = part.len() >= 16 && part.chars().all(|c| c.is_ascii_hexdigit());
        let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
        if is_hex { "ID".to_owned() } else { part.chars().map(digits).collect() }
    });
    let text: Vec<String> = parts.collect();
    let text = text.join("\"");
    // Runs of digits differ in length where times do.
    let mut skeleton = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '0' || !skeleton.ends_with('0') {
            skeleton.push(c);
        }
    }
    skeleton
}

#[test]
fn ids_and_numbers_do_not_count_and_all_else_does() {
    let line = |id: &str, ms: &str| format!(r#"{{"span_id":"{id}","duration_ms":{ms}}}"#);
    let one = skeleton(&line("23cb1c26ef558de8", "2.116228"));
    assert_eq!(one, skeleton(&line("0000000000000001", "0.0")));
    assert_ne!(one, skeleton(&line("23cb1c26ef558de8", "true")));
}
