# اختيار الكلمات: code: رمز، device: جهاز، app: تطبيق، account: حساب، allow و approve: سماح، deny: رفض،
# sign in و log in: تسجيل الدخول، sign out: تسجيل الخروج، report: إبلاغ، operator: الجهة المشغّلة لهذه الخدمة.
# تسبق كلمة «تطبيق» اسم التطبيق دائمًا، ليكون الفعل مذكّرًا مهما كان الاسم.

frame-you-are-on = أنت الآن في { $host }
frame-terms = الشروط
frame-privacy = الخصوصية
frame-support = المساعدة
frame-language = اللغة
frame-signed-in-as = تم تسجيل الدخول باسم { $account }
frame-sign-out = تسجيل الخروج
frame-report = لم أبدأ هذا بنفسي
frame-account = حسابك
