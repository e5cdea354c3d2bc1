//! The configuration as the desk needs it.

use crate::config::{self, Config};
use crate::words::Locales;
use desk::Setup;
use std::sync::Arc;

/// What the desk knows from a configuration. `instance` names the store, for ever.
#[must_use]
pub fn setup(config: &Config, instance: impl Into<String>) -> Setup {
    let channels = config.channels.iter();
    let teams = config.teams.iter();
    let agents = config.agents.iter();
    Setup {
        instance: instance.into(),
        channels: channels
            .map(|channel| (channel.name.clone(), channel.connection.platform().word().to_owned()))
            .collect(),
        teams: teams.map(|team| desk::Team { name: team.name.clone(), place: team.room.clone() }).collect(),
        agents: agents.map(agent).collect(),
        reply_mode: match config.desk.reply_mode {
            config::ReplyMode::Explicit => desk::ReplyMode::Explicit,
            config::ReplyMode::Direct => desk::ReplyMode::Direct,
            config::ReplyMode::Confirm => desk::ReplyMode::Confirm,
        },
        confirm_grace: config.desk.confirm_grace,
        command_prefix: config.desk.command_prefix.clone(),
        reopen_within: config.desk.reopen_within,
        locale: config.desk.locale.word().to_owned(),
        time_zone: config.desk.time_zone.clone(),
        words: Arc::new(Locales::built_in()),
    }
}

fn agent(agent: &config::Agent) -> desk::Agent {
    let handles = agent.handles.iter();
    desk::Agent {
        name: agent.name.clone(),
        title: agent.title.clone(),
        role: match agent.role {
            config::Role::Agent => desk::Role::Agent,
            config::Role::Manager => desk::Role::Manager,
        },
        handles: handles.map(|(platform, account)| (platform.word().to_owned(), account.clone())).collect(),
    }
}
