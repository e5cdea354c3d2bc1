//! A rich text as HTML for Matrix (`org.matrix.custom.html`, specification 1.19, "m.room.message msgtypes"): only
//! tags of its list, every letter escaped, every tag closed. It must not read HTML; adapters do, and sanitise it.

use super::lines::{Item, Line, Piece, lines, pieces};
use super::style::Style;
use super::{Rich, cut, links};
use std::fmt::Write as _;

/// Writes a rich text as HTML.
///
/// Line breaks, empty lines and runs of blanks look as they were typed. A link whose text looks like another address
/// has its own behind it; so has one that not every client follows. Mentions are text: they ring nowhere.
#[must_use]
pub fn render(rich: &Rich) -> String {
    if rich.is_empty() {
        return String::new();
    }
    let mut html = Html { out: String::with_capacity(rich.text.len() * 5 / 4), quotes: 0, lists: Vec::new() };
    let lines = lines(rich);
    for (number, line) in lines.iter().enumerate() {
        html.step(line);
        if let Some(code) = line.code {
            if code.is_first {
                html.open_code(code.language);
            }
            escape(line.text, &mut html.out);
            html.out.push_str(if code.is_last { "</code></pre>" } else { "\n" });
        } else {
            write_looks(rich, line, &mut html.out);
            let flows_on = lines.get(number + 1).is_some_and(|next| flows_on(line, next));
            if flows_on || line.text.is_empty() {
                html.out.push_str("<br>");
            }
        }
    }
    html.close_lists(0);
    html.quote(0);
    html.out
}

/// Whether nothing but a break lies between two lines.
const fn flows_on(line: &Line<'_>, next: &Line<'_>) -> bool {
    let same_item = match (line.item, next.item) {
        (None, None) => true,
        (_, Some(next)) => !next.is_first,
        (Some(_), None) => false,
    };
    line.quotes == next.quotes && next.code.is_none() && same_item
}

struct Html {
    out: String,
    quotes: usize,
    /// The open lists, outer before inner; each has an open item.
    lists: Vec<List>,
}

struct List {
    depth: usize,
    /// The number of its open item; none for bullets.
    number: Option<u64>,
}

impl Html {
    /// Opens and closes what lies between the line before and this one.
    fn step(&mut self, line: &Line<'_>) {
        if line.quotes != self.quotes || line.item.is_none() {
            self.close_lists(0);
            self.quote(line.quotes);
        }
        if let Some(item) = line.item
            && item.is_first
        {
            self.item(item);
        }
    }

    fn quote(&mut self, depth: usize) {
        while self.quotes < depth {
            self.out.push_str("<blockquote>");
            self.quotes += 1;
        }
        while self.quotes > depth {
            self.out.push_str("</blockquote>");
            self.quotes -= 1;
        }
    }

    fn item(&mut self, item: Item) {
        let deeper = self.lists.partition_point(|list| list.depth <= item.depth);
        self.close_lists(deeper);
        if let Some(list) = self.lists.last_mut()
            && list.depth == item.depth
        {
            if list.number.map(|number| number + 1) == item.number {
                list.number = item.number;
                self.out.push_str("</li><li>");
                return;
            }
            let keep = self.lists.len() - 1;
            self.close_lists(keep);
        }
        match item.number {
            None => self.out.push_str("<ul><li>"),
            Some(1) => self.out.push_str("<ol><li>"),
            Some(start) => {
                let _ = write!(self.out, "<ol start=\"{start}\"><li>");
            }
        }
        self.lists.push(List { depth: item.depth, number: item.number });
    }

    /// Closes all lists but the first few.
    fn close_lists(&mut self, keep: usize) {
        for list in self.lists.drain(keep..).rev() {
            self.out.push_str(if list.number.is_some() { "</li></ol>" } else { "</li></ul>" });
        }
    }

    fn open_code(&mut self, language: Option<&str>) {
        self.out.push_str("<pre><code");
        if let Some(language) = language {
            self.out.push_str(" class=\"language-");
            escape(language, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
    }
}

fn write_looks(rich: &Rich, line: &Line<'_>, out: &mut String) {
    // blanks at the start of a line, and more than one in a row, are kept by making them unbreakable
    let mut after_blank = true;
    pieces(rich, line, |piece| match piece {
        Piece::Text(text) => {
            for c in text.chars() {
                let is_blank = c == ' ' || c == '\t';
                match c {
                    '\t' => out.push_str("&nbsp;&nbsp;&nbsp; "),
                    ' ' if after_blank => out.push_str("&nbsp;"),
                    c => escape_char(c, out),
                }
                after_blank = is_blank;
            }
        }
        Piece::Open(span) => {
            out.push_str(tags(&span.style).0);
            if let Some(url) = span.style.url().filter(|url| links::is_followed(url)) {
                out.push_str("<a href=\"");
                escape(url, out);
                out.push_str("\">");
            }
        }
        Piece::Close(span) => {
            out.push_str(tags(&span.style).1);
            if let Some(url) = span.style.url() {
                close_link(cut(&rich.text, span.range.clone()), url, out);
            }
        }
    });
}

fn close_link(label: &str, url: &str, out: &mut String) {
    let is_followed = links::is_followed(url);
    if is_followed {
        out.push_str("</a>");
    }
    if links::is_disguised(label, url) || (!is_followed && !links::is_own_label(label, url)) {
        out.push_str(" (");
        escape(url, out);
        out.push(')');
    }
}

const fn tags(style: &Style) -> (&'static str, &'static str) {
    match style {
        Style::Bold => ("<strong>", "</strong>"),
        Style::Italic => ("<em>", "</em>"),
        Style::Underline => ("<u>", "</u>"),
        Style::Strike => ("<del>", "</del>"),
        Style::Spoiler => ("<span data-mx-spoiler>", "</span>"),
        Style::Code => ("<code>", "</code>"),
        Style::CodeBlock { .. } | Style::Quote | Style::Item { .. } | Style::Link { .. } | Style::Mention => {
            ("", "")
        }
    }
}

/// Writes a text so that HTML reads it as text, in an attribute too.
pub fn escape(text: &str, out: &mut String) {
    text.chars().for_each(|c| escape_char(c, out));
}

fn escape_char(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        // HTML has no way to write these
        '\u{0}'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{7F}' => out.push('\u{FFFD}'),
        c => out.push(c),
    }
}
