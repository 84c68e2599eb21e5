//! The scopes that a person grants: all required ones, and those that they ticked (RFC 6749 section 3.3, requirement
//! T-22).

use crate::client::{Client, Scope};
use crate::wire::Form;

/// The scopes that a device asked for, by what the person may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeChoice {
    /// The scopes of any approval.
    pub required: Scope,
    /// The scopes that are granted only if the person ticks them.
    pub optional: Scope,
    asked: Scope,
}

/// A scope was ticked that cannot be chosen.
#[derive(Debug, thiserror::Error)]
#[error("a scope that was not to be chosen")]
pub struct NotOffered;

/// The scopes that were ticked on a page that offered exactly this choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ticked {
    /// The ticked scopes, or none.
    Scopes(Scope),
    /// The page offered another choice: the operator has changed the client since.
    Outdated,
}

impl ScopeChoice {
    /// The prefix of the name of a tick; the scope token follows.
    pub const TICK: &str = "scope.";
    /// The field with the scopes that the page offered.
    pub const OFFERED: &str = "offered";

    /// A choice without optional scopes.
    pub fn to_all(asked: &Scope) -> Self {
        Self { required: asked.clone(), optional: Scope::default(), asked: asked.clone() }
    }

    /// The scopes that are granted with these ticks, in the order of the request.
    pub fn given(&self, ticked: &Scope) -> Scope {
        Scope::of(self.asked.tokens().filter(|token| !self.optional.contains(token) || ticked.contains(token)))
    }

    /// The scopes that were ticked in a form.
    ///
    /// # Errors
    /// When a scope was ticked that the person may not choose, or with a value that no page of this server sends.
    pub fn ticked(&self, form: &Form) -> Result<Ticked, NotOffered> {
        // A page that offered less shows at least what is required now. A page that offered more must not become an
        // approval of what was left out on it.
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
    /// The choice that a person has for a requested scope.
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
