# Słownictwo: forma „Ty”, jak zwykle w usługach cyfrowych. code: kod, device: urządzenie, app: aplikacja, account: konto,
# allow i approve: zezwolić, deny: odrzucić, sign in i log in: zalogować się, sign out: wylogować, report: zgłosić,
# operator: operator tej usługi. Żadna forma nie zależy od płci osoby. Przed nazwą aplikacji stoi słowo „aplikacja”, które się odmienia.

frame-you-are-on = Jesteś na stronie { $host }
frame-terms = Regulamin
frame-privacy = Prywatność
frame-support = Pomoc
frame-language = Język
frame-signed-in-as = Zalogowano jako { $account }
frame-sign-out = Wyloguj się
frame-report = To nie ja
frame-account = Twoje konto
