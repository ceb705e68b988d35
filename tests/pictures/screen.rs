//! What a terminal shows of bytes: rows of cells with a colour each.

/// The colour of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// The terminal's own.
    Usual,
    /// A place in the palette of 256.
    Palette(u8),
}

/// How a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) colour: Colour,
    pub(crate) is_bold: bool,
    pub(crate) is_dim: bool,
    pub(crate) is_italic: bool,
}

impl Look {
    const USUAL: Self =
        Self { colour: Colour::Usual, is_bold: false, is_dim: false, is_italic: false };
}

/// A text of one look, and the column in which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) column: usize,
    pub(crate) text: String,
    pub(crate) look: Look,
}

/// Returns the rows that a terminal with so many columns shows.
pub(crate) fn rows(bytes: &str, columns: usize) -> Vec<Vec<Run>> {
    let mut screen = Screen { columns, rows: vec![Vec::new()], column: 0, look: Look::USUAL };
    let mut rest = bytes;
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '\u{1b}' => screen.escape(rest),
            '\n' => {
                screen.row();
                &rest[1..]
            }
            '\r' => &rest[1..],
            c => {
                screen.show(c);
                &rest[c.len_utf8()..]
            }
        };
    }
    while screen.rows.last().is_some_and(Vec::is_empty) {
        screen.rows.pop();
    }
    screen.rows
}

struct Screen {
    columns: usize,
    rows: Vec<Vec<Run>>,
    column: usize,
    look: Look,
}

impl Screen {
    fn row(&mut self) {
        self.rows.push(Vec::new());
        self.column = 0;
    }

    fn show(&mut self, c: char) {
        if self.column == self.columns {
            self.row();
        }
        let (column, look) = (self.column, self.look);
        self.column += 1;
        let row = self.rows.last_mut().unwrap();
        match row.last_mut() {
            Some(run) if run.look == look => run.text.push(c),
            _ => row.push(Run { column, text: c.into(), look }),
        }
    }

    /// Takes an escape; returns what is behind it.
    fn escape<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(link) = text.strip_prefix("\u{1b}]8;") {
            return link.split_once("\u{1b}\\").unwrap().1;
        }
        let codes = text.strip_prefix("\u{1b}[").expect("an escape that is known");
        let (codes, behind) = codes.split_once('m').expect("a colour");
        let codes: Vec<u8> = codes.split(';').map(|code| code.parse().unwrap_or(0)).collect();
        self.colour(&codes);
        behind
    }

    fn colour(&mut self, codes: &[u8]) {
        let look = &mut self.look;
        match codes {
            [38, 5, palette, rest @ ..] => {
                look.colour = Colour::Palette(*palette);
                return self.colour(rest);
            }
            [0, ..] => *look = Look::USUAL,
            [1, ..] => look.is_bold = true,
            [2, ..] => look.is_dim = true,
            [3, ..] => look.is_italic = true,
            [22, ..] => (look.is_bold, look.is_dim) = (false, false),
            [23, ..] => look.is_italic = false,
            [code @ 30..=37, ..] => look.colour = Colour::Palette(code - 30),
            [code @ 90..=97, ..] => look.colour = Colour::Palette(code - 90 + 8),
            [39, ..] => look.colour = Colour::Usual,
            [] => return,
            other => panic!("unknown codes: {other:?}"),
        }
        self.colour(&codes[1..]);
    }
}
