initiation-number = 您的设备上显示的是哪个数字？
initiation-number-none = 您的设备上没有显示数字，或者显示的不是这些数字？那么请求来自另一台设备：请选择“拒绝”。
initiation-number-missing = 请选择您设备上显示的数字，勾选此项，然后选择“允许”。如果设备上没有显示其中任何一个，请选择“拒绝”。

initiation-title-pin = 还有一步
initiation-pin = 请在您的设备上输入此 PIN 码
initiation-pin-app = 然后 { $app } 将以 { $account } 的身份登录。在此之前，请不要关闭此页面。
initiation-pin-warning = 有人向您索要这个 PIN 码吗？
initiation-pin-tell-nobody = 如果有，请选择“拒绝”。请只在您自己的设备上输入，不要通过邮件、聊天或电话告诉任何人。

initiation-denied = 请求已被拒绝
initiation-wrong-number = 这不是您设备上显示的数字，因此 { $app } 无法访问您的账号。
initiation-wrong-pins = 有设备多次发送错误的 PIN 码，因此 { $app } 无法访问您的账号。
initiation-denied-own = 如果这确实是您自己的设备，请在设备上重新开始。
initiation-denied-beware = 如果是别人把代码发给您，请不要回复对方。
