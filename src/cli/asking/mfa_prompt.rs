//! Asking for the code of an MFA device.

use std::pin::Pin;

use crate::aws::AskCode;
use crate::ui::Console;

/// Somebody at a terminal.
pub(crate) struct Prompt {
    console: Console,
}

impl Prompt {
    pub(crate) fn new(console: &Console) -> Self {
        Self { console: console.clone() }
    }
}

impl AskCode for Prompt {
    fn ask(&self, question: String) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + '_>> {
        Box::pin(async move {
            self.console.ask(&question);
            // On a thread of its own, so that Ctrl-C is heard while the question stands.
            let line = tokio::task::spawn_blocking(|| {
                let mut answer = String::new();
                std::io::stdin().read_line(&mut answer).map(|_| answer)
            });
            let answer = line.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            answer.map_err(|error| format!("the MFA code could not be read: {error}"))
        })
    }
}
