//! How the words of a file are highlighted.

use serde_json::{Value, json};

use crate::project::{File, Place, Project};

/// Modifiers of a word that stands in a macro's input, whatever the macro is.
const OF_MACROS: [&str; 2] = ["macro", "procMacro"];

/// Returns each token's place, its type and its modifiers.
pub(crate) fn tokens(project: &mut Project, file: &File) -> Vec<(Place, String)> {
    let answer = project.ask(file, "semanticTokens/full", json!({}));
    let legend = &project.capabilities()["semanticTokensProvider"]["legend"];
    let numbers = answer["data"].as_array().into_iter().flatten().filter_map(Value::as_u64);
    let numbers: Vec<_> = numbers.map(|it| usize::try_from(it).unwrap_or_default()).collect();
    let mut place = Place(0, 0);
    let token = |token: &[usize]| {
        let [lines, columns, length, kind, modifiers] = token else {
            unreachable!("in chunks of five")
        };
        // Each place is relative to the one before.
        place = Place(place.0 + lines, if *lines == 0 { place.1 + columns } else { *columns });
        let modifiers = named(&legend["tokenModifiers"], *modifiers).join(" ");
        (place, format!("{length} {} {modifiers}", legend["tokenTypes"][kind]))
    };
    numbers.chunks_exact(5).map(token).collect()
}

/// The names of the bits.
fn named(names: &Value, bits: usize) -> Vec<&str> {
    let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    let set = names.enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
    set.map(|(_, name)| name).filter(|name| !OF_MACROS.contains(name)).collect()
}
