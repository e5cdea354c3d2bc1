//! What a configuration says of rules, policies and digests, and what is wrong with it.

use crate::config::{MATRIX, assert_told, environment};
use desk::rules::Message;
use deskbridge::config::load::check;
use std::fs;

/// The rules that fire on a complaint, with these entries in the configuration.
fn fired(rules: &str) -> Vec<String> {
    let config = check(&format!("{MATRIX}\n{rules}"), &environment).unwrap().config;
    let message = Message { text: "My invoice is wrong again!", language: None, channel: "shop" };
    config.rules.judge(message).fired.into_iter().map(|fired| fired.rule).collect()
}

#[test]
fn without_rules_the_shipped_ones_hold_and_with_rules_these() {
    let own = "[[rules]]\nname = \"own\"\nmatch = 'invoice'\nteam = \"support\"\n";
    let shipped = "[[rules]]\nuse = \"shipped\"\n";
    assert_eq!(fired(""), ["complaint"]);
    assert_eq!(fired(own), ["own"]);
    assert_eq!(fired(shipped), ["complaint"]);
    assert_eq!(fired(&format!("{own}{shipped}")), ["own", "complaint"]);
    assert_eq!(fired(&format!("{shipped}{own}")), ["complaint", "own"]);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rules.toml");
    fs::write(&file, own.replace("\"own\"", "\"filed\"")).unwrap();
    assert_eq!(fired(&format!("{own}[[rules]]\nfile = {file:?}")), ["own", "filed"]);
    // the shipped file can be given like any other
    assert_eq!(fired("[[rules]]\nfile = \"config/rules.toml\""), ["complaint"]);
}

#[test]
fn what_is_wrong_with_rules_is_told_where_it_is_written() {
    let with = |rules: &str| format!("{MATRIX}\n{rules}");
    assert_told(
        &with("[[rules]]\nname = \"a\"\nmatch = 'a('\nteam = \"suport\"\nchannel = \"chop\"\nneeds = \"2\""),
        &[
            "rules[0].match: is not a usable pattern: unclosed group → in TOML",
            "rules[0].team: names no team of the configuration → did you mean \"support\"?",
            "rules[0].channel: names no channel of the configuration → did you mean \"shop\"?",
            "rules[0].needs: must be a whole number, not a text",
        ],
    );
    assert_told(&with("[[rules]]\nuse = \"shiped\""), &["rules[0].use: cannot be \"shiped\" → did you mean"]);
    assert_told(
        &with(
            "[[rules]]\nuse = \"shipped\"\ntags = [\"x\"]\n[[rules]]\nname = \"thanks\"\npriority = \"low\"",
        ),
        &["rules[0]: has more entries than use or file", "rules[1].name: is the name of an earlier rule"],
    );
    assert_told(
        &with("[[rules]]"),
        &["rules[0].name: is missing", "rules[0].tags: and every other effect is missing"],
    );
    let signals = "[[rules]]\nname = \"s\"\ntags = [\"s\"]\nparts = { one = 'x' }\n[[rules.signals]]\npoint = 2\n\
                   name = \"n\"\nany = ['{one}', '{two}']";
    assert_told(
        &with(signals),
        &["rules[0].signals[0].point: is not known", "rules[0].signals[0].any[1]: names the part two"],
    );
    let shipped = "[[rules]]\nuse = \"shipped\"\n";
    assert_told(
        &with(&format!("{shipped}{shipped}{shipped}")),
        &[
            "rules[1].use: brings in the same rules once more → rules[0] has brought them in: keep one of the two",
            "rules[2].use: brings in the same rules once more → rules[0] has brought them in",
        ],
    );
    assert_told(
        &with(&format!("[[rules]]\nname = \"thanks\"\npriority = \"low\"\n{shipped}")),
        &[
            "rules[1].use: brings in the rule thanks, whose name is the name of an earlier rule → names are unique",
        ],
    );
    // on one line as well
    assert_told(
        &format!("rules = [{{ use = \"shiped\" }}]\n{MATRIX}"),
        &["rules[0].use: cannot be \"shiped\""],
    );
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rules.toml");
    fs::write(&file, "[[rules]]\nname = \"a\"\ntags = [\"a\"]\n").unwrap();
    let twice = format!("[[rules]]\nfile = {file:?}\n");
    assert_told(&with(&twice.repeat(2)), &["rules[1].file: brings in the same rules once more"]);
    fs::write(
        &file,
        "[[rules]]\nname = \"a\"\ntag = [\"a\"]\ntags = [\"a\"]\n\n[[rules]]\nuse = \"shipped\"\n",
    )
    .unwrap();
    assert_told(
        &with(&format!("[[rules]]\nfile = {file:?}\n[[rules]]\nfile = \"none.toml\"")),
        &[
            "where line 3: rules[0].tag is not known → did you mean tags?",
            "where line 6: rules[1] stands for other rules",
            "rules[1].file: names the file none.toml, which cannot be read",
        ],
    );
}

