//! The adapters of the configured channels. The only place that knows which platform has which adapter.

use crate::config::{
    Config, Connection, Discord, Local, Matrix, MatrixLogin, MattersIn, PersonaForm, Platform, Secret,
    Telegram,
};
use crate::setup::setup;
use crate::store::MasterKey;
use crate::words::Locales;
use adapter_discord::{DiscordAdapter, DiscordConfig, Matters, Names, Phrases};
use adapter_local::{Credential, LocalAdapter, LocalAgent, LocalConfig, LocalRoom};
use adapter_matrix::{Login, MatrixAdapter, MatrixConfig};
use adapter_telegram::{NameForm, TelegramAdapter, TelegramConfig};
use desk::{Sentence, Words};
use port::adapter::SharedShelf;
use port::{Adapter, AdapterError, Avatars, ChannelName, ChatId, NativeCommand};
use std::path::PathBuf;
use std::sync::Arc;

/// Makes the adapter of every channel, in the order of the configuration. Nothing is connected yet.
///
/// `shelf` gives each channel the rows of its own.
///
/// # Errors
/// When an adapter finds that its part of the configuration cannot work.
pub fn build(
    config: &Config,
    shelf: &dyn Fn(&ChannelName) -> SharedShelf,
) -> Result<Vec<Arc<dyn Adapter>>, AdapterError> {
    let made = config.channels.iter().map(|channel| {
        let shelf = shelf(&channel.name);
        Ok(match &channel.connection {
            Connection::Local(local) => local_adapter(config, &channel.name, local, shelf)?,
            Connection::Matrix(matrix) => matrix_adapter(config, &channel.name, matrix, shelf)?,
            Connection::Telegram(telegram) => telegram_adapter(config, &channel.name, telegram, shelf)?,
            Connection::Discord(discord) => discord_adapter(config, &channel.name, discord, shelf)?,
        })
    });
    made.collect()
}

/// The team chats on a channel.
#[must_use]
pub fn rooms(config: &Config, channel: &ChannelName) -> Vec<ChatId> {
    config
        .teams
        .iter()
        .filter(|team| team.room.channel == *channel)
        .map(|team| team.room.chat.clone())
        .collect()
}

/// Pictures of agents as adapters know them.
fn avatars(config: &Config) -> Avatars {
    let pictures = config.agents.iter();
    pictures.filter_map(|agent| Some((desk::persona_id(&agent.name), agent.avatar.clone()?))).collect()
}

/// Where an adapter may keep files, and what its platform's library insists on keeping itself.
fn own_directory(config: &Config, channel: &ChannelName) -> PathBuf {
    config.desk.data_dir.join("channels").join(channel.as_str())
}

fn local_adapter(
    config: &Config,
    channel: &ChannelName,
    local: &Local,
    shelf: SharedShelf,
) -> Result<Arc<dyn Adapter>, AdapterError> {
    let rooms = rooms(config, channel).into_iter().map(|room| LocalRoom { name: room.as_str().to_owned() });
    let agents = config.agents.iter().flat_map(|agent| {
        let accounts = agent.handles.iter().filter(|(platform, _)| *platform == Platform::Local);
        accounts.map(|(_, account)| LocalAgent {
            account: account.as_str().to_owned(),
            name: agent.name.as_str().to_owned(),
            title: agent.title.clone(),
        })
    });
    let local = LocalConfig {
        channel: channel.clone(),
        listen: local.listen,
        files: own_directory(config, channel).join("files"),
        rooms: rooms.collect(),
        avatars: avatars(config),
        agents: agents.collect(),
        locale: config.desk.locale.word().to_owned(),
        command_prefix: config.desk.command_prefix.clone(),
        credential: local.credential.as_ref().map(|secret| Credential::new(secret.expose())),
    };
    Ok(Arc::new(LocalAdapter::new(local, shelf)?))
}

