use trace_runtime::timed;

#[timed]
async fn load(id: u64) -> Result<String, std::io::Error> {
    println!("{id}");
}

fn main() {
    drop(load(1));
}
