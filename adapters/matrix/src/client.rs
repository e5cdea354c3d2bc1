//! The SDK's client: how it speaks to the homeserver, and where it keeps what it must keep itself.

use crate::config::{MatrixConfig, Secret};
use crate::session::Denied;
use crate::wire;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::cross_process_lock::CrossProcessLockConfig;
use matrix_sdk::ruma::{OwnedDeviceId, OwnedUserId};
use matrix_sdk::store::{RoomLoadSettings, StoreConfig};
use matrix_sdk::{Client, SessionMeta, SessionTokens, SqliteStateStore, SqliteStoreConfig};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// An account, a device and the token that proves them.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) user: OwnedUserId,
    pub(crate) device: OwnedDeviceId,
    pub(crate) token: Secret,
}

/// A store that keeps nothing beyond the client.
pub(crate) fn no_store() -> StoreConfig {
    StoreConfig::new(CrossProcessLockConfig::SingleProcess)
}

/// Gives a client its session.
pub(crate) async fn restore(client: &Client, proof: Proof) -> Result<(), Denied> {
    let session = MatrixSession {
        meta: SessionMeta { user_id: proof.user, device_id: proof.device },
        tokens: SessionTokens { access_token: proof.token.reveal().to_owned(), refresh_token: None },
    };
    let restored = client.matrix_auth().restore_session(session, RoomLoadSettings::All).await;
    restored.map_err(|error| Denied::of(&wire::sdk_failure(&error)))
}

/// A client without a session. It asks the homeserver for nothing yet.
pub(crate) async fn build(config: &MatrixConfig, store: StoreConfig) -> Result<Client, Denied> {
    let client = Client::builder()
        .homeserver_url(&config.homeserver)
        .respect_login_well_known(false)
        .request_config(wire::request_config())
        .user_agent(concat!("deskbridge/", env!("CARGO_PKG_VERSION")))
        .cross_process_store_config(CrossProcessLockConfig::SingleProcess)
        .store_config(store)
        .build();
    client.await.map_err(|_| {
        Denied::Config(format!("`homeserver` of channel `{}` is no usable address", config.channel))
    })
}

/// The SDK's own store: one directory for each device, because it must never meet another one's state.
pub(crate) async fn open_store(config: &MatrixConfig, device: &str) -> Result<StoreConfig, Denied> {
    let name: String = device.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let dir = config.store_dir.join(name);
    let unusable = |why: String| {
        Denied::Config(format!(
            "cannot use {}: {why}; make it writable, or remove it to start anew",
            dir.display()
        ))
    };
    private_dir(&dir).map_err(|error| unusable(error.to_string()))?;
    let options = SqliteStoreConfig::new(&dir)
        // one writer and one reader are enough, and each connection has a cache of its own
        .pool_max_size(2)
        .cache_size(256 * 1024)
        .journal_size_limit(1024 * 1024)
        .passphrase(config.store_passphrase.as_ref().map(Secret::reveal));
    let state = SqliteStateStore::open_with_config(&options).await;
    let state = state.map_err(|error| unusable(error.to_string()))?;
    Ok(StoreConfig::new(CrossProcessLockConfig::SingleProcess).state_store(state))
}

fn private_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}
