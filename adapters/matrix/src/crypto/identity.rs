//! Who the account proves to be: an identity of its own that signs its own device, so that nobody is warned of it.
//!
//! Must never replace an identity that the homeserver has: whoever trusted it would be warned, and what other devices
//! of the account hold would be cut off. A lost identity degrades the health, with what a person can do.

use super::{Trouble, recovery};
use crate::clock::Backoff;
use crate::config::{Login, MatrixConfig};
use crate::errors::Failure;
use crate::session::Link;
use crate::{Shared, client, wire};
use matrix_sdk::Client;
use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::api::client::keys::get_keys::v3::{Request, Response};
use matrix_sdk::ruma::api::client::uiaa::{AuthData, MatrixUserIdentifier, Password, UserIdentifier};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;

/// Where the health shows what is wrong with the account's keys.
const FAULT: &str = "encryption";
/// Where it shows that a loss could not be made good.
const RISK: &str = "recovery";
/// How often it is looked again: somebody may have mended or broken it elsewhere.
const LOOK_WELL: Duration = Duration::from_hours(1);
const LOOK_ILL: Duration = Duration::from_mins(5);
const RETRY_FIRST: Duration = Duration::from_secs(2);
const RETRY_LONGEST: Duration = Duration::from_mins(5);

/// What was found about the account's keys: a fault, if there is one.
pub(crate) type Standing = Result<Option<String>, Failure>;

/// Looks after the account's keys for ever, beginning with what was found when the session was opened.
pub(crate) async fn tend(shared: &Shared, link: &Link) -> Infallible {
    let mut backoff = Backoff::new(RETRY_FIRST, RETRY_LONGEST);
    let mut standing = link.standing.clone();
    if link.client.rooms().iter().any(|room| room.encryption_state().is_encrypted()) {
        encrypted(shared);
    }
    loop {
        let wait = match standing {
            Ok(None) => {
                shared.health.mended(FAULT);
                backoff.reset();
                LOOK_WELL
            }
            Ok(Some(fault)) => {
                shared.health.fault(FAULT, fault);
                backoff.reset();
                LOOK_ILL
            }
            Err(failure) => {
                let reason = failure.reason();
                tracing::warn!(channel = %shared.config.channel, reason, "could not look after the encryption keys");
                let fault =
                    format!("The encryption keys of the account could not be looked after: {reason}.");
                shared.health.fault(FAULT, fault);
                failure.retry_after().unwrap_or_else(|| backoff.next_wait())
            }
        };
        sleep(wait).await;
        standing = establish(&shared.config, &link.client).await;
    }
}

/// Something is encrypted: it can be lost.
pub(crate) fn encrypted(shared: &Shared) {
    if shared.config.recovery_key.is_none() {
        shared.health.fault(RISK, recovery::NO_KEY.to_owned());
    }
}

/// Makes the account's identity where there is none, takes it up where it is lost here, and signs this device.
pub(crate) async fn establish(config: &MatrixConfig, client: &Client) -> Standing {
    client.encryption().wait_for_e2ee_initialization_tasks().await;
    match attempt(config, client).await {
        Ok(()) => Ok(None),
        Err(Trouble::Fault(fault)) => Ok(Some(fault)),
        Err(Trouble::Request(failure)) if failure.is_refused() => Ok(Some(format!(
            "The homeserver does not let the bridge set up encryption ({}): encrypted messages may carry a warning.",
            failure.reason()
        ))),
        Err(Trouble::Request(failure)) => Err(failure),
    }
}

async fn attempt(config: &MatrixConfig, client: &Client) -> Result<(), Trouble> {
    let Some(own) = client.user_id().map(ToOwned::to_owned) else {
        return Err(Failure::Ours("there is no session").into());
    };
    if published(client, &own).await?.master_keys.contains_key(&own) {
        // notices when somebody else has made another one
        client.encryption().request_user_identity(&own).await?;
        if !is_whole(client).await {
            inherit(config, client, &own).await?;
        }
        if !is_whole(client).await {
            let Some(key) = &config.recovery_key else { return Err(Trouble::Fault(LOST.to_owned())) };
            recovery::recover(client, key).await?;
        }
    } else {
        bootstrap(config, client).await?;
    }
    let device = client.encryption().get_own_device().await;
    let device = device.map_err(|_| Failure::Ours("the SDK's own store failed"))?;
    if let Some(device) = device.filter(|device| !device.is_cross_signed_by_owner()) {
        device.verify().await.map_err(|_| Failure::Ours("the device could not be signed"))?;
    }
    if let Some(key) = &config.recovery_key {
        recovery::tend(client, key).await?;
    }
    Ok(())
}

/// The public keys of an account as its homeserver has them.
pub(crate) async fn published(client: &Client, user: &UserId) -> Result<Response, Failure> {
    let mut request = Request::new();
    request.device_keys.insert(user.to_owned(), Vec::new());
    client.send(request).await.map_err(|error| wire::failure(&error))
}

/// Whether all private keys of the identity are here.
pub(super) async fn is_whole(client: &Client) -> bool {
    client.encryption().cross_signing_status().await.is_some_and(|status| status.is_complete())
}

/// Makes an identity, or sends the one that was made here and did not get through.
async fn bootstrap(config: &MatrixConfig, client: &Client) -> Result<(), Trouble> {
    let encryption = client.encryption();
    let Err(error) = encryption.bootstrap_cross_signing(None).await else { return Ok(()) };
    let Some(asked) = error.as_uiaa_response() else { return Err(error.into()) };
    let Login::Password { user, password } = &config.login else {
        return Err(Trouble::Fault(WANTS_PASSWORD.to_owned()));
    };
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(user.clone()));
    let mut proof = Password::new(user, password.reveal().to_owned());
    proof.session.clone_from(&asked.session);
    Ok(encryption.bootstrap_cross_signing(Some(AuthData::Password(proof))).await?)
}

/// Takes the identity over from the store of an earlier device, where that is still there.
async fn inherit(config: &MatrixConfig, client: &Client, own: &UserId) -> Result<(), Trouble> {
    for bundle in client::bundles(config, client.device_id(), own).await {
        // one that does not fit is dropped again when the homeserver's keys are looked at
        if client.encryption().import_secrets_bundle(&bundle).await.is_ok() {
            client.encryption().request_user_identity(own).await?;
        }
        if is_whole(client).await {
            break;
        }
    }
    Ok(())
}

pub(crate) const LOST: &str = "The account has an encryption identity whose keys are not here, so apps warn of the bridge's \
    messages. Put the account's recovery key into the variable that `recovery_key_env` names. If there is none any \
    more, sign in to the account with an app, reset its identity there, set up recovery, and configure the new key.";

const WANTS_PASSWORD: &str = "The homeserver wants a password before it takes the account's encryption identity: \
    configure `password_env` for one start, or sign in with an app once, set up recovery, and configure its key as \
    `recovery_key_env`.";
