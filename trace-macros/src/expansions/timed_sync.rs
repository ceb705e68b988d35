// Input:
//
// #[timed]
// fn parse(&mut self, text: String) -> Result<&mut Order, Error> {
//     self.order = text.parse()?;
//     Ok(&mut self.order)
// }

// Output:

fn parse(&mut self, text: String) -> Result<&mut Order, Error> {
    return ::trace_runtime::__private::run_with(
        ::trace_runtime::__private::callsite!(step, target : module, name : "parse"),
        ::trace_runtime::__private::returns::<Result<&mut Order, Error>>().by_display(),
        move || -> Result<&mut Order, Error> {
            let _ = &text;
            self.order = text.parse()?;
            Ok(&mut self.order)
        },
    );
}
