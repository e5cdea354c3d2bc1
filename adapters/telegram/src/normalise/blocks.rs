//! Rich messages: blocks of text, lists, tables and files, as one text and its files. What has no look of ours keeps its
//! words.

use super::{figures, files, is, text};
use port::rich::{Builder, NUMBER_MAX, Rich, Style};
use port::{Content, File};
use serde_json::Value;

/// How deep blocks within blocks are followed.
const DEPTH_MAX: u8 = 16;

/// What a rich message says.
pub(super) fn content(rich_message: &Value) -> Option<Content> {
    let mut page = Page { text: Builder::new(), files: Vec::new() };
    page.blocks(rich_message.get("blocks")?, 0, false);
    let text = page.text.finish().trimmed();
    (!text.is_empty() || !page.files.is_empty()).then_some(Content { text, files: page.files })
}

struct Page {
    text: Builder,
    files: Vec<File>,
}

impl Page {
    /// `close` blocks stand in a list: one below the other, without an empty line between them.
    fn blocks(&mut self, blocks: &Value, depth: u8, close: bool) {
        if depth > DEPTH_MAX {
            return;
        }
        for block in blocks.as_array().into_iter().flatten() {
            if close {
                self.text.line();
            } else {
                self.text.paragraph();
            }
            self.block(block, depth, close);
        }
    }

    fn block(&mut self, block: &Value, depth: u8, close: bool) {
        let part = |field: &str| block.get(field).unwrap_or(&Value::Null);
        match text(block, "type").unwrap_or_default() {
            "heading" => self.styled(Style::Bold, part("text"), depth),
            "pre" => {
                let language = text(block, "language").map(str::to_owned);
                self.styled(Style::CodeBlock { language }, part("text"), depth);
            }
            "divider" => self.text.push("———"),
            "mathematical_expression" => self.styled(Style::Code, part("expression"), depth),
            "list" => self.list(part("items"), depth, 0),
            "blockquote" | "pullquote" => {
                self.text.open(Style::Quote);
                self.words(part("text"), depth);
                self.blocks(part("blocks"), depth + 1, close);
                self.line_of(part("credit"), depth);
                self.text.close();
            }
            "table" => self.table(part("cells"), depth),
            "details" => {
                self.styled(Style::Bold, part("summary"), depth);
                self.blocks(part("blocks"), depth + 1, close);
            }
            "map" => {
                if let Some(place) = figures::place(part("location"), &[]) {
                    self.rich(&place);
                }
            }
            field @ ("animation" | "audio" | "photo" | "video" | "voice_note") => {
                self.files.extend(files::file(field, part(field)));
            }
            // paragraphs, footers, collages, and what is newer than this program
            _ => {
                self.words(part("text"), depth);
                self.blocks(part("blocks"), depth + 1, close);
            }
        }
        let caption = part("caption");
        self.line_of(
            if caption.get("type").is_none() { caption.get("text").unwrap_or(caption) } else { caption },
            depth,
        );
        self.line_of(caption.get("credit").unwrap_or(&Value::Null), depth);
    }

    /// Items do not nest: what is in an item besides its words comes after it, one deeper.
    fn list(&mut self, items: &Value, depth: u8, level: u8) {
        if depth > DEPTH_MAX {
            return;
        }
        for item in items.as_array().into_iter().flatten() {
            let blocks = item.get("blocks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let is_list = |block: &&Value| text(block, "type") == Some("list");
            let number = item.get("value").and_then(Value::as_u64).map(|number| number.min(NUMBER_MAX));
            self.text.open(Style::Item { number, depth: level });
            if is(item, "has_checkbox") {
                self.text.push(if is(item, "is_checked") { "☑ " } else { "☐ " });
            }
            for (at, block) in blocks.iter().filter(|block| !is_list(block)).enumerate() {
                if at > 0 {
                    self.text.line();
                }
                self.block(block, depth + 1, true);
            }
            self.text.close();
            for nested in blocks.iter().filter(is_list) {
                self.list(
                    nested.get("items").unwrap_or(&Value::Null),
                    depth + 1,
                    level.saturating_add(1).min(8),
                );
            }
        }
    }

    fn table(&mut self, rows: &Value, depth: u8) {
        for row in rows.as_array().into_iter().flatten() {
            self.text.line();
            for (at, cell) in row.as_array().into_iter().flatten().enumerate() {
                if at > 0 {
                    self.text.push(" | ");
                }
                self.words(cell.get("text").unwrap_or(&Value::Null), depth);
            }
        }
    }

    /// Words on a line of their own, if there are any.
    fn line_of(&mut self, words: &Value, depth: u8) {
        if !words.is_null() {
            self.text.line();
            self.words(words, depth);
        }
    }

    fn styled(&mut self, style: Style, words: &Value, depth: u8) {
        self.text.open(style);
        self.words(words, depth);
        self.text.close();
    }

    /// A rich text: a word, several, or a look over some.
    fn words(&mut self, words: &Value, depth: u8) {
        if depth > DEPTH_MAX {
            return;
        }
        if let Some(plain) = words.as_str() {
            self.text.push(plain);
            return;
        }
        if let Some(several) = words.as_array() {
            for word in several {
                self.words(word, depth + 1);
            }
            return;
        }
        if !words.is_object() {
            return;
        }
        let inner = words.get("text").unwrap_or(&Value::Null);
        let style = match text(words, "type").unwrap_or_default() {
            "bold" => Style::Bold,
            "italic" => Style::Italic,
            "underline" => Style::Underline,
            "strikethrough" => Style::Strike,
            "spoiler" => Style::Spoiler,
            "code" => Style::Code,
            "text_mention" | "mention" => Style::Mention,
            "url" => Style::Link { url: text(words, "url").unwrap_or_default().to_owned() },
            "custom_emoji" => return self.text.push(text(words, "alternative_text").unwrap_or_default()),
            "mathematical_expression" => {
                let expression = words.get("expression").unwrap_or(&Value::Null);
                return self.styled(Style::Code, expression, depth + 1);
            }
            _ => return self.words(inner, depth + 1),
        };
        self.styled(style, inner, depth + 1);
    }

    fn rich(&mut self, rich: &Rich) {
        let link = rich.spans().iter().find_map(|span| span.style.url().map(|url| (span.range.clone(), url)));
        let Some((range, url)) = link else { return self.text.push(rich.text()) };
        let (before, label) = rich.text().split_at_checked(range.start).unwrap_or((rich.text(), ""));
        self.text.push(before);
        self.text.open(Style::Link { url: url.to_owned() });
        self.text.push(label);
        self.text.close();
    }
}
