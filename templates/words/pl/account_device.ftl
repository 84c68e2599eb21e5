account_device-title = { $name }, { $app }
account_device-title-own = „{ $name }”, { $app }
account_device-title-unnamed = Urządzenie bez nazwy, { $app }
account_device-unnamed = Urządzenie bez nazwy
account_device-of = Zalogowane przez aplikację { $app }
account_device-was-of = Było zalogowane przez aplikację { $app }

account_device-over = To urządzenie jest wylogowane
account_device-over-means = Nie ma już dostępu do Twojego konta.
account_device-reported = To urządzenie zostało przez Ciebie zgłoszone
account_device-reported-means = Jest wylogowane, a operator tej usługi został powiadomiony.
account_device-reported-password = Jeśli w Twoim imieniu zezwolił na nie ktoś inny, może znać Twoje hasło. Wybierz nowe: spowoduje to także wylogowanie wszystkich innych przeglądarek i urządzeń.
account_device-change-password = Zmień hasło

account_device-facts = O tym urządzeniu
account_device-calls-itself = Przedstawia się jako
account_device-unknown = Nie mówi, czym jest.
account_device-address = Prośba z adresu
account_device-address-unknown = nieznany adres sieciowy
account_device-first-used = Pierwsze użycie
account_device-last-used = Ostatnie użycie
account_device-ends = Zalogowane do
account_device-ends-at-latest = najpóźniej { $time } ({ $within })
account_device-unless-used = Jeśli nie będzie używane, do

account_device-rights = Co może robić
account_device-no-rights = Nie ma żadnych uprawnień. Wie tylko, że masz otwartą sesję.
account_device-resources = Ma dostęp do:

account_device-name = Twoja nazwa urządzenia
account_device-name-hint = Do 64 znaków. Widzisz ją tylko Ty.
account_device-rename = Zapisz nazwę
account_device-end = Wylogowanie urządzenia
account_device-end-means = Natychmiast straci dostęp. Aby znów go używać, zacznij na urządzeniu od nowa.
account_device-sign-out = Wyloguj to urządzenie
account_device-mine = Nie znasz tego urządzenia?
account_device-mine-means = Zgłoś to. Zostanie natychmiast wylogowane, a operator tej usługi dowie się, skąd pochodziło.
account_device-report = To nie ja
