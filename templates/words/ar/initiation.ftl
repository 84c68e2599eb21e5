initiation-number = ما الرقم الظاهر على جهازك؟
initiation-number-missing = لم يُسمح بأي شيء بعد. اختر الرقم الظاهر على جهازك، وضع علامة في المربّع، ثم اختر «سماح». وإذا لم يظهر عليه أيٌّ من هذه الأرقام، فاختر «رفض».

initiation-title-pin = خطوة أخرى
initiation-pin = أدخل رقم PIN هذا على جهازك
initiation-pin-app = بعد ذلك يسجّل تطبيق { $app } الدخول باسم { $account }. أبقِ هذه الصفحة مفتوحة حتى يتم ذلك.
initiation-pin-warning = هل طلب منك أحدٌ رقم PIN؟
initiation-pin-tell-nobody = إذن اختر «رفض». أدخله على جهازك أنت، ولا تُخبر به أحدًا بالبريد الإلكتروني أو في محادثة أو عبر الهاتف.

initiation-denied = تم رفض الطلب
initiation-wrong-number = لم يكن هذا هو الرقم الظاهر على جهازك، لذلك لن يحصل تطبيق { $app } على حق الوصول إلى حسابك.
initiation-wrong-pins = أرسل جهازٌ رقم PIN خاطئًا مرات كثيرة، لذلك لن يحصل تطبيق { $app } على حق الوصول إلى حسابك.
initiation-denied-own = إذا تبيّن أنه جهازك أنت، فابدأ من جديد على الجهاز.
initiation-denied-beware = إذا أرسل إليك أحدٌ الرمز، فلا تردّ عليه.
