error-malformed-title = Niezrozumiałe
error-malformed = Nie udało się tego zrozumieć
error-malformed-reason = Otrzymany formularz nie jest jednym z naszych. Nic nie zostało zmienione.

error-too-slow-title = Zbyt wolno
error-too-slow = Formularz nie dotarł
error-too-slow-reason = Przesyłanie trwało zbyt długo. Nic nie zostało zmienione. Spróbuj ponownie, w miarę możliwości z lepszym połączeniem.

error-misdirected-title = Inny adres
error-misdirected = To nie jest adres, który został wywołany
error-misdirected-reason = To jest { $host } pod inną nazwą. Nic nie zostało zmienione.

error-stale-title = Strona wygasła
error-stale = Ta strona wygasła
error-stale-reason = Była otwarta zbyt długo albo została otwarta gdzie indziej. Nic nie zostało zmienione.

error-not-found-title = Nie znaleziono strony
error-not-found = Ta strona nie istnieje
error-not-found-reason = Adres jest błędny albo to, co tu było, już się zakończyło.

error-method-title = Tutaj niemożliwe
error-method = Tutaj nie można tego zrobić
error-method-reason = Strona istnieje, ale nie można jej używać w ten sposób.

error-other-account-title = Inne konto
error-other-account = Używasz teraz innego konta
error-other-account-reason = Od otwarcia strony zmieniło się konto w tej przeglądarce. Nic więcej nie zostało zmienione.

error-held-title = Obecnie niemożliwe
error-held = Obecnie nie można na to zezwolić
error-held-reason = Trwa wyjaśnianie próśb takich jak ta, ponieważ otrzymało je wiele osób. Na nic nie zezwolono.
error-held-advice = Czy ktoś przysłał Ci kod w wiadomości lub podał go przez telefon? W takim razie to nie jest Twoje urządzenie: otwórz stronę ponownie i wybierz „Odrzuć”. Jeśli to Twoje własne urządzenie, spróbuj ponownie później.

error-unavailable-title = Niedostępne
error-unavailable = Obecnie niedostępne
error-unavailable-reason = Część tej usługi nie odpowiada. Nic nie zostało zmienione. Spróbuj ponownie za minutę.

error-internal-title = Wystąpił błąd
error-internal = Wystąpił błąd
error-internal-reason = Błąd leży po naszej stronie. Spróbuj ponownie, a jeśli się powtórzy, powiadom operatora tej usługi.

error-same-page = Otwórz stronę ponownie
error-another-account = Użyj innego konta
error-enter-code = Wpisz kod
error-reference = Numer referencyjny:
