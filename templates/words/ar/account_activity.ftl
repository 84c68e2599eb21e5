account_activity-title = النشاط الأخير
account_activity-heading = النشاط الأخير
account_activity-only = { $count ->
    [zero] لا تظهر هنا أي أنشطة.
    [one] لا يظهر هنا إلا آخر نشاط.
    [two] لا يظهر هنا إلا آخر نشاطين.
    [few] لا تظهر هنا إلا آخر { $count } أنشطة.
    [many] لا يظهر هنا إلا آخر { $count } نشاطًا.
   *[other] لا يظهر هنا إلا آخر { $count } نشاط.
}

account_activity-allowed = سمحت لتطبيق { $app } بتسجيل الدخول على جهاز.
account_activity-denied = رفضت تطبيق { $app }.
account_activity-wrong-pins = أرسل جهازٌ رقم PIN خاطئًا مرات كثيرة، لذلك لم يتم تسجيل دخول تطبيق { $app }.
account_activity-reported = أبلغت عن جهاز لا تعرفه لتطبيق { $app }.
account_activity-device-signed-in = سجّل جهازٌ الدخول باستخدام تطبيق { $app }.
account_activity-device-signed-out = تم تسجيل خروج جهاز لتطبيق { $app }.
account_activity-app-signed-out = تم تسجيل خروج كل أجهزة تطبيق { $app }.
account_activity-devices-signed-out = تم تسجيل خروج أجهزتك.
account_activity-misused = تم تسجيل خروج جهاز لتطبيق { $app } لأن مفتاحه استُخدم مرتين. ربما نسخه شخصٌ ما.
account_activity-logged-in = سجّلت الدخول.
account_activity-login-failed = حاول شخصٌ ما تسجيل الدخول بكلمة مرور غير صحيحة.
account_activity-login-throttled = كانت هناك محاولات كثيرة لتسجيل الدخول، فتوقّف تسجيل الدخول مؤقتًا.
account_activity-login-locked = أُدخلت كلمات مرور خاطئة كثيرة متتالية، فأُقفل تسجيل الدخول.
account_activity-codes-locked = أُدخلت رموز خاطئة كثيرة، فتوقّف إدخال الرموز مؤقتًا.
account_activity-sessions-ended = سجّلت الخروج من متصفّح آخر.
account_activity-password-changed = غيّرت كلمة المرور.
account_activity-password-set = عيّنت الجهة المشغّلة لهذه الخدمة كلمة مرور جديدة.
account_activity-signed-out-everywhere = سجّلت الخروج من كل مكان.
account_activity-signed-out-by-operator = سجّلت الجهة المشغّلة لهذه الخدمة خروجك من كل مكان.
account_activity-disabled = أوقفت الجهة المشغّلة لهذه الخدمة حسابك.
account_activity-enabled = أعادت الجهة المشغّلة لهذه الخدمة تفعيل حسابك.
account_activity-unlocked = ألغت الجهة المشغّلة لهذه الخدمة قفل تسجيل الدخول.
account_activity-added = أنشأت الجهة المشغّلة لهذه الخدمة حسابك.
