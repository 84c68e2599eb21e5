outcome-title-approved = 完成
outcome-title-signed-in = 已登录
outcome-title-too-late = 来不及拒绝
outcome-title-signed-out = 已退出登录
outcome-title-reported = 已举报
outcome-title-denied = 已拒绝
outcome-title-expired = 已过期

outcome-approved = 已完成，请返回您的设备
outcome-approved-app = { $app } 现在可以以 { $account } 的身份登录。您可以关闭此窗口。
outcome-approved-still = 在设备登录之前，您仍可以改变主意。
outcome-deny = 拒绝

outcome-signed-in = 您的设备已登录
outcome-signed-in-app = { $app } 已以 { $account } 的身份登录。您可以关闭此窗口。
outcome-signed-in-still = 如果您改变了主意，可以让设备退出登录。
outcome-remove = 移除此设备

outcome-too-late = 来不及拒绝：设备已登录
outcome-too-late-app = { $app } 已以 { $account } 的身份登录。要取消其访问权限，请移除此设备。

outcome-signed-out = 设备已退出登录
outcome-signed-out-app = { $app } 无法再使用您的账号。您可以关闭此窗口。
outcome-signed-out-again = 如果您仍想使用，请在设备上重新开始。

outcome-reported = 已举报
outcome-reported-told = 本服务的运营方已收到通知。感谢您。
outcome-reported-denied = 请求已被拒绝：{ $app } 无法访问您的账号。
outcome-reported-signed-out = 设备已退出登录：{ $app } 无法再使用您的账号。在此之前它可以使用，因此请检查是否有并非您本人进行的操作。
outcome-reported-sender = 如果是别人把代码发给您，请不要回复对方。可信的人不会这样做。

outcome-denied = 您已拒绝此请求
outcome-denied-app = { $app } 无法访问您的账号。您可以关闭此窗口。
outcome-denied-own = 如果这确实是您自己的设备，请在设备上重新开始。

outcome-expired = 代码已过期
outcome-expired-again = 未允许任何内容。请在设备上重新开始，设备会显示新的代码。

outcome-another-code = 输入其他代码
outcome-account = 查看使用您的账号登录的所有设备和浏览器
