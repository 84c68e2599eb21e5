error-malformed-title = 无法识别
error-malformed = 无法识别此请求
error-malformed-reason = 收到的表单不是本服务的表单。未作任何更改。

error-too-slow-title = 传输过慢
error-too-slow = 您的表单未能送达
error-too-slow-reason = 传输用时过长。未作任何更改。请重试，如有可能请使用更好的网络连接。

error-misdirected-title = 地址不符
error-misdirected = 这不是您要访问的地址
error-misdirected-reason = 您通过另一个名称访问了 { $host }。未作任何更改。

error-stale-title = 页面已过期
error-stale = 此页面已过期
error-stale-reason = 页面打开的时间过长，或已在别处打开。未作任何更改。

error-not-found-title = 找不到页面
error-not-found = 此页面不存在
error-not-found-reason = 地址有误，或者此处的内容已经结束。

error-method-title = 无法在此操作
error-method = 无法在此执行该操作
error-method-reason = 页面存在，但不能以这种方式使用。

error-other-account-title = 其他账号
error-other-account = 您现在使用的是另一个账号
error-other-account-reason = 页面打开后，此浏览器中的账号已切换。未作任何更改。

error-held-title = 目前无法操作
error-held = 目前无法允许此请求
error-held-reason = 由于许多人收到了类似的请求，我们正在调查。未允许任何内容。
error-held-advice = 是否有人通过消息或电话把代码发给您？如果是，那不是您的设备：请再次打开页面并拒绝。如果是您自己的设备，请稍后重试。

error-unavailable-title = 无法使用
error-unavailable = 目前无法使用
error-unavailable-reason = 本服务的一部分没有响应。未作任何更改。请一分钟后重试。

error-internal-title = 出现错误
error-internal = 出现错误
error-internal-reason = 这是我们的问题。请重试；如果问题仍然存在，请告知本服务的运营方。

error-same-page = 重新打开页面
error-another-account = 使用其他账号
error-enter-code = 输入代码
error-reference = 参考编号：
