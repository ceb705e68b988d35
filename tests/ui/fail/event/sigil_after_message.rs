use trace_runtime::info;

fn main() {
    let a = 1;
    info!("msg", %a);
}
