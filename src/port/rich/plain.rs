//! A rich text as plain text: for platforms and places that show nothing else, and beside a formatted form.
//! Nothing that was said may be missing, but what its author hid.

use super::lines::{Line, Piece, lines, pieces};
use super::style::Style;
use super::{Rich, links};

/// What becomes of spoilers in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoilers {
    /// Written out between `||`: where plain text is all that the reader will get.
    Marked,
    /// Only a sign that there is something. For a body that goes beside a formatted one: it is shown in
    /// notifications, and Matrix asks that it does not give spoilers away.
    Hidden,
}

/// What stands for a hidden spoiler; the same sign as for what was erased.
const HIDDEN: &str = "[…]";

/// Writes a rich text as plain text.
///
/// Quotes have `> ` before each line, items `• ` or their number, code its backticks. Links have their address behind
/// them. What is struck through keeps its `~~`, because it means the opposite without; bold, italic and underline
/// only stress, and are left out.
#[must_use]
pub fn render(rich: &Rich, spoilers: Spoilers) -> String {
    if rich.is_plain() {
        return rich.text.clone();
    }
    let mut out = String::with_capacity(rich.text.len() + rich.spans.len() * 4);
    for (number, line) in lines(rich).iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        write_line(rich, line, spoilers, &mut out);
    }
    out
}

fn write_line(rich: &Rich, line: &Line<'_>, spoilers: Spoilers, out: &mut String) {
    let quotes = "> ".repeat(line.quotes);
    out.push_str(&quotes);
    if let Some(item) = line.item {
        out.push_str(&item.marker("•"));
    }
    let Some(code) = line.code else { return write_looks(rich, line, spoilers, out) };
    let indent = line.item.map(|item| " ".repeat(item.marker("•").chars().count())).unwrap_or_default();
    let fence = fence(code.text);
    if code.is_first {
        out.push_str(&fence);
        out.push_str(code.language.unwrap_or_default());
        out.push('\n');
        out.push_str(&quotes);
        out.push_str(&indent);
    }
    out.push_str(line.text);
    if code.is_last {
        out.push('\n');
        out.push_str(&quotes);
        out.push_str(&indent);
        out.push_str(&fence);
    }
}

/// A fence that a code does not contain.
pub(super) fn fence(code: &str) -> String {
    "`".repeat(longest_run(code).max(2) + 1)
}

/// The longest run of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

fn write_looks(rich: &Rich, line: &Line<'_>, spoilers: Spoilers, out: &mut String) {
    // where links began, and how many spoilers hide what follows
    let mut links = Vec::new();
    let mut hidden = 0;
    pieces(rich, line, |piece| match piece {
        Piece::Text(text) if hidden == 0 => out.push_str(text),
        Piece::Text(_) => {}
        Piece::Open(span) if span.style == Style::Spoiler && spoilers == Spoilers::Hidden => {
            out.push_str(HIDDEN);
            hidden += 1;
        }
        Piece::Close(span) if span.style == Style::Spoiler && spoilers == Spoilers::Hidden => hidden -= 1,
        Piece::Open(_) | Piece::Close(_) if hidden > 0 => {}
        Piece::Open(span) => {
            links.push(out.len());
            out.push_str(sign(&span.style));
        }
        Piece::Close(span) => {
            out.push_str(sign(&span.style));
            let from = links.pop().unwrap_or_default();
            if let Style::Link { url } = &span.style
                && !links::is_own_label(out.get(from..).unwrap_or_default(), url)
            {
                out.push_str(" (");
                out.push_str(url);
                out.push(')');
            }
        }
    });
}

/// What is written before and after.
const fn sign(style: &Style) -> &'static str {
    match style {
        Style::Strike => "~~",
        Style::Spoiler => "||",
        Style::Code => "`",
        Style::Bold
        | Style::Italic
        | Style::Underline
        | Style::CodeBlock { .. }
        | Style::Quote
        | Style::Item { .. }
        | Style::Link { .. }
        | Style::Mention => "",
    }
}
