//! The static fields of a format: encoded once, under its names, with those
//! that it adds.

use super::{
    spelling::{again, spelling_of_static},
    table::{Fields, Names, Statics},
};
use crate::{
    json::members,
    line::fields::member_key,
    output::{Constant, StaticField},
};

/// Returns the members that end each line of a format.
pub(super) fn constants(names: &Names, fields: &[StaticField]) -> Vec<Constant> {
    let mut constants: Vec<Constant> = Vec::with_capacity(fields.len() + 2);
    for field in fields {
        let (key, is_odd) = key_of(names, field, fields, &constants);
        let rival = rival(&names.fields, &field.key, &key);
        let text = [&*key, &*field.value].concat();
        let (key_len, gives_way) = (key.len(), field.gives_way);
        constants.push(Constant { text, key_len, rival, is_odd, gives_way });
    }
    for (name, value) in added(&names.statics, fields) {
        let key = json(&name);
        if !has(&constants, &key) {
            let (rival, text) = (rival(&names.fields, &key, &key), [&*key, &*value].concat());
            let (key_len, is_odd, gives_way) = (key.len(), false, [false; 3]);
            constants.push(Constant { text, key_len, rival, is_odd, gives_way });
        }
    }
    constants
}

/// Returns the key of a static field, and whether other fields may have it: the
/// name that the format has for it, or that of any other field.
fn key_of(
    names: &Names,
    field: &StaticField,
    all: &[StaticField],
    before: &[Constant],
) -> (Vec<u8>, bool) {
    let is_given = |name: &str| all.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    let is_it = |(name, known): &&(&str, &str)| {
        let is_kept = name == known || !is_given(known);
        name.eq_ignore_ascii_case(&field.name) && is_kept
    };
    if let Some((_, known)) = names.statics.known.iter().find(is_it) {
        return (json(known), false);
    }
    let (mut key, mut is_odd) = spelt(&names.fields, &field.key);
    while has(before, &key) {
        (key, is_odd) = (again(&key), true);
    }
    (key, is_odd)
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
    let rival = candidates.find(|candidate| spelt(fields, candidate).0.eq_ignore_ascii_case(key));
    rival.unwrap_or_default().to_vec()
}

fn spelt(fields: &Fields, key: &[u8]) -> (Vec<u8>, bool) {
    let (key, is_odd) = spelling_of_static(fields, key).key(key);
    (key.into_owned(), is_odd)
}

fn json(name: &str) -> Vec<u8> {
    member_key(name).map(|key| key.to_vec()).unwrap_or_default()
}

fn has(constants: &[Constant], key: &[u8]) -> bool {
    constants.iter().any(|constant| members::has_key(constant.key(), key))
}
