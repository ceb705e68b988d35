use trace_runtime::timed;

#[timed]
async fn load(id: u64) -> Result<String, std::io::Error> {
    Ok(id)
}

fn main() {
    drop(load(1));
}
