# What the standard scopes allow. Each is an item of a list, below the heading of what the application may do.

scope-openid = Know who you are
scope-profile = See your name and user name
scope-email = See your email address
scope-offline-access = Stay signed in when you are not there
