//! What may stand behind a command, for platforms that complete what is typed: from the configuration, and from what each
//! command says of itself. It suggests nothing that its command would refuse.

use super::figures;
use super::words::Command;
use crate::figures::picture::Picture;
use crate::policy::{NONE, Priority};
use crate::setup::Setup;
use port::Suggestions;
use std::collections::BTreeSet;

/// How long people put something off.
const SNOOZES: [&str; 7] = ["30m", "1h", "2h", "4h", "tomorrow 9:00", "2d", "1w"];

/// What may follow a command.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing is known beforehand of what follows the others")]
pub(super) fn suggestions(setup: &Setup, command: &Command) -> Suggestions {
    let policies = &setup.deadlines.policies;
    match command {
        Command::Assign(_) => one(setup.agents.iter().map(|agent| agent.name.as_str())),
        Command::Policy(_) => one(policies.iter().map(|policy| policy.name.as_str()).chain([NONE[0]])),
        Command::Segment(_) => {
            let known: BTreeSet<&String> = policies.iter().flat_map(|policy| &policy.when.segments).collect();
            one(known.into_iter().map(String::as_str).chain([NONE[0]]))
        }
        Command::Priority(_) => one(Priority::ALL.into_iter().rev().map(Priority::word)),
        Command::Snooze(_) => one(SNOOZES),
        Command::Tag(_) => {
            let of_policies = policies.iter().flat_map(|policy| &policy.when.tags).map(String::as_str);
            let known: BTreeSet<&str> = setup.rules.tags().chain(of_policies).collect();
            let taken_away = known.iter().map(|tag| format!("-{tag}"));
            Suggestions::Several(known.iter().map(|tag| (*tag).to_owned()).chain(taken_away).collect())
        }
        Command::Figures(subject, _) => chosen(subject.usage()),
        Command::Export(_) => chosen(figures::EXPORT_USAGE),
        Command::Chart(_) => chosen(Picture::USAGE),
        _ => Suggestions::None,
    }
}

fn one<'a>(words: impl IntoIterator<Item = &'a str>) -> Suggestions {
    Suggestions::One(words.into_iter().map(str::to_owned).collect())
}

/// What can be chosen by a line of usage: `[week|last week] [by agent|channel]` is `week`, `last week`, `by agent` and
/// `by channel`. Examples, which have digits in them, are none.
fn chosen(usage: &str) -> Suggestions {
    let mut words = Vec::new();
    for group in usage.split('[').skip(1).filter_map(|rest| rest.split(']').next()) {
        let mut group = group.split('|');
        let first = group.next().unwrap_or_default();
        // what stands before the first one is meant before each
        let before = first.split_once(' ').map(|(before, _)| format!("{before} ")).unwrap_or_default();
        let others = group.filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        words.push(first.to_owned());
        words.extend(others.map(|word| format!("{before}{word}")));
    }
    Suggestions::Several(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_chosen_is_read_from_a_line_of_usage() {
        let words = ["week", "last week", "by day", "by weekday", "wall"].map(str::to_owned);
        let usage = "csv [week|last week|2026-03-01..2026-03-15] [by day|weekday] [wall]";
        assert_eq!(chosen(usage), Suggestions::Several(words.into()));
    }
}
