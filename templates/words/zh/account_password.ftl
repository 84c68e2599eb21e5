account_password-title = 更改密码
account_password-title-error = 错误：更改密码
account_password-heading = 更改密码
account_password-ends = 设置新密码后，所有其他浏览器和所有设备都会退出登录。此浏览器会保持登录。
account_password-current = 当前密码
account_password-new = 新密码
account_password-new-hint = 至少 { $count } 个字符。建议使用几个互不相关的词语。
account_password-again = 再次输入新密码
account_password-submit = 更改密码

account_password-wrong = 当前密码错误。
account_password-too-many = 尝试次数过多。请在 { $wait }重试。
account_password-too-short = 新密码太短。请至少使用 { $count } 个字符。
account_password-too-long = 新密码太长。最多可使用 1024 字节。
account_password-guessable = 新密码很容易被猜到。请勿使用常见的词语、名字或规律组合。
account_password-same = 这就是您现在的密码。请换一个。
account_password-not-repeated = 两次输入的新密码不一致。请将新密码输入两次。
