use trace_runtime::info;

fn main() {
    info!(user-agent = "curl", "asked");
}
