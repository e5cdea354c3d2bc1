//! For `deskbridge check`: how the account's keys are. Changes nothing on the account.

use super::{identity, recovery};
use crate::client::{self, file_name};
use crate::config::{Login, MatrixConfig};
use crate::errors::Failure;
use crate::wire;
use matrix_sdk::Client;
use matrix_sdk::encryption::secret_storage::{SecretStorageError, SecretStore};
use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::api::client::backup::get_latest_backup_info;
use matrix_sdk::ruma::api::client::keys::get_keys::v3::Response;
use matrix_sdk::ruma::events::secret::request::SecretName;
use matrix_sdk_crypto::store::types::BackupDecryptionKey;
use matrix_sdk_crypto::types::RoomKeyBackupInfo;
use port::Probe;
use serde_json::Value;

/// How this bridge's own device is.
enum Own {
    None,
    Unsigned(String),
    Signed(String),
}

/// Says how the identity, the device, the recovery key and the backup are.
pub(crate) async fn check(config: &MatrixConfig, client: &Client, own: &UserId) -> Vec<Probe> {
    look(config, client, own).await.unwrap_or_else(|failure| {
        let problem = format!("the account's encryption keys could not be looked at: {}", failure.reason());
        vec![wrong(&problem, "try again")]
    })
}

async fn look(config: &MatrixConfig, client: &Client, own: &UserId) -> Result<Vec<Probe>, Failure> {
    let published = identity::published(client, own).await?;
    let has_identity = published.master_keys.contains_key(own);
    let device = own_device(config, &published, own);
    let lost = has_identity && matches!(device, Own::None);
    let mut found = vec![match (has_identity, device) {
        (false, _) => well("the account has no encryption identity yet: the first start makes it"),
        (true, Own::Signed(id)) => {
            well(&format!("the account's encryption identity has signed the bridge's device {id}"))
        }
        (true, Own::Unsigned(id)) => wrong(
            &format!("the account's encryption identity has not signed the bridge's device {id}"),
            "start the bridge: it signs it, or `deskbridge status` says what is missing",
        ),
        (true, Own::None) => well(
            "the account has an encryption identity; this bridge has no device yet, and makes one at its start",
        ),
    }];
    let storage = client.encryption().secret_storage().is_enabled().await;
    let storage = storage.map_err(|error| wire::sdk_failure(&error))?;
    let Some(key) = &config.recovery_key else {
        let risk = "no recovery key is configured: if `data_dir` is lost, encrypted messages from before it can no \
                    longer be read (make a key with: deskbridge recovery-key)";
        found.push(if lost { wrong(identity::LOST, "configure `recovery_key_env`") } else { well(risk) });
        return Ok(found);
    };
    if !storage {
        let made =
            "the account has no secret storage yet: the next start makes it for the configured recovery key";
        let hint = "reset the account's encryption in an app";
        found.push(if lost { wrong(recovery::NO_STORAGE, hint) } else { well(made) });
        return Ok(found);
    }
    match recovery::open(client, key).await {
        Ok(store) => found.extend(inside(client, &store).await?),
        Err(SecretStorageError::Sdk(error)) => return Err(wire::sdk_failure(&error)),
        Err(_) => found.push(wrong(recovery::WRONG_KEY, "correct the value of `recovery_key_env`")),
    }
    Ok(found)
}

/// The device whose keys are here, as the homeserver has it. Whether a signature is good is not tried.
fn own_device(config: &MatrixConfig, published: &Response, own: &UserId) -> Own {
    let mut here = client::devices(config);
    if let Login::Token { device_id, .. } = &config.login {
        here.retain(|name| *name == file_name(device_id));
    }
    let value = |json: &str| serde_json::from_str::<Value>(json).unwrap_or_default();
    let signing = published.self_signing_keys.get(own).map(|key| value(key.json().get()));
    let signing = signing.as_ref().and_then(|key| key.get("keys")?.as_object()?.keys().next());
    let mut found = Own::None;
    for (id, device) in published.device_keys.get(own).into_iter().flatten() {
        if !here.contains(&file_name(id.as_str())) {
            continue;
        }
        let device = value(device.json().get());
        let signatures = device.get("signatures").and_then(|by| by.get(own.as_str()));
        if signing.zip(signatures).is_some_and(|(key, signatures)| signatures.get(key).is_some()) {
            return Own::Signed(id.to_string());
        }
        found = Own::Unsigned(id.to_string());
    }
    found
}

/// What the storage holds, and whether the backup belongs to it.
async fn inside(client: &Client, store: &SecretStore) -> Result<Vec<Probe>, Failure> {
    let mut missing = false;
    let mut backup_key = None;
    for name in recovery::secrets() {
        let is_backup = name == SecretName::RecoveryKey;
        let secret = store.get_secret(name).await.ok().flatten();
        missing |= secret.is_none() && !is_backup;
        backup_key = secret.filter(|_| is_backup);
    }
    let storage = if missing {
        wrong(
            "the recovery key opens the account's secret storage, but the keys of its identity are not in it",
            "start the bridge: it puts them there, or `deskbridge status` says what is missing",
        )
    } else {
        well("the recovery key opens the account's secret storage, and the keys of its identity are in it")
    };
    let request = get_latest_backup_info::v3::Request::new();
    let backup = match client.send(request).await.map_err(|error| wire::failure(&error)) {
        Ok(backup) => backup,
        Err(failure) if failure.is_unknown() => {
            return Ok(vec![storage, well("there is no key backup yet: the next start makes it")]);
        }
        Err(failure) => return Err(failure),
    };
    let key = backup_key.and_then(|key| BackupDecryptionKey::from_base64(&key).ok());
    let info = backup.algorithm.deserialize_as_unchecked::<RoomKeyBackupInfo>().ok();
    let fits = key.zip(info).is_some_and(|(key, info)| key.backup_key_matches(&info));
    let backup = if fits {
        well(&format!("the key backup is on and holds {} keys", backup.count))
    } else {
        wrong(
            "the account's key backup does not belong to the recovery key",
            "turn the account's key storage off in an app: the bridge then makes a new one",
        )
    };
    Ok(vec![storage, backup])
}

fn well(what: &str) -> Probe {
    Probe::Well(what.to_owned())
}

fn wrong(problem: &str, hint: &str) -> Probe {
    Probe::Wrong { problem: problem.to_owned(), hint: hint.to_owned() }
}
