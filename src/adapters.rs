//! The adapters of the configured channels. The only place that knows which platform has which adapter.

use crate::config::{Config, Connection, Local, Matrix, MatrixLogin, Platform, Secret};
use crate::store::MasterKey;
use adapter_local::{Credential, LocalAdapter, LocalAgent, LocalConfig, LocalRoom};
use adapter_matrix::{Login, MatrixAdapter, MatrixConfig};
use port::adapter::SharedShelf;
use port::{Adapter, AdapterError, Avatars, ChannelName, ChatId};
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
