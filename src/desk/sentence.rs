//! Every sentence the bridge itself says, as data. The words are in `config/locales`.
//!
//! A sentence names its Fluent message and its arguments; texts of customers are arguments like any other and
//! are never read as patterns. They stand in files by what they are said of; a new one goes where its like are.

/// An argument of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Inserted as it is.
    Text(String),
    /// A count, so that a language can choose its plural.
    Number(u64),
}

/// Finds the words for a sentence.
pub trait Words: Send + Sync {
    /// The locale of this name, in capitals or not, if there are words for it.
    fn locale(&self, name: &str) -> Option<&'static str>;

    /// The sentence in a locale (`en`, `de`); falls back to English for a locale that is not there.
    fn say(&self, locale: &str, sentence: &Sentence) -> String;
}

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident = $id:literal { $($field:ident : $type:ty = $sample:expr),* },)*) => {
        /// One thing the bridge says.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Sentence {
            $($(#[$doc])* $name {
                $(#[doc = concat!("`$", stringify!($field), "` of the message.")] $field: $type,)*
            },)*
        }

        impl Sentence {
            /// The Fluent message id and its arguments.
            #[must_use]
            pub fn parts(&self) -> (&'static str, Vec<(&'static str, Arg)>) {
                match self {
                    $(Self::$name { $($field),* } => ($id, vec![$((stringify!($field), $field.to_arg())),*]),)*
                }
            }

            /// One of each, for the tests of the words.
            #[must_use]
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$name { $($field: $sample.into()),* }),*]
            }
        }
    };
}

trait ToArg {
    fn to_arg(&self) -> Arg;
}

impl ToArg for String {
    fn to_arg(&self) -> Arg {
        Arg::Text(self.clone())
    }
}

impl ToArg for u64 {
    fn to_arg(&self) -> Arg {
        Arg::Number(*self)
    }
}

/// Collects the sentences of each area in turn, and makes one enum of all of them.
macro_rules! every {
    ({ $($sentences:tt)* }) => { sentences! { $($sentences)* } };
    ({ $($before:tt)* } $area:ident $($areas:ident)*) => { $area! { { $($before)* } $($areas)* } };
}

#[macro_use]
mod relay;
#[macro_use]
mod deadlines;
#[macro_use]
mod promises;
#[macro_use]
mod figures;

every! { {} relay deadlines promises figures }
