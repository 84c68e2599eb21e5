//! The state, router and certificate in force for new requests and connections. A reload replaces them.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::tls::{Certificate, TlsError};
use crate::web;

/// What new requests and connections use.
pub struct InForce {
    /// The state of the handlers.
    pub app: Arc<App>,
    pub(super) router: Router,
    pub(super) certificate: Option<Certificate>,
}

impl InForce {
    /// Builds the router, and reads the certificate if there is one.
    pub fn of(app: Arc<App>) -> Result<Self, TlsError> {
        Ok(Self { router: web::router(&app), certificate: Certificate::read(&app.settings.tls)?, app })
    }

    /// Reads the certificate again, if there is one; `None` when its files are as they were.
    ///
    /// # Errors
    /// When it has changed and cannot be used; what was shown still is.
    pub(crate) fn look_at_certificate(&self) -> Option<Result<(), TlsError>> {
        self.certificate.as_ref()?.look_again()
    }
}
