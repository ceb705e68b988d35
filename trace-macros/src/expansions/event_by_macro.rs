// Input:
//
// info!(rows, concat!("[db] ", "{}"), query);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = &::trace_runtime::__private::event(
        ::trace_runtime::__private::event_callsite!(
            level : Info, target : module, message : _, keys : ["rows"]
        ),
    ) {
        __.write_with(
            ::trace_runtime::__private::format_args!(concat!("[db] ", "{}"), query),
            &[
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::value(&rows).shown(),
                ),
            ],
        );
    }
}
