//! The account's session: opened once, kept in the shelf, opened again with the same device when it expired.
//!
//! Must not receive or send anything but what proves who the account is.

use crate::client::{self, Proof};
use crate::config::{Login, MatrixConfig, Secret};
use crate::crypto::device::{self, Keys};
use crate::crypto::identity::{self, Standing};
use crate::crypto::{Arrivals, Asked, recovery};
use crate::errors::Failure;
use crate::health::Board;
use crate::places::Places;
use crate::wire;
use matrix_sdk::Client;
use matrix_sdk::ruma::api::client::session::login::v3::{LoginInfo, Password, Request};
use matrix_sdk::ruma::api::client::uiaa::{MatrixUserIdentifier, UserIdentifier};
use matrix_sdk::ruma::{OwnedDeviceId, OwnedUserId, UserId};
use port::adapter::SharedShelf;
use port::{AdapterError, Owner, Private, ShelfError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The shelf's row of the session.
const ROW: &str = "session";

/// What people see in the account's list of sessions.
const DEVICE_NAME: &str = "Deskbridge";

/// A session that the homeserver takes.
pub(crate) struct Link {
    /// The SDK's client, with its own store.
    pub(crate) client: Client,
    /// Our own account.
    pub(crate) own: OwnedUserId,
    /// What was found about the account's keys when the session was opened.
    pub(crate) standing: Standing,
    /// The keys that come.
    pub(crate) arrivals: Arrivals,
    /// What the backup was asked for.
    pub(crate) asked: Asked,
}

/// Why there is no session.
#[derive(Debug, Clone)]
pub(crate) enum Denied {
    /// The homeserver does not take the credentials.
    Credentials(String),
    /// The configuration cannot work.
    Config(String),
    /// Not now.
    Later {
        /// Why, for people.
        reason: String,
        /// The wait that the homeserver asks for.
        after: Option<Duration>,
    },
    /// The shelf failed.
    Shelf(ShelfError),
}

impl From<ShelfError> for Denied {
    fn from(error: ShelfError) -> Self {
        Self::Shelf(error)
    }
}

impl Denied {
    /// As `run` ends with it.
    pub(crate) fn into_error(self) -> AdapterError {
        match self {
            Self::Credentials(reason) => AdapterError::BadCredentials(reason),
            Self::Config(reason) => AdapterError::Config(reason),
            Self::Later { reason, .. } => AdapterError::Connection(reason),
            Self::Shelf(error) => AdapterError::Shelf(error),
        }
    }

    /// In few words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Credentials(reason) | Self::Config(reason) | Self::Later { reason, .. } => reason.clone(),
            Self::Shelf(_) => "the adapter's own rows could not be read".to_owned(),
        }
    }

    /// Not now, as a failed request says.
    pub(crate) fn of(failure: &Failure) -> Self {
        Self::Later { reason: failure.reason(), after: failure.retry_after() }
    }
}

/// What is kept of a session.
#[derive(Serialize, Deserialize)]
struct Row {
    homeserver: String,
    user: Private,
    device: String,
    token: Private,
}

enum Slot {
    Closed,
    Open(Arc<Link>),
    // for good: not tried again until a restart
    Refused(Denied),
}

/// The one session of an adapter.
pub(crate) struct Session {
    slot: Mutex<Slot>,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self { slot: Mutex::new(Slot::Closed) }
    }

    /// The session, opened when there is none.
    pub(crate) async fn link(
        &self,
        config: &MatrixConfig,
        store: &SharedShelf,
        health: &Board,
        places: &Places,
    ) -> Result<Arc<Link>, Denied> {
        let mut slot = self.slot.lock().await;
        match &*slot {
            Slot::Open(link) => return Ok(Arc::clone(link)),
            Slot::Refused(denied) => return Err(denied.clone()),
            Slot::Closed => {}
        }
        places.load(store).await?;
        match open(config, store).await {
            Ok(link) => {
                let link = Arc::new(link);
                *slot = Slot::Open(Arc::clone(&link));
                Ok(link)
            }
            Err(denied) => {
                if let Denied::Credentials(reason) = &denied {
                    health.bad_credentials(reason);
                }
                if matches!(denied, Denied::Credentials(_) | Denied::Config(_)) {
                    *slot = Slot::Refused(denied.clone());
                }
                Err(denied)
            }
        }
    }

    /// The account: its whole id once a session is open, else as it is configured.
    pub(crate) fn own(&self, config: &MatrixConfig) -> String {
        if let Ok(slot) = self.slot.try_lock()
            && let Slot::Open(link) = &*slot
        {
            return link.own.to_string();
        }
        let (Login::Password { user, .. } | Login::Token { user, .. }) = &config.login;
        user.clone()
    }

    /// Forgets a session that the homeserver no longer takes.
    pub(crate) async fn expire(&self, expired: &Arc<Link>) {
        let mut slot = self.slot.lock().await;
        if matches!(&*slot, Slot::Open(link) if Arc::ptr_eq(link, expired)) {
            *slot = Slot::Closed;
        }
    }
}

