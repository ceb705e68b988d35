// Input:
//
// #[timed]
// fn begin(text: &str) -> Result<Session, Error> {
//     Session::parse(text)
// }

// Output:

fn begin(text: &str) -> Result<Session, Error> {
    return ::trace_runtime::__private::run_with(
        ::trace_runtime::__private::callsite!(step, target : module, name : "begin"),
        ::trace_runtime::__private::checked::<Result<Session, Error>, _>().by_display(),
        move || -> Result<Session, Error> { Session::parse(text) },
    );
}
