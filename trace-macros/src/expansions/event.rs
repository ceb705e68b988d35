// Input:
//
// info!(target: "shop", user_id, error = %e, http.route = route, "fetched {n} of {}", total);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = &::trace_runtime::__private::event(
        ::trace_runtime::__private::event_callsite!(
            level : Info, target : "shop", message : _, keys : ["user_id", "error",
            "http.route"]
        ),
    ) {
        __.write_with(
            ::trace_runtime::__private::format_args!("fetched {n} of {}", total),
            &[
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::value(&user_id).shown(),
                ),
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::display(&e).shown(),
                ),
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::value(&route).shown(),
                ),
            ],
        );
    }
}
