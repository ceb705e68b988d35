use trace_runtime::timed;

#[timed]
fn load(mut names: Vec<String>) -> Result<String, std::io::Error> {
    let first = &names[0];
    names.push(String::new());
    Ok(first.clone())
}

fn main() {
    drop(load(Vec::new()));
}
