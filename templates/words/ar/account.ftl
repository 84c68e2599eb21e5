account-title = حسابك
account-heading = حسابك
account-back = العودة إلى حسابك

account-done-password = تم تغيير كلمة المرور. وتم تسجيل الخروج من كل المتصفّحات الأخرى ومن كل الأجهزة.
account-done-name = تم حفظ الاسم.
account-done-devices = تم تسجيل خروج الأجهزة.
account-done-browsers = تم. المتصفّحات المدرجة أدناه هي وحدها التي ما زالت مسجّلة الدخول.
account-done-taken-back = تم التراجع عن السماح. لن يحصل الجهاز على حق الوصول.
account-done-not-waiting = لم يعد هذا الجهاز ينتظر. إذا كان قد سجّل الدخول، فستجده في القائمة أدناه ويمكنك تسجيل خروجه من هناك.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time })، من { $address }
account-ago = { $ago }
account-ago-from = { $ago }، من { $address }
account-when-ahead = { $time } ({ $within })

account-apps = التطبيقات والأجهزة
account-apps-none = لا يوجد أي جهاز مسجّل الدخول بحسابك.
account-app-off = هذا التطبيق موقوف حاليًا. لا يمكن لأجهزته فعل أي شيء إلى أن يُعاد تشغيله.
account-device-unnamed = جهاز بلا اسم
account-own-name = «{ $name }»
account-device-used = آخر استخدام { $ago }
account-device-used-from = آخر استخدام { $ago }، وجاء الطلب من { $address }
account-device-waiting = سمحت له { $ago }. يسجَّل دخوله عندما يسأل في المرة القادمة.
account-device-take-back = تراجع عن السماح
account-app-sign-out = { $count ->
    [zero] تسجيل خروج { $count } جهاز لتطبيق { $app }
    [one] تسجيل خروج جهاز تطبيق { $app }
    [two] تسجيل خروج جهازي تطبيق { $app }
    [few] تسجيل خروج كل أجهزة تطبيق { $app } وعددها { $count }
    [many] تسجيل خروج كل أجهزة تطبيق { $app } وعددها { $count }
   *[other] تسجيل خروج كل أجهزة تطبيق { $app } وعددها { $count }
}
account-devices-only = { $count ->
    [zero] لا تظهر هنا أي أجهزة.
    [one] لا يظهر هنا إلا آخر جهاز تم استخدامه.
    [two] لا يظهر هنا إلا آخر جهازين تم استخدامهما.
    [few] لا تظهر هنا إلا آخر { $count } أجهزة تم استخدامها.
    [many] لا يظهر هنا إلا آخر { $count } جهازًا تم استخدامها.
   *[other] لا يظهر هنا إلا آخر { $count } جهاز تم استخدامها.
}
account-devices-sign-out = تسجيل خروج كل الأجهزة

account-browsers = المتصفّحات
account-browser-unknown = متصفّح غير معروف
account-browser-this = هذا هو المتصفّح الذي تستخدمه الآن.
account-browser-since = تسجيل الدخول: { $ago }
account-browser-since-from = تسجيل الدخول: { $ago }، من { $address }
account-browser-sign-out = تسجيل الخروج
account-browsers-sign-out = تسجيل الخروج من كل المتصفّحات الأخرى

account-password = كلمة المرور
account-password-set = تاريخ التعيين: { $ago }
account-password-change = تغيير كلمة المرور

account-activity = النشاط الأخير
account-activity-none = لم يحدث شيء في الآونة الأخيرة.
account-activity-more = المزيد من النشاط

account-everywhere = تسجيل الخروج من كل مكان
account-everywhere-ends = يُنهي هذا كل الجلسات، بما فيها هذه الجلسة، ويسجّل خروج كل الأجهزة. وحتى الجهاز الذي سمحت له للتو لن يحصل على حق الوصول.
account-everywhere-submit = تسجيل الخروج من كل مكان