fn matrix_adapter(
    config: &Config,
    channel: &ChannelName,
    matrix: &Matrix,
    shelf: SharedShelf,
) -> Result<Arc<dyn Adapter>, AdapterError> {
    let secret = |secret: &Secret| adapter_matrix::Secret::new(secret.expose());
    let login = match &matrix.login {
        MatrixLogin::Password(password) => {
            Login::Password { user: matrix.user.clone(), password: secret(password) }
        }
        MatrixLogin::Token { token, device_id } => Login::Token {
            access_token: secret(token),
            user: matrix.user.clone(),
            device_id: device_id.clone(),
        },
    };
    let store_passphrase = match &config.desk.master_key {
        None => None,
        Some(key) => {
            let key =
                MasterKey::parse(key.expose()).map_err(|error| AdapterError::Config(error.to_string()))?;
            Some(adapter_matrix::Secret::new(key.derive(&format!("channel {channel}"))))
        }
    };
    let allowed_servers = (!matrix.allowed_servers.is_empty()).then(|| matrix.allowed_servers.clone());
    Ok(Arc::new(MatrixAdapter::new(
        MatrixConfig {
            channel: channel.clone(),
            homeserver: matrix.homeserver.clone(),
            login,
            allowed_servers,
            team_rooms: rooms(config, channel),
            store_dir: own_directory(config, channel),
            store_passphrase,
            avatars: avatars(config),
            recovery_key: matrix.recovery_key.as_ref().map(secret),
        },
        shelf,
    )))
}

fn telegram_adapter(
    config: &Config,
    channel: &ChannelName,
    telegram: &Telegram,
    shelf: SharedShelf,
) -> Result<Arc<dyn Adapter>, AdapterError> {
    let telegram = TelegramConfig {
        channel: channel.clone(),
        api_url: telegram.api_url.clone(),
        token: adapter_telegram::Secret::new(telegram.token.expose()),
        team_rooms: rooms(config, channel),
        names: if telegram.persona == PersonaForm::Inline { NameForm::Inline } else { NameForm::Line },
        command_prefix: config.desk.command_prefix.clone(),
        commands: commands(config),
    };
    Ok(Arc::new(TelegramAdapter::new(telegram, shelf)?))
}

fn discord_adapter(
    config: &Config,
    channel: &ChannelName,
    discord: &Discord,
    shelf: SharedShelf,
) -> Result<Arc<dyn Adapter>, AdapterError> {
    let discord = DiscordConfig {
        channel: channel.clone(),
        api_url: discord.api_url.clone(),
        token: adapter_discord::Secret::new(discord.token.expose()),
        team_rooms: rooms(config, channel),
        guilds: discord.guilds.clone(),
        matters: match discord.matters {
            MattersIn::DirectMessage => Matters::DirectMessage,
            MattersIn::PrivateThread => Matters::PrivateThread,
        },
        names: if discord.persona == PersonaForm::Embed { Names::Embed } else { Names::Bold },
        command_prefix: config.desk.command_prefix.clone(),
        commands: commands(config),
        avatars: avatars(config),
        phrases: phrases(config),
    };
    Ok(Arc::new(DiscordAdapter::new(discord, shelf)?))
}

/// All locales, the desk's own first.
fn locales(config: &Config) -> Vec<&'static str> {
    let words = Locales::built_in();
    let own = config.desk.locale.word();
    let (mut first, others): (Vec<_>, Vec<_>) = words.names().partition(|name| *name == own);
    first.extend(others);
    first
}

/// The team's commands, for platforms that have such.
fn commands(config: &Config) -> Vec<NativeCommand> {
    // commands are the same in every store, so that its name does not matter
    desk::native_commands(&setup(config, ""), &locales(config))
}

/// What is said where only an adapter can say it.
fn phrases(config: &Config) -> Phrases {
    let words = Locales::built_in();
    let say = |sentence: Sentence| {
        let said = |locale: &str| (locale.to_owned(), words.say(locale, &sentence));
        locales(config).into_iter().map(said).collect::<Vec<_>>()
    };
    let phrase = |name: &str| say(Sentence::Native { phrase: name.to_owned() });
    Phrases {
        contact: phrase("contact"),
        contact_text: phrase("contact-text"),
        open: phrase("open"),
        opened: say(Sentence::NativeOpened { place: "{place}".to_owned() }),
        closed_messages: phrase("closed-messages"),
        failed: phrase("failed"),
        taken: phrase("taken"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_phrase_has_words_of_its_own_in_every_language() {
        let shipped = include_str!("../config/deskbridge.toml");
        let config = crate::config::load::check(shipped, &|_| None).unwrap().config;
        let Phrases { contact, contact_text, open, opened, closed_messages, failed, taken } =
            phrases(&config);
        let all = [contact, contact_text, open, opened, closed_messages, failed, taken].concat();
        assert_eq!(all.len(), 7 * locales(&config).len());
        // one that a language does not know would get the words of another
        let words: BTreeSet<&str> = all.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words.len(), all.len());
    }
}
