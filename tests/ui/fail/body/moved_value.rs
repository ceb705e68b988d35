use trace_runtime::timed;

#[timed]
async fn load(name: String) -> Result<String, std::io::Error> {
    drop(name);
    Ok(name)
}

fn main() {
    drop(load(String::new()));
}
