# What is shown when a form comes without the cookie that went out with its page.

no_cookie-title = Cookies needed
no_cookie-heading = Your browser sent no cookie
# $host: the name of this server, such as login.example.com.
no_cookie-reason = { $host } needs a cookie to know your browser from one page to the next, and your browser sent none. Nothing was changed.
no_cookie-advice = Allow cookies for this site in the settings of your browser, then go on.
no_cookie-again = If this page comes back once, press the button again: your browser gets the cookie with this page.
