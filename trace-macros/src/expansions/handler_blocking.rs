// Input:
//
// #[traced_handler]
// fn main() -> Result<(), Error> {
//     runtime()?.block_on(serve())
// }

// Output:

fn main() -> Result<(), Error> {
    return ::trace_runtime::__private::block_with(
        ::trace_runtime::__private::callsite!(request, target : module, name : "main"),
        ::trace_runtime::__private::returns::<Result<(), Error>>().by_display(),
        move || -> Result<(), Error> { runtime()?.block_on(serve()) },
    );
}
