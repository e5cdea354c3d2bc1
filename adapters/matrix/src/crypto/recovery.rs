//! The recovery key: opens the secret storage on the homeserver, in which the identity and the key of the backup are.
//!
//! Where an account has neither, both are made so that the configured key opens them. Must not overwrite a storage
//! or a backup that the key does not open.

use super::{Trouble, identity};
use crate::config::Secret;
use crate::errors::Failure;
use crate::wire;
use matrix_sdk::Client;
use matrix_sdk::encryption::recovery::RecoveryError;
use matrix_sdk::encryption::secret_storage::{ImportError, SecretStorageError, SecretStore};
use matrix_sdk::ruma::api::client::backup::get_latest_backup_info;
use matrix_sdk::ruma::events::secret::request::SecretName;
use matrix_sdk::ruma::events::secret_storage::default_key::SecretStorageDefaultKeyEventContent;
use matrix_sdk::ruma::events::secret_storage::key::{
    SecretStorageEncryptionAlgorithm, SecretStorageKeyEventContent, SecretStorageV1AesHmacSha2Properties,
};
use matrix_sdk::ruma::serde::Base64;
use matrix_sdk_crypto::secret_storage::SecretStorageKey;

/// What is at stake without a key.
pub(crate) const NO_KEY: &str = "Encrypted rooms are served without a recovery key: if `data_dir` is lost, earlier \
    messages can no longer be read, and apps will warn of the bridge. Make a key with `deskbridge recovery-key` and \
    name its variable in `recovery_key_env`.";

pub(crate) const WRONG_KEY: &str = "The configured recovery key does not open the account's secret storage. Configure \
    the account's own recovery key; if it is lost, sign in to the account with an app, reset its encryption there, \
    and configure the key that the app shows.";

const NO_SECRETS: &str = "The account's secret storage opens with the recovery key, but the keys of its identity are \
    not in it. Sign in to the account with an app, reset its identity there, set up recovery, and configure the new \
    key.";

pub(crate) const NO_STORAGE: &str = "The account has an encryption identity whose keys are neither here nor in a secret storage. \
    Sign in to the account with an app, reset its identity there, set up recovery, and configure the new key.";

const FOREIGN_BACKUP: &str = "The account has a key backup that the bridge cannot open, so its own keys are not backed \
    up. Sign in to the account with an app and turn its key storage off; the bridge then makes a new one.";

/// What the storage must hold.
pub(crate) fn secrets() -> [SecretName; 4] {
    [
        SecretName::CrossSigningMasterKey,
        SecretName::CrossSigningSelfSigningKey,
        SecretName::CrossSigningUserSigningKey,
        SecretName::RecoveryKey,
    ]
}

/// A new recovery key.
#[must_use]
pub fn new_recovery_key() -> String {
    SecretStorageKey::new().to_base58()
}

/// Whether a text can be a recovery key: none of its letters is mistaken or missing.
#[must_use]
pub fn is_recovery_key(text: &str) -> bool {
    SecretStorageKey::from_account_data(text, about("check", None, None)).is_ok()
}

/// A storage key's description; without `iv` and `mac` any key fits it.
fn about(id: &str, iv: Option<Base64>, mac: Option<Base64>) -> SecretStorageKeyEventContent {
    let check = SecretStorageV1AesHmacSha2Properties::new(iv, mac);
    SecretStorageKeyEventContent::new(id.to_owned(), SecretStorageEncryptionAlgorithm::V1AesHmacSha2(check))
}

/// Takes the identity, and the backup's key, out of the storage; signs this device.
pub(super) async fn recover(client: &Client, key: &Secret) -> Result<(), Trouble> {
    match client.encryption().recovery().recover(key.reveal()).await {
        // the backup is looked after by itself
        Ok(())
        | Err(RecoveryError::SecretStorage(
            SecretStorageError::InconsistentBackupDecryptionKey
            | SecretStorageError::MissingOrInvalidBackupDecryptionKey,
        )) => {}
        Err(RecoveryError::SecretStorage(error)) => return Err(trouble(&error)),
        Err(RecoveryError::Sdk(error)) => return Err(error.into()),
        Err(RecoveryError::BackupExistsOnServer) => return Err(Trouble::Fault(FOREIGN_BACKUP.to_owned())),
    }
    if identity::is_whole(client).await { Ok(()) } else { Err(Trouble::Fault(NO_SECRETS.to_owned())) }
}

