decision-title = 允许 { $app }？
decision-title-error = 错误：允许 { $app }？
decision-heading = 允许 { $app } 以 { $account } 的身份登录？
decision-checked = 已由本服务核实
decision-not-checked = 未经本服务核实
decision-not-you = 不是您？使用其他账号

decision-compare = 您的设备上必须显示此代码
decision-code-lasts = 此代码在 { $lasts }内有效。
decision-code-ends = 此代码将在 1 分钟内失效。

decision-rights = 该应用可以做什么
decision-no-rights = 该应用不请求任何数据或权限，只会知道您已登录。
decision-optional = 您还可以允许以下内容
decision-nothing-ticked = 请勾选您要允许的内容，然后选择“允许”；或者选择“拒绝”。
decision-offer-changed = 该应用可以请求的内容已发生变化，请重新查看。
decision-resource = 访问：{ $resource }
decision-access-lasts = 此访问权限的有效期为 { $lasts }。
decision-stays-signed-in = 即使您在这里退出登录，设备也会保持登录状态，最长 { $lasts }。
decision-stays-if-ticked = 此访问权限的有效期为 { $lasts }。如果您允许设备保持登录状态，则即使您在这里退出登录，设备也会保持登录，最长 { $stays }。

decision-origin = 请求的来源

decision-warning = 这个代码是别人发给您的吗？
decision-warning-deny = 如果是，请选择“拒绝”。可信的人不会通过邮件、聊天或电话把代码发给您。
decision-warning-gives = 您正在授予另一台设备访问您账号的权限。
decision-warning-only-if = 只有当这是您本人在面前的设备上发起的操作时，才可继续。

decision-tick = 这台设备在我身边
decision-nothing-yet = 尚未允许任何内容。
decision-several-missing = 还有多项未作答，因此尚未允许任何内容。
decision-tick-missing = 如果设备在您身边，请勾选此项，然后选择“允许”。如果不在，请选择“拒绝”。
decision-deny = 拒绝
decision-approve = 允许
