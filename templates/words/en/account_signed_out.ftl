# What is shown after somebody has signed out everywhere.

account_signed_out-title = Signed out
account_signed_out-heading = You are signed out
account_signed_out-means = Nobody is signed in in this browser. If you signed out everywhere, every other browser and every device is signed out too.
account_signed_out-log-in = Sign in
