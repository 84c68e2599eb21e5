//! What does a person allow of what was asked for? All that is required, and what they ticked besides (RFC 6749 section
//! 3.3, requirement T-22).

use crate::protocol::{Client, Form, Scope};

/// What a device asked for, as a person may answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeChoice {
    /// What comes with any approval.
    pub required: Scope,
    /// What the person may leave out, and leaves out unless they tick it.
    pub optional: Scope,
    asked: Scope,
}

/// Something was ticked that was not to be chosen.
#[derive(Debug, thiserror::Error)]
#[error("a scope that was not to be chosen")]
pub struct NotOffered;

/// What was ticked on a page that offered exactly this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticked {
    /// These, or none.
    Scopes(Scope),
    /// The page offered something else: the operator has changed the client since.
    Outdated,
}

impl ScopeChoice {
    /// What the name of a tick begins with; the scope token follows.
    pub const TICK: &str = "scope.";
    /// The field that says what a page offered.
    pub const OFFERED: &str = "offered";

    /// Of which nothing can be left out.
    pub fn to_all(asked: &Scope) -> Self {
        Self { required: asked.clone(), optional: Scope::default(), asked: asked.clone() }
    }

    /// What is allowed with these ticks, in the order in which it was asked for.
    pub fn given(&self, ticked: &Scope) -> Scope {
        Scope::of(self.asked.tokens().filter(|token| !self.optional.contains(token) || ticked.contains(token)))
    }

    /// What was ticked in a form.
    ///
    /// # Errors
    /// When something was ticked that the person may not choose, or in no way that a page of ours ticks it.
    pub fn ticked(&self, form: &Form) -> Result<Ticked, NotOffered> {
        // A page that offered less than is offered now shows no more than is required now. One that offered more must not
        // become an approval of what was left out on it.
        if form.get(Self::OFFERED).is_some_and(|offered| offered != self.optional.to_string()) {
            return Ok(Ticked::Outdated);
        }
        let mut ticked = Vec::new();
        for (name, value) in form.beginning_with(Self::TICK) {
            if !self.optional.contains(name) || value != "true" {
                return Err(NotOffered);
            }
            ticked.push(name);
        }
        Ok(Ticked::Scopes(Scope::of(ticked)))
    }
}

impl Client {
    /// What was asked for, as a person may answer it.
    pub fn choice_of(&self, asked: &Scope) -> ScopeChoice {
        ScopeChoice {
            required: asked.beyond(&self.optional_scope),
            optional: asked.within(&self.optional_scope),
            asked: asked.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> ScopeChoice {
        let asked = Scope::of(["openid", "read", "profile", "email"]);
        let optional = Scope::of(["email", "read"]);
        ScopeChoice { required: asked.beyond(&optional), optional: asked.within(&optional), asked }
    }

    fn ticked(form: &str) -> Result<String, NotOffered> {
        choice().ticked(&Form::parse(form.as_bytes()).unwrap()).map(|ticked| match ticked {
            Ticked::Scopes(scope) => choice().given(&scope).to_string(),
            Ticked::Outdated => "outdated".to_owned(),
        })
    }

    /// Proves: T-22.
    #[test]
    fn what_is_not_ticked_is_not_given_and_the_order_stays() {
        assert_eq!(ticked("").unwrap(), "openid profile");
        assert_eq!(ticked("scope.email=true").unwrap(), "openid profile email");
        assert_eq!(ticked("scope.email=true&scope.read=true").unwrap(), "openid read profile email");
        assert_eq!(ticked("offered=read+email&scope.read=true").unwrap(), "openid read profile");
    }

    /// Proves: T-22: nobody can tick what was not asked for, nor what is given in any case.
    #[test]
    fn what_was_not_offered_cannot_be_ticked() {
        for forged in ["scope.admin=true", "scope.openid=true", "scope.=true", "scope.read=1", "scope.read="] {
            assert!(ticked(forged).is_err(), "{forged}");
        }
    }

    #[test]
    fn a_page_that_offered_something_else_is_outdated() {
        for offered in ["read", "read+email+profile", "email+read"] {
            assert_eq!(ticked(&format!("offered={offered}&scope.read=true")).unwrap(), "outdated", "{offered}");
        }
    }
}
