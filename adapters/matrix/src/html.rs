//! From the HTML of a message to a rich text. Pure; the tree that a library makes of it never leaves this module.
//!
//! HTML is somebody else's: it is measured before it is parsed, because the parser takes memory and stack as the
//! markup wants, and what is too much is not read at all. Nothing of it is passed on; only known looks become looks,
//! everything else is text. It must not lose a word: what it does not understand, it reads as its letters.

use port::rich::{Builder, NUMBER_MAX, Rich, Style};
use ruma_html::{ElementData, Html, NodeRef, SanitizerConfig};

/// The longest HTML that is read. An event has at most 65,536 bytes.
const BYTES_MAX: usize = 64 * 1024;
/// The most tags that are read. Unclosed ones are repeated by the parser at every paragraph, so that memory grows
/// with the square of their number.
const TAGS_MAX: usize = 400;
/// The deepest nesting that is read; Matrix asks for no more than 100.
const DEPTH_MAX: usize = 100;
/// What has no words for a reader.
const WORDLESS: [&str; 7] = ["script", "style", "head", "title", "template", "noscript", "iframe"];
/// What stands where a picture without words was.
const PICTURE: &str = "🖼";

/// What a message's HTML says; nothing when it is not to be read.
///
/// `body` is the same without looks, as its author's client wrote it; `persona` says that a name in front is a
/// fallback (MSC4144).
pub(crate) fn read(html: &str, body: &str, persona: bool) -> Option<Rich> {
    if html.len() > BYTES_MAX || html.bytes().filter(|byte| *byte == b'<').count() > TAGS_MAX {
        return None;
    }
    let tree = Html::parse(html);
    tree.sanitize_with(&SanitizerConfig::new().remove_elements(WORDLESS).remove_reply_fallback());
    let mut reader = Reader {
        builder: Builder::new(),
        keeps_blanks: body.contains('\u{A0}'),
        persona,
        fresh: false,
        lists: Vec::new(),
    };
    for node in tree.children() {
        reader.node(&node, 0).ok()?;
    }
    Some(reader.builder.finish().trimmed())
}

/// Nested too deep.
struct TooDeep;

struct Reader {
    builder: Builder,
    /// Whether unbreakable blanks were typed; else they are how HTML keeps blanks.
    keeps_blanks: bool,
    persona: bool,
    /// Whether the next text begins a line that no text has begun yet.
    fresh: bool,
    /// The open lists: the number of the next item, none for bullets.
    lists: Vec<Option<u64>>,
}

impl Reader {
    fn node(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        if let Some(text) = node.as_text() {
            self.text(&text.borrow());
            return Ok(());
        }
        if depth > DEPTH_MAX {
            return Err(TooDeep);
        }
        match node.as_element() {
            Some(element) => self.element(node, element, depth),
            None => self.children(node, depth),
        }
    }

    fn children(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        node.children().try_for_each(|child| self.node(&child, depth + 1))
    }

    fn text(&mut self, text: &str) {
        for (number, piece) in text.split('\u{A0}').enumerate() {
            if number > 0 {
                self.builder.push(if self.keeps_blanks { "\u{A0}" } else { " " });
            }
            self.builder.flow(piece);
            self.fresh &= number == 0 && piece.trim_ascii().is_empty();
        }
    }

    /// Adds words that are not the author's.
    fn push(&mut self, words: &str) {
        self.builder.push(words);
        self.fresh = false;
    }

    fn line(&mut self) {
        self.builder.line();
        self.fresh = true;
    }

    fn paragraph(&mut self) {
        self.builder.paragraph();
        self.fresh = true;
    }

