account-title = 您的账号
account-heading = 您的账号
account-back = 返回您的账号

account-done-password = 密码已更改。所有其他浏览器和所有设备均已退出登录。
account-done-name = 名称已保存。
account-done-devices = 设备已退出登录。
account-done-browsers = 已完成。现在只有下方列出的浏览器仍处于登录状态。
account-done-taken-back = 已撤回。该设备无法获得访问权限。
account-done-not-waiting = 此设备已不再等待。如果它已登录，会显示在下方的列表中，您可以在那里让它退出登录。

account-when = { $ago }（{ $time }）
account-when-from = { $ago }（{ $time }），来自 { $address }
account-ago = { $ago }
account-ago-from = { $ago }，来自 { $address }
account-when-ahead = { $time }（{ $within }）

account-apps = 应用和设备
account-apps-none = 没有设备使用您的账号登录。
account-app-off = 此应用目前已停用。在重新启用之前，它的设备无法进行任何操作。
account-device-unnamed = 未命名的设备
account-own-name = “{ $name }”
account-device-used = 上次使用：{ $ago }
account-device-used-from = 上次使用：{ $ago }，请求来自 { $address }
account-device-waiting = 您于 { $ago } 允许了它。设备下次询问时即会登录。
account-device-take-back = 撤回
account-app-sign-out = 让 { $app } 的全部 { $count } 台设备退出登录
account-devices-only = 仅显示最近使用的 { $count } 台设备。
account-devices-sign-out = 让所有设备退出登录

account-browsers = 浏览器
account-browser-unknown = 未知浏览器
account-browser-this = 这是您当前使用的浏览器。
account-browser-since = 登录时间：{ $ago }
account-browser-since-from = 登录时间：{ $ago }，来自 { $address }
account-browser-sign-out = 退出登录
account-browsers-sign-out = 让所有其他浏览器退出登录

account-password = 密码
account-password-set = 设置时间：{ $ago }
account-password-change = 更改密码

account-activity = 最近的活动
account-activity-none = 最近没有活动。
account-activity-more = 更多活动

account-everywhere = 在所有地方退出登录
account-everywhere-ends = 这会结束所有会话（包括当前会话），并让所有设备退出登录。您刚刚允许的设备也无法获得访问权限。
account-everywhere-submit = 在所有地方退出登录
