//! `apply`: makes what the topology declares, or stores the configuration of one of its agents.

use std::time::Duration;

use super::share::{check, check_places, mean_something};
use super::{Applied, Approve, Engine, Error};
use crate::address::{AccountName, Key};
use crate::agent::{parameter_address, parameter_name};
use crate::plan::{Allowed, SavedPlan, TargetPattern, Targets};
use crate::record::Keeper;
use crate::topology::Topology;

/// What to apply.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// Which plan.
    pub what: What,
    /// Whether it will be verified, which is refused where there is nothing to verify.
    pub verified: bool,
    /// How long to wait for another run to release the record.
    pub lock_timeout: Duration,
}

/// Which plan is carried out.
#[derive(Debug, Clone)]
pub enum What {
    /// The one that is made now.
    Planned(Allowed),
    /// Exactly this one, or none.
    Saved(SavedPlan),
    /// The one that is made now to store the configuration of an agent, and nothing else.
    Storing(Storing),
}

/// The configuration of an agent, to be stored where its instances can take it from.
#[derive(Debug, Clone)]
pub struct Storing {
    /// Which agent.
    pub agent: Key,
    /// Only in this account of the agent, instead of in all of them.
    pub account: Option<AccountName>,
    /// Whether to take over a parameter of that name that is there.
    pub adopt: bool,
}

impl What {
    fn allowed(&self, topology: &Topology) -> Result<Allowed, Error> {
        match self {
            Self::Planned(allowed) => Ok(allowed.clone()),
            Self::Saved(saved) => Ok(saved.allowed()?),
            Self::Storing(storing) => storing.allowed(topology),
        }
    }

    /// The agent whose configuration is stored.
    fn storing(&self) -> Option<&Key> {
        match self {
            Self::Planned(_) | Self::Saved(_) => None,
            Self::Storing(storing) => Some(&storing.agent),
        }
    }
}

impl Storing {
    /// Nothing but the parameter, in every account that is meant.
    fn allowed(&self, topology: &Topology) -> Result<Allowed, Error> {
        let Some(agent) = topology.agents.get(&self.agent) else {
            return Err(Error::Impossible(vec![format!("the topology has no agent `{}`", self.agent)]));
        };
        let name = parameter_name(&topology.name, &agent.key);
        let accounts = match &self.account {
            Some(account) => std::slice::from_ref(account),
            None => agent.accounts.as_slice(),
        };
        let addresses = accounts.iter().map(|account| parameter_address(agent, account, &name));
        let targets = Targets(addresses.map(TargetPattern::Exact).collect());
        Ok(Allowed { adopt: self.adopt, targets, ..Allowed::default() })
    }
}

impl Engine {
    /// Plans, proposes and carries out, under the lock of the record.
    ///
    /// # Errors
    /// [`Error`], and whatever a no is.
    pub async fn apply<A: Approve>(
        &self,
        request: &ApplyRequest,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let allowed = request.what.allowed(&self.topology)?;
        check(&allowed).map_err(Error::from)?;
        let share = allowed.share;
        let work = async |keeper: &mut Keeper| self.apply_under_lock(request, allowed, keeper, approve).await;
        self.under_lock(share, request.lock_timeout, work).await
    }

    async fn apply_under_lock<A: Approve>(
        &self,
        request: &ApplyRequest,
        mut allowed: Allowed,
        keeper: &mut Keeper,
        approve: &mut A,
    ) -> Result<Applied, A::Error> {
        let storing = request.what.storing();
        if let Some(share) = allowed.share {
            allowed.targets = self.targets_of(share).await?;
        }
        let situation = match mean_something(&allowed.targets) {
            true => self.look_to_plan(&allowed, storing, keeper.record()).await?,
            false => self.nothing().await?,
        };
        if allowed.share.is_some() {
            check_places(&situation.survey, keeper.record()).map_err(Error::from)?;
        }
        if request.verified {
            self.check_routes(&situation)?;
        }
        let plan = self.decide(&situation, keeper.record(), &allowed).await?;
        if let What::Saved(saved) = &request.what {
            saved.confirm(&plan).map_err(Error::from)?;
        }
        let situation = self.reach(situation, &plan, keeper.record()).await?;
        let mut applied = self.carry_out(plan, situation, keeper, approve).await?;
        // What was left out is not verified either.
        let left = applied.plan.left_out.iter().map(|(address, _)| address);
        let graph = std::mem::take(&mut applied.situation.survey.graph);
        applied.situation.survey.graph = graph.without(left);
        Ok(applied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::parse;

    const AGENTS: &str = r#"version: 1
name: poc
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", shop: "222222222222" }
agents:
  web:
    accounts: [app, shop]
    policy: { parameters: ["AmazonCloudWatch-*"] }
    role: { name: web-role }
    instance_profile: web-profile
    files: [{ path: /var/log/messages, log_group: /aws/ec2/messages }]
"#;

    #[test]
    fn storing_is_about_parameters_and_never_about_everything() {
        let topology = parse("topology.yaml", AGENTS).unwrap();
        let targets = |agent: &str, account: Option<&str>| {
            let account = account.map(|name| name.parse().unwrap());
            let storing = Storing { agent: agent.parse().unwrap(), account, adopt: false };
            let allowed = storing.allowed(&topology).ok()?;
            Some(allowed.targets.0.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let address = |account| format!("{account}/ap-northeast-1/ssm_parameter.AmazonCloudWatch-poc-web");
        assert_eq!(targets("web", None), Some(vec![address("app"), address("shop")]));
        assert_eq!(targets("web", Some("shop")), Some(vec![address("shop")]));
        // No target at all would mean the whole topology.
        assert_eq!(targets("db", None), None);
    }
}