#[test]
fn a_wrong_word_or_number_in_a_list_hides_nothing_else() {
    let text = format!(
        "[desk]\ntime_zone = \"Europe/Berln\"\n{MATRIX}\n[[policies]]\nname = \"a\"\nfirst_response = \"soon\"\n\
         pause = [\"sleeping\", \"waitin\"]\npriorities = [\"hoch\", 3]\nwarn = [50, -5, 99999999999]\n\
         escalate = [{{ at = -1, to = [\"teem\"] }}]\n"
    );
    assert_told(
        &text,
        &[
            "desk.time_zone: is not a known time zone",
            "policies[0].first_response: is not a length of time",
            "policies[0].pause[0]: cannot be \"sleeping\" → it can be \"waiting\", \"snoozed\"",
            "policies[0].pause[1]: cannot be \"waitin\" → did you mean \"waiting\"?",
            "policies[0].priorities[0]: cannot be \"hoch\" → it can be \"low\", \"normal\", \"high\"",
            "policies[0].priorities[1]: must be a text, not a number → write one of \"low\"",
            "policies[0].warn[1]: must be from 1 to 1000 → percent of the time allowed",
            "policies[0].warn[2]: is too large a number",
            "policies[0].escalate[0].at: must be from 1 to 1000",
            "policies[0].escalate[0].to[0]: is nobody who can be told",
        ],
    );
    assert!(check(&text, &environment).unwrap_err().iter().all(|problem| problem.line.is_some()));
}

#[test]
fn what_could_never_hold_or_be_told_is_refused() {
    let policy = |name: &str| format!("[[policies]]\nname = \"{name}\"\nfirst_response = \"1h\"\n");
    let text = format!(
        "{MATRIX}\n{}{}{}{}languages = [\"de\", \"deutsch\"]\n\
         escalate = [{{ at = 100, to = [] }}, {{ at = 200, to = [5] }}, {{ at = 300 }}]\n\
         [[rules]]\nname = \"r\"\nlanguage = \"german\"\nset_language = \"deutsch\"",
        policy("none"),
        policy("-"),
        policy("gold "),
        policy("gold"),
    );
    assert_told(
        &text,
        &[
            "policies[0].name: is taken → behind `!policy` that word means that none is chosen",
            "policies[1].name: is taken",
            "policies[2].name: begins or ends with a blank → `!policy` could not name it",
            "policies[3].languages[1]: is not a language tag → they are like de, en or pt-BR",
            "policies[3].escalate[0].to: names nobody → there are: assignee, team",
            "policies[3].escalate[1].to[0]: must be a text",
            "policies[3].escalate[2].to: is missing",
            "rules[0].language: is not a language tag",
            "rules[0].set_language: is not a language tag",
        ],
    );
    assert!(check(&text, &environment).unwrap_err().iter().all(|problem| problem.line.is_some()));
}

#[test]
fn a_tag_in_a_policy_or_a_rule_is_one_that_agents_can_name() {
    let rule = |tags: &str| format!("[[rules]]\nname = \"vip\"\nmatch = 'x'\ntags = [{tags}]");
    let policy =
        |tags: &str| format!("[[policies]]\nname = \"vip\"\nfirst_response = \"1h\"\ntags = [{tags}]");
    let both = |tags: &str| format!("{MATRIX}\n{}\n{}", policy(tags), rule(tags));
    let config = check(&both("\"VIP\", \"#Late\""), &environment).unwrap().config;
    let wanted: std::collections::BTreeSet<String> = ["late", "vip"].map(str::to_owned).into();
    assert_eq!(config.policies[0].when.tags, wanted);
    let message = Message { text: "x", language: None, channel: "shop" };
    assert_eq!(config.rules.judge(message).tags, wanted);
    let wrong =
        "must be 1 to 40 letters, digits and - _ . :, the first of them no - → `!tag` could not name it";
    let told = |path: &str, index: usize| format!("{path}[0].tags[{index}]: {wrong}");
    let wanted: Vec<String> =
        ["policies", "rules"].iter().flat_map(|path| (0..3).map(|index| told(path, index))).collect();
    let text = both("\"two words\", \"\", \"-vip\"");
    assert_told(&text, &wanted.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(check(&text, &environment).unwrap_err().iter().all(|problem| problem.line.is_some()));
}

#[test]
fn a_digest_is_due_at_times_that_can_be_read() {
    let with = |digest: &str| MATRIX.replace("room = ", &format!("digest = {digest}\nroom = "));
    let digest = |text: &str| check(text, &environment).unwrap().config.teams[0].digest;
    assert_eq!(digest(MATRIX), desk::Digest::default());
    let both = digest(&with("{ daily = \"07:30\", weekly = \"fri 17:00\" }"));
    assert_eq!(both.daily.map(|at| at.to_string()).as_deref(), Some("07:30:00"));
    assert_eq!(both.weekly.map(|(day, _)| day), Some(jiff::civil::Weekday::Friday));
    assert_told(
        &with("{ daily = \"8\", weekly = \"someday 08:00\", monthly = \"1\" }"),
        &[
            "teams[0].digest.daily: is not a time of day → write it like \"08:00\"",
            "teams[0].digest.weekly: is not a day of the week and a time → write it like \"mon 08:00\"",
            "teams[0].digest.monthly: is not known",
        ],
    );
}
