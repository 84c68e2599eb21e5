account_activity-title = Ostatnia aktywność
account_activity-heading = Ostatnia aktywność
account_activity-only = { $count ->
    [one] Widać tylko { $count } ostatnie zdarzenie.
    [few] Widać tylko { $count } ostatnie zdarzenia.
    [many] Widać tylko { $count } ostatnich zdarzeń.
   *[other] Widać tylko { $count } ostatniego zdarzenia.
}

account_activity-allowed = Twoja decyzja: aplikacji { $app } zezwolono na zalogowanie się na urządzeniu.
account_activity-denied = Twoja decyzja: odrzucono prośbę aplikacji { $app }.
account_activity-wrong-pins = Urządzenie zbyt wiele razy wysłało błędny PIN, dlatego aplikacja { $app } nie została zalogowana.
account_activity-reported = Twoje zgłoszenie: nieznane Ci urządzenie aplikacji { $app }.
account_activity-device-signed-in = Urządzenie zalogowało się przez aplikację { $app }.
account_activity-device-signed-out = Urządzenie aplikacji { $app } zostało wylogowane.
account_activity-app-signed-out = Wszystkie urządzenia aplikacji { $app } zostały wylogowane.
account_activity-devices-signed-out = Twoje urządzenia zostały wylogowane.
account_activity-misused = Urządzenie aplikacji { $app } zostało wylogowane, ponieważ jego klucza użyto dwa razy. Możliwe, że ktoś go skopiował.
account_activity-logged-in = Twoje logowanie.
account_activity-login-failed = Ktoś próbował się zalogować, podając błędne hasło.
account_activity-login-throttled = Było zbyt wiele prób logowania. Logowanie zostało na pewien czas wstrzymane.
account_activity-login-locked = Podano zbyt wiele błędnych haseł z rzędu. Logowanie zostało zablokowane.
account_activity-codes-locked = Wpisano zbyt wiele błędnych kodów. Wpisywanie kodów zostało na pewien czas wstrzymane.
account_activity-sessions-ended = Twoja decyzja: wylogowano inną przeglądarkę.
account_activity-password-changed = Twoja decyzja: zmieniono hasło.
account_activity-password-set = Operator tej usługi ustawił nowe hasło.
account_activity-signed-out-everywhere = Twoja decyzja: wylogowano wszędzie.
account_activity-signed-out-by-operator = Operator tej usługi wylogował Cię wszędzie.
account_activity-disabled = Operator tej usługi wyłączył Twoje konto.
account_activity-enabled = Operator tej usługi włączył Twoje konto.
account_activity-unlocked = Operator tej usługi odblokował logowanie.
account_activity-added = Operator tej usługi utworzył Twoje konto.
