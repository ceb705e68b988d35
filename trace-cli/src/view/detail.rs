//! What the line of a request says of the detail that it held.

use super::figures::counted;
use crate::line::{Line, bare, members};

/// Returns the sentence, if the line says anything of it.
pub(super) fn note(line: &Line<'_>) -> Option<String> {
    let value = |key: &[u8]| {
        let member = members(line.text()).find(|member| member.key == key)?;
        std::str::from_utf8(bare(member.value)).ok()
    };
    let missing = value(b"detail_dropped").and_then(|lines| lines.parse().ok()).unwrap_or(0);
    let lines = || counted(missing, "line", "lines");
    match value(b"detail") {
        Some("discarded") => Some("its detail was discarded".to_owned()),
        Some("dropped") => Some(format!("its detail was dropped, {}: too much at once", lines())),
        _ if missing > 0 => Some(format!("its detail lacks {}: too much to hold", lines())),
        _ => None,
    }
}
