//! The words of commands: how they are read, and what a wrong one probably meant.

use super::suggest::suggestions;
use crate::figures::Subject;
use crate::sentence::Sentence;
use crate::setup::Setup;
use port::NativeCommand;

/// A person's instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Reply(String),
    Note(String),
    Claim,
    Assign(String),
    Release,
    Close,
    Reopen,
    Who,
    History,
    List,
    Snooze(String),
    Wait(String),
    Resume,
    NoReply,
    Priority(String),
    Tag(String),
    Policy(String),
    Segment(String),
    Why,
    Promise(String),
    Done(String),
    Promises,
    Figures(Subject, String),
    Export(String),
    Chart(String),
    Retry,
    Stop,
    Help,
}

/// How a command is read from what follows its word.
enum Form {
    /// It stands alone.
    Bare(Command),
    /// Words may follow.
    Maybe(fn(String) -> Command),
    /// It needs words.
    With(fn(String) -> Command),
    /// It is about figures; words may follow.
    Figures(Subject),
}

impl Form {
    fn command(&self, text: String) -> Command {
        match self {
            Self::Bare(command) => command.clone(),
            Self::Maybe(make) | Self::With(make) => make(text),
            Self::Figures(subject) => Command::Figures(*subject, text),
        }
    }
}

/// A command as people meet it.
pub(super) struct Word {
    /// What it is given by.
    name: &'static str,
    /// How it is used.
    usage: &'static str,
    form: Form,
    /// Its line in `help`.
    pub(super) help: fn(String) -> Sentence,
}

macro_rules! words {
    ($($word:literal, $usage:literal => $form:expr, $help:ident;)*) => {
        [$(Word { name: $word, usage: $usage, form: $form, help: |prefix| Sentence::$help { prefix } }),*]
    };
}

/// Every command, in the order of `help`.
pub(super) const WORDS: [Word; 34] = words! {
    "r", "r text" => Form::With(Command::Reply), HelpReply;
    "note", "note text" => Form::With(Command::Note), HelpNote;
    "claim", "claim" => Form::Bare(Command::Claim), HelpClaim;
    "assign", "assign @name" => Form::With(Command::Assign), HelpAssign;
    "release", "release" => Form::Bare(Command::Release), HelpRelease;
    "close", "close" => Form::Bare(Command::Close), HelpClose;
    "reopen", "reopen" => Form::Bare(Command::Reopen), HelpReopen;
    "who", "who" => Form::Bare(Command::Who), HelpWho;
    "history", "history" => Form::Bare(Command::History), HelpHistory;
    "list", "list" => Form::Bare(Command::List), HelpList;
    "snooze", "snooze 2h" => Form::With(Command::Snooze), HelpSnooze;
    "wait", "wait" => Form::Maybe(Command::Wait), HelpWait;
    "resume", "resume" => Form::Bare(Command::Resume), HelpResume;
    "noreply", "noreply" => Form::Bare(Command::NoReply), HelpNoReply;
    "priority", "priority high" => Form::With(Command::Priority), HelpPriority;
    "tag", "tag name -other" => Form::With(Command::Tag), HelpTag;
    "policy", "policy name" => Form::With(Command::Policy), HelpPolicy;
    "segment", "segment name" => Form::With(Command::Segment), HelpSegment;
    "why", "why" => Form::Bare(Command::Why), HelpWhy;
    "promise", "promise tomorrow 15:00 call back" => Form::Maybe(Command::Promise), HelpPromise;
    "done", "done" => Form::Maybe(Command::Done), HelpDone;
    "promises", "promises" => Form::Bare(Command::Promises), HelpPromises;
    "stats", "stats week by agent" => Form::Figures(Subject::Stats), HelpStats;
    "agents", "agents week" => Form::Figures(Subject::Agents), HelpAgents;
    "sla", "sla week" => Form::Figures(Subject::Sla), HelpSla;
    "breaches", "breaches week" => Form::Figures(Subject::Breaches), HelpBreaches;
    "overdue", "overdue" => Form::Figures(Subject::Overdue), HelpOverdue;
    "backlog", "backlog" => Form::Figures(Subject::Backlog), HelpBacklog;
    "compare", "compare week" => Form::Figures(Subject::Compare), HelpCompare;
    "chart", "chart response last week" => Form::Maybe(Command::Chart), HelpChart;
    "export", "export csv stats last week" => Form::Maybe(Command::Export), HelpExport;
    "retry", "retry" => Form::Bare(Command::Retry), HelpRetry;
    "stop", "stop" => Form::Bare(Command::Stop), HelpStop;
    "help", "help" => Form::Bare(Command::Help), HelpHelp;
};

