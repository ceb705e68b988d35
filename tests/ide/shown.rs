//! An answer as text, so that two can be compared.

use serde_json::Value;

use crate::{client::Reply, project::File};

/// Returns an answer as text, in which the file is called the same whatever its
/// name.
pub(crate) fn shown(file: &File, reply: Reply) -> String {
    let mut answer = reply.unwrap_or_else(Value::String);
    if let Some(changes) = answer["documentChanges"].as_array() {
        // The order of the files is not always the same.
        answer =
            changes.iter().filter(|it| is_of(file, &it["textDocument"]["uri"])).cloned().collect();
    }
    if let Some(list) = answer.as_array_mut() {
        list.sort_by_key(Value::to_string);
    }
    let text = match answer["contents"]["value"].as_str() {
        Some(text) => text.to_owned(),
        None => answer.to_string(),
    };
    text.replace(&format!("/{}.rs", file.name), "/here.rs")
        .replace(&format!("::{}", file.name), "::here")
}

/// Returns whether this is the address of the file.
pub(crate) fn is_of(file: &File, uri: &Value) -> bool {
    uri.as_str().is_some_and(|uri| uri.ends_with(&format!("/{}.rs", file.name)))
}

/// Returns what can be completed, in the order of the alphabet.
pub(crate) fn labels(completion: &Value) -> Vec<String> {
    let items = completion["items"].as_array().into_iter().flatten();
    let labels = items.filter_map(|item| item["label"].as_str()).map(str::to_owned);
    let mut labels: Vec<_> = labels.collect();
    labels.sort();
    labels
}
