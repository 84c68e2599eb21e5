account_device-title = { $name }، { $app }
account_device-title-own = «{ $name }»، { $app }
account_device-title-unnamed = جهاز بلا اسم، { $app }
account_device-unnamed = جهاز بلا اسم
account_device-of = تم تسجيل الدخول باستخدام تطبيق { $app }
account_device-was-of = كان مسجّل الدخول باستخدام تطبيق { $app }

account_device-over = تم تسجيل خروج هذا الجهاز
account_device-over-means = لم يعد له حق الوصول إلى حسابك.
account_device-reported = لقد أبلغت عن هذا الجهاز
account_device-reported-means = تم تسجيل خروجه وإبلاغ الجهة المشغّلة لهذه الخدمة.
account_device-reported-password = إذا سمح له شخصٌ آخر باسمك، فقد يكون هذا الشخص على علم بكلمة مرورك. اختر كلمة مرور جديدة: سيؤدي ذلك أيضًا إلى تسجيل خروج كل المتصفّحات والأجهزة الأخرى.
account_device-change-password = تغيير كلمة المرور

account_device-facts = معلومات عن هذا الجهاز
account_device-calls-itself = يسمّي نفسه
account_device-unknown = لا يذكر ما هو.
account_device-address = جاء الطلب من
account_device-address-unknown = عنوان شبكة غير معروف
account_device-first-used = أول استخدام
account_device-last-used = آخر استخدام
account_device-ends = مسجّل الدخول حتى
account_device-ends-at-latest = { $time } ({ $within }) على الأكثر
account_device-unless-used = في حال عدم الاستخدام، حتى

account_device-rights = ما يمكنه فعله
account_device-no-rights = ليست له أي صلاحيات. يعرف فقط أنك سجّلت الدخول.
account_device-resources = له حق الوصول إلى:

account_device-name = الاسم الذي تطلقه عليه
account_device-name-hint = 64 حرفًا على الأكثر. لا يراه أحدٌ غيرك.
account_device-rename = حفظ الاسم
account_device-end = تسجيل خروج الجهاز
account_device-end-means = يفقد حق الوصول فورًا. لاستخدامه مرة أخرى، ابدأ من جديد على الجهاز.
account_device-sign-out = تسجيل خروج هذا الجهاز
account_device-mine = ألا تعرف هذا الجهاز؟
account_device-mine-means = أبلِغ عنه. سيتم تسجيل خروجه فورًا، وستعلم الجهة المشغّلة لهذه الخدمة من أين جاء.
account_device-report = لم أفعل هذا بنفسي