/// What was kept, if it belongs to this account.
pub(crate) async fn kept_proof(
    config: &MatrixConfig,
    shelf: &SharedShelf,
) -> Result<Option<KeptSession>, ShelfError> {
    let user = match &config.login {
        Login::Password { user, .. } | Login::Token { user, .. } => user,
    };
    let row = shelf.get(ROW).await?.and_then(|row| serde_json::from_value::<Row>(row).ok());
    Ok(row
        .filter(|row| {
            row.homeserver == config.homeserver && row.user.text().is_some_and(|kept| is_user(user, kept))
        })
        .map(KeptSession))
}

/// A session as the shelf has it.
pub(crate) struct KeptSession(Row);

impl KeptSession {
    fn proof(&self) -> Option<Proof> {
        let token = self.0.token.text()?;
        Some(Proof {
            user: UserId::parse(self.0.user.text()?).ok()?,
            device: self.0.device.as_str().into(),
            token: Secret::new(token),
        })
    }
}

/// A session for looking only: nothing is kept. `true` when it was opened for this and should be closed again.
pub(crate) async fn visit(config: &MatrixConfig, shelf: &SharedShelf) -> Result<(Visit, bool), Denied> {
    let (proof, fresh) = match (&config.login, kept_proof(config, shelf).await?.and_then(|kept| kept.proof()))
    {
        (Login::Password { .. }, Some(proof)) => (proof, false),
        (Login::Password { user, password }, None) => {
            (login(config, user, password, None, "Deskbridge check").await?, true)
        }
        (Login::Token { access_token, user, device_id }, _) => (given(access_token, user, device_id)?, false),
    };
    let own = proof.user.clone();
    let client = client::build(config, client::no_store()).await?;
    client::restore(&client, proof).await.map_err(|failure| Denied::of(&failure))?;
    Ok((Visit { client, own }, fresh))
}

/// A session for looking only.
pub(crate) struct Visit {
    pub(crate) client: Client,
    /// Our own account.
    pub(crate) own: OwnedUserId,
}

async fn open(config: &MatrixConfig, shelf: &SharedShelf) -> Result<Link, Denied> {
    if config.recovery_key.as_ref().is_some_and(|key| !recovery::is_recovery_key(key.reveal())) {
        return Err(Denied::Config(format!(
            "`recovery_key_env` of channel `{}` does not hold a recovery key; make one with: deskbridge recovery-key",
            config.channel
        )));
    }
    match &config.login {
        Login::Token { access_token, user, device_id } => {
            let proof = given(access_token, user, device_id)?;
            if !client::has_keys(config, device_id) && device::look(config, &proof).await? == Keys::Lost {
                return Err(Denied::Config(format!(
                    "the encryption keys of the device that `device_id` of channel `{}` names are not here: sign in \
                     anew, and configure the new access token with its device",
                    config.channel
                )));
            }
            enter(config, proof).await?.ok_or_else(|| {
                Denied::Credentials(format!(
                    "the homeserver does not take the access token: check `access_token_env` and `device_id` of \
                     channel `{}`, and that the session was not signed out",
                    config.channel
                ))
            })
        }
        Login::Password { user, password } => {
            let kept = kept_proof(config, shelf).await?.and_then(|kept| kept.proof());
            let device = match kept {
                None => None,
                Some(proof) => {
                    let device = proof.device.to_string();
                    let lost = !client::has_keys(config, &device)
                        && device::look(config, &proof).await? == Keys::Lost;
                    if lost {
                        tracing::warn!(channel = %config.channel, "the keys of the kept session are lost; signing in as a new device");
                        device::retire(config, &proof).await?;
                        None
                    } else if let Some(link) = enter(config, proof).await? {
                        return Ok(link);
                    } else {
                        tracing::info!(channel = %config.channel, "the kept session has expired; logging in again");
                        Some(device)
                    }
                }
            };
            let proof = renewed(config, user, password, device).await?;
            keep(config, shelf, &proof).await?;
            enter(config, proof).await?.ok_or_else(|| Denied::Later {
                reason: "the homeserver does not take the session that it has just opened".to_owned(),
                after: None,
            })
        }
    }
}

