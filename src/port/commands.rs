//! The team's commands as platforms with commands of their own show them.

/// A command that an adapter offers natively in team chats. What comes in by it is handed over as a message that is
/// typed: prefix, name, a blank, the argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeCommand {
    /// The command's name without a prefix: lower-case ASCII letters, at most 32.
    pub name: String,
    /// Whether something may stand behind it.
    pub takes_text: bool,
    /// What it does, at most 100 characters: by language (`en`, `de`), the desk's own first. Never empty.
    pub descriptions: Vec<(String, String)>,
}
