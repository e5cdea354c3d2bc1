//! The configuration as the desk needs it.

use crate::config::{self, Config};
use crate::words::Locales;
use desk::Setup;
use desk::personas::Personas;
use desk::policy::Deadlines;
use port::ChannelName;
use std::sync::Arc;

/// What the desk knows from a configuration. `instance` names the store, for ever.
#[must_use]
pub fn setup(config: &Config, instance: impl Into<String>) -> Setup {
    let channels = config.channels.iter();
    let teams = config.teams.iter();
    let agents = config.agents.iter();
    let calendars = config.calendars.iter();
    let calendars = calendars.map(|calendar| (calendar.name().to_owned(), Arc::new(calendar.clone())));
    Setup {
        instance: instance.into(),
        channels: channels
            .map(|channel| (channel.name.clone(), channel.connection.platform().word().to_owned()))
            .collect(),
        teams: teams.map(team).collect(),
        agents: agents.map(agent).collect(),
        personas: Personas::default(),
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
        deadlines: Arc::new(Deadlines { policies: config.policies.clone(), calendars: calendars.collect() }),
        rules: config.rules.clone(),
        topic_links: config.channels.iter().filter_map(topic_link).collect(),
        words: Arc::new(Locales::built_in()),
    }
}

/// What leads to a topic, where a platform has such a thing: an address, or a mention that its apps make one of.
fn topic_link(channel: &config::Channel) -> Option<(ChannelName, String)> {
    let address = match channel.connection.platform() {
        config::Platform::Matrix => "https://matrix.to/#/{chat}/{topic}",
        config::Platform::Telegram => "https://t.me/c/{group}/{topic}",
        config::Platform::Discord => "<#{topic}>",
        config::Platform::Local => return None,
    };
    Some((channel.name.clone(), address.to_owned()))
}

fn team(team: &config::Team) -> desk::Team {
    desk::Team { name: team.name.clone(), place: team.room.clone(), digest: team.digest }
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
        languages: agent.languages.clone(),
    }
}
