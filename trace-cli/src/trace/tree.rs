//! The tree of a trace.

use super::{
    names::Name,
    parents::{Above, Index, parents},
    span::Trace,
};

/// Which span is below which, and which event in which span.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The request that all began with, if it has a line.
    pub(crate) root: Option<u32>,
    above: Vec<Above>,
    /// All children, those of one span together, by their starts.
    children: Vec<u32>,
    begins: Vec<u32>,
    /// The spans that are below none: the first is the root.
    pub(crate) tops: Vec<u32>,
    /// The span of each event.
    pub(crate) events: Vec<Option<u32>>,
    /// The service of each span: its own, else that of the span above it.
    services: Vec<Name>,
}

impl Tree {
    pub(crate) fn new(trace: &Trace) -> Self {
        let index = Index::new(&trace.spans);
        let (above, root) = parents(trace, &index);
        let (begins, children) = grouped(trace, &above);
        let is_top = |at: &u32| above[*at as usize].span().is_none();
        let mut tops: Vec<_> = (0..trace.spans.len() as u32).filter(is_top).collect();
        tops.sort_by_key(|at| (Some(*at) != root, trace.spans[*at as usize].start));
        let of_event = |event| index.of_event(event, &trace.spans).or(root);
        let events = trace.events.iter().map(of_event).collect();
        let services = trace.spans.iter().map(|span| span.service).collect();
        let mut tree = Self { root, above, children, begins, tops, events, services };
        tree.inherit_services();
        tree
    }

    fn inherit_services(&mut self) {
        let mut open = self.tops.clone();
        while let Some(at) = open.pop() {
            let service = self.services[at as usize];
            let of_one = self.begins[at as usize] as usize..self.begins[at as usize + 1] as usize;
            for child in &self.children[of_one] {
                let own = &mut self.services[*child as usize];
                *own = if *own == Name::NONE { service } else { *own };
                open.push(*child);
            }
        }
    }

    pub(crate) fn service(&self, at: u32) -> Name {
        self.services[at as usize]
    }

    pub(crate) fn parent(&self, at: u32) -> Option<u32> {
        self.above[at as usize].span()
    }

    /// Returns whether a span was placed by time, since its parent has no
    /// line.
    pub(crate) fn is_placed(&self, at: u32) -> bool {
        matches!(self.above[at as usize], Above::ByTime(_))
    }

    /// Returns the spans right below one, by their starts.
    pub(crate) fn children(&self, at: u32) -> &[u32] {
        let at = at as usize;
        &self.children[self.begins[at] as usize..self.begins[at + 1] as usize]
    }
}

/// Returns where the children of each span begin in a list of all of them.
fn grouped(trace: &Trace, above: &[Above]) -> (Vec<u32>, Vec<u32>) {
    let mut begins = vec![0_u32; above.len() + 1];
    for parent in above.iter().filter_map(|it| it.span()) {
        begins[parent as usize + 1] += 1;
    }
    for at in 1..begins.len() {
        begins[at] += begins[at - 1];
    }
    let mut next = begins.clone();
    let mut children = vec![0_u32; *begins.last().unwrap_or(&0) as usize];
    for (at, parent) in (0..).zip(above).filter_map(|(at, it)| Some((at, it.span()?))) {
        children[next[parent as usize] as usize] = at;
        next[parent as usize] += 1;
    }
    for at in 0..above.len() {
        let of_one = &mut children[begins[at] as usize..begins[at + 1] as usize];
        of_one.sort_by_key(|at| {
            let span = &trace.spans[*at as usize];
            (span.start, -span.took.unwrap_or_default())
        });
    }
    (begins, children)
}
