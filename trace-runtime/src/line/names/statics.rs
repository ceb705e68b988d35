//! The static fields of a format: encoded once, under its names, with those
//! that it adds.

use super::{
    spelling::spelling,
    table::{Fields, Names, Statics},
};
use crate::{
    callsite::LineKind,
    json::members,
    line::fields::member_key,
    output::{Constant, StaticField},
};

/// Returns the members that end each line of a format.
pub(super) fn constants(names: &Names, fields: &[StaticField]) -> Vec<Constant> {
    let mut constants: Vec<Constant> = Vec::with_capacity(fields.len() + 1);
    for field in fields {
        let key = key_of(names, field, &constants);
        let rival = rival(&names.fields, &field.key, &key);
        constants.push(constant(&key, &field.value, rival, field.gives_way));
    }
    for (name, value) in added(&names.statics, fields) {
        let key = json(&name);
        if !has(&constants, &key) {
            let rival = rival(&names.fields, &key, &key);
            constants.push(constant(&key, &value, rival, [false; 3]));
        }
    }
    constants
}

fn constant(key: &[u8], value: &[u8], rival: Vec<u8>, gives_way: [bool; 3]) -> Constant {
    Constant { text: [key, value].concat(), key_len: key.len(), rival, gives_way }
}

/// Returns the name that the format has for a static field, or that of any other
/// field.
fn key_of(names: &Names, field: &StaticField, before: &[Constant]) -> Vec<u8> {
    let is_it = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(&field.name);
    let known = names.statics.known.iter().find(is_it).map(|(_, known)| json(known));
    let spelt = || spelt(&names.fields, &field.key);
    let key = known.filter(|known| !has(before, known)).unwrap_or_else(spelt);
    if has(before, &key) { field.key.clone() } else { key }
}

/// Returns the members that a format adds: constant ones, and the data set of a
/// service.
fn added(statics: &Statics, fields: &[StaticField]) -> Vec<(String, Vec<u8>)> {
    let constant =
        statics.added.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
    let service =
        fields.iter().find(|field| field.name == "service" || field.name == "service.name");
    let dataset = statics.dataset.zip(service).and_then(|(name, service)| {
        let text = service.value.strip_suffix(b"\"").filter(|text| text.starts_with(b"\""))?;
        Some((name.to_owned(), [text, b".log\""].concat()))
    });
    constant.chain(dataset).collect()
}

/// Returns the key of a field of a line that is written as `key`, if there may
/// be one: the field's own, or that very key.
fn rival(fields: &Fields, own: &[u8], key: &[u8]) -> Vec<u8> {
    let mut candidates = [own, key].into_iter();
    let rival = candidates.find(|candidate| spelt(fields, candidate).eq_ignore_ascii_case(key));
    rival.unwrap_or_default().to_vec()
}

fn spelt(fields: &Fields, key: &[u8]) -> Vec<u8> {
    spelling(fields, key, LineKind::Event, false).key(key).0.into_owned()
}

fn json(name: &str) -> Vec<u8> {
    member_key(name).map(|key| key.to_vec()).unwrap_or_default()
}

fn has(constants: &[Constant], key: &[u8]) -> bool {
    constants.iter().any(|constant| members::has_key(constant.key(), key))
}
