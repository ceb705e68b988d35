// Input:
//
// info!(user_id, rows = count().await, "in {} ms", ms);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = &::trace_runtime::__private::event(
        ::trace_runtime::__private::event_callsite!(
            level : Info, target : module, message : _, keys : ["user_id", "rows"]
        ),
    ) {
        match (&user_id, &count().await) {
            (_0, _1) => {
                __.write_with(
                    ::trace_runtime::__private::format_args!("in {} ms", ms),
                    &[
                        ::trace_runtime::__private::field(
                            ::trace_runtime::__private::value(&*_0).shown(),
                        ),
                        ::trace_runtime::__private::field(
                            ::trace_runtime::__private::value(&*_1).shown(),
                        ),
                    ],
                )
            }
        };
    }
}
