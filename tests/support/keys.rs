//! The keys that are the runtime's own, read from its sources: a new key needs
//! no edit in a suite.

use std::{fs, path::Path, sync::LazyLock};

/// Keys that no field may have, on any line.
pub static EVERY_LINE: LazyLock<Vec<String>> = LazyLock::new(|| words("EVERY_LINE"));

/// Further keys that no field of a request or step may have.
pub static SCOPES: LazyLock<Vec<String>> = LazyLock::new(|| words("SCOPES"));

/// Returns whether a key is the runtime's own on the line of a request or step.
pub fn is_own(key: &str) -> bool {
    EVERY_LINE.iter().chain(SCOPES.iter()).any(|own| own == key)
}

/// Returns the words of a table, wherever it stands beside the encoder of lines.
#[track_caller]
fn words(table: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../trace-runtime/src/line");
    let files = fs::read_dir(&folder).expect("the folder of the encoder");
    let sources = files.map(|file| fs::read_to_string(file.expect("a file").path()));
    let start = format!("const {table}: &[&str] =");
    let table = sources.flatten().find_map(|source| {
        let (_, after) = source.split_once(&start)?;
        after.split(';').next().map(str::to_owned)
    });
    let table = table.unwrap_or_else(|| panic!("no file of {} has `{start}`", folder.display()));
    table.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_lines_are_own_and_those_of_users_are_not() {
        for (key, expected) in
            [("timestamp", true), ("truncated", true), ("path", true), ("user_id", false)]
        {
            assert_eq!(is_own(key), expected, "{key}");
        }
    }
}
