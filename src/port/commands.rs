//! The team's commands as platforms with commands of their own show them.

use std::fmt;

/// A command that an adapter offers natively in team chats. What comes in by it is handed over as a message that is
/// typed: prefix, name, a blank, the argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeCommand {
    /// The command's name without a prefix: lower-case ASCII letters, at most 32.
    pub name: String,
    /// Whether something may stand behind it.
    pub takes_text: bool,
    /// What an adapter may complete an argument with. Platforms that complete nothing pass over it.
    pub suggestions: Suggestions,
    /// What it does, at most 100 characters: by language (`en`, `de`), the desk's own first. Never empty.
    pub descriptions: Vec<(String, String)>,
}

/// What the desk knows that may stand as a command's argument. Something else may stand there all the same, and is answered
/// by the desk. Shown to the team only: agents' names are among it.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Suggestions {
    /// Nothing that is known beforehand.
    #[default]
    None,
    /// The whole argument is one of these, the likeliest first; some have blanks in them.
    One(Vec<String>),
    /// The argument is put together of these with blanks between them, each at most once, the likeliest first.
    Several(Vec<String>),
}

/// How many there are: names of people are among them.
impl fmt::Debug for Suggestions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::One(words) => write!(f, "One({})", words.len()),
            Self::Several(words) => write!(f, "Several({})", words.len()),
        }
    }
}
