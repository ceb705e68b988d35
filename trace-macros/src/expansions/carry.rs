// Input:
//
// carry!(user_id, tenant = %tenant);

// Output:

fn main() {
    if let ::trace_runtime::__private::Some(__) = ::trace_runtime::__private::carry() {
        __.write(
            ::trace_runtime::__private::keys!["user_id", "tenant"],
            &[
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::value(&user_id).shown(),
                ),
                ::trace_runtime::__private::field(
                    ::trace_runtime::__private::display(&tenant).shown(),
                ),
            ],
        );
    }
}
