code-title = إدخال الرمز
code-title-compare = مقارنة الرمز
code-title-error = خطأ: إدخال الرمز

code-compare-heading = هل هذا هو الرمز الظاهر على جهازك؟
code-compare-check = تأكّد من أن هذا هو بالضبط الرمز الظاهر على جهازك.
code-compare-same = الرمز مطابق
code-compare-different = الرمز مختلف
code-compare-distrust = إذن لا تثق بالرابط أو الصورة التي أوصلتك إلى هنا. انظر إلى الجهاز الذي تريد تسجيل الدخول عليه، وأدخل الرمز الظاهر عليه هو.
code-compare-use = استخدام هذا الرمز

code-heading = إدخال الرمز
code-explanation = سجّل الدخول على تلفاز أو طرفية أو جهاز آخر باستخدام الرمز الظاهر عليه.
code-label = الرمز
code-hint = ستجد الرمز على شاشة جهازك.
code-letters = أحرف، على سبيل المثال هكذا:
code-digits = أرقام، على سبيل المثال هكذا:
code-letters-digits = أحرف وأرقام، على سبيل المثال هكذا:
code-group = { $count ->
    [zero] { $count } خانة
    [one] خانة واحدة
    [two] خانتان
    [few] { $count } خانات
    [many] { $count } خانة
   *[other] { $count } خانة
}
code-continue = متابعة

code-phone = هل تفضّل استخدام هاتفك؟
code-phone-scan = امسح هذه الصورة بكاميرا هاتفك. ستفتح { $address }، وهناك تُدخل الرمز.
code-phone-picture = رمز QR لعنوان هذه الصفحة

code-empty = أدخل الرمز الظاهر على جهازك.
code-unknown = هذا الرمز لا يعمل. قارنه بجهازك. إذا كان صحيحًا فقد يكون قديمًا: ابدأ من جديد على الجهاز.
code-too-many = أُدخلت رموز خاطئة كثيرة. حاول مرة أخرى { $wait }.
code-closed = تُدخل هنا رموز خاطئة كثيرة. لن يُقبل أي رمز الآن حتى لا يتمكّن أحدٌ من تخمين رمزك. حاول مرة أخرى { $wait }. قد تحتاج عندئذٍ إلى البدء من جديد على جهازك.
