//! MFA codes, which the role of a profile may require.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// Asks the user for something that is typed and not kept.
pub trait AskCode: Send + Sync {
    /// The answer to a question, or why there is none, in words.
    fn ask(&self, question: String) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + '_>>;
}

/// Where codes come from.
#[derive(Clone, Default)]
pub struct Mfa {
    /// `AWS_MFA_CODE`.
    pub code: Option<String>,
    /// Somebody who can be asked.
    pub ask: Option<Arc<dyn AskCode>>,
}

impl fmt::Debug for Mfa {
    /// Leaves the code out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mfa").field("asks", &self.ask.is_some()).finish_non_exhaustive()
    }
}

impl Mfa {
    /// A code of a device.
    pub(super) async fn code(&self, profile: &str, serial: &str) -> Result<String, String> {
        let code = match (&self.code, &self.ask) {
            (Some(code), _) => code.clone(),
            (None, Some(ask)) => ask.ask(format!("MFA code for {serial} (profile `{profile}`): ")).await?,
            (None, None) => {
                return Err(format!(
                    "profile `{profile}` needs a code of the MFA device {serial}, and there is no terminal to ask for it: run this in a terminal, or set AWS_MFA_CODE to a current code"
                ));
            }
        };
        let code = code.trim();
        // STS API Reference, AssumeRole, `TokenCode`.
        if code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()) {
            Ok(code.to_owned())
        } else {
            Err(format!("a code of the MFA device {serial} has six digits; this one does not"))
        }
    }
}
