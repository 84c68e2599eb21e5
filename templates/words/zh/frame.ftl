# 用词：尊称“您”。code：代码，device：设备，app：应用，account：账号，allow 和 approve：允许，deny：拒绝，
# sign in 和 log in：登录，sign out：退出登录，report：举报，operator：本服务的运营方。变量、数字与汉字之间留空格。

frame-you-are-on = 您正在访问 { $host }
frame-terms = 条款
frame-privacy = 隐私
frame-support = 帮助
frame-language = 语言
frame-signed-in-as = 已登录为 { $account }
frame-sign-out = 退出登录
frame-report = 这不是我发起的
frame-account = 您的账号
