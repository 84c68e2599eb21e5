account_signed_out-title = 已退出登录
account_signed_out-heading = 您已退出登录
account_signed_out-means = 此浏览器中没有人登录。如果您已在所有地方退出登录，那么所有其他浏览器和设备也都已退出登录。
account_signed_out-log-in = 登录
