//! The public items of a crate, as rustdoc shows them.
//!
//! Those that can have an example of their own: modules, types, traits, macros,
//! functions, and the methods of types and traits. Fields, variants and
//! associated constants are shown in the example of their type, and methods of
//! an `impl` of a trait in the trait's.
//!
//! Source: [`rustdoc_json_types`](https://docs.rs/rustdoc-json-types).

use serde_json::{Map, Value};

/// The format that is read here: that of Rust 1.95. It changes with compilers.
const FORMAT: u64 = 57;

/// An item: where it is, its path, and its docs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) docs: String,
}

/// Reads the public items out of what rustdoc wrote about a crate, in the order
/// of their places.
pub(crate) fn read(json: &str) -> Result<Vec<Item>, String> {
    let json: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let format = json["format_version"].as_u64();
    if format != Some(FORMAT) {
        let format = format.map_or("no format".to_owned(), |format| format!("format {format}"));
        return Err(format!(
            "has {format} of rustdoc's JSON, but {FORMAT} is expected, which is Rust 1.95's; \
             use that, or change tests/documented/items.rs"
        ));
    }
    let index = json["index"].as_object().ok_or("has no index")?;
    let mut walk = Walk { index, seen: Vec::new(), items: Vec::new() };
    walk.visit(&json["root"], "");
    walk.items.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    if walk.items.is_empty() {
        return Err("has no public item, not even the crate".to_owned());
    }
    Ok(walk.items)
}

/// Goes from the crate to all that is public in it.
struct Walk<'a> {
    index: &'a Map<String, Value>,
    /// What was visited: an item may be reached by two paths.
    seen: Vec<&'a Value>,
    items: Vec<Item>,
}

impl<'a> Walk<'a> {
    /// Visits an item below a path, and all in it.
    fn visit(&mut self, id: &'a Value, path: &str) {
        // Items of other crates are not in the index.
        let Some(item) = self.index.get(&id.to_string()) else { return };
        if item["visibility"] != "public" || self.seen.contains(&item) {
            return;
        }
        self.seen.push(item);
        let inner = item["inner"].as_object().and_then(|inner| inner.iter().next());
        let Some((kind, inner)) = inner else { return };
        match kind.as_str() {
            "use" => self.visit(&inner["id"], path),
            "module" => {
                let path = self.add(item, path);
                for id in list(&inner["items"]) {
                    self.visit(id, &path);
                }
            }
            "struct" | "enum" | "union" => {
                let path = self.add(item, path);
                for id in list(&inner["impls"]) {
                    self.visit_impl(id, &path);
                }
            }
            "trait" => {
                let path = self.add(item, path);
                for id in list(&inner["items"]) {
                    self.visit_method(id, &path);
                }
            }
            "function" | "macro" | "proc_macro" | "type_alias" | "constant" | "static" => {
                self.add(item, path);
            }
            _ => {}
        }
    }

    /// Visits the methods of an `impl` that is not one of a trait.
    fn visit_impl(&mut self, id: &'a Value, path: &str) {
        let Some(item) = self.index.get(&id.to_string()) else { return };
        let inner = &item["inner"]["impl"];
        if inner["trait"].is_null() {
            for id in list(&inner["items"]) {
                self.visit_method(id, path);
            }
        }
    }

    /// Visits a method: one of a trait has no visibility of its own.
    fn visit_method(&mut self, id: &'a Value, path: &str) {
        let Some(item) = self.index.get(&id.to_string()) else { return };
        let is_public = item["visibility"] == "public" || item["visibility"] == "default";
        if is_public && item["inner"].get("function").is_some() {
            self.add(item, path);
        }
    }

    /// Adds an item, and returns its path.
    fn add(&mut self, item: &Value, path: &str) -> String {
        let name = item["name"].as_str().unwrap_or_default();
        let name = if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") };
        let span = &item["span"];
        self.items.push(Item {
            file: span["filename"].as_str().unwrap_or("?").to_owned(),
            line: span["begin"][0].as_u64().unwrap_or_default(),
            name: name.clone(),
            docs: item["docs"].as_str().unwrap_or_default().to_owned(),
        });
        name
    }
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns an item at a line of `a.rs`.
    fn item(name: &str, visibility: &str, line: u64, inner: &Value) -> Value {
        json!({
            "name": name, "visibility": visibility, "docs": format!("docs of {name}"),
            "span": {"filename": "a.rs", "begin": [line, 1], "end": [line, 2]}, "inner": inner,
        })
    }

