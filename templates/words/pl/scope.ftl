scope-openid = Poznać Twoją tożsamość
scope-profile = Widzieć Twoje imię i nazwisko oraz nazwę użytkownika
scope-email = Widzieć Twój adres e-mail
scope-offline-access = Pozostać zalogowaną pod Twoją nieobecność
