error-malformed-title = طلب غير مفهوم
error-malformed = لم نتمكّن من فهم هذا الطلب
error-malformed-reason = النموذج الذي وصل ليس من نماذجنا. لم يتغيّر أي شيء.

error-too-slow-title = بطء شديد
error-too-slow = لم يصل نموذجك
error-too-slow-reason = استغرق وصوله وقتًا أطول من اللازم. لم يتغيّر أي شيء. حاول مرة أخرى، باتصال أفضل إن أمكن.

error-misdirected-title = عنوان آخر
error-misdirected = هذا ليس العنوان الذي طلبته
error-misdirected-reason = لقد وصلت إلى { $host } باسم آخر. لم يتغيّر أي شيء.

error-stale-title = الصفحة قديمة
error-stale = هذه الصفحة قديمة
error-stale-reason = بقيت مفتوحة مدة طويلة، أو فُتحت في مكان آخر. لم يتغيّر أي شيء.

error-not-found-title = الصفحة غير موجودة
error-not-found = هذه الصفحة غير موجودة
error-not-found-reason = العنوان غير صحيح، أو أن ما كان هنا قد انتهى.

error-method-title = غير ممكن هنا
error-method = هذا غير ممكن هنا
error-method-reason = الصفحة موجودة، لكن لا يمكن استخدامها بهذه الطريقة.

error-other-account-title = حساب آخر
error-other-account = أنت تستخدم حسابًا آخر الآن
error-other-account-reason = تغيّر الحساب في هذا المتصفّح منذ فتح الصفحة. لم يتغيّر أي شيء آخر.

error-held-title = غير ممكن حاليًا
error-held = لا يمكن السماح بهذا حاليًا
error-held-reason = يجري التحقيق في طلبات مثل هذا الطلب لأن أشخاصًا كثيرين تلقّوها. لم يُسمح بأي شيء.
error-held-advice = هل أرسل إليك أحدٌ الرمز في رسالة أو أعطاك إياه عبر الهاتف؟ إذن فهذا ليس جهازك: افتح الصفحة مرة أخرى وارفض الطلب. أما إذا كان جهازك أنت، فحاول مرة أخرى لاحقًا.

error-unavailable-title = غير متاح
error-unavailable = غير متاح حاليًا
error-unavailable-reason = جزء من هذه الخدمة لا يستجيب. لم يتغيّر أي شيء. حاول مرة أخرى بعد دقيقة.

error-internal-title = حدث خطأ
error-internal = حدث خطأ
error-internal-reason = الخطأ من جهتنا. حاول مرة أخرى، وإذا تكرّر فأخبر الجهة المشغّلة لهذه الخدمة.

error-same-page = فتح الصفحة من جديد
error-another-account = استخدام حساب آخر
error-enter-code = إدخال رمز
error-reference = الرقم المرجعي:
