//! Why a text is not an identifier, and what was probably meant.

/// An identifier that does not have the form it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}{}", behind(.problem, .instead))]
pub struct BadIdentifier {
    /// What was given.
    pub text: String,
    /// What would have been right, as a noun phrase.
    pub expected: &'static str,
    /// What it is instead, where that can be told: "this has 44 characters, and at most 32 are allowed".
    pub problem: Option<String>,
    /// What was meant, where that can be told: "remove the dashes: `123456789012`".
    pub instead: Option<String>,
}

fn behind(problem: &Option<String>, instead: &Option<String>) -> String {
    [problem, instead].into_iter().flatten().map(|words| format!("; {words}")).collect()
}

impl BadIdentifier {
    /// `text` is not `expected`, a noun phrase such as "an AWS account id (twelve digits)".
    pub fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.to_owned(), expected, problem: None, instead: None }
    }

    /// The same, saying what the text is instead.
    pub fn because(self, problem: impl Into<Option<String>>) -> Self {
        Self { problem: problem.into(), ..self }
    }

    /// The same, saying that the text has more characters than the `longest` that is taken, if it has.
    pub fn at_most(self, longest: usize) -> Self {
        let length = self.text.chars().count();
        let problem = (length > longest)
            .then(|| format!("this has {length} characters, and at most {longest} are allowed"));
        self.because(problem)
    }

    /// The same, saying what was meant.
    pub fn meant(self, instead: impl Into<Option<String>>) -> Self {
        Self { instead: instead.into(), ..self }
    }
}
