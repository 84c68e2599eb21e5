account_signed_out-title = تم تسجيل الخروج
account_signed_out-heading = تم تسجيل خروجك
account_signed_out-means = لا يوجد أحد مسجّل الدخول في هذا المتصفّح. وإذا سجّلت الخروج من كل مكان، فقد تم أيضًا تسجيل خروج كل المتصفّحات والأجهزة الأخرى.
account_signed_out-log-in = تسجيل الدخول
