use trace_runtime::traced_handler;

#[traced_handler(carry(tenant = if name.is_empty() { return } else { name }))]
async fn load(name: &str) {
    println!("{name}");
}

fn main() {}
