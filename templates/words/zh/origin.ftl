origin-asked = 自称“{ $device }”的设备在 { $ago }发出了请求。
origin-asked-unknown = 一台未提供名称的设备在 { $ago }发出了请求。
origin-same = 设备与您在同一网络中。
origin-different = 设备与您不在同一网络中。
origin-unknown-families = 两个网络地址的类型不同（IPv4 和 IPv6），因此无法判断设备与您是否在同一网络中。这种情况很常见，在家中也是如此。
origin-unknown-inside = 其中一个网络地址是公司或家庭内部使用的私有地址，因此无法判断设备与您是否在同一网络中。
origin-unknown-proxy = 本服务只能看到自己的代理服务器的地址，因此无法判断设备与您是否在同一网络中。
origin-addresses = 网络地址
origin-its-address = 设备的网络地址
origin-your-address = 您的网络地址

origin-far = 此设备不在您的网络中
origin-maybe-far = 此设备可能不在您的网络中
origin-far-advice = 想要侵入您账号的人会从远处发起请求，并把代码发给您。如果您面前没有这台设备，请选择“拒绝”。
origin-tick = 我知道它为什么在另一个网络中，例如移动数据、公司网络或 VPN
origin-tick-missing = 如果您知道设备为什么在另一个网络中，请勾选此项，然后选择“允许”。如果不知道，请选择“拒绝”。
origin-tick-unknown = 这是我本人发起的，尽管设备可能在另一个网络中
origin-tick-unknown-missing = 如果这是您本人发起的，请勾选此项，然后选择“允许”。如果不是，请选择“拒绝”。

origin-type-code = 请输入您设备上的代码
origin-type-code-why = 此页面是通过链接或图片打开的。对于这台设备，这还不够：请查看设备自身屏幕上的代码并输入。如果链接是别人发给您的，请选择“拒绝”。
origin-type-code-go = 输入代码

origin-not-here = 您无法在此处允许该请求
origin-not-here-why = 只能从这台设备所在的网络允许它。如果设备在您身边，请连接到同一网络，不要使用移动数据和 VPN，然后重新打开此页面。如果这不是您发起的，请选择“拒绝”。
origin-not-here-again = 重新打开此页面
