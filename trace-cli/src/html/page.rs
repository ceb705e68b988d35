//! The page: its markup, style and script, and the data in it.

use std::io;

use super::{base64::base64, choose::Chooser, columns::columns, sha256::sha256};

const MARKUP: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Returns the page of what was chosen. `meta` is JSON about the whole log.
///
/// # Errors
///
/// If the data cannot be deflated.
pub(crate) fn page(chooser: &mut Chooser, meta: &str) -> io::Result<String> {
    let traces = chooser.chosen();
    let packed = columns(meta, &chooser.texts.all, &traces)?;
    drop(traces);
    let data = base64(&packed);
    let (style, script) = (format!("\n{STYLE}"), format!("\n{SCRIPT}"));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&sha256(script.as_bytes())),
        base64(&sha256(style.as_bytes())),
    );
    let mut page = String::with_capacity(data.len() + 64_000);
    let mut rest = MARKUP;
    // The data come last: nothing of them is looked at for a place.
    for (place, part) in
        [("{policy}", &policy), ("{style}", &style), ("{data}", &data), ("{script}", &script)]
    {
        let (before, after) = rest.split_once(place).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page.push_str(rest);
    Ok(page)
}
