use trace_runtime::{Public, Secret, carry, count_request, record, record_request};

struct Page {
    rows: Vec<u8>,
}

fn main() {
    let (n, bytes, page) = (1_u8, 2.5, Page { rows: Vec::new() });
    record!(n, page.rows, text = %n, "a-b" = ?bytes,);
    record_request!(n);
    carry!(n, ?bytes, token = Secret(n), api_key = Some(Public(n)), none = None::<u8>);
    count_request!(n);
    count_request!(n, bytes += bytes, rows += page.rows.len(), http.bytes += &&n, "a-b" += -1_i128,);
    count_request!(r#type += if n == 1 { 2_u64 } else { 3 });
    match n {
        1 => count_request!(ones),
        _ => carry!(other = n),
    }
}
