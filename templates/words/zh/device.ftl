device-message = 要登录，请在浏览器中打开 { $uri } 并输入代码 { $code }。
device-message-number = 要登录，请在浏览器中打开 { $uri } 并输入代码 { $code }。页面随后会询问一个数字：请选择 { $number }。
