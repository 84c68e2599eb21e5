account-title = Twoje konto
account-heading = Twoje konto
account-back = Wróć do swojego konta

account-done-password = Hasło zostało zmienione. Wszystkie inne przeglądarki i wszystkie urządzenia zostały wylogowane.
account-done-name = Nazwa została zapisana.
account-done-devices = Urządzenia zostały wylogowane.
account-done-browsers = Gotowe. Zalogowane są już tylko przeglądarki z poniższej listy.
account-done-taken-back = Zgoda została cofnięta. Urządzenie nie uzyska dostępu.
account-done-not-waiting = To urządzenie już nie czeka. Jeśli się zalogowało, jest na poniższej liście i tam możesz je wylogować.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), z adresu { $address }
account-ago = { $ago }
account-ago-from = { $ago }, z adresu { $address }
account-when-ahead = { $time } ({ $within })

account-apps = Aplikacje i urządzenia
account-apps-none = Na Twoje konto nie jest zalogowane żadne urządzenie.
account-app-off = Ta aplikacja jest chwilowo wyłączona. Jej urządzenia nie mogą nic zrobić, dopóki nie zostanie ponownie włączona.
account-device-unnamed = Urządzenie bez nazwy
account-own-name = „{ $name }”
account-device-used = Ostatnio używane { $ago }
account-device-used-from = Ostatnio używane { $ago }, prośba z adresu { $address }
account-device-waiting = Zezwolono { $ago }. Urządzenie zaloguje się, gdy zapyta następnym razem.
account-device-take-back = Cofnij zgodę
account-app-sign-out = { $count ->
    [one] Wyloguj { $count } urządzenie aplikacji { $app }
    [few] Wyloguj wszystkie { $count } urządzenia aplikacji { $app }
    [many] Wyloguj wszystkie { $count } urządzeń aplikacji { $app }
   *[other] Wyloguj wszystkie { $count } urządzenia aplikacji { $app }
}
account-devices-only = { $count ->
    [one] Widać tylko { $count } ostatnio używane urządzenie.
    [few] Widać tylko { $count } ostatnio używane urządzenia.
    [many] Widać tylko { $count } ostatnio używanych urządzeń.
   *[other] Widać tylko { $count } ostatnio używanego urządzenia.
}
account-devices-sign-out = Wyloguj wszystkie urządzenia

account-browsers = Przeglądarki
account-browser-unknown = Nieznana przeglądarka
account-browser-this = To przeglądarka, której teraz używasz.
account-browser-since = Logowanie: { $ago }
account-browser-since-from = Logowanie: { $ago }, z adresu { $address }
account-browser-sign-out = Wyloguj
account-browsers-sign-out = Wyloguj wszystkie inne przeglądarki

account-password = Hasło
account-password-set = Ustawione: { $ago }
account-password-change = Zmień hasło

account-activity = Ostatnia aktywność
account-activity-none = Brak ostatniej aktywności.
account-activity-more = Więcej aktywności

account-everywhere = Wyloguj się wszędzie
account-everywhere-ends = To kończy wszystkie sesje, także tę, i wylogowuje wszystkie urządzenia. Dostępu nie uzyska też urządzenie, na które przed chwilą zezwolono.
account-everywhere-submit = Wyloguj się wszędzie
