use trace_runtime::info;

fn main() {
    info!("a {}", );
}
