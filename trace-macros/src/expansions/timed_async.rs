// Input:
//
// #[timed]
// async fn find_user(id: u64) -> Result<String, std::io::Error> {
//     if id == 0 {
//         return Err(std::io::ErrorKind::NotFound.into());
//     }
//     Ok(format!("user {id}"))
// }

// Output:

fn find_user(
    id: u64,
) -> impl ::trace_runtime::__private::Future<Output = Result<String, std::io::Error>> {
    let __tr_returns = || -> Result<String, std::io::Error> {
        ::trace_runtime::__private::returns()
    };
    ::trace_runtime::__private::timed(
        ::trace_runtime::__private::callsite!(
            kind : Step, level : Info, target : module, name : "find_user", keys : []
        ),
        async move {
            let _ = &id;
            let _ = if false {
                return __tr_returns();
            };
            if id == 0 {
                return Err(std::io::ErrorKind::NotFound.into());
            }
            Ok(format!("user {id}"))
        },
        |__tr_value| ::trace_runtime::__private::outcome!(__tr_value),
    )
}