/// The longest description that platforms take.
const DESCRIPTION_MAX: usize = 100;

/// The commands as platforms with commands of their own show them, described in some locales; the first one's words come
/// first.
#[must_use]
pub fn native(setup: &Setup, locales: &[&str]) -> Vec<NativeCommand> {
    let described = |word: &Word| {
        let describe = |locale: &&str| {
            let line = setup.words.say(locale, &(word.help)(String::new()));
            // what stands before the dash is the command itself
            let (_, text) = line.split_once(" – ").unwrap_or(("", line.as_str()));
            ((*locale).to_owned(), shortened(text))
        };
        NativeCommand {
            name: word.name.to_owned(),
            takes_text: !matches!(word.form, Form::Bare(_)),
            suggestions: suggestions(setup, &word.form.command(String::new())),
            descriptions: locales.iter().map(describe).collect(),
        }
    };
    WORDS.iter().map(described).collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION_MAX {
        return text.to_owned();
    }
    let short: String = text.chars().take(DESCRIPTION_MAX - 1).collect();
    let whole_words = short.rsplit_once(' ').map_or(short.as_str(), |(head, _)| head);
    format!("{}…", whole_words.trim_end_matches([',', ';']))
}

/// Reads what follows the prefix: the command and the word it was given by. What is no command is answered with what was
/// meant.
pub(crate) fn parse(rest: &str, prefix: &str) -> Result<(Command, &'static str), Box<Sentence>> {
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let word = word.to_lowercase();
    // what people look for after "may not have arrived"
    let word = if word == "resend" { "retry".to_owned() } else { word };
    let argument = argument.trim();
    match WORDS.iter().find(|known| known.name == word) {
        Some(Word { usage, form: Form::With(_), .. }) if argument.is_empty() => {
            Err(Box::new(Sentence::MissingArgument { usage: format!("{prefix}{usage}") }))
        }
        Some(Word { name, form, .. }) => Ok((form.command(argument.to_owned()), name)),
        None => {
            let shown = format!("{prefix}{}", word.chars().take(30).collect::<String>());
            Err(Box::new(match nearest(&word) {
                Some(meant) => {
                    Sentence::UnknownCommandMeant { word: shown, meant: format!("{prefix}{meant}") }
                }
                None => Sentence::UnknownCommand { word: shown, prefix: prefix.to_owned() },
            }))
        }
    }
}

/// The command that was probably meant: at most two letters away, and closer than half of it.
fn nearest(word: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .map(|known| known.name)
        .filter(|known| known.len() > 1)
        .map(|known| (distance(word, known), known))
        .filter(|(distance, known)| *distance <= 2 && *distance * 2 < known.len())
        .min()
        .map(|(_, known)| known)
}

/// How many letters have to be added, removed, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(30).collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_is_answered_with_what_was_meant() {
        for (said, meant) in
            [("clam", "!claim"), ("clsoe", "!close"), ("hlep", "!help"), ("histori", "!history")]
        {
            match parse(said, "!").map_err(|sentence| *sentence) {
                Err(Sentence::UnknownCommandMeant { meant: guess, .. }) => assert_eq!(guess, meant),
                other => panic!("{said}: {other:?}"),
            }
        }
        assert!(matches!(
            parse("wonderful", "!").map_err(|sentence| *sentence),
            Err(Sentence::UnknownCommand { .. })
        ));
    }

    #[test]
    fn a_command_takes_what_follows_its_word() {
        assert_eq!(parse("r  Hello\nthere ", "!"), Ok((Command::Reply("Hello\nthere".into()), "r")));
        assert_eq!(parse("R x", "!"), Ok((Command::Reply("x".into()), "r")));
        assert_eq!(parse("assign @Anna", "!"), Ok((Command::Assign("@Anna".into()), "assign")));
        assert!(matches!(
            parse("assign", "!").map_err(|sentence| *sentence),
            Err(Sentence::MissingArgument { .. })
        ));
    }

    #[test]
    fn every_command_is_parsed_by_its_own_word() {
        for Word { name, usage, .. } in &WORDS {
            assert_eq!(parse(usage, "!").map(|(_, word)| word), Ok(*name));
        }
    }
}
