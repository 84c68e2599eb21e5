# The page where a person logs in.

login-title = Log in
login-title-error = Error: Log in
login-heading = Log in
login-to-go-on = Log in to go on.
login-code-kept = Your code is kept. You do not need to type it again.
login-again = Your last login was a while ago. Log in again, so that nobody else can decide for you. Your code is kept.
login-too-many-codes = There were too many wrong codes. Log in again to enter another one.
# Leads to a login as somebody else, with the same code.
login-not-you = Not you? Use another account
login-username = Username
login-password = Password
login-submit = Log in
login-wrong = The username or the password is wrong.
# $wait: when, such as "in 5 minutes".
login-too-many = There were too many attempts. Try again { $wait }.
