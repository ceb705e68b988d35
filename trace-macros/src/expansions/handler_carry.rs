// Input:
//
// #[traced_handler(trace_id = headers, carry(user_id, tenant = %tenant))]
// async fn messages(headers: HeaderMap, user_id: u64, tenant: Tenant) {}

// Output:

async fn messages(headers: HeaderMap, user_id: u64, tenant: Tenant) {
    let __ = ::trace_runtime::__private::returns::<()>();
    return ::trace_runtime::__private::handler_with(
            ::trace_runtime::__private::callsite!(
                request, target : module, name : "messages"
            )
                .carry(
                    ::trace_runtime::__private::keys!["user_id", "tenant"],
                    |__| {
                        __
                            .write(
                                &[
                                    ::trace_runtime::__private::field(
                                        ::trace_runtime::__private::value(&user_id).shown(),
                                    ),
                                    ::trace_runtime::__private::field(
                                        ::trace_runtime::__private::display(&tenant).shown(),
                                    ),
                                ],
                            )
                    },
                )
                .trace_id(headers),
            ::trace_runtime::__private::Succeeds,
            async move {
                let _ = if false {
                    return __.value();
                };
            },
        )
        .await;
}
