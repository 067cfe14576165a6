//! Gives what a command answers: in the form asked for, and to the CI job it runs in.

use crate::ui::{Console, Form, Paint, PlanReport, Report, Verbosity};

use super::github::Github;
use crate::cli::args::Common;
use crate::cli::settings::Environment;

/// Where answers go. No command asks in which form they are wanted.
#[derive(Debug, Clone)]
pub(crate) struct Presenter {
    console: Console,
    form: Form,
    github: Github,
}

impl Presenter {
    pub(crate) fn new(environment: &Environment, console: &Console, common: &Common) -> Self {
        let github = Github::new(environment, console);
        Self { console: console.clone(), form: common.form(), github }
    }

    /// The same where a command has a word for its form of its own.
    pub(crate) fn in_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The form that was asked for.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// Gives an answer.
    pub(crate) fn give(&self, report: &dyn Report) {
        self.console.clear();
        self.github.tell(report);
        self.console.report(self.form, report);
    }

    /// Gives an answer, or a piece of one, of which a CI job is not told.
    pub(crate) fn give_alone(&self, report: &dyn Report) {
        self.console.clear();
        self.console.report(self.form, report);
    }

    /// Gives an answer that the next one takes the place of, where a terminal shows it; elsewhere one below the other. Whether
    /// it is gone from the screen with [`Console::clear`].
    pub(crate) fn repaint(&self, report: &dyn Report, lines: Vec<String>) -> bool {
        let painted =
            self.form.is_for_people() && self.console.out_is_terminal() && self.console.err_is_terminal();
        match painted {
            true => self.console.repaint(lines),
            false => self.give_alone(report),
        }
        painted
    }

    /// Whether people hear on stderr what is announced.
    pub(crate) fn is_heard(&self) -> bool {
        self.form.is_for_people() && self.console.verbosity() > Verbosity::Quiet
    }

    /// Announces a plan. For people it is talk, since what was done is the answer, unless nothing will be done; in every
    /// other form it is a part of the answer. Nobody is asked to confirm what they have not seen.
    pub(crate) fn announce(&self, plan: &PlanReport<'_>, asks: bool, is_answer: bool) {
        self.github.tell(plan);
        let text = |paint: Paint| plan.text(self.console.look(), paint);
        if !self.form.is_for_people() {
            self.console.report(self.form, plan);
        }
        if asks {
            self.console.show_before_asking(&text(self.console.asking_paint()));
        } else if self.form.is_for_people() && is_answer {
            self.console.answer(&text(self.console.out_paint()));
        } else if self.form.is_for_people() {
            self.github.say("Plan", &text(self.console.err_paint()));
        }
    }
}
