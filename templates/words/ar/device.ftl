device-message = لتسجيل الدخول، افتح { $uri } في متصفح وأدخل الرمز { $code }.
device-message-number = لتسجيل الدخول، افتح { $uri } في متصفح وأدخل الرمز { $code }. ستطلب الصفحة بعد ذلك رقمًا: اختر { $number }.