/// A new session, with the same device where that can still be used.
async fn renewed(
    config: &MatrixConfig,
    user: &str,
    password: &Secret,
    device: Option<String>,
) -> Result<Proof, Denied> {
    let again = device.is_some();
    let proof = login(config, user, password, device, DEVICE_NAME).await?;
    if !again || matches!(device::look(config, &proof).await?, Keys::Usable | Keys::Expired) {
        return Ok(proof);
    }
    device::retire(config, &proof).await?;
    login(config, user, password, None, DEVICE_NAME).await
}

/// Opens the SDK's store for a session and asks the homeserver whether it takes it; none when it does not.
async fn enter(config: &MatrixConfig, proof: Proof) -> Result<Option<Link>, Denied> {
    let store = client::open_store(config, proof.device.as_str()).await?;
    let client = client::build(config, store).await?;
    let own = proof.user.clone();
    client::restore(&client, proof).await.map_err(|failure| {
        if let Failure::Ours(_) = failure { client::sealed(config) } else { Denied::of(&failure) }
    })?;
    match client.whoami().await {
        Ok(response) if response.user_id == own => {
            // before the first sync, so that the device is signed when its keys are first seen
            let standing = identity::establish(config, &client).await;
            let arrivals = Arrivals::of(&client).await;
            Ok(Some(Link { client, own, standing, arrivals, asked: Asked::new() }))
        }
        Ok(_) => Err(Denied::Config(format!(
            "the access token of channel `{}` belongs to another account than `user` says",
            config.channel
        ))),
        Err(error) => {
            let failure = wire::failure(&error);
            if failure.is_expired() { Ok(None) } else { Err(Denied::of(&failure)) }
        }
    }
}

async fn login(
    config: &MatrixConfig,
    user: &str,
    password: &Secret,
    device: Option<String>,
    name: &str,
) -> Result<Proof, Denied> {
    let client = client::build(config, client::no_store()).await?;
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(user.to_owned()));
    let mut request = Request::new(LoginInfo::Password(Password::new(user, password.reveal().to_owned())));
    request.device_id = device.map(OwnedDeviceId::from);
    request.initial_device_display_name = Some(name.to_owned());
    let response = client.send(request).await.map_err(|error| {
        let failure = wire::failure(&error);
        if failure.is_refused() || failure.is_expired() {
            Denied::Credentials(format!(
                "the homeserver does not take the password: check `user`, `password_env` or `password_file`, and \
                 `homeserver` of channel `{}`",
                config.channel
            ))
        } else {
            Denied::of(&failure)
        }
    })?;
    Ok(Proof {
        user: response.user_id,
        device: response.device_id,
        token: Secret::new(response.access_token),
    })
}

async fn keep(config: &MatrixConfig, shelf: &SharedShelf, proof: &Proof) -> Result<(), Denied> {
    let owner = Owner::Channel(config.channel.clone());
    let row = Row {
        homeserver: config.homeserver.clone(),
        user: Private::new(owner.clone(), proof.user.as_str()),
        device: proof.device.to_string(),
        token: Private::new(owner, proof.token.reveal()),
    };
    let row = serde_json::to_value(row).map_err(|error| ShelfError { reason: error.to_string() })?;
    Ok(shelf.put(vec![(ROW.to_owned(), row)], Vec::new()).await?)
}

fn given(token: &Secret, user: &str, device: &str) -> Result<Proof, Denied> {
    let user = UserId::parse(user)
        .map_err(|_| Denied::Config("`user` must be a whole Matrix id beside an access token".to_owned()))?;
    Ok(Proof { user, device: device.into(), token: token.clone() })
}

/// Whether a configured user, whole or local, is this account.
fn is_user(configured: &str, id: &str) -> bool {
    let local = id.strip_prefix('@').and_then(|id| id.split_once(':')).map(|(local, _)| local);
    configured == id || local == Some(configured.strip_prefix('@').unwrap_or(configured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_may_be_configured_whole_or_by_its_local_part() {
        for (configured, same) in [
            ("@bridge:x.org", true),
            ("bridge", true),
            ("@bridge", true),
            ("bridg", false),
            ("@bridge:y.org", false),
        ] {
            assert_eq!(is_user(configured, "@bridge:x.org"), same, "{configured}");
        }
    }
}
