//! Who answers: names that customers can tell apart, accounts that belong to one person.

use super::resolve::{Findings, WORD_MAX};
use super::written::{AgentTable, HandlesTable};
use super::{Agent, Platform, Role, avatar, languages, platforms};
use port::{AccountId, AgentName};
use std::collections::BTreeMap;
use std::path::Path;

/// The team members of a file; `kinds` are the platforms of its channels.
pub(super) fn agents(
    found: &mut Findings<'_>,
    tables: &[AgentTable],
    kinds: &BTreeMap<&str, Platform>,
) -> Vec<Agent> {
    if tables.is_empty() && found.lines.of("agents").is_some() {
        found.problem("agents", "is empty", "without an agent nobody could answer: add [[agents]]");
    }
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut accounts: BTreeMap<(Platform, String), usize> = BTreeMap::new();
    let mut agents = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let path = format!("agents[{index}]");
        if let Some(name) = &table.name {
            shown_name(found, &format!("{path}.name"), name);
            if let Some(earlier) = names.insert(name.to_lowercase(), index) {
                let what = format!("is the name of agents[{earlier}]");
                found.problem(format!("{path}.name"), what, "customers must be able to tell them apart");
            }
        }
        if let Some(title) = &table.title {
            shown_name(found, &format!("{path}.title"), title);
        }
        let handles =
            table.handles.as_ref().map(|written| handles(found, &path, written)).unwrap_or_default();
        for (platform, account) in &handles {
            if let Some(earlier) = accounts.insert((*platform, account.as_str().to_owned()), index) {
                let what = format!("is the account of agents[{earlier}]");
                found.problem(format!("{path}.handles.{platform}"), what, "an account is one person");
            }
        }
        let reachable = handles.iter().any(|(platform, _)| kinds.values().any(|kind| kind == platform));
        if !handles.is_empty() && !reachable {
            let hint = "no channel is on a platform on which this agent has an account";
            found.warning(format!("{path}.handles"), "cannot be used with these channels", hint);
        }
        agents.push(agent(found, &path, table, handles));
    }
    agents
}

fn agent(
    found: &mut Findings<'_>,
    path: &str,
    table: &AgentTable,
    handles: Vec<(Platform, AccountId)>,
) -> Agent {
    let avatar = table.avatar.as_deref().and_then(|file| match avatar::read(Path::new(file)) {
        Ok(avatar) => Some(avatar),
        Err(what) => {
            let hint = "give a PNG, JPEG, GIF or WebP file of at most 1 MiB";
            found.problem(format!("{path}.avatar"), format!("names {file}, which {what}"), hint);
            None
        }
    });
    let languages = table.languages.clone().unwrap_or_default();
    for (index, tag) in languages.iter().enumerate() {
        languages::check(found, &format!("{path}.languages[{index}]"), tag);
    }
    let skills = table.skills.clone().unwrap_or_default();
    for (index, skill) in skills.iter().enumerate() {
        if skill.trim().is_empty() || skill.chars().count() > WORD_MAX {
            let what = format!("must have 1 to {WORD_MAX} characters");
            found.problem(format!("{path}.skills[{index}]"), what, "a word or two is enough");
        }
    }
    Agent {
        name: AgentName::new(table.name.as_deref().unwrap_or_default()),
        title: table.title.clone(),
        role: table.role.unwrap_or(Role::Agent),
        handles,
        avatar,
        languages,
        skills,
    }
}

/// Customers read it, and it must not be able to look like anything else than a name.
fn shown_name(found: &mut Findings<'_>, path: &str, name: &str) {
    if name.trim().is_empty() {
        found.problem(path, "is empty", "customers read it");
    } else if port::names::clean_name(name) != name {
        let what = format!("cannot be shown as it is: at most {} characters", port::names::NAME_MAX);
        found.problem(
            path,
            what,
            "leave out line breaks, invisible signs, and blanks at the ends or in rows",
        );
    }
}

fn handles(found: &mut Findings<'_>, path: &str, table: &HandlesTable) -> Vec<(Platform, AccountId)> {
    let written = [
        (Platform::Local, &table.local),
        (Platform::Matrix, &table.matrix),
        (Platform::Telegram, &table.telegram),
        (Platform::Discord, &table.discord),
    ];
    let mut handles = Vec::new();
    for (platform, account) in written {
        let Some(account) = account else { continue };
        if let Some(hint) = platforms::account_problem(platform, account) {
            let path = format!("{path}.handles.{platform}");
            found.problem(path, format!("is not an account on {platform}"), hint);
        }
        handles.push((platform, AccountId::new(account)));
    }
    if handles.is_empty() && found.lines.of(&format!("{path}.handles")) != found.lines.of(path) {
        let hint = "the bridge knows a person by the account they write from: { local = \"anna\" }";
        found.problem(format!("{path}.handles"), "names no account", hint);
    }
    handles
}
