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
    let __tr_returns = ::trace_runtime::__private::returns::<
        Result<String, std::io::Error>,
    >();
    return ::trace_runtime::__private::handler_with(
            {
                let __tr_place = ::trace_runtime::__private::callsite!(
                    request, target : module, name : "messages", keys : ["user_id"]
                );
                if __tr_place.wants_fields_now() {
                    __tr_place
                        .fields(
                            &[
                                ::trace_runtime::__private::field(
                                    ::trace_runtime::__private::value(&user_id).shown(),
                                ),
                            ],
                        )
                } else {
                    __tr_place.no_fields()
                }
            }
                .trace_id(request_id),
            __tr_returns.by_display(),
            async move {
                let _ = &user_id;
                let _ = if false {
                    return __tr_returns.value();
                };
                Ok(format!("messages of {user_id}"))
            },
        )
        .await;
}
