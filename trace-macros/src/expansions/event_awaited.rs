// Input:
//
// info!(user_id, rows = count().await, "in {} ms", ms);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__tr_event) = &::trace_runtime::__private::event(
        ::trace_runtime::__private::event_callsite!(
            level : Info, target : module, message : _, keys : ["user_id", "rows"]
        ),
    ) {
        match (&user_id, &count().await) {
            (__tr_0, __tr_1) => {
                __tr_event
                    .write_with(
                        ::trace_runtime::__private::format_args!("in {} ms", ms),
                        &[
                            ::trace_runtime::__private::field(
                                ::trace_runtime::__private::value(&*__tr_0).shown(),
                            ),
                            ::trace_runtime::__private::field(
                                ::trace_runtime::__private::value(&*__tr_1).shown(),
                            ),
                        ],
                    )
            }
        };
    }
}
