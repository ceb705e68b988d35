//! Finished functions: every word is looked at.

use crate::{
    answers::answers,
    compare::{Asked, Difference},
    known::Known,
    project::{File, Project},
    server::Server,
    sources::{SOURCES, Source, files},
};

#[test]
fn what_is_answered_is_as_of_the_plain_function() {
    let Some(server) = Server::find() else { return };
    let mut project = Project::open(&server, "ide", &files());
    let (mut wrong, mut known) = (Vec::new(), Known::all());
    for (form, differences) in SOURCES.iter().flat_map(|source| differences(&mut project, source)) {
        let unknown = differences.into_iter().filter(|difference| !known.has(&form, difference));
        wrong.extend(unknown.map(|difference| format!("{form}: {difference}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unused = known.unused();
    assert!(unused.is_empty(), "known, but not so: {unused:#?}");
}

/// Returns what differs in each form of a file.
fn differences(project: &mut Project, source: &Source) -> Vec<(String, Vec<Difference>)> {
    let mut asked = |file: File| Asked { answers: answers(project, &file), file };
    let [plain, same] = source.plain().map(&mut asked);
    assert!(plain.answers.len() > 500, "few questions: {}", plain.answers.len());
    let forms = source.forms.iter().map(|form| {
        let ours = asked(source.form(form));
        let differences = ours.differences(&plain, &same);
        println!(
            "{}: {} answers, {} differ",
            ours.file.name,
            ours.answers.len(),
            differences.len()
        );
        (ours.file.name.clone(), differences)
    });
    forms.collect()
}
