outcome-title-approved = تم
outcome-title-signed-in = تم تسجيل الدخول
outcome-title-too-late = فات الأوان
outcome-title-signed-out = تم تسجيل الخروج
outcome-title-reported = تم الإبلاغ
outcome-title-denied = تم الرفض
outcome-title-expired = انتهت الصلاحية

outcome-approved = تم. عُد إلى جهازك
outcome-approved-app = يمكن لتطبيق { $app } الآن تسجيل الدخول باسم { $account }. يمكنك إغلاق هذه النافذة.
outcome-approved-still = لا يزال بإمكانك تغيير رأيك إلى أن يسجّل الجهاز الدخول.
outcome-deny = رفض

outcome-signed-in = تم تسجيل دخول جهازك
outcome-signed-in-app = سجّل تطبيق { $app } الدخول باسم { $account }. يمكنك إغلاق هذه النافذة.
outcome-signed-in-still = إذا غيّرت رأيك، فيمكنك تسجيل خروج الجهاز.
outcome-remove = إزالة هذا الجهاز

outcome-too-late = فات أوان الرفض: لقد سجّل الجهاز الدخول بالفعل
outcome-too-late-app = سجّل تطبيق { $app } الدخول باسم { $account }. لإنهاء وصوله، أزِل الجهاز.

outcome-signed-out = تم تسجيل خروج الجهاز
outcome-signed-out-app = لم يعد بإمكان تطبيق { $app } استخدام حسابك. يمكنك إغلاق هذه النافذة.
outcome-signed-out-again = إذا أردت استخدامه رغم ذلك، فابدأ من جديد على الجهاز.

outcome-reported = تم الإبلاغ
outcome-reported-told = تم إبلاغ الجهة المشغّلة لهذه الخدمة. شكرًا لك.
outcome-reported-denied = تم رفض الطلب: لن يحصل تطبيق { $app } على حق الوصول إلى حسابك.
outcome-reported-signed-out = تم تسجيل خروج الجهاز: لم يعد بإمكان تطبيق { $app } استخدام حسابك. كان بإمكانه ذلك حتى الآن، فابحث عن أي شيء لم تفعله بنفسك.
outcome-reported-sender = إذا أرسل إليك أحدٌ الرمز، فلا تردّ عليه. لا يفعل ذلك أي شخص صادق.

outcome-denied = لقد رفضت الطلب
outcome-denied-app = لن يحصل تطبيق { $app } على حق الوصول إلى حسابك. يمكنك إغلاق هذه النافذة.
outcome-denied-own = إذا تبيّن أنه جهازك أنت، فابدأ من جديد على الجهاز.

outcome-expired = انتهت صلاحية الرمز
outcome-expired-again = لم يُسمح بأي شيء. ابدأ من جديد على الجهاز، وسيظهر عليه رمز جديد.

outcome-another-code = إدخال رمز آخر
outcome-account = عرض كل الأجهزة والمتصفّحات المسجّل دخولها بحسابك
