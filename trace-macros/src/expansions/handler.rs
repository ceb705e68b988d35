// Input:
//
// #[traced_handler(trace_id = request_id, fields(user_id))]
// async fn messages(request_id: Option<&str>, user_id: u64) -> Result<String, std::io::Error> {
//     Ok(format!("messages of {user_id}"))
// }

// Output:

async fn messages(
    request_id: Option<&str>,
    user_id: u64,
) -> Result<String, std::io::Error> {
    let __ = ::trace_runtime::__private::returns::<Result<String, std::io::Error>>();
    return ::trace_runtime::__private::handler_with(
            {
                let __ = ::trace_runtime::__private::callsite!(
                    request, target : module, name : "messages", keys : ["user_id"]
                );
                if __.wants_fields_now() {
                    __.fields(
                        &[
                            ::trace_runtime::__private::field(
                                ::trace_runtime::__private::value(&user_id).shown(),
                            ),
                        ],
                    )
                } else {
                    __.no_fields()
                }
            }
                .trace_id(request_id),
            __.by_display(),
            async move {
                let _ = &user_id;
                let _ = if false {
                    return __.value();
                };
                Ok(format!("messages of {user_id}"))
            },
        )
        .await;
}
