use trace_runtime::traced_handler;

#[traced_handler]
async fn load(id: u64) -> Result<String, std::io::Error> {
    if id == 0 {
        return Err("no such user");
    }
    Ok(id.to_string())
}

fn main() {
    drop(load(1));
}
