decision-title = السماح لتطبيق { $app }؟
decision-title-error = خطأ: السماح لتطبيق { $app }؟
decision-heading = هل تسمح لتطبيق { $app } بتسجيل الدخول باسم { $account }؟
decision-checked = تحقّقت منه هذه الخدمة
decision-not-checked = لم تتحقّق منه هذه الخدمة
decision-not-you = لست أنت؟ استخدم حسابًا آخر

decision-compare = يجب أن يظهر هذا الرمز على جهازك
decision-code-lasts = تنتهي صلاحية الرمز بعد { $lasts }.
decision-code-ends = تنتهي صلاحية الرمز خلال أقل من دقيقة.

decision-rights = ما يمكن للتطبيق فعله
decision-no-rights = لا يطلب التطبيق أي بيانات أو صلاحيات. سيعرف فقط أنك سجّلت الدخول.
decision-optional = يمكنك السماح بهذا أيضًا
decision-nothing-ticked = ضع علامة على ما تريد السماح به ثم اختر «سماح»، أو اختر «رفض».
decision-offer-changed = لقد تغيّر ما يجوز لهذا التطبيق طلبه. راجعه مرة أخرى.
decision-resource = الوصول إلى: { $resource }
decision-access-lasts = يستمر هذا الوصول لمدة { $lasts }.
decision-stays-signed-in = يبقى الجهاز مسجّل الدخول لمدة تصل إلى { $lasts }، حتى بعد تسجيل خروجك من هنا.
decision-stays-if-ticked = يستمر هذا الوصول لمدة { $lasts }. وإذا سمحت ببقاء الجهاز مسجّل الدخول، فسيبقى كذلك لمدة تصل إلى { $stays }، حتى بعد تسجيل خروجك من هنا.

decision-origin = مصدر الطلب

decision-warning = هل أرسل إليك أحدٌ هذا الرمز؟
decision-warning-deny = إذن اختر «رفض». لا يرسل إليك أي شخص صادق رمزًا بالبريد الإلكتروني أو في محادثة أو عبر الهاتف.
decision-warning-gives = أنت تمنح جهازًا آخر حق الوصول إلى حسابك.
decision-warning-only-if = لا تتابع إلا إذا كنت قد بدأت هذا بنفسك، على جهاز موجود أمامك.

decision-tick = هذا الجهاز معي
decision-nothing-yet = لم يُسمح بأي شيء بعد.
decision-several-missing = لم يُسمح بأي شيء بعد، لأن عدة إجابات ناقصة.
decision-tick-missing = إذا كان الجهاز معك، فضع علامة في المربّع ثم اختر «سماح». وإن لم يكن معك، فاختر «رفض».
decision-deny = رفض
decision-approve = سماح
