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
    let __ = ::trace_runtime::__private::returns::<Result<String, std::io::Error>>();
    return ::trace_runtime::__private::timed_with(
        ::trace_runtime::__private::callsite!(step, target : module, name : "find_user"),
        __.by_display(),
        async move {
            let _ = &id;
            let _ = if false {
                return __.value();
            };
            if id == 0 {
                return Err(std::io::ErrorKind::NotFound.into());
            }
            Ok(format!("user {id}"))
        },
    );
}
