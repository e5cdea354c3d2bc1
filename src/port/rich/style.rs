//! What a stretch of text looks like. Data only: what may stand where is decided in [`super::normal`].

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A stretch of a text and its look.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// How they look.
    pub style: Style,
}

impl Span {
    /// A stretch of a text and its look.
    #[must_use]
    pub const fn new(range: Range<usize>, style: Style) -> Self {
        Self { range, style }
    }
}

/// How a stretch of text looks. Custom emoji have no style: they are their short name, as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until the reader asks for it.
    Spoiler,
    /// Verbatim, within a line.
    Code,
    /// Verbatim lines.
    CodeBlock {
        /// What they are written in, e.g. `rust`; letters, digits and `+-_.#`, at most 32.
        language: Option<String>,
    },
    /// Lines somebody else said. May nest.
    Quote,
    /// An item of a list; its bullet or number is not part of the text. Items do not nest, they have a depth.
    Item {
        /// Its number, for a numbered list; at most [`super::NUMBER_MAX`].
        number: Option<u64>,
        /// 0 for a list that is not within another; at most [`super::DEPTH_MAX`].
        depth: u8,
    },
    /// A link. Its address is one that [`super::links::accepted`] takes.
    Link {
        /// The address.
        url: String,
    },
    /// Somebody's name. Only ever shown: whom it means is not kept, so that it can never ring anywhere.
    Mention,
}

impl Style {
    /// Whether it covers whole lines.
    #[must_use]
    pub const fn is_block(&self) -> bool {
        matches!(self, Self::CodeBlock { .. } | Self::Quote | Self::Item { .. })
    }

    /// Where it leads, if it is a link.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        if let Self::Link { url } = self { Some(url) } else { None }
    }

    /// Which of two styles over the same stretch is the outer one: the lower.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Quote => 0,
            Self::Item { .. } => 1,
            Self::CodeBlock { .. } => 2,
            Self::Bold => 3,
            Self::Underline => 4,
            Self::Italic => 5,
            Self::Strike => 6,
            Self::Spoiler => 7,
            Self::Link { .. } => 8,
            Self::Mention => 9,
            Self::Code => 10,
        }
    }

    /// A word for logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Strike => "strike",
            Self::Spoiler => "spoiler",
            Self::Code => "code",
            Self::CodeBlock { .. } => "code_block",
            Self::Quote => "quote",
            Self::Item { .. } => "item",
            Self::Link { .. } => "link",
            Self::Mention => "mention",
        }
    }
}

impl fmt::Debug for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.style.word(), self.range.start, self.range.end)
    }
}
