//! Does an attribute change what an editor says of the code below it?
mod answers;
mod client;
mod project;
mod server;

use std::collections::BTreeMap;

use crate::{
    answers::{Answers, answers, words},
    project::{File, Place, Project},
    server::Server,
};

struct Source {
    name: &'static str,
    text: &'static str,
    place: &'static str,
    plain: &'static str,
    forms: &'static [(&'static str, &'static str)],
}

const SOURCES: [Source; 3] = [
    Source {
        name: "async",
        text: include_str!("functions/async.rs"),
        place: "#[annotated]",
        plain: "",
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("fields", "#[trace_runtime::timed(fields(k = true))]"),
            ("handler", "#[trace_runtime::traced_handler]"),
        ],
    },
    Source {
        name: "sync",
        text: include_str!("functions/sync.rs"),
        place: "#[annotated]",
        plain: "",
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("fields", "#[trace_runtime::timed(fields(k = true))]"),
        ],
    },
    Source {
        name: "macros",
        text: include_str!("functions/macros.rs"),
        place: "//~",
        plain: "",
        forms: &[("ours", "//~")],
    },
];

#[test]
fn dump() {
    let Some(server) = Server::find() else { return };
    let mut files = Vec::new();
    for source in &SOURCES {
        files.push(File {
            name: format!("{}_plain", source.name),
            text: if source.place == "//~" {
                twin(source.text)
            } else {
                source.text.replace(source.place, source.plain)
            },
        });
        for (form, attribute) in source.forms {
            files.push(File {
                name: format!("{}_{form}", source.name),
                text: source.text.replace(source.place, attribute),
            });
        }
    }
    let t = std::time::Instant::now();
    let mut project = Project::open(&server, "ide", &files);
    println!("open {:?}", t.elapsed());
    let mut totals = BTreeMap::new();
    let only = std::env::var("ONLY").unwrap_or_default();
    for source in SOURCES.iter().filter(|it| it.name.contains(&only)) {
        let file = |form: &str| {
            files.iter().find(|it| it.name == format!("{}_{form}", source.name)).unwrap().clone()
        };
        let plain_file = file("plain");
        let plain = answers(&mut project, &plain_file);
        println!("{} {} answers {:?}", source.name, plain.len(), t.elapsed());
        for (form, attribute) in source.forms {
            let ours_file = file(form);
            let ours = answers(&mut project, &ours_file);
            println!("== {}_{form} {:?}", source.name, t.elapsed());
            diff(
                &plain_file,
                &ours_file,
                &plain,
                &ours,
                attribute,
                &mut totals,
                &format!("{}_{form}", source.name),
            );
        }
    }
    println!("{totals:#?}");
}

fn twin(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut twin = String::new();
    for (index, line) in lines.iter().enumerate() {
        match lines.get(index + 1).and_then(|next| {
            next.trim_start().strip_prefix("//~").map(|_| next.replacen("//~", "   ", 1))
        }) {
            Some(next) => twin += &next,
            None => twin += line,
        }
        twin += "\n";
    }
    twin
}

fn diff(
    plain_file: &File,
    file: &File,
    plain: &Answers,
    ours: &Answers,
    attribute: &str,
    totals: &mut BTreeMap<(String, crate::answers::Question), (usize, usize)>,
    form: &str,
) {
    let words: BTreeMap<Place, &str> = words(&file.text).into_iter().collect();
    let plain_words: BTreeMap<Place, &str> =
        crate::answers::words(&plain_file.text).into_iter().collect();
    let lines: Vec<&str> = file.text.lines().collect();
    let keys: std::collections::BTreeSet<_> = plain.keys().chain(ours.keys()).collect();
    for key in keys {
        if lines.get(key.1.0).is_some_and(|l| l.contains(attribute)) {
            continue;
        }
        let (a, b) = (plain.get(key), ours.get(key));
        if plain_words.get(&key.1) != words.get(&key.1) {
            continue;
        }
        let t = totals.entry((form.to_owned(), key.0)).or_default();
        t.0 += 1;
        if a != b {
            t.1 += 1;
            println!(
                "{:?} {}:{} `{}` in `{}`",
                key.0,
                key.1.0 + 1,
                key.1.1,
                words.get(&key.1).unwrap_or(&""),
                lines.get(key.1.0).unwrap_or(&"").trim()
            );
            let cut = |s: &str| s.chars().take(700).collect::<String>().replace('\n', "⏎");
            match (a, b) {
                (Some(a), Some(b)) if key.0 == crate::answers::Question::Completion => {
                    let (aa, bb): (std::collections::BTreeSet<_>, std::collections::BTreeSet<_>) =
                        (a.split(' ').collect(), b.split(' ').collect());
                    println!("   - {:?}", aa.difference(&bb).take(20).collect::<Vec<_>>());
                    println!("   + {:?}", bb.difference(&aa).take(20).collect::<Vec<_>>());
                }
                _ => {
                    println!("   - {}", a.map_or("none".into(), |s| cut(s)));
                    println!("   + {}", b.map_or("none".into(), |s| cut(s)));
                }
            }
        }
    }
}
