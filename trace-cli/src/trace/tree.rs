//! The tree of a trace.

use super::{
    names::Name,
    parents::{Above, Index, parents},
    span::Trace,
};

/// Which span is below which, and which event in which span.
#[derive(Debug, Default)]
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
        let mut tree = Self::default();
        tree.grow(trace);
        tree
    }

    /// Makes it that of a trace, in the memory that it has.
    pub(crate) fn grow(&mut self, trace: &Trace) {
        let index = Index::new(&trace.spans);
        let root = parents(trace, &index, &mut self.above);
        self.root = root;
        self.group(trace);
        let above = &self.above;
        let is_top = |at: &u32| above[*at as usize].span().is_none();
        self.tops.clear();
        self.tops.extend((0..trace.spans.len() as u32).filter(is_top));
        if self.tops.len() > 1 {
            self.tops.sort_by_key(|at| (Some(*at) != root, trace.spans[*at as usize].start));
        }
        let of_event = |event| index.of_event(event, &trace.spans).or(root);
        self.events.clear();
        self.events.extend(trace.events.iter().map(of_event));
        self.services.clear();
        self.services.extend(trace.spans.iter().map(|span| span.service));
        if self.services.contains(&Name::NONE) {
            self.inherit_services();
        }
    }

    /// Finds the children of each span.
    fn group(&mut self, trace: &Trace) {
        let (begins, children) = (&mut self.begins, &mut self.children);
        begins.clear();
        begins.resize(self.above.len() + 1, 0);
        for parent in self.above.iter().filter_map(|it| it.span()) {
            begins[parent as usize] += 1;
        }
        let mut sum = 0;
        for begin in begins.iter_mut() {
            sum += *begin;
            *begin = sum;
        }
        // Each begin is an end until the children before it are in their places.
        children.clear();
        children.resize(sum as usize, 0);
        for (at, above) in self.above.iter().enumerate().rev() {
            let Some(parent) = above.span() else { continue };
            begins[parent as usize] -= 1;
            children[begins[parent as usize] as usize] = at as u32;
        }
        for at in 0..self.above.len() {
            let of_one = &mut children[begins[at] as usize..begins[at + 1] as usize];
            if of_one.len() < 2 {
                continue;
            }
            of_one.sort_by_key(|at| {
                let span = &trace.spans[*at as usize];
                (span.start, -span.took().unwrap_or_default())
            });
        }
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
