account_device-title = { $name }，{ $app }
account_device-title-own = “{ $name }”，{ $app }
account_device-title-unnamed = 未命名的设备，{ $app }
account_device-unnamed = 未命名的设备
account_device-of = 已通过 { $app } 登录
account_device-was-of = 曾通过 { $app } 登录

account_device-over = 此设备已退出登录
account_device-over-means = 它无法再访问您的账号。
account_device-reported = 您已举报此设备
account_device-reported-means = 它已退出登录，本服务的运营方也已收到通知。
account_device-reported-password = 如果是其他人以您的名义允许了它，那么对方可能知道您的密码。请设置新密码：所有其他浏览器和设备也会因此退出登录。
account_device-change-password = 更改密码

account_device-facts = 关于此设备
account_device-calls-itself = 它自称
account_device-unknown = 它没有说明自己是什么。
account_device-address = 请求来自
account_device-address-unknown = 未知的网络地址
account_device-first-used = 首次使用
account_device-last-used = 上次使用
account_device-ends = 登录有效期至
account_device-ends-at-latest = 最迟 { $time }（{ $within }）
account_device-unless-used = 如不使用，则有效期至

account_device-rights = 它可以做什么
account_device-no-rights = 它没有任何权限，只知道您已登录。
account_device-resources = 它可以访问：

account_device-name = 您为它取的名称
account_device-name-hint = 最多 64 个字符。只有您能看到。
account_device-rename = 保存名称
account_device-end = 让设备退出登录
account_device-end-means = 它会立即失去访问权限。要再次使用，请在设备上重新开始。
account_device-sign-out = 让此设备退出登录
account_device-mine = 不认识此设备？
account_device-mine-means = 请举报。它会立即退出登录，本服务的运营方也会得知它来自何处。
account_device-report = 这不是我做的
