// Input:
//
// warn!(rows = n + 1, "no rows in {{cache}}");

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = &::trace_runtime::__private::event(
        ::trace_runtime::__private::event_callsite!(
            level : Warn, target : module, message : "no rows in {cache}", keys :
            ["rows"]
        ),
    ) {
        __.write(
            &[
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::value(&(n + 1)).shown(),
                ),
            ],
        );
    }
}
