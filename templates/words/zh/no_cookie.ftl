no_cookie-title = 需要 Cookie
no_cookie-heading = 您的浏览器没有发送 Cookie
no_cookie-reason = { $host } 需要 Cookie 才能在各个页面之间识别您的浏览器，而您的浏览器没有发送。未作任何更改。
no_cookie-advice = 请在浏览器设置中允许此网站使用 Cookie，然后继续。
no_cookie-again = 如果此页面再次出现，请再按一次按钮：浏览器会随此页面收到 Cookie。
