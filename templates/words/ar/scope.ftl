scope-openid = معرفة هويتك
scope-profile = الاطلاع على اسمك واسم المستخدم
scope-email = الاطلاع على عنوان بريدك الإلكتروني
scope-offline-access = البقاء مسجَّل الدخول في غيابك
