//! Writes the floor's array of steps.

use floor::{push_millis, push_number};

/// Appends the array: of each step how often it was called, and what it took in
/// nanoseconds, in all and at most.
pub(super) fn push(line: &mut Vec<u8>, steps: &[[u64; 3]; 3]) {
    const NAMES: [&[u8]; 3] = [
        br#"{"name":"authenticate","count":"#,
        br#"{"name":"fetch_messages","count":"#,
        br#"{"name":"render","count":"#,
    ];
    line.extend_from_slice(br#","steps":"#);
    let mut separator = b'[';
    for (name, [count, sum, most]) in NAMES.iter().zip(steps).filter(|(_, step)| step[0] > 0) {
        line.push(separator);
        separator = b',';
        line.extend_from_slice(name);
        push_number(line, *count);
        line.extend_from_slice(br#","total_ms":"#);
        push_millis(line, *sum);
        // No step has others inside it.
        line.extend_from_slice(br#","self_ms":"#);
        push_millis(line, *sum);
        line.extend_from_slice(br#","max_ms":"#);
        push_millis(line, *most);
        line.extend_from_slice(br#","errors":0}"#);
    }
    line.extend_from_slice(if separator == b'[' { b"[]" } else { b"]" });
}
