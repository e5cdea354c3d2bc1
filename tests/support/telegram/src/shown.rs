//! What people see in a chat.

use serde_json::Value;

/// One topic as a person sees it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicShown {
    /// Its id, and that of its first message.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The colour of its icon.
    pub color: i64,
    /// The custom emoji that is its icon.
    pub icon: Option<String>,
    /// Whether it is closed.
    pub closed: bool,
}

/// One message as a person sees it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its id within the chat.
    pub id: i64,
    /// The topic it is in.
    pub topic: Option<i64>,
    /// The account that wrote it.
    pub from: i64,
    /// The text, or the caption of what has one.
    pub text: String,
    /// The entities of the text or of the caption.
    pub entities: Vec<Value>,
    /// What kind of message it is: `text`, `photo`, `document` …
    pub kind: String,
    /// The bytes of its file.
    pub bytes: Option<Vec<u8>>,
    /// Its file's name.
    pub file_name: Option<String>,
    /// Its album.
    pub album: Option<String>,
    /// The emoji on it, with the account of each.
    pub reactions: Vec<(i64, String)>,
    /// The message it answers by a deliberate act.
    pub reply_to: Option<i64>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether nobody was notified.
    pub silent: bool,
    /// Whether it was changed.
    pub edited: bool,
    /// The message in the form of the API.
    pub raw: Value,
}

impl Shown {
    /// What the bold line at the beginning says, and the text after it.
    #[must_use]
    pub fn name_and_text(&self) -> Option<(String, String)> {
        let first = self.entities.first()?;
        if first["type"] != "bold" || first["offset"] != 0 {
            return None;
        }
        let length = usize::try_from(first["length"].as_u64()?).ok()?;
        let letters: Vec<u16> = self.text.encode_utf16().collect();
        let name = String::from_utf16(letters.get(..length)?).ok()?;
        let rest = String::from_utf16(letters.get(length..)?).ok()?;
        let text = rest.strip_prefix('\n').map(str::to_owned);
        Some((name, text.unwrap_or(rest)))
    }
}