    fn items(index: &Value) -> Vec<String> {
        let json = json!({"format_version": FORMAT, "root": 0, "index": index});
        let items = read(&json.to_string()).unwrap();
        items.iter().map(|it| format!("{}:{} {} {}", it.file, it.line, it.name, it.docs)).collect()
    }

    #[test]
    fn what_is_public_has_a_place_a_path_and_its_docs() {
        let found = items(&json!({
            "0": item("shop", "public", 1, &json!({"module": {"items": [1, 2, 3, 4]}})),
            "1": item("order", "public", 9, &json!({"function": {}})),
            "2": item("check", "crate", 8, &json!({"function": {}})),
            "3": item("stock", "public", 5, &json!({"module": {"items": [5]}})),
            "4": item("private", "crate", 6, &json!({"module": {"items": [6]}})),
            "5": item("LIMIT", "public", 7, &json!({"constant": {}})),
            "6": item("hidden", "public", 7, &json!({"function": {}})),
        }));
        assert_eq!(
            found,
            [
                "a.rs:1 shop docs of shop",
                "a.rs:5 shop::stock docs of stock",
                "a.rs:7 shop::stock::LIMIT docs of LIMIT",
                "a.rs:9 shop::order docs of order",
            ]
        );
    }

    #[test]
    fn an_item_that_is_used_twice_is_found_once_where_it_is_used() {
        let found = items(&json!({
            "0": item("shop", "public", 1, &json!({"module": {"items": [1, 2, 3]}})),
            "1": item("", "public", 2, &json!({"use": {"id": 4}})),
            "2": item("", "public", 3, &json!({"use": {"id": 4}})),
            "3": item("", "public", 4, &json!({"use": {"id": 77}})),
            "4": item("Order", "public", 9, &json!({"struct": {"impls": []}})),
        }));
        assert_eq!(found, ["a.rs:1 shop docs of shop", "a.rs:9 shop::Order docs of Order"]);
    }

    #[test]
    fn methods_are_items_but_for_those_of_a_traits_impl() {
        let found = items(&json!({
            "0": item("shop", "public", 1, &json!({"module": {"items": [1, 2]}})),
            "1": item("Order", "public", 2, &json!({"struct": {"impls": [3, 4, 99]}})),
            "2": item("Sell", "public", 3, &json!({"trait": {"items": [8, 9]}})),
            "3": item("", "default", 4, &json!({"impl": {"trait": null, "items": [5, 6]}})),
            "4": item("", "default", 5, &json!({"impl": {"trait": {}, "items": [7]}})),
            "5": item("id", "public", 6, &json!({"function": {}})),
            "6": item("check", "crate", 7, &json!({"function": {}})),
            "7": item("clone", "default", 8, &json!({"function": {}})),
            "8": item("sell", "default", 9, &json!({"function": {}})),
            "9": item("Price", "default", 10, &json!({"assoc_type": {}})),
        }));
        let names: Vec<_> = found.iter().filter_map(|it| it.split(' ').nth(1)).collect();
        assert_eq!(
            names,
            ["shop", "shop::Order", "shop::Sell", "shop::Order::id", "shop::Sell::sell"]
        );
    }

    #[test]
    fn another_format_is_refused_in_a_sentence() {
        for (json, expected) in [
            (r#"{"format_version":58,"index":{}}"#, "has format 58 of rustdoc's JSON, but 57"),
            ("{}", "has no format of rustdoc's JSON"),
            (r#"{"format_version":57}"#, "has no index"),
            (r#"{"format_version":57,"root":0,"index":{}}"#, "has no public item"),
            ("[", "EOF while parsing"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.starts_with(expected), "{json}: {error}");
        }
    }
}