    fn element(&mut self, node: &NodeRef, element: &ElementData, depth: usize) -> Result<(), TooDeep> {
        if self.persona && attribute(element, "data-mx-profile-fallback").is_some() {
            return Ok(());
        }
        match element.name.local.as_ref() {
            "strong" | "b" => self.styled(Style::Bold, node, depth),
            "em" | "i" => self.styled(Style::Italic, node, depth),
            "u" | "ins" => self.styled(Style::Underline, node, depth),
            "del" | "s" | "strike" => self.styled(Style::Strike, node, depth),
            "code" => self.code(node, depth),
            "pre" => self.code_block(node, depth),
            "blockquote" => self.styled(Style::Quote, node, depth),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.paragraph();
                self.styled(Style::Bold, node, depth)?;
                self.paragraph();
                Ok(())
            }
            "p" if self.lists.is_empty() => {
                self.paragraph();
                self.children(node, depth)?;
                self.paragraph();
                Ok(())
            }
            "p" | "div" | "details" | "summary" | "table" | "caption" => self.block(node, depth),
            "ul" => self.list(None, node, depth),
            "ol" => self.list(Some(start(element)), node, depth),
            "li" => self.item(node, depth),
            "tr" => self.row(node, depth),
            "a" => self.link(node, element, depth),
            "span" if attribute(element, "data-mx-spoiler").is_some() => self.spoiler(node, element, depth),
            "br" => {
                self.line_break();
                Ok(())
            }
            "hr" => {
                self.line();
                self.push("———");
                self.line();
                Ok(())
            }
            "img" => {
                let words = ["alt", "title"].into_iter().find_map(|name| attribute(element, name));
                self.push(words.filter(|words| !words.trim().is_empty()).as_deref().unwrap_or(PICTURE));
                Ok(())
            }
            // x² is not x2
            "sup" => self.marked("^", node, depth),
            "sub" => self.marked("_", node, depth),
            _ => self.children(node, depth),
        }
    }

    fn styled(&mut self, style: Style, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        let is_block = style.is_block();
        self.builder.open(style);
        self.children(node, depth)?;
        self.builder.close();
        self.fresh |= is_block;
        Ok(())
    }

    fn block(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        self.line();
        self.children(node, depth)?;
        self.line();
        Ok(())
    }

    fn marked(&mut self, mark: &str, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        self.push(mark);
        self.children(node, depth)
    }

    /// A break on a line without text is an empty line; one at the end of a block is not seen.
    fn line_break(&mut self) {
        if self.fresh {
            self.builder.push("\n");
        } else {
            self.line();
        }
    }

    fn code(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        let code = verbatim(node, depth)?;
        self.builder.open(Style::Code);
        self.push(&code.replace('\n', " "));
        self.builder.close();
        Ok(())
    }

    fn code_block(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        let code = verbatim(node, depth)?;
        self.builder.open(Style::CodeBlock { language: language(node) });
        self.push(code.strip_suffix('\n').unwrap_or(&code));
        self.builder.close();
        self.fresh = true;
        Ok(())
    }

    fn list(&mut self, number: Option<u64>, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        self.line();
        self.lists.push(number);
        self.children(node, depth)?;
        self.lists.pop();
        self.line();
        Ok(())
    }

    fn item(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        let level = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let number = self.lists.last().copied().flatten();
        if let Some(Some(next)) = self.lists.last_mut() {
            *next = next.saturating_add(1);
        }
        self.styled(Style::Item { number, depth: level }, node, depth)
    }

    /// A row of a table: its cells beside each other.
    fn row(&mut self, node: &NodeRef, depth: usize) -> Result<(), TooDeep> {
        self.line();
        for (number, cell) in node.children().filter(|child| child.as_element().is_some()).enumerate() {
            if number > 0 {
                self.push(" | ");
            }
            self.node(&cell, depth + 1)?;
        }
        self.line();
        Ok(())
    }

    fn link(&mut self, node: &NodeRef, element: &ElementData, depth: usize) -> Result<(), TooDeep> {
        match attribute(element, "href").filter(|href| !href.trim().is_empty()) {
            Some(href) if names_a_person(&href) => self.styled(Style::Mention, node, depth),
            Some(url) => self.styled(Style::Link { url }, node, depth),
            None => self.children(node, depth),
        }
    }

    fn spoiler(&mut self, node: &NodeRef, element: &ElementData, depth: usize) -> Result<(), TooDeep> {
        // what the author says about what is hidden
        if let Some(reason) = attribute(element, "data-mx-spoiler").filter(|reason| !reason.trim().is_empty())
        {
            self.push(&format!("({}) ", reason.trim()));
        }
        self.styled(Style::Spoiler, node, depth)
    }
}

fn attribute(element: &ElementData, name: &str) -> Option<String> {
    let attributes = element.attrs.borrow();
    attributes.iter().find(|attribute| &*attribute.name.local == name).map(|found| found.value.to_string())
}

fn start(list: &ElementData) -> u64 {
    attribute(list, "start").and_then(|start| start.trim().parse().ok()).unwrap_or(1).min(NUMBER_MAX)
}

/// Whether an address is a person's: a mention.
fn names_a_person(href: &str) -> bool {
    let href = href.trim();
    let person =
        href.strip_prefix("https://matrix.to/#/").or_else(|| href.strip_prefix("http://matrix.to/#/"));
    person.is_some_and(|person| person.starts_with('@') || person.starts_with("%40"))
        || href.starts_with("matrix:u/")
}

/// The letters of code, as they are.
fn verbatim(node: &NodeRef, depth: usize) -> Result<String, TooDeep> {
    if depth > DEPTH_MAX {
        return Err(TooDeep);
    }
    let mut code = String::new();
    for child in node.children() {
        if let Some(text) = child.as_text() {
            code.push_str(&text.borrow());
        } else if child.as_element().is_some_and(|element| &*element.name.local == "br") {
            code.push('\n');
        } else {
            code.push_str(&verbatim(&child, depth + 1)?);
        }
    }
    Ok(code)
}

/// What a code block says it is written in.
fn language(pre: &NodeRef) -> Option<String> {
    let code = pre
        .children()
        .find(|child| child.as_element().is_some_and(|element| &*element.name.local == "code"))?;
    let class = attribute(code.as_element()?, "class")?;
    class.split_ascii_whitespace().find_map(|name| name.strip_prefix("language-")).map(str::to_owned)
}

#[cfg(test)]
#[path = "tests/html.rs"]
mod tests;
