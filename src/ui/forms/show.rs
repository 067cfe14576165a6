//! The one place that gives reports in the form asked for.

use serde_json::Value;

use super::form::{Form, Look};
use super::report::{Part, Report};
use crate::ui::markdown::Page;
use crate::ui::terminal::console::Console;
use crate::ui::terminal::screen::DOCUMENT;

impl Console {
    /// Gives an answer: on stdout in its form, and what is said about it on stderr.
    pub fn report(&self, form: Form, report: &dyn Report) {
        match self.rendered(form, report) {
            Some(text) => self.data(&text),
            None => self.tell(report.human(self.look())),
        }
        self.tell(report.aside(self.look()));
    }

    /// Tells people something, each part on its stream.
    pub fn tell(&self, parts: Vec<Part>) {
        parts.into_iter().for_each(|part| self.part(part));
    }

    /// The answer as it goes to stdout. `None` in the form for people, which is told in parts.
    pub fn rendered(&self, form: Form, report: &dyn Report) -> Option<String> {
        match form {
            Form::Human => None,
            Form::Json => Some(report.json().to_string()),
            Form::Yaml => Some(self.yaml(&report.json())),
            Form::Markdown => Some(self.page(&report.markdown(self.look()))),
            Form::Sarif => report.sarif().map(|log| log.to_string()),
        }
    }

    /// The page with no secret in it, and with the commands in it completed.
    pub fn page(&self, page: &Page) -> String {
        let text = page.text(&|text| self.masked(&self.completed(text)));
        self.screen.to_paste(&text).as_str().to_owned()
    }

    /// What answers are made for here.
    pub fn look(&self) -> Look {
        Look {
            width: self.width(),
            verbosity: self.verbosity(),
            paint: self.out_paint(),
            aside: self.err_paint(),
        }
    }

    fn part(&self, part: Part) {
        match part {
            Part::Answer(text) => self.answer(&text),
            Part::Table(text) => self.table(&text),
            Part::Data(text) => self.data(&text),
            Part::Say(text) => self.say(&text),
            Part::Detail(text) => self.detail(&text),
            Part::Error(text) => self.error(&text),
        }
    }

    /// A document of YAML. Masked as JSON, since what stands for a secret would be markup in YAML.
    fn yaml(&self, value: &Value) -> String {
        let json = value.to_string();
        let value: Value = serde_json::from_str(&self.screen.secrets.masked_json(&json)).unwrap_or_default();
        let text = serde_yaml::to_string(&value).unwrap_or_default();
        match self.screen.is_harmless(&text) {
            true => format!("{DOCUMENT}{}", text.trim_end()),
            // What would steer a terminal or a runner is escaped in JSON, which is YAML as well.
            false => format!("{DOCUMENT}{value}"),
        }
    }
}
