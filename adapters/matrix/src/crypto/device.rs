//! A device whose keys were lost can never be used again: nobody would encrypt for what takes its place, or it could
//! not read what was. This module finds out, so that the account goes on as a new device.

use super::identity;
use crate::client::{self, Proof};
use crate::config::MatrixConfig;
use crate::session::Denied;

/// Whether a device that was used before can be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Its keys are here, or it never had any.
    Usable,
    /// The homeserver has public keys whose private ones are not here.
    Lost,
    /// Its keys are here, and the homeserver has forgotten them: it will never ask for them again.
    Forgotten,
    /// The homeserver does not take its token.
    Expired,
}

/// Looks at a device's keys here and at the homeserver.
pub(crate) async fn look(config: &MatrixConfig, proof: &Proof) -> Result<Keys, Denied> {
    let here = client::has_keys(config, proof.device.as_str());
    let client = client::build(config, client::no_store()).await?;
    client::restore(&client, proof.clone()).await.map_err(|failure| Denied::of(&failure))?;
    let published = match identity::published(&client, &proof.user).await {
        Ok(published) => published,
        Err(failure) if failure.is_expired() => return Ok(Keys::Expired),
        Err(failure) => return Err(Denied::of(&failure)),
    };
    let devices = published.device_keys.get(&proof.user);
    let there = devices.is_some_and(|devices| devices.contains_key(&proof.device));
    Ok(match (here, there) {
        (false, true) => Keys::Lost,
        (true, false) => Keys::Forgotten,
        (true, true) | (false, false) => Keys::Usable,
    })
}

/// Signs a device out for good, so that nobody encrypts for it any more.
pub(crate) async fn retire(config: &MatrixConfig, proof: &Proof) -> Result<(), Denied> {
    let client = client::build(config, client::no_store()).await?;
    client::restore(&client, proof.clone()).await.map_err(|failure| Denied::of(&failure))?;
    if client.logout().await.is_err() {
        // it stays in the account's list of sessions, and does no harm there
        tracing::warn!(channel = %config.channel, "could not sign an unusable device out");
    }
    Ok(())
}
