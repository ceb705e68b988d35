// Input:
//
// #[timed]
// fn parse(&mut self, text: String) -> Result<&mut Order, Error> {
//     self.order = text.parse()?;
//     Ok(&mut self.order)
// }

// Output:

fn parse(&mut self, text: String) -> Result<&mut Order, Error> {
    ::trace_runtime::__private::run(
        ::trace_runtime::__private::callsite!(
            kind : Step, level : Info, target : module, name : "parse", keys : []
        ),
        move || -> Result<&mut Order, Error> {
            let _ = &text;
            self.order = text.parse()?;
            Ok(&mut self.order)
        },
        |__tr_value| ::trace_runtime::__private::outcome!(__tr_value),
    )
}
