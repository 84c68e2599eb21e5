scope-openid = 了解您的身份
scope-profile = 查看您的姓名和用户名
scope-email = 查看您的电子邮件地址
scope-offline-access = 在您不在场时保持登录状态
