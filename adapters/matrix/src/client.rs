//! The SDK's client: how it speaks to the homeserver, and where it keeps what it must keep itself.

use crate::config::{MatrixConfig, Secret};
use crate::errors::Failure;
use crate::session::Denied;
use crate::{crypto, wire};
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::cross_process_lock::CrossProcessLockConfig;
use matrix_sdk::encryption::export_secrets_bundle_from_store;
use matrix_sdk::ruma::{DeviceId, OwnedDeviceId, OwnedUserId, UserId};
use matrix_sdk::store::{RoomLoadSettings, StoreConfig};
use matrix_sdk::{
    Client, SessionMeta, SessionTokens, SqliteCryptoStore, SqliteStateStore, SqliteStoreConfig,
};
use matrix_sdk_crypto::types::SecretsBundle;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The SDK's file with a device's keys.
const KEYS_FILE: &str = "matrix-sdk-crypto.sqlite3";

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
pub(crate) async fn restore(client: &Client, proof: Proof) -> Result<(), Failure> {
    let session = MatrixSession {
        meta: SessionMeta { user_id: proof.user, device_id: proof.device },
        tokens: SessionTokens { access_token: proof.token.reveal().to_owned(), refresh_token: None },
    };
    let restored = client.matrix_auth().restore_session(session, RoomLoadSettings::All).await;
    restored.map_err(|error| wire::sdk_failure(&error))
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
        .with_encryption_settings(crypto::settings())
        .with_room_key_recipient_strategy(crypto::recipients())
        .with_decryption_settings(crypto::trust())
        .with_enable_share_history_on_invite(false)
        .build();
    client.await.map_err(|_| {
        Denied::Config(format!("`homeserver` of channel `{}` is no usable address", config.channel))
    })
}

/// The SDK's own store: one directory for each device, because it must never meet another one's state.
pub(crate) async fn open_store(config: &MatrixConfig, device: &str) -> Result<StoreConfig, Denied> {
    let dir = store_dir(config, device);
    let unusable = |why: String| {
        Denied::Config(format!(
            "cannot use {}: {why}; make it writable, or remove it to start anew",
            dir.display()
        ))
    };
    // the SDK does not pass on the type of its error
    let failed =
        |error: String| if error.contains("store cipher") { sealed(config) } else { unusable(error) };
    private_dir(&dir).map_err(|error| unusable(error.to_string()))?;
    let options = SqliteStoreConfig::new(&dir)
        // one writer and one reader are enough, and each connection has a cache of its own
        .pool_max_size(2)
        .cache_size(256 * 1024)
        .journal_size_limit(1024 * 1024)
        .passphrase(config.store_passphrase.as_ref().map(Secret::reveal));
    let state =
        SqliteStateStore::open_with_config(&options).await.map_err(|error| failed(error.to_string()))?;
    let keys =
        SqliteCryptoStore::open_with_config(&options).await.map_err(|error| failed(error.to_string()))?;
    Ok(StoreConfig::new(CrossProcessLockConfig::SingleProcess).state_store(state).crypto_store(keys))
}

/// The store was written with another master key, or with none, or is read without the one it was written with.
pub(crate) fn sealed(config: &MatrixConfig) -> Denied {
    Denied::Config(format!(
        "what Matrix's library keeps in {} was written under another master key, or a master key was added or taken \
         away after Matrix had run: stop the bridge and move data/channels away; it then signs in as a new device. \
         With a recovery key nothing is lost; without one, encrypted messages from before can no longer be read",
        config.store_dir.display()
    ))
}

/// Whether the keys of a device are here.
pub(crate) fn has_keys(config: &MatrixConfig, device: &str) -> bool {
    store_dir(config, device).join(KEYS_FILE).exists()
}

/// The devices that have a store here, as [`file_name`] writes them.
pub(crate) fn devices(config: &MatrixConfig) -> Vec<String> {
    let entries = std::fs::read_dir(&config.store_dir).into_iter().flatten().flatten();
    let dirs = entries.filter(|entry| entry.path().join(KEYS_FILE).exists());
    dirs.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The identities of an account that stores of other devices hold.
pub(crate) async fn bundles(
    config: &MatrixConfig,
    device: Option<&DeviceId>,
    own: &UserId,
) -> Vec<SecretsBundle> {
    let mut found = Vec::new();
    let device = device.map(|device| file_name(device.as_str()));
    for other in devices(config).into_iter().filter(|other| device.as_ref() != Some(other)) {
        let dir = config.store_dir.join(other);
        let passphrase = config.store_passphrase.as_ref().map(Secret::reveal);
        if let Ok(Some((user, bundle))) = export_secrets_bundle_from_store(dir, passphrase).await
            && user == *own
        {
            found.push(bundle);
        }
    }
    found
}

fn store_dir(config: &MatrixConfig, device: &str) -> PathBuf {
    config.store_dir.join(file_name(device))
}

/// A device's id as a directory's name.
pub(crate) fn file_name(device: &str) -> String {
    device.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

fn private_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}
