//! Who the bot is: the ids by which its own doings are known. It must not guess them.

use crate::api;
use crate::client::{Client, Failure};
use std::sync::{Arc, Mutex, PoisonError};

/// The bot's own ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ids {
    /// The bot's account.
    pub(crate) user: String,
    /// The application that it belongs to; commands and interactions are the application's.
    pub(crate) application: String,
}

/// The ids, once known.
#[derive(Debug, Default)]
pub(crate) struct Me(Mutex<Option<Arc<Ids>>>);

impl Me {
    /// The ids, if they are known.
    pub(crate) fn known(&self) -> Option<Arc<Ids>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The ids, asked when they are not yet known.
    pub(crate) async fn ids(&self, client: &Client) -> Result<Arc<Ids>, Failure> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let user = api::id(&api::get(client, "/users/@me").await?, "id");
        let application = match api::get(client, "/applications/@me").await {
            Ok(application) => api::id(&application, "id"),
            // the bots of today have their application's id
            Err(Failure::Refused { status: 403 | 404, .. }) => user.clone(),
            Err(failure) => return Err(failure),
        };
        let (Some(user), Some(application)) = (user, application) else {
            return Err(Failure::Lost("the answer names no account"));
        };
        let ids = Arc::new(Ids { user, application });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ids));
        Ok(ids)
    }
}
