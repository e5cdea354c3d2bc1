//! Files that the bridge makes itself: what is in them, before there are any bytes. The shell makes those when they are
//! sent, so that a file survives a restart as the few words it is made from.

use crate::chart::Chart;
use port::{Attachment, ChannelName, File, FileKind, MediaRef, Owner};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest description of a file, in bytes as it is kept. Sealed it takes a third more, and a row of the store, which has
/// to take the words beside it too, has one mebibyte.
pub const DESCRIPTION_MAX: usize = 640 << 10;
/// The longest name of a file, in characters, without its ending.
const NAME_MAX: usize = 60;

/// What is in a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// A picture of a chart.
    Chart(Box<Chart>),
    /// A table as text, lines of values between commas.
    Table(String),
}

impl From<Chart> for Made {
    fn from(chart: Chart) -> Self {
        Self::Chart(Box::new(chart))
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chart(chart) => chart.fmt(f),
            Self::Table(text) => write!(f, "Table({} bytes)", text.len()),
        }
    }
}

impl Made {
    /// The media type of the file.
    #[must_use]
    pub const fn mime(&self) -> &'static str {
        match self {
            Self::Chart(_) => "image/png",
            Self::Table(_) => "text/csv",
        }
    }

    /// The file, to go with an operation, under a name without an ending. Nothing when its description is too long to be
    /// kept.
    #[must_use]
    pub fn attachment(&self, of: &Owner, name: &str) -> Option<Attachment> {
        let description = serde_json::to_string(self).ok()?;
        let (kind, ending) = match self {
            Self::Chart(_) => (FileKind::Image, "png"),
            Self::Table(_) => (FileKind::Document, "csv"),
        };
        let mut file = File::new(kind, MediaRef::new(description));
        file.name = Some(format!("{}.{ending}", plain(name)));
        file.mime = Some(self.mime().to_owned());
        match self {
            // how many bytes a picture has is known when it is drawn
            Self::Chart(chart) => {
                let (width, height) = chart.size();
                (file.width, file.height) = (Some(width), Some(height));
            }
            Self::Table(text) => file.size = u64::try_from(text.len()).ok(),
        }
        let kept = serde_json::to_string(&file).ok()?;
        (kept.len() <= DESCRIPTION_MAX).then(|| Attachment::new(of, &ChannelName::bridge(), &file))
    }

    /// What is in a file of the bridge's own; nothing when another release described it.
    #[must_use]
    pub fn of(file: &File) -> Option<Self> {
        serde_json::from_str(file.source.as_str()).ok()
    }
}

/// A name that every platform and every disk takes.
fn plain(name: &str) -> String {
    let letters = name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' });
    let name: String = letters.take(NAME_MAX).collect();
    if name.is_empty() { "file".to_owned() } else { name }
}
