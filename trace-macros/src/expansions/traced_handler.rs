// Input:
//
// #[traced_handler(trace_id = id_of(&headers), fields(user_id = user), err = debug)]
// async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
//     Ok(render(fetch(user).await?))
// }

// Output:

async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
    let __ = ::trace_runtime::__private::returns::<Result<Json, Failure>>();
    return ::trace_runtime::__private::handler_with(
            {
                let __ = ::trace_runtime::__private::callsite!(
                    request, target : module, name : "messages", keys : ["user_id"]
                );
                if __.wants_fields_now() {
                    __.fields(
                        &[
                            ::trace_runtime::__private::field(
                                ::trace_runtime::__private::value(&user).shown(),
                            ),
                        ],
                    )
                } else {
                    __.no_fields()
                }
            }
                .trace_id(id_of(&headers)),
            __.by_debug(),
            async move {
                let _ = &user;
                let _ = if false {
                    return __.value();
                };
                Ok(render(fetch(user).await?))
            },
        )
        .await;
}
