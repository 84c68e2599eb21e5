code-title = 输入代码
code-title-link = 使用此代码继续
code-title-error = 错误：输入代码

code-link-heading = 要使用此代码继续吗？
code-link-compare = 此代码来自您打开的链接或图片。在允许任何操作之前，您需要将它与您的设备核对。
code-link-go-on = 继续
code-link-other = 我的设备显示的是另一个代码
code-link-distrust = 如果不一致，请勿相信打开此页面的链接或图片。请查看您要登录的设备，并输入该设备上显示的代码。
code-link-use = 使用此代码

code-heading = 输入代码
code-explanation = 使用电视、终端或其他设备上显示的代码，在该设备上登录。
code-label = 代码
code-hint = 请在您设备的屏幕上查看代码。
code-letters = 字母，形式例如：
code-digits = 数字，形式例如：
code-letters-digits = 字母和数字，形式例如：
code-group = { $count } 个字符
code-continue = 继续

code-phone = 想在手机上操作？
code-phone-scan = 请用手机摄像头扫描此图片。它会打开 { $address }，您可以在那里输入代码。
code-phone-picture = 此页面网址的二维码

code-empty = 请输入您设备上显示的代码。
code-unknown = 此代码无效。请与您的设备核对。如果代码无误，则可能已过期：请在设备上重新开始。
code-too-many = 输错代码的次数过多。请在 { $wait }重试。
code-closed = 目前有大量错误代码被输入。为防止有人猜中您的代码，现在不接受任何代码。请在 { $wait }重试。届时您可能需要在设备上重新开始。
