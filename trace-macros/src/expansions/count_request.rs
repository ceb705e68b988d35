// Input:
//
// count_request!(hits, http.bytes += body.len() + 1, "odd-key" += -2);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = ::trace_runtime::__private::count_request() {
        __.add(
            ::trace_runtime::__private::keys!["hits", "http.bytes", "odd-key"],
            &[
                ::trace_runtime::__private::amount(&1_u8),
                ::trace_runtime::__private::amount(&(body.len() + 1)),
                ::trace_runtime::__private::amount(&(-2)),
            ],
        );
    }
}