/// Makes storage and backup, or sees that they are whole and that the key opens them.
pub(super) async fn tend(client: &Client, key: &Secret) -> Result<(), Trouble> {
    let encryption = client.encryption();
    if !encryption.secret_storage().is_enabled().await? {
        back_up(client).await?;
        return create(client, key).await;
    }
    let store = open(client, key).await.map_err(|error| trouble(&error))?;
    if !encryption.backups().are_enabled().await {
        // its key may be in the storage
        recover(client, key).await?;
        back_up(client).await?;
    }
    for name in secrets() {
        if store.get_secret(name).await.map_err(|error| trouble(&error))?.is_none() {
            return store.export_secrets().await.map_err(|error| trouble(&error));
        }
    }
    Ok(())
}

/// Opens the account's storage.
pub(super) async fn open(client: &Client, key: &Secret) -> Result<SecretStore, SecretStorageError> {
    client.encryption().secret_storage().open_secret_store(key.reveal()).await
}

/// Makes a backup where there is none.
async fn back_up(client: &Client) -> Result<(), Trouble> {
    let backups = client.encryption().backups();
    if backups.are_enabled().await {
        return Ok(());
    }
    match client.encryption().recovery().enable_backup().await {
        Ok(()) => return Ok(()),
        Err(RecoveryError::BackupExistsOnServer) => {}
        Err(RecoveryError::Sdk(error)) => return Err(error.into()),
        Err(RecoveryError::SecretStorage(error)) => return Err(trouble(&error)),
    }
    let request = get_latest_backup_info::v3::Request::new();
    let backup = client.send(request).await.map_err(|error| wire::failure(&error))?;
    if u64::from(backup.count) > 0 {
        return Err(Trouble::Fault(FOREIGN_BACKUP.to_owned()));
    }
    // an attempt of ours that broke off: nothing is in it
    Ok(backups.create().await?)
}

/// Makes a storage that the key opens, with everything in it.
async fn create(client: &Client, key: &Secret) -> Result<(), Trouble> {
    let device = client.device_id().map(ToString::to_string).unwrap_or_default();
    let id = format!("deskbridge{device}");
    let bare = SecretStorageKey::from_account_data(key.reveal(), about(&id, None, None))
        .map_err(|_| Trouble::Fault(WRONG_KEY.to_owned()))?;
    // whoever has the key can see from this that it is the right one
    let zero = bare.encrypt(vec![0; 32], &SecretName::from(""));
    let about = about(&id, Some(Base64::new(zero.iv.to_vec())), Some(Base64::new(zero.mac.to_vec())));
    client.account().set_account_data(about).await?;
    client.account().set_account_data(SecretStorageDefaultKeyEventContent::new(id)).await?;
    let store = open(client, key).await.map_err(|error| trouble(&error))?;
    store.export_secrets().await.map_err(|error| trouble(&error))
}

fn trouble(error: &SecretStorageError) -> Trouble {
    match error {
        SecretStorageError::Sdk(error)
        | SecretStorageError::ImportError { error: ImportError::Sdk(error), .. } => {
            Trouble::Request(wire::sdk_failure(error))
        }
        SecretStorageError::SecretStorageKey(_) => Trouble::Fault(WRONG_KEY.to_owned()),
        SecretStorageError::MissingKeyInfo { .. } => Trouble::Fault(NO_STORAGE.to_owned()),
        SecretStorageError::Storage(_) => Trouble::Request(Failure::Ours("the SDK's own store failed")),
        SecretStorageError::Verification(_) => {
            Trouble::Request(Failure::Ours("the device could not be signed"))
        }
        SecretStorageError::Json(_)
        | SecretStorageError::ImportError { .. }
        | SecretStorageError::Decryption(_)
        | SecretStorageError::InconsistentBackupDecryptionKey
        | SecretStorageError::MissingOrInvalidBackupDecryptionKey => Trouble::Fault(NO_SECRETS.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_is_told_from_anything_else() {
        let key = new_recovery_key();
        assert!(is_recovery_key(&key), "its own form");
        assert!(is_recovery_key(&key.replace(' ', "")), "spaces are for people");
        let (first, rest) = key.split_at(1);
        let mistyped = format!("{}{rest}", if first == "E" { "F" } else { "E" });
        for wrong in ["", "correct horse battery staple", &mistyped, rest] {
            assert!(!is_recovery_key(wrong), "{wrong:?}");
        }
    }
}
